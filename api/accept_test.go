package api

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

func TestWhatCannotBeAcceptedIsRefused(t *testing.T) {
	h := newHarness(t)
	head := h.store.Head()
	h.call("POST", "/v1/contacts", object{"name": "x"}).with("Accept", "text/csv").problem(406, "not-acceptable")
	require.Equal(t, head, h.store.Head(), "nothing was changed")
	require.Contains(t, h.call("GET", "/v1/contacts").with("Accept", "application/pdf").problem(406, "not-acceptable").Detail, "Name one of them")
	require.Contains(t, h.call("GET", "/v1/settings").with("Accept", "text/csv").problem(406, "not-acceptable").Detail, "Name it")
	h.call("GET", "/v1/settings").with("Accept", "text/csv").with("Authorization", "").problem(401, "unauthorized")
	ok[settingsBody](h.call("GET", "/v1/settings").with("Accept", "text/csv, */*;q=0.1"), 200)
	ok[health](h.call("GET", "/healthz").with("Accept", "text/plain"), 200)
	ok[wire.None](h.call("DELETE", "/v1/contacts/"+h.create(object{"name": "x"}).ID).with("Accept", "text/html"), 204)
}

// column is one column of a CSV.
func (h *harness) column(w interface{ Bytes() []byte }, name string) (cells []string) {
	h.t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(w.Bytes())).ReadAll()
	require.NoError(h.t, err)
	at := slices.Index(rows[0], name)
	require.NotEqual(h.t, -1, at, rows[0])
	for _, row := range rows[1:] {
		cells = append(cells, row[at])
	}
	return cells
}

// lines is a member of every line of NDJSON.
func (h *harness) lines(text, member string) (values []string) {
	h.t.Helper()
	for line := range strings.Lines(text) {
		var row map[string]any
		require.NoError(h.t, json.Unmarshal([]byte(line), &row))
		values = append(values, fmt.Sprint(row[member]))
	}
	return values
}

// TestContactsAsRows: the list and searches as NDJSON and CSV, page by page and
// whole.
func TestContactsAsRows(t *testing.T) {
	h := newHarness(t)
	seq := h.people()
	h.create(object{"name": "=1+1"})
	want := []string{"Zoë Müller", "Chidi Eze", "Baraka Otieno", "Amina Yusuf", "=1+1"}
	guarded := append(slices.Clone(want[:4]), "'=1+1")
	get := func(target, accept string, more ...any) *call {
		if len(more) > 0 {
			return h.call("POST", target, more...).with("Accept", accept)
		}
		return h.call("GET", target).with("Accept", accept)
	}
	for _, target := range []string{"/v1/contacts?sort=-name", "/v1/contacts/search?sort=-name"} {
		w := get(target, wire.CSVMedia).do()
		require.Equal(t, 200, w.Code, w.Body)
		require.Equal(t, "text/csv; charset=utf-8; header=present", w.Header().Get("Content-Type"))
		require.Equal(t, "5", w.Header().Get("Kundi-Count"))
		require.Empty(t, w.Header().Values("Kundi-Next-Cursor"))
		require.Equal(t, guarded, h.column(w.Body, "name"))

		w = get(target, wire.NDJSONMedia).do()
		require.Equal(t, wire.NDJSONMedia, w.Header().Get("Content-Type"))
		require.Equal(t, want, h.lines(w.Body.String(), "name"))

		for _, accept := range []string{wire.NDJSONMedia, wire.CSVMedia} {
			var paged []string
			cursor := ""
			for range 3 {
				w := get(target+"&limit=2&cursor="+cursor, accept).do()
				require.Equal(t, 200, w.Code, w.Body)
				cursor = w.Header().Get("Kundi-Next-Cursor")
				if accept == wire.CSVMedia {
					paged = append(paged, h.column(w.Body, "name")...)
				} else {
					paged = append(paged, h.lines(w.Body.String(), "name")...)
				}
			}
			require.Empty(t, cursor)
			require.Len(t, paged, 5)
			require.Equal(t, want[:4], paged[:4])
		}
	}
	first, _ := ok[contactList](h.call("GET", "/v1/contacts?sort=-name&limit=2"), 200)
	w := get("/v1/contacts?sort=-name&cursor="+first.NextCursor, wire.CSVMedia).do()
	require.Equal(t, guarded[2:], h.column(w.Body, "name"), "a stream goes on from a cursor")

	w = get("/v1/contacts/search?q=amina&min_seq="+seq, wire.CSVMedia).do()
	require.Equal(t, []string{"Amina Yusuf"}, h.column(w.Body, "name"))
	w = get("/v1/contacts/search", wire.NDJSONMedia, object{"query": "amina"}).do()
	require.Equal(t, []string{"Amina Yusuf"}, h.lines(w.Body.String(), "name"))
	get("/v1/contacts?cursor=x", wire.CSVMedia).problem(422, "invalid-cursor")
	get("/v1/contacts?sort=nope", wire.CSVMedia).problem(422, "invalid-request")
}

// TestLongListsAreStreamedWhole has more people than are asked for at once.
func TestLongListsAreStreamedWhole(t *testing.T) {
	h := newHarness(t)
	var want []string
	for range 3 {
		batch := make([]object, 1000)
		for i := range batch {
			batch[i] = object{"name": fmt.Sprint("Person ", len(want))}
			want = append(want, fmt.Sprint("Person ", len(want)))
		}
		ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": batch}), 200)
	}
	ok[wire.None](h.call("DELETE", "/v1/contacts/"+h.lines(h.call("GET", "/v1/contacts?limit=1").with("Accept", wire.NDJSONMedia).do().Body.String(), "id")[0]), 204)
	require.Equal(t, want[1:], h.column(h.call("GET", "/v1/contacts").with("Accept", wire.CSVMedia).do().Body, "name"))
}

func TestChangesAsRows(t *testing.T) {
	h := newHarness(t)
	segment := h.segment("Nairobi", "Nairobi").ID
	people := h.settle("Nairobi", 3)
	h.refresh(segment, 201)
	ok[wire.None](h.call("DELETE", "/v1/contacts/"+people[0]), 204)
	ok[contactBody](h.call("PATCH", "/v1/contacts/"+people[1], object{"city": "Thika"}), 200)
	ok[contactBody](h.call("POST", "/v1/contacts/"+people[1]+"/block"), 200)
	entered := h.settle("Nairobi", 1)[0]
	h.refresh(segment, 201)
	target := "/v1/segments/" + segment + "/changes?from=1&to=2"

	w := h.call("GET", target).with("Accept", wire.CSVMedia).do()
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	require.Equal(t, "text/csv; charset=utf-8; header=present", w.Header().Get("Content-Type"))
	require.Equal(t, "\"id\",\"event\",\"cause\",\"blocked\"\n"+
		fmt.Sprintf("%q,\"entered\",,false\n%q,\"left\",\"deleted\",false\n%q,\"left\",,true\n", entered, people[0], people[1]), w.Body.String())
	w = h.call("GET", target).with("Accept", wire.NDJSONMedia).do()
	require.Equal(t, fmt.Sprintf("{\"id\":%q,\"event\":\"entered\"}\n{\"id\":%q,\"event\":\"left\",\"cause\":\"deleted\"}\n{\"id\":%q,\"event\":\"left\",\"blocked\":true}\n",
		entered, people[0], people[1]), w.Body.String())

	var ids []string
	cursor := ""
	for range 3 {
		w := h.call("GET", target+"&limit=1&cursor="+cursor).with("Accept", wire.NDJSONMedia).do()
		ids = append(ids, h.lines(w.Body.String(), "id")...)
		cursor = w.Header().Get("Kundi-Next-Cursor")
	}
	require.Empty(t, cursor)
	require.Equal(t, []string{people[0], people[1], entered}, ids)
	h.call("GET", "/v1/segments/"+segment+"/changes?from=1&to=9").with("Accept", wire.CSVMedia).problem(404, "not-found")
}
