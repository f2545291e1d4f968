package segments_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

func TestASegmentIsKeptAsSent(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	made := w.create(`{
		"name": " Nairobi ", "description": "who lives there",
		"filter": {"combinator": "and", "rules": [{"id": "x", "field": "city", "operator": "=", "value": "NAIROBI"}]},
		"schedule": {"cron": "@daily", "time_zone": "Africa/Nairobi"}
	}`)
	require.Equal(t, "Nairobi", made.Name)
	require.JSONEq(t, `{"combinator": "and", "rules": [{"field": "city", "operator": "eq", "value": "NAIROBI"}]}`, string(made.Filter))
	require.Equal(t, noon, made.CreatedAt)
	require.NotZero(t, made.Version)
	require.Equal(t, w.store.Head(), made.Version)
	require.Equal(t, "@daily Africa/Nairobi 12:00", w.schedule.plans[made.ID])

	got, err := w.Get(context.Background(), made.ID)
	require.NoError(t, err)
	require.Equal(t, made, got)

	_, err = w.Get(context.Background(), uuid.New())
	refused(t, err, fault.KindNotFound, "not-found")
}

func TestFiltersThatSayTheSameHaveOneHash(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	require.Equal(t, w.inCity("a", "Nairobi").Hash, w.inCity("b", "NAIROBI").Hash)
	require.NotEqual(t, w.inCity("c", "Nairobi").Hash, w.inCity("d", "Mombasa").Hash)
}

func TestASegmentWithoutAFilterIsEveryone(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	w.add("Nairobi", 3)
	for name, filter := range map[string]string{"absent": "", "null": `, "filter": null`, "root": `, "filter": {"combinator": "and", "rules": []}`} {
		segment := w.create(`{"name": "` + name + `"` + filter + `}`)
		require.EqualValues(t, 3, w.refresh(segment.ID).Count, name)
	}
}

func TestEveryFaultIsToldAtOnce(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	for _, c := range []struct {
		name, draft string
		paths       []string
	}{
		{"nothing", `{}`, []string{"name"}},
		{"unknown members", `{"nome": "n", "members": []}`, []string{"", "name"}},
		{"null", `{"name": null}`, []string{"name"}},
		{"blank", `{"name": " \t"}`, []string{"name"}},
		{"number for a name", `{"name": 12}`, []string{"name"}},
		{"object for a name", `{"name": {}}`, []string{"name"}},
		{"control characters", `{"name": "a\u0000b"}`, []string{"name"}},
		{"too long", `{"name": "` + strings.Repeat("é", 201) + `"}`, []string{"name"}},
		{"description", `{"name": "n", "description": "` + strings.Repeat("é", 2001) + `"}`, []string{"description"}},
		{"description of another type", `{"name": "n", "description": []}`, []string{"description"}},
		{"filter that is none", `{"name": "n", "filter": 7}`, []string{"filter"}},
		{"filter", `{"name": "n", "filter": {"combinator": "and", "rules": [
			{"field": "city", "operator": "eq", "value": "Nairobi"}, {"field": "nope", "operator": "eq", "value": "x"}, {"field": "city", "operator": "eq", "value": ""}]}}`,
			[]string{"filter.rules[1].field", "filter.rules[2].value"}},
		{"unknown segment", `{"name": "n", "filter": {"combinator": "and", "rules": [{"field": "segment", "operator": "in", "value": ["` + uuid.NewString() + `"]}]}}`,
			[]string{"filter.rules[0].value[0]"}},
		{"schedule that is none", `{"name": "n", "schedule": "@daily"}`, []string{"schedule"}},
		{"schedule without a line", `{"name": "n", "schedule": {}}`, []string{"schedule.cron"}},
		{"schedule with more", `{"name": "n", "schedule": {"cron": "@daily", "zone": "UTC"}}`, []string{"schedule"}},
		{"schedule of other types", `{"name": "n", "schedule": {"cron": 5, "time_zone": []}}`, []string{"schedule.cron", "schedule.time_zone"}},
		{"schedule of an empty zone", `{"name": "n", "schedule": {"cron": "@daily", "time_zone": ""}}`, []string{"schedule.time_zone"}},
		{"all", `{"name": "", "description": 1, "schedule": {"cron": "never", "time_zone": "Nowhere"}, "filter": {"combinator": "and", "rules": [{"field": "city", "operator": "gt", "value": "a"}]}}`,
			[]string{"description", "filter.rules[0].operator", "name", "schedule.cron", "schedule.time_zone"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.Create(context.Background(), by, draft(t, c.draft))
			e := refused(t, err, fault.KindInvalid, "invalid-segment")
			var paths []string
			for _, f := range e.Faults {
				paths = append(paths, f.Path)
				require.NotEmpty(t, f.Detail)
			}
			require.ElementsMatch(t, c.paths, paths)
		})
	}
	require.Empty(t, w.documents(segments.SegmentDocuments), "nothing was applied")
	require.Empty(t, w.documents(segments.NameDocuments))
	require.Empty(t, w.schedule.plans)
}

func TestAFilterMustFitARecord(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	var rules []string
	for range 99 {
		rules = append(rules, `{"field": "city", "operator": "in", "value": ["`+strings.Repeat(strings.Repeat("a", 990)+`","`, 10)+`b"]}`)
	}
	_, err := w.Create(context.Background(), by, draft(t, `{"name": "n", "filter": {"combinator": "or", "rules": [`+strings.Join(rules, ",")+`]}}`))
	e := refused(t, err, fault.KindInvalid, "invalid-segment")
	require.Equal(t, "filter", e.Faults[0].Path)

	made := w.create(`{"name": "n", "filter": {"combinator": "or", "rules": [` + strings.Join(rules[:90], ",") + `]}}`)
	require.Greater(t, len(made.Filter), 850<<10)
}

func TestNamesAreTakenByTheirFold(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	first := w.inCity("Čhurned", "a")
	_, err := w.Create(context.Background(), by, draft(t, `{"name": "churned"}`))
	e := refused(t, err, fault.KindConflict, "name-taken")
	require.Equal(t, "name", e.Field)
	require.Contains(t, e.Faults[0].Detail, first.ID.String())

	second := w.inCity("other", "b")
	_, err = w.Patch(context.Background(), by, second.ID, draft(t, `{"name": "CHURNED"}`), 0)
	refused(t, err, fault.KindConflict, "name-taken")

	require.Equal(t, "churned", w.patch(first.ID, `{"name": "churned"}`).Name, "its own name in another spelling")
	w.patch(first.ID, `{"name": "moved on"}`)
	w.patch(second.ID, `{"name": "churned"}`)
	require.Len(t, w.documents(segments.NameDocuments), 2)

	_, err = w.Delete(context.Background(), by, second.ID, 0)
	require.NoError(t, err)
	w.inCity("churned", "c")
}

func TestPatchKeepsWhatIsAbsent(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	made := w.create(`{"name": "n", "description": "d", "filter": ` + cityIs("Nairobi") + `, "schedule": {"cron": "@daily", "time_zone": "Africa/Nairobi"}}`)
	w.now = noon.Add(time.Hour)

	after := w.patch(made.ID, `{"description": "e"}`)
	require.Equal(t, w.now, after.UpdatedAt)
	require.Greater(t, after.Version, made.Version)
	require.Equal(t, made.Filter, after.Filter)
	require.Equal(t, noon, after.Schedule.Since, "the schedule was not touched")

	after = w.patch(made.ID, `{"schedule": {"cron": "@hourly"}}`)
	require.Equal(t, &segments.Schedule{Cron: "@hourly", TimeZone: "Africa/Nairobi", Since: w.now}, after.Schedule)
	require.Equal(t, "@hourly Africa/Nairobi 13:00", w.schedule.plans[made.ID])
	after = w.patch(made.ID, `{"schedule": {"time_zone": null}}`)
	require.Equal(t, "UTC", after.Schedule.TimeZone, "the workspace's")

	after = w.patch(made.ID, `{"description": null, "filter": null, "schedule": null}`)
	require.Empty(t, after.Description)
	require.Nil(t, after.Filter)
	require.Nil(t, after.Schedule)
	require.Empty(t, w.schedule.plans)
	require.Equal(t, noon, after.CreatedAt)

	_, err := w.Patch(context.Background(), by, made.ID, draft(t, `{"name": null}`), 0)
	refused(t, err, fault.KindInvalid, "invalid-segment")
	got, err := w.Get(context.Background(), made.ID)
	require.NoError(t, err)
	require.Equal(t, after, got)

	head := w.store.Head()
	same := w.patch(made.ID, `{"name": " n "}`)
	require.Equal(t, after.Version, same.Version)
	require.Equal(t, head, w.store.Head(), "nothing changed, nothing is written")
}

func TestPatchAndDeleteDemandTheVersion(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	made := w.inCity("n", "a")
	_, err := w.Patch(context.Background(), by, made.ID, draft(t, `{"name": "m"}`), made.Version+1)
	refused(t, err, fault.KindPrecondition, "version-mismatch")
	_, err = w.Delete(context.Background(), by, made.ID, made.Version+1)
	refused(t, err, fault.KindPrecondition, "version-mismatch")
	_, err = w.Patch(context.Background(), by, made.ID, draft(t, `{"name": "m"}`), made.Version)
	require.NoError(t, err)

	_, err = w.Patch(context.Background(), by, uuid.New(), draft(t, `{}`), 0)
	refused(t, err, fault.KindNotFound, "not-found")
	_, err = w.Delete(context.Background(), by, uuid.New(), 0)
	refused(t, err, fault.KindNotFound, "not-found")
}

func TestASnapshotDoesNotChangeTheVersion(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	made := w.inCity("n", "a")
	taken := w.refresh(made.ID)
	got, err := w.Get(context.Background(), made.ID)
	require.NoError(t, err)
	require.Equal(t, made.Version, got.Version)
	require.Equal(t, taken.Snapshot, got.Last)
}

func names(id ledger.ID) string {
	return fmt.Sprintf(`{"combinator": "and", "rules": [{"field": "segment", "operator": "not_in", "value": [%q]}]}`, id)
}

func TestSegmentsOfSegments(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	w.add("Nairobi", 2)
	w.add("Mombasa", 3)
	nairobi := w.inCity("nairobi", "Nairobi")
	others := w.create(`{"name": "others", "filter": ` + names(nairobi.ID) + `}`)
	require.EqualValues(t, 3, w.refresh(others.ID).Count)

	_, err := w.Delete(context.Background(), by, nairobi.ID, 0)
	e := refused(t, err, fault.KindConflict, "segment-in-use")
	require.Contains(t, e.Faults[0].Detail, others.ID.String())

	_, err = w.Patch(context.Background(), by, nairobi.ID, draft(t, `{"filter": `+names(others.ID)+`}`), 0)
	e = refused(t, err, fault.KindInvalid, "invalid-segment")
	require.Equal(t, "circular: nairobi -> others -> nairobi", e.Faults[0].Detail)
	_, err = w.Patch(context.Background(), by, nairobi.ID, draft(t, `{"filter": `+names(nairobi.ID)+`}`), 0)
	e = refused(t, err, fault.KindInvalid, "invalid-segment")
	require.Equal(t, "circular: nairobi -> nairobi", e.Faults[0].Detail)

	w.patch(nairobi.ID, `{"filter": `+cityIs("Mombasa")+`}`)
	require.EqualValues(t, 2, w.refresh(others.ID).Count, "a segment's filter is that of now wherever it is named")

	_, err = w.Delete(context.Background(), by, others.ID, 0)
	require.NoError(t, err)
	_, err = w.Delete(context.Background(), by, nairobi.ID, 0)
	require.NoError(t, err)
	require.Empty(t, w.documents(segments.SegmentDocuments))
}

func (w *workspace) define(a fields.AttributeDefinition) {
	record, err := json.Marshal(a)
	require.NoError(w.t, err)
	w.update(func(tx ledger.Tx) error { return tx.PutDocument(ledger.AttributeDefinitions, a.Key, record) })
}

func TestAFilterThatTheSchemaLeftBehind(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	w.define(fields.AttributeDefinition{Number: 1, Key: "tier", Label: "Tier", Type: fields.AttributeText})
	segment := w.create(`{"name": "gold", "filter": {"combinator": "and", "rules": [{"field": "attributes.tier", "operator": "eq", "value": "gold"}]}}`)
	w.refresh(segment.ID)
	w.update(func(tx ledger.Tx) error { return tx.DeleteDocument(ledger.AttributeDefinitions, "tier") })

	_, err := w.Refresh(context.Background(), by, segment.ID)
	e := refused(t, err, fault.KindConflict, "segment-broken")
	require.Equal(t, "filter.rules[0].field", e.Faults[0].Path)
	_, err = w.Members(context.Background(), segment.ID)
	refused(t, err, fault.KindConflict, "segment-broken")

	_, err = w.SnapshotMembers(context.Background(), segment.ID, 1)
	require.NoError(t, err, "what was taken can still be read")
	require.Equal(t, "renamed", w.patch(segment.ID, `{"name": "renamed"}`).Name)
	w.patch(segment.ID, `{"filter": null}`)
	w.refresh(segment.ID)
}

func TestAThousandSegmentsByPages(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	var want []ledger.ID
	for i := range segments.MaxSegments {
		want = append(want, w.inCity(fmt.Sprint("segment ", i), "Nairobi").ID)
	}
	w.refresh(want[700])
	var got []ledger.ID
	for after := uuid.Nil; ; {
		page, more, err := w.List(context.Background(), segments.Search{Which: segments.WithArchived}, after, 300)
		require.NoError(t, err)
		require.Len(t, page, min(300, len(want)-len(got)))
		for _, segment := range page {
			require.Equal(t, segment.ID == want[700], segment.Last != nil)
			got = append(got, segment.ID)
		}
		if !more {
			break
		}
		after = got[len(got)-1]
	}
	require.Equal(t, want, got, "oldest first, each once")

	planned := 0
	require.NoError(t, w.EachSchedule(context.Background(), func(ledger.ID, string, string, time.Duration, time.Time) error { planned++; return nil }))
	require.Zero(t, planned)
	w.patch(want[7], `{"schedule": {"cron": "@daily"}}`)
	require.NoError(t, w.EachSchedule(context.Background(), func(id ledger.ID, cron, zone string, jitter time.Duration, since time.Time) error {
		planned++
		require.Equal(t, []any{want[7], "@daily", "UTC", noon}, []any{id, cron, zone, since})
		return nil
	}))
	require.Equal(t, 1, planned)
}

func withKey(key string) ledger.Caller {
	return by.WithReceipt(ledger.ReceiptKey{Key: key, Body: sha256.Sum256([]byte(key))})
}

func TestARepeatedRequestHasOneOutcome(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	w.add("Nairobi", 2)
	first, err := w.Create(t.Context(), withKey("a"), draft(t, `{"name": "n"}`))
	require.NoError(t, err)
	again, err := w.Create(t.Context(), withKey("a"), draft(t, `{"name": "n"}`))
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, first.Segment, again.Segment)
	require.Equal(t, first.Seq, again.Seq)

	taken, err := w.Refresh(t.Context(), withKey("b"), first.ID)
	require.NoError(t, err)
	w.add("Nairobi", 1)
	repeated, err := w.Refresh(t.Context(), withKey("b"), first.ID)
	require.NoError(t, err)
	require.True(t, repeated.Replayed)
	require.Equal(t, taken.Snapshot, repeated.Snapshot)
	require.Equal(t, taken.Change, repeated.Change)
	require.EqualValues(t, 2, w.refresh(first.ID).N, "the repeated request took none")

	_, err = w.Delete(context.Background(), by, first.ID, 0)
	require.NoError(t, err)
	again, err = w.Create(t.Context(), withKey("a"), draft(t, `{"name": "n"}`))
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Nil(t, again.Segment)
	require.Equal(t, first.ID, again.ID)
	repeated, err = w.Refresh(t.Context(), withKey("b"), first.ID)
	require.NoError(t, err)
	require.Equal(t, segments.Refreshed{Change: taken.Change, Replayed: true}, repeated)
}

func TestDefinitionsAreChangedOneAtATime(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	var all sync.WaitGroup
	made := make([]bool, 20)
	for i := range made {
		all.Go(func() {
			_, err := w.Create(context.Background(), by, draft(t, `{"name": "one"}`))
			made[i] = err == nil
		})
	}
	all.Wait()
	count := 0
	for _, ok := range made {
		if ok {
			count++
		}
	}
	require.Equal(t, 1, count)

	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := w.Create(ended, by, draft(t, `{"name": "two"}`))
	require.Error(t, err)
}

func TestSavedAnswersDecoders(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("n", "Nairobi")
	of := w.Saved(context.Background())
	saved, ok, err := of(segment.ID.String())
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "n", saved.Name)
	require.JSONEq(t, cityIs("Nairobi"), string(saved.Filter))
	for _, id := range []string{"", "x", uuid.NewString(), strings.ToUpper(segment.ID.String()), "{" + segment.ID.String() + "}"} {
		_, ok, err := of(id)
		require.NoError(t, err)
		require.False(t, ok, id)
	}
}

// TestADraftIsCheckedAgainstTheSchemaItIsStoredUnder lets an attribute go
// between the check of a draft and its commit.
func TestADraftIsCheckedAgainstTheSchemaItIsStoredUnder(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	w.define(fields.AttributeDefinition{Number: 1, Key: "tier", Label: "Tier", Type: fields.AttributeText})
	late := &late{Store: w.store, schema: w.store.Schema()}
	service := w.serve(late, segments.Options{})
	w.update(func(tx ledger.Tx) error { return tx.DeleteDocument(ledger.AttributeDefinitions, "tier") })
	_, err := service.Create(context.Background(), by, draft(t, `{"name": "gold", "filter": {"combinator": "and", "rules": [{"field": "attributes.tier", "operator": "exists"}]}}`))
	e := refused(t, err, fault.KindInvalid, "invalid-segment")
	require.Equal(t, "filter.rules[0].field", e.Faults[0].Path)

	segment := w.inCity("n", "Nairobi")
	late.schema = nil
	w.define(fields.AttributeDefinition{Number: 1, Key: "tier", Label: "Tier", Type: fields.AttributeText})
	late.schema = ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind)
	_, err = service.Patch(context.Background(), by, segment.ID, draft(t, `{"name": "m"}`), 0)
	require.NoError(t, err)
	require.Nil(t, late.schema, "it was asked twice")
}

// late is a store that answers once with a schema of the past.
type late struct {
	segments.Store
	schema *fields.Schema
}

func (l *late) Schema() *fields.Schema {
	if past := l.schema; past != nil {
		l.schema = nil
		return past
	}
	return l.Store.Schema()
}

func TestThereIsAnEndOfSegments(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	first, err := w.Create(t.Context(), withKey("first"), draft(t, `{"name": "0"}`))
	require.NoError(t, err)
	for i := 1; i < segments.MaxSegments; i++ {
		w.create(fmt.Sprintf(`{"name": "%d"}`, i))
	}
	before := w.store.Head()
	_, err = w.Create(context.Background(), by, draft(t, `{"name": "one more"}`))
	refused(t, err, fault.KindConflict, "too-many-segments")
	require.ErrorContains(t, err, "at most 1000 segments")
	require.Equal(t, before, w.store.Head(), "nothing was changed")
	_, err = w.Create(context.Background(), by, draft(t, `{"name": ""}`))
	refused(t, err, fault.KindInvalid, "invalid-segment")

	again, err := w.Create(t.Context(), withKey("first"), draft(t, `{"name": "0"}`))
	require.NoError(t, err, "what was made before is answered as before")
	require.True(t, again.Replayed)
	w.patch(first.ID, `{"name": "renamed"}`)

	_, err = w.Delete(context.Background(), by, first.ID, 0)
	require.NoError(t, err)
	w.create(`{"name": "one more"}`)
}

func TestASegmentSaysWhoWroteIt(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	made := w.create(`{"name": "n"}`)
	require.Equal(t, by.Author, made.UpdatedBy)
	require.Equal(t, by.Author, w.refresh(made.ID).DefinedBy)

	other := ledger.Author{Source: ledger.SourceAI, Name: "assistant"}
	_, err := w.Patch(context.Background(), ledger.Caller{Author: other}, made.ID, draft(t, `{"name": "n"}`), 0)
	require.NoError(t, err)
	got, err := w.Get(context.Background(), made.ID)
	require.NoError(t, err)
	require.Equal(t, by.Author, got.UpdatedBy, "a patch that changes nothing has no author")
	_, err = w.Patch(context.Background(), ledger.Caller{Author: other}, made.ID, draft(t, `{"name": "m"}`), 0)
	require.NoError(t, err)
	got, err = w.Get(context.Background(), made.ID)
	require.NoError(t, err)
	require.Equal(t, other, got.UpdatedBy)
	w.add("Nairobi", 1)
	require.Equal(t, other, w.refresh(made.ID).DefinedBy)
}

// A page of large filters ends early: a thousand of them would be a gigabyte.
func TestALargeSegmentEndsItsPage(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	values := make([]string, 800)
	for i := range values {
		values[i] = strings.Repeat("x", 990) + fmt.Sprint(i)
	}
	list, err := json.Marshal(values)
	require.NoError(t, err)
	const n = 25
	for i := range n {
		w.create(fmt.Sprintf(`{"name": "%d", "schedule": {"cron": "@daily"}, "filter": {"combinator": "and", "rules": [{"field": "city", "operator": "in", "value": %s}]}}`, i, list))
	}
	found, pages := 0, 0
	for after := uuid.Nil; ; pages++ {
		page, more, err := w.List(context.Background(), segments.Search{Which: segments.WithArchived}, after, 1000)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page), 20)
		found += len(page)
		if !more {
			break
		}
		after = page[len(page)-1].ID
	}
	require.Equal(t, n, found)
	require.Equal(t, 1, pages)
	planned := 0
	require.NoError(t, w.EachSchedule(context.Background(), func(ledger.ID, string, string, time.Duration, time.Time) error { planned++; return nil }))
	require.Equal(t, n, planned)
}
