package api

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

var audienceSamples = samples{
	heavy: []string{"create-audience", "list-audiences", "list-audience-members", "list-audience-held-back", "report-audience-events"},
	writes: func(h *harness) []write {
		one := h.audience(object{"campaign": "one"})
		return []write{
			{"create-audience", "POST", "/v1/audiences", object{"segment_id": one.SegmentID, "campaign": "two"}, 201},
			{"acknowledge-audience", "POST", "/v1/audiences/" + one.ID + "/ack", object{"row": 1}, 200},
			{"report-audience-events", "POST", "/v1/audiences/" + one.ID + "/events", object{"events": []object{{"row": 1, "kind": "opened", "at": "2026-11-01T10:00:00Z"}, {"row": 9}}}, 200},
			{"delete-audience", "DELETE", "/v1/audiences/" + h.audience(object{"campaign": "three"}).ID, nil, 204},
		}
	},
	one: func(h *harness) (path, route string) {
		return "/audiences/" + h.audience(object{"campaign": "one"}).ID, "/audiences/:id"
	},
}

// audience makes an audience of five people in a city of their own, or of the segment of the draft.
func (h *harness) audience(draft object) audienceBody {
	h.t.Helper()
	if draft["segment_id"] == nil {
		city := fmt.Sprint("Kisumu ", h.store.Head())
		h.settle(city, 5)
		draft["segment_id"] = h.segment(city, city).ID
	}
	made, _ := ok[audienceBody](h.call("POST", "/v1/audiences", draft), 201)
	return made
}

// pulledMember is a row as tests look at it.
type pulledMember struct {
	Row        uint32
	ID         string
	Group      string
	Name       string
	Seq        uint64
	Blocked    bool
	Attributes map[string]any
}

// pull reads the rows of an audience, page by page.
func (h *harness) pull(id, query string) (rows []pulledMember, held map[string]uint64) {
	h.t.Helper()
	for cursor := ""; ; {
		page, _ := ok[struct {
			Members    []pulledMember
			HeldBack   map[string]uint64 `json:"held_back"`
			NextCursor string            `json:"next_cursor"`
		}](h.call("GET", "/v1/audiences/"+id+"/members?limit=2"+query+"&cursor="+cursor), 200)
		rows, held = append(rows, page.Members...), page.HeldBack
		if cursor = page.NextCursor; cursor == "" {
			return rows, held
		}
	}
}

func rowNames(rows []pulledMember) (list []string) {
	for _, r := range rows {
		list = append(list, fmt.Sprint(r.Row, " ", r.Name))
	}
	return list
}

func TestAudienceFromCreationToDeletion(t *testing.T) {
	h := newHarness(t)
	people := h.settle("Nairobi", 4)
	segment := h.segment("Nairobi", "nairobi").ID
	draft := object{"segment_id": segment, "campaign": "spring", "fields": []string{"name"}}
	a, header := ok[audienceBody](h.call("POST", "/v1/audiences", draft).as(access.ScopeCampaign), 201)
	require.Equal(t, "/v1/audiences/"+a.ID, header.Get("Location"))
	require.Equal(t, fmt.Sprintf("%q", fmt.Sprint(a.Version)), header.Get("ETag"))
	require.Equal(t, fmt.Sprint(a.Version), header.Get("Kundi-Seq"))
	require.Equal(t, audienceBody{
		ID: a.ID, SegmentID: segment, Snapshot: 1, Campaign: "spring", Fields: []string{"name"}, Count: 4, HeldBack: map[string]uint64{}, Groups: map[string]uint32{},
		Seq: a.Seq, CreatedAt: a.CreatedAt, CreatedBy: authorBody{Source: "api", Name: "campaign"}, Version: a.Version,
	}, a)
	path := "/v1/audiences/" + a.ID
	read, _ := ok[audienceBody](h.call("GET", path).as(access.ScopeAI), 200)
	require.Equal(t, a, read)
	list, _ := ok[audienceList](h.call("GET", "/v1/audiences"), 200)
	require.Equal(t, []audienceBody{a}, list.Audiences)

	rows, held := h.pull(a.ID, "")
	require.Equal(t, []string{"1 Nairobi 0", "2 Nairobi 1", "3 Nairobi 2", "4 Nairobi 3"}, rowNames(rows))
	require.Empty(t, held)
	for i, row := range rows {
		require.Equal(t, people[i], row.ID)
		require.NotZero(t, row.Seq)
	}

	ok[contactBody](h.call("POST", "/v1/contacts/"+people[0]+"/block"), 200)
	require.Equal(t, 204, h.call("DELETE", "/v1/contacts/"+people[2]).do().Code)
	other := h.create(object{"name": "Elsewhere"}).ID
	ok[contactBody](h.call("POST", "/v1/contacts/"+other+"/merge", object{"contact_id": people[3]}), 200)
	changed, _ := ok[contactBody](h.call("PATCH", "/v1/contacts/"+people[1], object{"name": "New name", "city": "Thika"}), 200)
	rows, held = h.pull(a.ID, "")
	require.Equal(t, []string{"2 New name"}, rowNames(rows), "values are of the pull, rows and members of the freeze")
	require.Equal(t, changed.Version, rows[0].Seq)
	require.Equal(t, map[string]uint64{"blocked": 1, "deleted": 1, "merged": 1}, held)
	require.Empty(t, rowNames(first(h.pull(a.ID, "&from_row=3"))))
	ok[contactBody](h.call("DELETE", "/v1/contacts/"+people[0]+"/block"), 200)
	require.Equal(t, []string{"1 Nairobi 0", "2 New name"}, rowNames(first(h.pull(a.ID, ""))), "its number was kept")

	done, header := ok[audienceBody](h.call("POST", path+"/ack", object{"row": 3}).as(access.ScopeCampaign), 200)
	require.EqualValues(t, 3, done.Acknowledged)
	require.NotEmpty(t, done.AcknowledgedAt)
	require.Equal(t, fmt.Sprint(done.Version), header.Get("Kundi-Seq"))
	h.call("POST", path+"/ack", object{"row": 2}).problem(409, "acknowledged-further")
	require.Equal(t, []string{"row"}, locations(h.call("POST", path+"/ack", object{"row": 5}).problem(422, "invalid-acknowledgement")))
	h.call("POST", path+"/ack", object{"row": 3}).as(access.ScopeAgent).problem(403, "forbidden")

	h.call("DELETE", path).as(access.ScopeCampaign).problem(403, "forbidden")
	h.call("DELETE", path).with("If-Match", fmt.Sprintf("%q", fmt.Sprint(a.Version))).problem(412, "version-mismatch")
	require.Equal(t, 204, h.call("DELETE", path).as(access.ScopeMarketer).do().Code)
	h.call("GET", path+"/members").problem(404, "not-found")
	h.call("POST", path+"/ack", object{"row": 3}).problem(404, "not-found")
}

func first[A, B any](a A, _ B) A { return a }

// TestAudienceStreams: NDJSON and CSV have the rows that JSON has, from any row on.
func TestAudienceStreams(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "text"}), 201)
	people := h.settle("Nairobi", 250)
	ok[contactBody](h.call("PATCH", "/v1/contacts/"+people[7], object{"name": "=1+1", "attributes": object{"tier": "gold, <old>"}}), 200)
	require.Equal(t, 204, h.call("DELETE", "/v1/contacts/"+people[100]).do().Code)
	a := h.audience(object{
		"segment_id": h.segment("Nairobi", "nairobi").ID, "campaign": "spring", "fields": []string{"name", "attributes.tier"},
		"split": []object{{"name": "A", "percent": 60.5}, {"name": "=B", "percent": 30}},
	})
	require.EqualValues(t, 249, a.Count)
	require.Equal(t, a.Count, a.Groups["A"]+a.Groups["=B"]+a.Groups["hold_out"])
	require.Equal(t, 204, h.call("DELETE", "/v1/contacts/"+people[9]).do().Code)
	all := first(h.pull(a.ID, ""))
	hidden := first(h.pull(a.ID, "&group=hold_out"))
	require.Len(t, slices.Concat(all, hidden), 248)
	require.NotEmpty(t, hidden)

	lines := func(query string) (rows []pulledMember) {
		w := h.call("GET", "/v1/audiences/"+a.ID+"/members"+query).with("Accept", "application/x-ndjson").do()
		require.Equal(t, 200, w.Code, w.Body.String())
		for line := range strings.Lines(w.Body.String()) {
			var row pulledMember
			require.NoError(t, json.Unmarshal([]byte(line), &row))
			rows = append(rows, row)
		}
		return rows
	}
	require.Equal(t, all, lines(""))
	require.Equal(t, all[150:], lines(fmt.Sprintf("?from_row=%d", all[150].Row)))
	require.Equal(t, hidden, lines("?group=hold_out"))
	for _, row := range lines("?group=A") {
		require.Equal(t, "A", row.Group)
	}
	w := h.call("GET", "/v1/audiences/"+a.ID+"/members?limit=3").with("Accept", "application/x-ndjson").do()
	require.Equal(t, 3, strings.Count(w.Body.String(), "\n"))
	cursor := w.Header().Get("Kundi-Next-Cursor")
	require.Equal(t, all[3:6], lines("?limit=3&cursor="+cursor))
	require.Equal(t, fmt.Sprint(a.Count-a.Groups["hold_out"]), w.Header().Get("Kundi-Count"))
	h.call("GET", "/v1/audiences/"+a.ID+"/members?group=A&cursor="+cursor).problem(422, "invalid-cursor")
	require.Equal(t, all[3:6], lines("?limit=3&from_row=1&cursor="+cursor))
	p := h.call("GET", "/v1/audiences/"+a.ID+"/members?from_row=2&cursor="+cursor).problem(422, "invalid-cursor")
	require.Equal(t, []string{"from_row"}, locations(p))

	w = h.call("GET", "/v1/audiences/"+a.ID+"/members").with("Accept", "text/csv").do()
	sheet, err := csv.NewReader(strings.NewReader(w.Body.String())).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"row", "id", "group", "name", "attributes.tier", "seq"}, sheet[0])
	require.Len(t, sheet, len(all)+1)
	for i, row := range all {
		guarded := func(text string) string {
			if strings.HasPrefix(text, "=") {
				return "'" + text
			}
			return text
		}
		tier, _ := row.Attributes["tier"].(string)
		require.Equal(t, []string{fmt.Sprint(row.Row), row.ID, guarded(row.Group), guarded(row.Name), tier, fmt.Sprint(row.Seq)}, sheet[i+1])
	}

	require.Equal(t, 204, h.call("DELETE", "/v1/attributes/tier").do().Code)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "number"}), 201)
	ok[contactBody](h.call("PATCH", "/v1/contacts/"+people[8], object{"attributes": object{"tier": 5}}), 200)
	for _, row := range lines("") {
		require.Empty(t, row.Attributes, "another attribute of the key is not what was chosen")
	}
	empty := h.audience(object{"segment_id": h.segment("Nobody", "nowhere").ID, "campaign": "none"})
	w = h.call("GET", "/v1/audiences/"+empty.ID+"/members").with("Accept", "text/csv").do()
	require.True(t, strings.HasPrefix(w.Body.String(), `"row","id","type"`), w.Body.String())
	require.Equal(t, 1, strings.Count(w.Body.String(), "\n"))
}

// TestAudienceOfWholeContacts has all that a list of contacts has.
func TestAudienceOfWholeContacts(t *testing.T) {
	h := newHarness(t)
	a := h.audience(object{"campaign": "spring"})
	page, _ := ok[struct{ Members []json.RawMessage }](h.call("GET", "/v1/audiences/"+a.ID+"/members"), 200)
	var row struct {
		ID string
	}
	require.NoError(t, json.Unmarshal(page.Members[2], &row))
	contact := h.call("GET", "/v1/contacts/"+row.ID).do().Body.String()
	contact = strings.TrimSpace(contact)
	version := contact[strings.LastIndex(contact, `"version":`)+len(`"version":`):]
	require.JSONEq(t, `{"row":3,`+contact[1:len(contact)-1]+`,"seq":`+strings.TrimRight(strings.SplitN(version, ",", 2)[0], "}")+`}`, string(page.Members[2]))
}

// TestFaultsOfAudiences: shape and meaning are told at once.
func TestFaultsOfAudiences(t *testing.T) {
	h := newHarness(t)
	segment := h.segment("Nairobi", "nairobi").ID
	refused := func(body any, want ...string) {
		t.Helper()
		require.ElementsMatch(t, want, locations(h.call("POST", "/v1/audiences", body).problem(422, "invalid-audience")))
	}
	refused(object{}, "segment_id", "campaign")
	refused(object{
		"segment_id": marker, "campaign": 5, "channel": marker, "limit": 0, "snapshot": 0, "fields": []string{"name", marker}, marker: 1,
		"split":   []object{{"name": "A", "percent": 60}, {"name": "B", "percent": 41}},
		"exclude": object{"segments": []string{marker}, "audiences": []string{segment}, "campaigns_within": 7},
	}, "body", "segment_id", "campaign", "channel", "limit", "snapshot", "fields[1]", "split", "exclude.segments[0]", "exclude.audiences[0]", "exclude.campaigns_within")
	one := func(members object) object {
		members["segment_id"], members["campaign"] = segment, "c"
		return members
	}
	refused(one(object{"split": []object{{"name": "A", "percent": 33.333}, {"name": "a", "percent": -1}, {"name": "hold_out", "percent": 1}}}),
		"split[0].percent", "split[1].name", "split[1].percent", "split[2].name")
	refused(one(object{"split": []object{{"name": "A", "percent": 100}, {"name": "B", "percent": 1}}}), "split")
	refused(one(object{"exclude": object{"segments": []string{segment}}}), "exclude.segments[0]")
	refused(one(object{"exclude": object{"campaigns_within": object{"campaigns": []string{}, "within": "P7D"}}}), "exclude.campaigns_within.campaigns")
	refused(one(object{"exclude": object{"campaigns_within": object{"campaigns": []string{"a"}}}}), "exclude.campaigns_within.within")
	refused(one(object{"exclude": object{"campaigns_within": "P7X", "countries": 1}}), "exclude.campaigns_within", "exclude")
	refused(one(object{"snapshot": 3}), "snapshot")
	h.call("POST", "/v1/audiences", `[]`).problem(422, "invalid-audience")
	h.call("POST", "/v1/audiences", `{`).problem(400, "malformed-json")

	a := h.audience(one(object{"split": []object{{"name": "A", "percent": 33.33}, {"name": "B", "percent": 66.67}}, "exclude": nil, "limit": nil, "channel": nil}))
	h.call("GET", "/v1/audiences/"+a.ID+"/members?group="+marker).problem(422, "invalid-group")
	h.call("GET", "/v1/audiences/"+a.ID+"/members?from_row=0").problem(422, "invalid-request")
	guarded, _ := ok[audienceBody](h.call("POST", "/v1/audiences", one(object{"exclude": object{"audiences": []string{a.ID}, "campaigns_within": object{"campaigns": []string{"x"}, "within": "P7D"}}})), 201)
	require.Equal(t, []string{"x"}, guarded.Unknown)
}

// TestFieldsThatAreNotShown are refused with the reason, and never with the word that was sent.
func TestFieldsThatAreNotShown(t *testing.T) {
	h := newHarness(t)
	segment := h.segment("Nairobi", "nairobi").ID
	for name, want := range map[string]string{
		"segment": "only filters have", "random_bucket": "only filters have", "notes": "only filters have", "changed.city": "when a field changed", "segmnt": "like email or attributes.tier", "citty": "did you mean city?",
	} {
		for _, p := range []wire.Problem{
			h.call("POST", "/v1/audiences", object{"segment_id": segment, "campaign": "x", "fields": []string{name}}).problem(422, "invalid-audience"),
			h.call("GET", "/v1/segments/"+segment+"/members?fields="+name).problem(422, "invalid-request"),
		} {
			require.Len(t, p.Errors, 1)
			require.Contains(t, p.Errors[0].Detail, want)
			require.NotContains(t, p.Errors[0].Detail, name)
		}
	}
}

// TestASnapshotIsKeptForAnAudience although the segment has many newer ones.
func TestASnapshotIsKeptForAnAudience(t *testing.T) {
	h := newHarness(t)
	h.settle("Nairobi", 2)
	segment := h.segment("Nairobi", "nairobi").ID
	a := h.audience(object{"segment_id": segment, "campaign": "c"})
	for range 110 {
		h.settle("Nairobi", 1)
		h.refresh(segment, 201)
	}
	path := "/v1/segments/" + segment + "/snapshots"
	require.EqualValues(t, 1, h.call("GET", path+"/2").problem(410, "snapshot-expired").Nearest)
	kept, _ := ok[snapshotBody](h.call("GET", path+"/1"), 200)
	require.EqualValues(t, 2, kept.Count)
	list, _ := ok[snapshotList](h.call("GET", path+"?limit=200"), 200)
	require.Len(t, list.Snapshots, 101)
	require.Equal(t, kept, list.Snapshots[100])
	members, _ := ok[memberList](h.call("GET", path+"/1/members"), 200)
	require.EqualValues(t, 2, members.Count)
	again := h.audience(object{"segment_id": segment, "campaign": "d", "snapshot": 1})
	require.EqualValues(t, 2, again.Count)
	h.call("POST", "/v1/audiences", object{"segment_id": segment, "campaign": "c", "snapshot": 2}).problem(410, "snapshot-expired")
	for _, id := range []string{a.ID, again.ID} {
		require.Equal(t, 204, h.call("DELETE", "/v1/audiences/"+id).do().Code)
	}
	h.call("GET", path+"/1").problem(410, "snapshot-expired")
}

// TestAudienceOfAChannel: those who cannot be written to have no row, of two with one address the first
// has, and who is lost later is left out.
func TestAudienceOfAChannel(t *testing.T) {
	h := newHarness(t)
	person := func(name string, more object) string {
		more["name"], more["city"] = name, "Nairobi"
		return h.create(more).ID
	}
	shared := func() []object { return []object{{"value": "home@example.org", "shared": true}} }
	ada := person("Ada", object{"email": "ada@example.org"})
	person("Ben", object{"emails": shared()})
	person("Cy", object{"emails": shared()})
	dan := person("Dan", object{"email": "dan@example.org"})
	person("Eve", object{})
	fay := person("Fay", object{"email": "fay@example.org"})
	gil := person("Gil", object{"email": "gil@example.org"})
	out := func(id string) {
		ok[contactBody](h.call("PATCH", "/v1/contacts/"+id, object{"consent": object{"email": "unsubscribed"}}), 200)
	}
	out(dan)
	ok[contactBody](h.call("POST", "/v1/contacts/"+gil+"/block"), 200)
	segment := h.segment("Nairobi", "nairobi").ID
	a := h.audience(object{"segment_id": segment, "campaign": "c", "channel": "email", "fields": []string{"name"}})
	require.EqualValues(t, 3, a.Count)
	require.Equal(t, map[string]uint64{"blocked": 1, "unsubscribed": 1, "unreachable": 1, "double_address": 1}, a.HeldBack)
	rows, held := h.pull(a.ID, "")
	require.Equal(t, []string{"1 Ada", "2 Ben", "3 Fay"}, rowNames(rows))
	require.Empty(t, held)
	any := h.audience(object{"segment_id": segment, "campaign": "c"})
	require.EqualValues(t, 6, any.Count, "without a channel only who is blocked is held back")

	out(ada)
	rows, held = h.pull(a.ID, "")
	require.Equal(t, []string{"2 Ben", "3 Fay"}, rowNames(rows))
	require.Equal(t, map[string]uint64{"unsubscribed": 1}, held)
	require.Len(t, first(h.pull(any.ID, "")), 6)
	require.Equal(t, fay, first(h.pull(any.ID, ""))[5].ID)
}

// TestWhomAnAudienceHoldsBack are listed by their reason: those of when it was made, and those of now.
func TestWhomAnAudienceHoldsBack(t *testing.T) {
	h := newHarness(t)
	people := h.settle("Nairobi", 6)
	block := func(id string) { ok[contactBody](h.call("POST", "/v1/contacts/"+id+"/block"), 200) }
	for _, id := range people[:3] {
		block(id)
	}
	out := h.segment("Nairobi 3", "nairobi").ID
	ok[segmentBody](h.call("PATCH", "/v1/segments/"+out, object{"filter": object{"combinator": "and", "rules": []object{{"field": "name", "operator": "eq", "value": "Nairobi 3"}}}}), 200)
	a := h.audience(object{"segment_id": h.segment("Nairobi", "nairobi").ID, "campaign": "c", "fields": []string{"name"}, "exclude": object{"segments": []string{out}}})
	require.Equal(t, map[string]uint64{"blocked": 3, "excluded": 1}, a.HeldBack)
	path := "/v1/audiences/" + a.ID + "/held-back?reason="
	type heldList struct {
		Contacts   []struct{ Name string }
		Count      uint64
		HeldBack   map[string]uint64 `json:"held_back"`
		NextCursor string            `json:"next_cursor"`
	}
	held := func(query string) (names []string, list heldList) {
		list, _ = ok[heldList](h.call("GET", path+query), 200)
		for _, one := range list.Contacts {
			names = append(names, one.Name)
		}
		return names, list
	}
	names, list := held("blocked&limit=2")
	require.Equal(t, []string{"Nairobi 0", "Nairobi 1"}, names)
	require.EqualValues(t, 3, list.Count)
	names, list = held("blocked&limit=2&cursor=" + list.NextCursor)
	require.Equal(t, []string{"Nairobi 2"}, names)
	require.Empty(t, list.NextCursor)
	require.Equal(t, []string{"Nairobi 3"}, first(held("excluded")))
	require.Empty(t, first(held("suppressed")))
	require.Empty(t, first(held("blocked&when=now")))
	text := h.call("GET", path+"blocked").with("Accept", "text/csv").do().Body.String()
	require.Equal(t, 4, strings.Count(text, "\n"), text)

	ok[contactBody](h.call("DELETE", "/v1/contacts/"+people[0]+"/block"), 200)
	require.Equal(t, 204, h.call("DELETE", "/v1/contacts/"+people[1]).do().Code)
	block(people[4])
	names, list = held("blocked")
	require.Equal(t, []string{"Nairobi 0", "Nairobi 2"}, names, "as it was when the audience was made")
	require.Equal(t, map[string]uint64{"deleted": 1}, list.HeldBack)
	require.Equal(t, []string{"Nairobi 4"}, first(held("blocked&when=now")))

	h.call("GET", path+"deleted").problem(422, "invalid-request")
	h.call("GET", "/v1/audiences/"+a.ID+"/held-back").problem(422, "invalid-request")
	h.call("GET", path+"blocked&cursor=x").problem(422, "invalid-cursor")
	require.Equal(t, 204, h.call("DELETE", "/v1/audiences/"+a.ID).do().Code)
	h.call("GET", path+"blocked").problem(404, "not-found")
}

// TestAnAudienceOutlivesItsSegment with its rows; nothing is left of the segment and its snapshots.
func TestAnAudienceOutlivesItsSegment(t *testing.T) {
	h := newHarness(t)
	people := h.settle("Nairobi", 3)
	segment := "/v1/segments/" + h.segment("Nairobi", "nairobi").ID
	a := h.audience(object{"segment_id": segment[len("/v1/segments/"):], "campaign": "spring"})
	require.Equal(t, 204, h.call("DELETE", segment).do().Code)
	for _, path := range []string{"", "/members", "/snapshots", "/snapshots/1", "/snapshots/1/members", "/explain?contact=" + people[0]} {
		h.call("GET", segment+path).problem(404, "not-found")
	}

	path := "/v1/audiences/" + a.ID
	read, _ := ok[audienceBody](h.call("GET", path), 200)
	require.Equal(t, a, read)
	rows, _ := h.pull(a.ID, "")
	require.Len(t, rows, 3)
	require.Equal(t, people[0], rows[0].ID)
	require.Equal(t, 200, h.call("POST", path+"/ack", object{"row": 2}).do().Code)
	body, _ := ok[reportBody](h.report(a.ID, object{"row": 1, "kind": "replied", "at": "2026-01-20T10:00:00Z"}), 200)
	require.Equal(t, []string{"201 created"}, results(body))
	require.Equal(t, 1, h.counted("any", ruleOn("campaign", "eq", "spring")))
	next := h.audience(object{"campaign": "summer", "exclude": object{"audiences": []string{a.ID}}})
	require.EqualValues(t, 5, next.Count)
	require.Equal(t, 204, h.call("DELETE", path).do().Code)
}
