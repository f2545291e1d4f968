package api

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

func idsIn(list []map[string]any) []string {
	ids := []string{}
	for _, row := range list {
		ids = append(ids, row["id"].(string))
	}
	return ids
}

// wholeMembers is a memberList as clients read it.
type wholeMembers struct {
	Contacts   []map[string]any  `json:"contacts"`
	Count      uint64            `json:"count"`
	HeldBack   map[string]uint64 `json:"held_back"`
	Seq        uint64            `json:"seq"`
	NextCursor string            `json:"next_cursor"`
}

func TestMembersByPagesAndFields(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}), 201)
	segment := h.segment("Nairobi", "Nairobi")
	people := h.settle("Nairobi", 7)
	h.settle("Mombasa", 2)
	h.refresh(segment.ID, 201)
	for _, target := range []string{"/v1/segments/" + segment.ID + "/members", "/v1/segments/" + segment.ID + "/snapshots/1/members"} {
		var got []string
		cursor := ""
		for {
			page, _ := ok[wholeMembers](h.call("GET", target+"?limit=3"+cursor), 200)
			require.EqualValues(t, 7, page.Count)
			require.NotZero(t, page.Seq)
			got = append(got, idsIn(page.Contacts)...)
			if page.NextCursor == "" {
				break
			}
			cursor = "&cursor=" + page.NextCursor
		}
		require.Equal(t, people, got)
		h.call("GET", target+"?cursor=AAAA").problem(422, "invalid-cursor")

		whole, _ := ok[wholeMembers](h.call("GET", target+"?limit=1"), 200)
		read, _ := ok[map[string]any](h.call("GET", "/v1/contacts/"+people[0]), 200)
		require.Equal(t, read, whole.Contacts[0], "without fields: the contact as it is read by id")
		chosen, _ := ok[wholeMembers](h.call("GET", target+"?limit=1&fields=name,city,email,labels,attributes.tier,company.name"), 200)
		require.Equal(t, map[string]any{"id": people[0], "name": "Nairobi 0", "city": "Nairobi", "labels": []any{}, "attributes": map[string]any{}}, chosen.Contacts[0])
		for _, fields := range []string{"segment", "nope", "name,name", "", marker} {
			require.Contains(t, locations(h.call("GET", target+"?fields="+fields).problem(422, "invalid-request")), "fields")
		}
	}

	target := "/v1/segments/" + segment.ID + "/members"
	page, _ := ok[wholeMembers](h.call("GET", target+"?limit=3"), 200)
	h.call("GET", "/v1/segments/"+segment.ID+"/snapshots/1/members?cursor="+page.NextCursor).problem(422, "invalid-cursor")
	h.call("GET", "/v1/segments/"+h.segment("other", "Nairobi").ID+"/members?cursor="+page.NextCursor).problem(422, "invalid-cursor")
	ok[segmentBody](h.call("PATCH", "/v1/segments/"+segment.ID, object{"filter": cityIs("Mombasa")}), 200)
	h.call("GET", target+"?cursor="+page.NextCursor).problem(422, "invalid-cursor")

	ok[segmentBody](h.call("PATCH", "/v1/segments/"+segment.ID, object{"filter": cityIs("Nowhere")}), 200)
	w := h.call("GET", target).do()
	require.Contains(t, w.Body.String(), `"contacts":[]`)
}

func TestMembersAsStreams(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "mrr", "type": "currency", "currency": "KES"}), 201)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "vip", "type": "checkbox"}), 201)
	segment := h.segment("Nairobi", "Nairobi")
	var people []string
	for _, body := range []object{
		{"name": `Amina "A", Yusuf`, "phone": "+254712345678", "labels": []string{"a", "b"}, "attributes": object{"mrr": -5.5}, "company": "Maji"},
		{"name": "=cmd|' /C calc'!A0"},
		{"name": "-5"},
		{"name": `Ada;＝1;"@x`, "labels": []string{"a", "+b", ";-c"}},
	} {
		body["city"] = "Nairobi"
		people = append(people, h.create(body).ID)
	}
	h.refresh(segment.ID, 201)
	target := "/v1/segments/" + segment.ID + "/snapshots/1/members"

	w := h.call("GET", target+"?fields=name,phone,labels,attributes.mrr,attributes.vip,company.name").with("Accept", "text/csv").do()
	require.Equal(t, 200, w.Code, w.Body.String())
	require.Equal(t, "text/csv; charset=utf-8; header=present", w.Header().Get("Content-Type"))
	require.Contains(t, w.Body.String(), `"Amina ""A"", Yusuf","+254712345678","a;b",-5.5,false,"Maji"`+"\n", "text is quoted, the rest is not")
	rows, err := csv.NewReader(w.Body).ReadAll()
	require.NoError(t, err)
	require.Equal(t, [][]string{
		{"name", "phone", "labels", "attributes.mrr", "attributes.vip", "company.name"},
		{`Amina "A", Yusuf`, "+254712345678", "a;b", "-5.5", "false", "Maji"},
		{"'=cmd|' /C calc'!A0", "", "", "", "false", ""},
		{"-5", "", "", "", "false", ""},
		{`Ada;'＝1;'"@x`, "", "a;'+b;\\;'-c", "", "false", ""},
	}, rows)

	w = h.call("GET", target+"?fields=name,company.name").with("Accept", "text/html, application/x-ndjson;q=0.9, */*;q=0.1").do()
	require.Equal(t, "application/x-ndjson", w.Header().Get("Content-Type"))
	var lines []map[string]any
	for scanner := bufio.NewScanner(w.Body); scanner.Scan(); {
		var row map[string]any
		require.NoError(t, json.Unmarshal(scanner.Bytes(), &row))
		lines = append(lines, row)
	}
	require.Equal(t, people, idsIn(lines))
	require.Equal(t, map[string]any{"id": people[0], "name": `Amina "A", Yusuf`, "company": map[string]any{"name": "Maji"}}, lines[0])
	require.Equal(t, "=cmd|' /C calc'!A0", lines[1]["name"], "NDJSON has every value exactly")

	w = h.call("GET", target).with("Accept", "text/csv").do()
	rows, err = csv.NewReader(w.Body).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 5)
	require.Equal(t, "id", rows[0][0])
	require.True(t, slices.Contains(rows[0], "attributes.vip"))
	_, err = time.Parse(time.RFC3339, rows[1][slices.Index(rows[0], "created_at")])
	require.NoError(t, err)

	page, _ := ok[wholeMembers](h.call("GET", target+"?limit=1"), 200)
	w = h.call("GET", target+"?fields=id&cursor="+page.NextCursor).with("Accept", "text/csv").do()
	require.Equal(t, idColumn(people[1:]), w.Body.String(), "a stream goes on from a cursor")
	w = h.call("GET", target+"?fields=id&limit=2").with("Accept", "text/csv").do()
	require.Equal(t, idColumn(people[:2]), w.Body.String())
	w = h.call("GET", target+"?fields=id&limit=2&cursor="+w.Header().Get("Kundi-Next-Cursor")).with("Accept", "application/x-ndjson").do()
	require.Equal(t, "{\"id\":\""+people[2]+"\"}\n{\"id\":\""+people[3]+"\"}\n", w.Body.String())
	require.Empty(t, w.Header().Values("Kundi-Next-Cursor"), "the last page")

	require.Equal(t, "4", w.Header().Get("Kundi-Count"), "of all members, as in a page")
	require.Empty(t, w.Header().Values("Kundi-Held-Back"))
	ok[wire.None](h.call("DELETE", "/v1/contacts/"+people[0]), 204)
	w = h.call("GET", target+"?fields=id").with("Accept", "text/csv").do()
	require.Equal(t, idColumn(people[1:]), w.Body.String())
	require.Equal(t, "4", w.Header().Get("Kundi-Count"))
	require.Equal(t, "deleted=1", w.Header().Get("Kundi-Held-Back"))

	h.call("GET", target+"?fields=nope").with("Accept", "text/csv").problem(422, "invalid-request")
	h.call("GET", "/v1/segments/"+uuid.NewString()+"/members").with("Accept", "text/csv").problem(404, "not-found")
	empty := h.segment("empty", "Nowhere")
	require.Equal(t, "\"name\"\n", h.call("GET", "/v1/segments/"+empty.ID+"/members?fields=name").with("Accept", "text/csv").do().Body.String())
	w = h.call("GET", "/v1/segments/"+empty.ID+"/members").with("Accept", "application/x-ndjson").do()
	require.Equal(t, 200, w.Code)
	require.Empty(t, w.Body.String())
}

// TestBlockedMembersAsTheyArePulled: a snapshot holds back who is blocked now, and
// whatever lists somebody blocked says so.
func TestBlockedMembersAsTheyArePulled(t *testing.T) {
	h := newHarness(t)
	segment := h.segment("Nairobi", "Nairobi")
	people := h.settle("Nairobi", 3)
	h.refresh(segment.ID, 201)
	ok[contactBody](h.call("POST", "/v1/contacts/"+people[1]+"/block"), 200)
	pull := func(target, accept string) *httptest.ResponseRecorder {
		w := h.call("GET", "/v1/segments/"+segment.ID+target).with("Accept", accept).with("Authorization", "Bearer "+h.keys[access.ScopeCampaign]).do()
		require.Equal(t, 200, w.Code, w.Body.String())
		return w
	}
	page := func(target string) (page wholeMembers) {
		require.NoError(t, json.Unmarshal(pull(target, wire.JSONMedia).Body.Bytes(), &page))
		return page
	}
	held := map[string]uint64{"blocked": 1}
	marked := object{"id": people[1], "city": "Nairobi", "blocked": true}

	old := page("/snapshots/1/members?fields=city")
	require.Equal(t, []string{people[0], people[2]}, idsIn(old.Contacts))
	require.Equal(t, held, old.HeldBack)
	require.EqualValues(t, 3, old.Count, "as taken")
	old = page("/snapshots/1/members?fields=city&blocked=include")
	require.Equal(t, people, idsIn(old.Contacts))
	require.EqualValues(t, marked, old.Contacts[1])
	require.NotContains(t, old.Contacts[0], "blocked")
	require.Empty(t, old.HeldBack)
	require.Equal(t, true, page("/snapshots/1/members?blocked=include").Contacts[1]["blocked"])

	w := pull("/snapshots/1/members?fields=id", wire.CSVMedia)
	require.Equal(t, idColumn([]string{people[0], people[2]}), w.Body.String())
	require.Equal(t, "blocked=1", w.Header().Get("Kundi-Held-Back"))
	w = pull("/snapshots/1/members?fields=city&blocked=include", wire.CSVMedia)
	require.Equal(t, "\"city\",\"blocked\"\n\"Nairobi\",false\n\"Nairobi\",true\n\"Nairobi\",false\n", w.Body.String())
	require.Equal(t, "\"blocked\"\nfalse\ntrue\nfalse\n", pull("/snapshots/1/members?fields=blocked&blocked=include", wire.CSVMedia).Body.String())
	require.NotContains(t, pull("/snapshots/1/members", wire.NDJSONMedia).Body.String(), people[1])
	require.Contains(t, pull("/snapshots/1/members?fields=city&blocked=include", wire.NDJSONMedia).Body.String(), `{"blocked":true,"city":"Nairobi","id":"`+people[1]+`"}`)

	live := page("/members?fields=city")
	require.EqualValues(t, marked, live.Contacts[1], "who is blocked stays a member")
	require.Equal(t, "\"city\",\"blocked\"", strings.SplitN(pull("/members?fields=city&blocked=include", wire.CSVMedia).Body.String(), "\n", 2)[0])
	live = page("/members?fields=city&blocked=exclude")
	require.Equal(t, []string{people[0], people[2]}, idsIn(live.Contacts))
	require.Equal(t, held, live.HeldBack)

	next := page("/snapshots/1/members?limit=1&blocked=include").NextCursor
	h.call("GET", "/v1/segments/"+segment.ID+"/snapshots/1/members?limit=1&cursor="+next).problem(422, "invalid-cursor")
	require.Equal(t, []string{"blocked"}, locations(h.call("GET", "/v1/segments/"+segment.ID+"/snapshots/1/members?blocked=yes").problem(422, "invalid-request")))

	ok[contactBody](h.call("PATCH", "/v1/contacts/"+people[1], object{"city": "Mombasa"}), 200)
	h.refresh(segment.ID, 201)
	require.JSONEq(t, `{"entered":[],"left":[{"id":"`+people[1]+`","blocked":true}],"entered_count":0,"left_count":1}`, pull("/changes?from=1&to=2", wire.JSONMedia).Body.String())
	require.JSONEq(t, `{"entered":[{"id":"`+people[1]+`","blocked":true}],"left":[],"entered_count":1,"left_count":0}`, pull("/changes?from=2&to=1", wire.JSONMedia).Body.String())
}

// idColumn is a CSV of ids only.
func idColumn(ids []string) string {
	return "\"id\"\n\"" + strings.Join(ids, "\"\n\"") + "\"\n"
}

// broken is a store that fails after some reads.
type broken struct {
	Records
	left int
}

var errBroken = errors.New("the disk has gone")

func (b *broken) Read(ctx context.Context, of *ledger.Shape, refs []ledger.Ref, visit func(int, []byte) error) error {
	if of.Entity == fields.EntityCompany {
		if b.left--; b.left < 0 {
			return errBroken
		}
	}
	return b.Records.Read(ctx, of, refs, visit)
}

// manyInNairobi makes a segment whose members take several pieces of a stream.
func (h *harness) manyInNairobi() segmentBody {
	h.t.Helper()
	segment := h.segment("Nairobi", "Nairobi")
	for range 3 {
		var batch []object
		for i := range 1_000 {
			batch = append(batch, object{"name": fmt.Sprint(i), "first_name": strings.Repeat("x", 200), "city": "Nairobi", "company": "Maji"})
		}
		ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": batch}), 200)
	}
	return segment
}

func TestAStreamThatFailsIsCutOff(t *testing.T) {
	h := newHarness(t)
	segment := h.manyInNairobi()
	server := httptest.NewServer(h.server.Handler())
	defer server.Close()
	get := func(media string) (int, error) {
		r, err := http.NewRequest("GET", server.URL+"/v1/segments/"+segment.ID+"/members?fields=name,first_name,company.name", nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+h.keys[access.ScopeCampaign])
		r.Header.Set("Accept", media)
		answer, err := server.Client().Do(r)
		require.NoError(t, err)
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if answer.StatusCode != 200 {
			require.NotContains(t, string(body), errBroken.Error())
		}
		return answer.StatusCode, err
	}
	whole := h.server.records
	for _, media := range []string{wire.CSVMedia, wire.NDJSONMedia} {
		status, err := get(media)
		require.NoError(t, err)
		require.Equal(t, 200, status)

		h.server.records = &broken{Records: whole, left: 20}
		status, err = get(media)
		require.Equal(t, 200, status)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "a part must not look like the whole")

		h.server.records = &broken{Records: whole}
		status, err = get(media)
		require.NoError(t, err)
		require.Equal(t, 500, status, "before the first byte there is a problem")
		h.server.records = whole
	}
}

// revoking revokes a key while the first records of a stream are read.
type revoking struct {
	Records
	revoke func()
}

func (r *revoking) Read(ctx context.Context, of *ledger.Shape, refs []ledger.Ref, visit func(int, []byte) error) error {
	if of.Entity == fields.EntityCompany {
		r.revoke()
	}
	return r.Records.Read(ctx, of, refs, visit)
}

func TestARevokedKeyReadsNoFurther(t *testing.T) {
	h := newHarness(t)
	segment := h.manyInNairobi()
	id := ""
	list, _ := ok[keyList](h.call("GET", "/v1/keys"), 200)
	for _, key := range list.Keys {
		if key.Scope == string(access.ScopeCampaign) {
			id = key.ID
		}
	}
	var once sync.Once
	h.server.records = &revoking{h.server.records, func() {
		once.Do(func() { require.Equal(t, 204, h.call("DELETE", "/v1/keys/"+id).do().Code) })
	}}
	server := httptest.NewServer(h.server.Handler())
	defer server.Close()
	r, err := http.NewRequest("GET", server.URL+"/v1/segments/"+segment.ID+"/members?fields=name,first_name,company.name", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+h.keys[access.ScopeCampaign])
	r.Header.Set("Accept", wire.NDJSONMedia)
	answer, err := server.Client().Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "it is cut off")
	require.Less(t, len(body), 2*streamBytes, "with the piece that was being made")
}
