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
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/scheduler"
	"github.com/ndoto/kundi/segments"
)

// UnmarshalJSON lets tests read what MarshalJSON writes.
func (f *filterText) UnmarshalJSON(text []byte) error {
	*f = slices.Clone(text)
	return nil
}

func cityIs(city string) object {
	return object{"combinator": "and", "rules": []object{{"field": "city", "operator": "eq", "value": city}}}
}

// segment makes a segment of those who live in a city.
func (h *harness) segment(name, city string) segmentBody {
	h.t.Helper()
	made, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": name, "filter": cityIs(city)}), 201)
	return made
}

// settle makes contacts that live in a city and returns their ids.
func (h *harness) settle(city string, n int) []string {
	h.t.Helper()
	var ids []string
	for i := range n {
		ids = append(ids, h.create(object{"name": fmt.Sprint(city, " ", i), "city": city}).ID)
	}
	return ids
}

func (h *harness) refresh(id string, status int) snapshotBody {
	h.t.Helper()
	taken, _ := ok[snapshotBody](h.call("POST", "/v1/segments/"+id+"/refresh"), status)
	return taken
}

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

func TestSegmentFromCreationToDeletion(t *testing.T) {
	h := newHarness(t)
	require.NoError(t, h.scheduler.Start(context.Background(), scheduled{}))
	w := h.call("POST", "/v1/segments", `{"name":"Nairobi","description":"who lives there","filter":{"rules":[{"id":"1","value":"nairobi","operator":"eq","field":"city"}],"combinator":"and"},
		"schedule":{"cron":"0 6 * * *","time_zone":"Africa/Nairobi"}}`).do()
	require.Equal(t, 201, w.Code, w.Body.String())
	var made segmentBody
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &made))
	require.Equal(t, "/v1/segments/"+made.ID, w.Header().Get("Location"))
	require.Equal(t, fmt.Sprintf("%q", fmt.Sprint(made.Version)), w.Header().Get("ETag"))
	require.Equal(t, fmt.Sprint(made.Version), w.Header().Get("Kundi-Seq"))
	require.Contains(t, w.Body.String(), `"filter":{"rules":[{"id":"1","value":"nairobi","operator":"eq","field":"city"}],"combinator":"and"}`, "as it was sent")
	next, err := time.Parse(time.RFC3339, made.Schedule.NextRunAt)
	require.NoError(t, err)
	require.Equal(t, 3, next.Hour(), "06:00 in Nairobi")

	path := "/v1/segments/" + made.ID
	read, header := ok[segmentBody](h.call("GET", path), 200)
	require.Equal(t, made, read)
	etag := header.Get("ETag")

	h.settle("Nairobi", 2)
	taken := h.refresh(made.ID, 201)
	read, header = ok[segmentBody](h.call("GET", path).with("If-None-Match", etag), 200)
	require.Equal(t, taken, *read.Snapshot, "a snapshot is told although the version stays")
	require.Equal(t, etag, header.Get("ETag"))

	h.call("PATCH", path, object{"name": "x"}).with("If-Match", `"1"`).problem(412, "version-mismatch")
	patched, header := ok[segmentBody](h.call("PATCH", path, `{"description":null,"schedule":{"cron":"@hourly"}}`).with("If-Match", etag), 200)
	require.NotEqual(t, etag, header.Get("ETag"))
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	require.Empty(t, patched.Description)
	require.Equal(t, "Africa/Nairobi", patched.Schedule.TimeZone)
	patched, _ = ok[segmentBody](h.call("PATCH", path, `{"schedule":null,"filter":null}`).with("Content-Type", mergePatchMedia), 200)
	require.Nil(t, patched.Schedule)
	require.JSONEq(t, `{"combinator":"and","rules":[]}`, string(patched.Filter))

	h.call("DELETE", path).with("If-Match", etag).problem(412, "version-mismatch")
	_, header = ok[none](h.call("DELETE", path), 204)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	for _, c := range []*call{
		h.call("GET", path), h.call("PATCH", path, object{}), h.call("DELETE", path), h.call("POST", path+"/refresh"),
		h.call("GET", path+"/members"), h.call("GET", path+"/runs"), h.call("GET", path+"/snapshots"), h.call("GET", path+"/snapshots/1"),
		h.call("GET", path+"/snapshots/1/members"), h.call("GET", path+"/changes?from=1&to=1"), h.call("GET", "/v1/segments/x"),
	} {
		c.problem(404, "not-found")
	}
}

// scheduled is a workspace without schedules of before.
type scheduled struct{}

func (scheduled) EachSchedule(context.Context, func(contacts.ID, string, string, time.Time) error) error {
	return nil
}

func (scheduled) Refresh(context.Context, contacts.ID) (scheduler.Result, error) {
	return scheduler.Result{}, errors.New("unexpected")
}

func TestSegmentsAreRefusedWithEverythingThatIsWrong(t *testing.T) {
	h := newHarness(t)
	p := h.call("POST", "/v1/segments", object{
		"name": "", marker: 1, "schedule": object{"cron": "TZ=Europe/Rome", "time_zone": marker},
		"filter": object{"combinator": "and", "rules": []object{{"field": marker, "operator": "eq", "value": 1}, {"field": "country", "operator": "eq", "value": marker}}},
	}).problem(422, "invalid-segment")
	require.ElementsMatch(t, []string{"body", "name", "schedule.cron", "schedule.time_zone", "filter.rules[0].field", "filter.rules[1].value"}, locations(p))
	for line, slug := range map[string]string{
		"TZ=UTC 0 6 * * *": "schedule.cron", "0 0 30 2 *": "schedule.cron", "@every 59s": "schedule.cron", "* * * *": "schedule.cron", "CRON_TZ=": "schedule.cron", "": "schedule.cron",
	} {
		p := h.call("POST", "/v1/segments", object{"name": "n", "schedule": object{"cron": line}}).problem(422, "invalid-segment")
		require.Equal(t, []string{slug}, locations(p), line)
	}
	for _, body := range []string{"[]", "null", `"` + marker + `"`, "1"} {
		require.Equal(t, []string{"body"}, locations(h.call("POST", "/v1/segments", body).problem(422, "invalid-request")))
	}
	h.call("POST", "/v1/segments", `{"name":"a","name":"b"}`).problem(400, "malformed-json")

	first := h.segment("Nairobi", "Nairobi")
	p = h.call("POST", "/v1/segments", object{"name": "NAIROBI"}).problem(409, "name-taken")
	require.Equal(t, "name", p.Field)
	inFilter := object{"combinator": "and", "rules": []object{{"field": "segment", "operator": "in", "value": []string{first.ID}}}}
	ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "of segments", "filter": inFilter}), 201)
	h.call("DELETE", "/v1/segments/"+first.ID).problem(409, "segment-in-use")
	h.call("PATCH", "/v1/segments/"+first.ID, object{"filter": inFilter}).problem(422, "invalid-segment")

	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}), 201)
	ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "tiers", "filter": object{"combinator": "and", "rules": []object{{"field": "attributes.tier", "operator": "exists"}}}}), 201)
	h.call("DELETE", "/v1/attributes/tier").problem(409, "attribute-in-use")

	list, _ := ok[segmentList](h.call("GET", "/v1/segments"), 200)
	require.Len(t, list.Segments, 3)
}

func TestSegmentsByPages(t *testing.T) {
	h := newHarness(t)
	empty := h.call("GET", "/v1/segments").do()
	require.JSONEq(t, `{"segments":[]}`, empty.Body.String())
	var want, got []string
	for i := range 7 {
		want = append(want, h.segment(fmt.Sprint("s", i), "Nairobi").ID)
	}
	for target, pages := "/v1/segments?limit=3", 0; ; pages++ {
		list, _ := ok[segmentList](h.call("GET", target), 200)
		for _, segment := range list.Segments {
			got = append(got, segment.ID)
		}
		if list.NextCursor == "" {
			require.Equal(t, 2, pages)
			break
		}
		target = "/v1/segments?limit=3&cursor=" + list.NextCursor
		h.call("GET", "/v1/segments/"+want[0]+"/snapshots?cursor="+list.NextCursor).problem(422, "invalid-cursor")
	}
	require.Equal(t, want, got)
	h.call("GET", "/v1/segments?cursor=abc").problem(422, "invalid-cursor")
	full, _ := ok[segmentList](h.call("GET", "/v1/segments?limit=7"), 200)
	require.Empty(t, full.NextCursor, "there are no more")
}

func TestARepeatedSegmentIsMadeOnce(t *testing.T) {
	h := newHarness(t)
	body := object{"name": "n", "filter": cityIs("Nairobi")}
	first, _ := ok[segmentBody](h.call("POST", "/v1/segments", body).with("Idempotency-Key", "k1"), 201)
	again, header := ok[segmentBody](h.call("POST", "/v1/segments", body).with("Idempotency-Key", "k1"), 201)
	require.Equal(t, first, again)
	require.Equal(t, "true", header.Get("Idempotency-Replayed"))
	h.call("POST", "/v1/segments", object{"name": "m"}).with("Idempotency-Key", "k1").problem(422, "idempotency-key-reused")

	refresh := "/v1/segments/" + first.ID + "/refresh"
	taken, _ := ok[snapshotBody](h.call("POST", refresh).with("Idempotency-Key", "k2"), 201)
	h.settle("Nairobi", 1)
	repeated, header := ok[snapshotBody](h.call("POST", refresh).with("Idempotency-Key", "k2"), 201)
	require.Equal(t, taken, repeated)
	require.Equal(t, "true", header.Get("Idempotency-Replayed"))

	_, _ = ok[none](h.call("DELETE", "/v1/segments/"+first.ID), 204)
	h.call("POST", "/v1/segments", body).with("Idempotency-Key", "k1").problem(410, "deleted-since")
}

func TestSnapshotsAndWhatChanged(t *testing.T) {
	h := newHarness(t)
	segment := h.segment("Nairobi", "Nairobi")
	path := "/v1/segments/" + segment.ID
	people := h.settle("Nairobi", 5)
	w := h.call("POST", path+"/refresh").do()
	require.Equal(t, 201, w.Code)
	require.Equal(t, path+"/snapshots/1", w.Header().Get("Location"))
	require.NotEmpty(t, w.Header().Get("Kundi-Seq"))
	var first snapshotBody
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &first))
	require.EqualValues(t, 5, first.Entered)
	require.NotContains(t, w.Body.String(), "unchanged")
	require.Equal(t, segment.Version, first.DefinitionVersion)

	same := h.refresh(segment.ID, 200)
	require.True(t, same.Unchanged)
	same.Unchanged = false
	require.Equal(t, first, same)

	ok[contactBody](h.call("PATCH", "/v1/contacts/"+people[0], object{"city": "Mombasa"}), 200)
	ok[none](h.call("DELETE", "/v1/contacts/"+people[1]), 204)
	joined := h.settle("Nairobi", 1)
	second := h.refresh(segment.ID, 201)
	require.Equal(t, []uint64{2, 4, 1, 2}, []uint64{uint64(second.N), second.Count, second.Entered, second.Left})

	list, _ := ok[snapshotList](h.call("GET", path+"/snapshots?limit=1"), 200)
	require.Equal(t, []snapshotBody{second}, list.Snapshots)
	list, _ = ok[snapshotList](h.call("GET", path+"/snapshots?limit=1&cursor="+list.NextCursor), 200)
	require.Equal(t, []snapshotBody{first}, list.Snapshots)
	require.Empty(t, list.NextCursor)
	read, _ := ok[snapshotBody](h.call("GET", path+"/snapshots/1"), 200)
	require.Equal(t, first, read)
	for _, n := range []string{"0", "3", "01", "-1", "1.0", "4294967296", marker} {
		h.call("GET", path+"/snapshots/"+n).problem(404, "not-found")
		h.call("GET", path+"/snapshots/"+n+"/members").problem(404, "not-found")
	}

	w = h.call("GET", path+"/changes?from=1&to=2").do()
	require.JSONEq(t, fmt.Sprintf(`{"entered":[{"id":%q}],"left":[{"id":%q},{"id":%q,"cause":"deleted"}]}`, joined[0], people[0], people[1]), w.Body.String())
	mirror, _ := ok[changesBody](h.call("GET", path+"/changes?from=2&to=1"), 200)
	require.Equal(t, []changeBody{{ID: people[0]}, {ID: people[1]}}, mirror.Entered)
	require.Equal(t, []changeBody{{ID: joined[0]}}, mirror.Left)
	w = h.call("GET", path+"/changes?from=2&to=2").do()
	require.JSONEq(t, `{"entered":[],"left":[]}`, w.Body.String())

	page, _ := ok[changesBody](h.call("GET", path+"/changes?from=1&to=2&limit=2"), 200)
	require.Len(t, page.Left, 2)
	require.Empty(t, page.Entered)
	h.call("GET", path+"/changes?from=2&to=1&limit=2&cursor="+page.NextCursor).problem(422, "invalid-cursor")
	page, _ = ok[changesBody](h.call("GET", path+"/changes?from=1&to=2&limit=2&cursor="+page.NextCursor), 200)
	require.Len(t, page.Entered, 1)
	require.Empty(t, page.NextCursor)
	h.call("GET", path+"/changes?from=1&to=3").problem(404, "not-found")
	require.ElementsMatch(t, []string{"from", "to"}, locations(h.call("GET", path+"/changes").problem(422, "invalid-request")))
	h.call("GET", path+"/changes?from=x&to=4294967296").problem(422, "invalid-request")

	old, _ := ok[wholeMembers](h.call("GET", path+"/snapshots/1/members"), 200)
	require.Equal(t, []string{people[0], people[2], people[3], people[4]}, idsIn(old.Contacts))
	require.EqualValues(t, 5, old.Count)
	require.Equal(t, map[string]uint64{"deleted": 1}, old.HeldBack)
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

func TestARepeatedAttributeIsDefinedOnce(t *testing.T) {
	h := newHarness(t)
	define := func() *call {
		return h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}).with("Idempotency-Key", "k1")
	}
	first, header := ok[attributeBody](define(), 201)
	require.Empty(t, header.Get("Idempotency-Replayed"))
	again, header := ok[attributeBody](define(), 201)
	require.Equal(t, first, again)
	require.Equal(t, "true", header.Get("Idempotency-Replayed"))
	ok[none](h.call("DELETE", "/v1/attributes/tier"), 204)
	define().problem(410, "deleted-since")
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
	} {
		body["city"] = "Nairobi"
		people = append(people, h.create(body).ID)
	}
	h.refresh(segment.ID, 201)
	target := "/v1/segments/" + segment.ID + "/snapshots/1/members"

	w := h.call("GET", target+"?fields=name,phone,labels,attributes.mrr,attributes.vip,company.name").with("Accept", "text/csv").do()
	require.Equal(t, 200, w.Code, w.Body.String())
	require.Equal(t, "text/csv; charset=utf-8; header=present", w.Header().Get("Content-Type"))
	rows, err := csv.NewReader(w.Body).ReadAll()
	require.NoError(t, err)
	require.Equal(t, [][]string{
		{"name", "phone", "labels", "attributes.mrr", "attributes.vip", "company.name"},
		{`Amina "A", Yusuf`, "+254712345678", "a|b", "-5.5", "false", "Maji"},
		{"'=cmd|' /C calc'!A0", "", "", "", "false", ""},
		{"-5", "", "", "", "false", ""},
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
	require.Len(t, rows, 4)
	require.Equal(t, "id", rows[0][0])
	require.True(t, slices.Contains(rows[0], "attributes.vip"))
	_, err = time.Parse(time.RFC3339, rows[1][slices.Index(rows[0], "created_at")])
	require.NoError(t, err)

	page, _ := ok[wholeMembers](h.call("GET", target+"?limit=1"), 200)
	w = h.call("GET", target+"?fields=id&cursor="+page.NextCursor).with("Accept", "text/csv").do()
	require.Equal(t, "id\n"+people[1]+"\n"+people[2]+"\n", w.Body.String(), "a stream goes on from a cursor")
	w = h.call("GET", target+"?fields=id&limit=2").with("Accept", "text/csv").do()
	require.Equal(t, "id\n"+people[0]+"\n"+people[1]+"\n", w.Body.String())

	require.Equal(t, "3", w.Header().Get("Kundi-Count"), "of all members, as in a page")
	require.Empty(t, w.Header().Values("Kundi-Held-Back"))
	ok[none](h.call("DELETE", "/v1/contacts/"+people[0]), 204)
	w = h.call("GET", target+"?fields=id").with("Accept", "text/csv").do()
	require.Equal(t, "id\n"+people[1]+"\n"+people[2]+"\n", w.Body.String())
	require.Equal(t, "3", w.Header().Get("Kundi-Count"))
	require.Equal(t, "deleted=1", w.Header().Get("Kundi-Held-Back"))

	h.call("GET", target+"?fields=nope").with("Accept", "text/csv").problem(422, "invalid-request")
	h.call("GET", "/v1/segments/"+uuid.NewString()+"/members").with("Accept", "text/csv").problem(404, "not-found")
	empty := h.segment("empty", "Nowhere")
	require.Equal(t, "name\n", h.call("GET", "/v1/segments/"+empty.ID+"/members?fields=name").with("Accept", "text/csv").do().Body.String())
	w = h.call("GET", "/v1/segments/"+empty.ID+"/members").with("Accept", "application/x-ndjson").do()
	require.Equal(t, 200, w.Code)
	require.Empty(t, w.Body.String())
}

func TestNegotiate(t *testing.T) {
	for accept, want := range map[string]string{
		"": jsonMedia, "*/*": jsonMedia, "application/json": jsonMedia, "text/html": jsonMedia, "text/csv": csvMedia, "TEXT/CSV; charset=utf-8": csvMedia,
		"application/x-ndjson": ndjsonMedia, "application/ndjson": ndjsonMedia, "text/csv;q=0.5, application/json;q=0.4": csvMedia,
		"text/csv;q=0.4, application/json;q=0.5": jsonMedia, "text/csv;q=0": jsonMedia, "text/csv;q=x": jsonMedia, ";;;": jsonMedia, "text/csv, application/x-ndjson": csvMedia,
	} {
		require.Equal(t, want, negotiate(accept), accept)
	}
}

// broken is a store that fails after some reads.
type broken struct {
	Records
	left int
}

var errBroken = errors.New("the disk has gone")

func (b *broken) Companies(ctx context.Context, ordinals []uint32) ([]*contacts.Company, error) {
	if b.left--; b.left < 0 {
		return nil, errBroken
	}
	return b.Records.Companies(ctx, ordinals)
}

func TestAStreamThatFailsIsCutOff(t *testing.T) {
	h := newHarness(t)
	segment := h.segment("Nairobi", "Nairobi")
	var batch []object
	for i := range 900 {
		batch = append(batch, object{"name": fmt.Sprint(i), "city": "Nairobi", "company": "Maji"})
	}
	ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": batch}), 200)
	server := httptest.NewServer(h.server.engine)
	defer server.Close()
	get := func(media string) (int, error) {
		r, err := http.NewRequest("GET", server.URL+"/v1/segments/"+segment.ID+"/members?fields=name,company.name", nil)
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
	for _, media := range []string{csvMedia, ndjsonMedia} {
		status, err := get(media)
		require.NoError(t, err)
		require.Equal(t, 200, status)

		h.server.records = &broken{Records: whole, left: 1}
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

func TestRunsOfASchedule(t *testing.T) {
	h := newHarness(t)
	segment := h.segment("n", "Nairobi")
	target := "/v1/segments/" + segment.ID + "/runs"
	require.JSONEq(t, `{"runs":[]}`, h.call("GET", target).do().Body.String())
	at := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	h.server.runs = ran{
		{ScheduledFor: at, StartedAt: at, FinishedAt: at.Add(time.Second), Outcome: scheduler.Failed, Error: "segment-broken"},
		{ScheduledFor: at.Add(-time.Hour), StartedAt: at, FinishedAt: at, Outcome: scheduler.Unchanged, CatchUp: true, Result: &scheduler.Result{Snapshot: 3, Count: 0}},
		{ScheduledFor: at.Add(-2 * time.Hour), StartedAt: at, FinishedAt: at, Outcome: scheduler.Skipped},
	}
	page, _ := ok[object](h.call("GET", target+"?limit=2"), 200)
	require.Equal(t, []any{
		object{"scheduled_for": "2026-11-22T06:00:00.000Z", "started_at": "2026-11-22T06:00:00.000Z", "finished_at": "2026-11-22T06:00:01.000Z", "outcome": "failed", "error": "segment-broken"},
		object{"scheduled_for": "2026-11-22T05:00:00.000Z", "started_at": "2026-11-22T06:00:00.000Z", "finished_at": "2026-11-22T06:00:00.000Z", "outcome": "unchanged", "catch_up": true,
			"snapshot": 3.0, "count": 0.0, "entered": 0.0, "left": 0.0},
	}, page["runs"])
	page, _ = ok[object](h.call("GET", target+"?limit=2&cursor="+page["next_cursor"].(string)), 200)
	require.Len(t, page["runs"], 1)
	require.NotContains(t, page, "next_cursor")
	h.call("GET", target+"?cursor=x").problem(422, "invalid-cursor")
}

// ran is a scheduler with a past.
type ran []scheduler.Run

func (ran) NextRun(contacts.ID) (time.Time, bool) { return time.Time{}, false }

func (r ran) Runs(_ context.Context, _ contacts.ID, before time.Time, limit int) ([]scheduler.Run, error) {
	var list []scheduler.Run
	for _, run := range r {
		if (before.IsZero() || run.ScheduledFor.Before(before)) && len(list) < limit {
			list = append(list, run)
		}
	}
	return list, nil
}

func TestExpiredSnapshotsAreGone(t *testing.T) {
	h := newHarness(t)
	h.server.snapshots = expired{h.server.snapshots}
	segment := h.segment("n", "Nairobi")
	for _, path := range []string{"/snapshots/1", "/snapshots/1/members", "/changes?from=1&to=2"} {
		h.call("GET", "/v1/segments/"+segment.ID+path).problem(410, "snapshot-expired")
	}
}

// expired are snapshots of which none is left.
type expired struct{ stored }

// stored names the interface otherwise than its method.
type stored interface{ Snapshots }

var errExpired = &contacts.Error{Kind: contacts.KindGone, Type: "snapshot-expired", Message: "It was removed."}

func (expired) Snapshot(context.Context, contacts.ID, uint32) (*segments.Snapshot, error) {
	return nil, errExpired
}

func (expired) SnapshotMembers(context.Context, contacts.ID, uint32) (*segments.Members, error) {
	return nil, errExpired
}

func (expired) Changes(context.Context, contacts.ID, uint32, uint32, uint32, int) (segments.Changes, error) {
	return segments.Changes{}, errExpired
}

func TestFiltersAndSegmentsAgree(t *testing.T) {
	h := newHarness(t)
	h.settle("Nairobi", 3)
	h.settle("Mombasa", 2)
	segment := h.segment("Nairobi", "Nairobi")
	v, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"filter": object{
		"combinator": "and", "rules": []object{{"field": "segment", "operator": "not_in", "value": []string{segment.ID}}},
	}}), 200)
	require.EqualValues(t, 2, v.Count)
	require.NotContains(t, strings.ToLower(h.log.String()), "error")
}
