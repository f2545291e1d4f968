package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/scheduler"
)

// UnmarshalJSON lets tests read what MarshalJSON writes.
func (f *storedFilter) UnmarshalJSON(text []byte) error {
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

func TestSegmentFromCreationToDeletion(t *testing.T) {
	h := newHarness(t)
	require.NoError(t, h.scheduler.Start(context.Background(), scheduled{}))
	w := h.call("POST", "/v1/segments", `{"name":"Nairobi","description":"who lives there","filter":{"rules":[{"id":"1","value":"nairobi","operator":"=","field":"city"}],"combinator":"and"},
		"schedule":{"cron":"0 6 * * *","time_zone":"Africa/Nairobi"}}`).do()
	require.Equal(t, 201, w.Code, w.Body.String())
	var made segmentBody
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &made))
	require.Equal(t, "/v1/segments/"+made.ID, w.Header().Get("Location"))
	require.Equal(t, fmt.Sprintf("%q", fmt.Sprint(made.Version)), w.Header().Get("ETag"))
	require.Equal(t, fmt.Sprint(made.Version), w.Header().Get("Kundi-Seq"))
	require.Contains(t, w.Body.String(), `"filter":{"combinator":"and","rules":[{"field":"city","operator":"eq","value":"nairobi"}]}`, "in our words, without ids")
	next, err := time.Parse(time.RFC3339, made.Schedule.NextRunAt)
	require.NoError(t, err)
	require.Equal(t, 3, next.Hour(), "06:00 in Nairobi")
	require.Equal(t, &authorBody{Source: "api", Name: "admin"}, made.UpdatedBy)
	require.Equal(t, `City is "nairobi"`, made.Reading)

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
	patched, _ = ok[segmentBody](h.call("PATCH", path, `{"schedule":null,"filter":null}`).with("Content-Type", wire.MergePatchMedia), 200)
	require.Nil(t, patched.Schedule)
	require.JSONEq(t, `{"combinator":"and","rules":[]}`, string(*patched.Filter))
	require.Equal(t, "everyone", patched.Reading)

	h.call("DELETE", path).with("If-Match", etag).problem(412, "version-mismatch")
	_, header = ok[wire.None](h.call("DELETE", path), 204)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	for _, c := range []*call{
		h.call("GET", path), h.call("PATCH", path, object{}), h.call("DELETE", path), h.call("POST", path+"/refresh"),
		h.call("GET", path+"/members"), h.call("GET", path+"/runs"), h.call("GET", path+"/snapshots"), h.call("GET", path+"/snapshots/1"),
		h.call("GET", path+"/snapshots/1/members"), h.call("GET", path+"/changes?from=1&to=1"), h.call("GET", "/v1/segments/x"),
	} {
		c.problem(404, "not-found")
	}
}

// TestReadingsNameSegments by what they are called now, in lists too.
func TestReadingsNameSegments(t *testing.T) {
	h := newHarness(t)
	kenya := h.segment("Kenya", "Nairobi")
	inside := object{"combinator": "and", "rules": []object{{"field": "segment", "operator": "not_in", "value": []string{kenya.ID}}}}
	outer, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "Others", "filter": inside}), 201)
	require.Equal(t, `Contact is not in the segment "Kenya"`, outer.Reading)
	ok[segmentBody](h.call("PATCH", "/v1/segments/"+kenya.ID, object{"name": "East"}), 200)
	list, _ := ok[segmentList](h.call("GET", "/v1/segments"), 200)
	require.Equal(t, []string{`City is "Nairobi"`, `Contact is not in the segment "East"`}, []string{list.Segments[0].Reading, list.Segments[1].Reading})
}

// scheduled is a workspace without schedules of before.
type scheduled struct{}

func (scheduled) EachSchedule(context.Context, func(ledger.ID, string, string, time.Duration, time.Time) error) error {
	return nil
}

func (scheduled) Refresh(context.Context, ledger.ID) (scheduler.Result, error) {
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

	_, _ = ok[wire.None](h.call("DELETE", "/v1/segments/"+first.ID), 204)
	h.call("POST", "/v1/segments", body).with("Idempotency-Key", "k1").problem(410, "deleted-since")
	h.call("POST", refresh).with("Idempotency-Key", "k2").problem(410, "deleted-since")
	h.call("POST", refresh).problem(404, "not-found")
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

// TestASegmentSaysThatItIsBroken, alone and in lists: a link of its filter has a scheme that links have no longer.
func TestASegmentSaysThatItIsBroken(t *testing.T) {
	h := newHarness(t)
	_, _ = ok[wire.None](h.call("POST", "/v1/attributes", object{"key": "site", "label": "Site", "type": "link", "schemes": []string{"https", "ftp"}}), 201)
	fine := h.segment("Nairobi", "Nairobi")
	site := h.segmentOf("Site", rulesOf("and", ruleOn("city", "exists", nil), ruleOn("attributes.site", "eq", "ftp://files.example")))
	broken := func() (found [][]wire.ProblemError) {
		list, _ := ok[segmentList](h.call("GET", "/v1/segments"), 200)
		for i, id := range []string{fine.ID, site.ID} {
			one, _ := ok[segmentBody](h.call("GET", "/v1/segments/"+id), 200)
			require.Equal(t, one.Broken, list.Segments[i].Broken)
			found = append(found, one.Broken)
		}
		return found
	}
	require.Equal(t, make([][]wire.ProblemError, 2), broken())
	_, _ = ok[wire.None](h.call("PATCH", "/v1/attributes/site", object{"schemes": []string{"https"}}), 200)
	found := broken()
	require.Nil(t, found[0])
	require.Equal(t, []wire.ProblemError{{Location: "filter.rules[1].value", Detail: "must be a link that starts with https:"}}, found[1])
	p := h.call("GET", "/v1/segments/"+site.ID+"/members").problem(409, "segment-broken")
	require.Equal(t, found[1], p.Errors, "as everybody is told who asks for the members")
	renamed, _ := ok[segmentBody](h.call("PATCH", "/v1/segments/"+site.ID, object{"name": "Files"}), 200)
	require.Equal(t, found[1], renamed.Broken)
	whole, _ := ok[segmentBody](h.call("PATCH", "/v1/segments/"+site.ID, object{"filter": nil}), 200)
	require.Nil(t, whole.Broken)
}
