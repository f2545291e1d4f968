package segments_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// plain says what filters are in the words of the package filter.
type plain struct{ schema *fields.Schema }

func (p plain) Decode(raw []byte) (*filter.Group, bool) {
	f, err := filter.Decoder{Schema: p.schema}.Decode(raw, "filter")
	if err != nil {
		return nil, false
	}
	return f.Root, true
}

func (plain) Say(n filter.Node) string { return filter.Describe(n, nil) }

func (w *workspace) versions(id ledger.ID) []*segments.Version {
	list, more, err := w.Versions(context.Background(), id, 0, 1000)
	require.NoError(w.t, err)
	require.False(w.t, more)
	return list
}

func rules(combinator string, list ...string) string {
	return fmt.Sprintf(`{"combinator": %q, "rules": [%s]}`, combinator, strings.Join(list, ","))
}

func rule(field, operator, value string) string {
	return fmt.Sprintf(`{"field": %q, "operator": %q, "value": %q}`, field, operator, value)
}

func TestVersionsSayWhatChanged(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	nairobi, kenya, ada := rule("city", "eq", "Nairobi"), rule("country", "eq", "KE"), rule("name", "eq", "Ada")
	segment := w.create(`{"name": "n", "filter": ` + rules("and", nairobi, kenya) + `}`)
	differences := [][]string{nil}
	for _, c := range []struct {
		patch string
		want  []string
	}{
		{`{"name": "N", "description": "x"}`, []string{`The name changed from "n" to "N".`, "A description was added."}},
		{`{"description": "y"}`, []string{"The description changed."}},
		{`{"description": null, "filter": ` + rules("and", rule("city", "eq", "Mombasa"), kenya) + `}`,
			[]string{"The description was removed.", `Changed at filter.rules[0]: City is "Mombasa". It was: City is "Nairobi".`}},
		{`{"filter": ` + rules("or", ada, kenya) + `}`,
			[]string{"One of the rules is enough now; before, all had to hold.", `Removed from filter.rules[0]: City is "Mombasa".`, `Added at filter.rules[0]: Name is "Ada".`}},
		{`{"filter": ` + rules("or", kenya, ada) + `}`, []string{"The rules are in another order."}},
		{`{"filter": ` + rules("or", kenya, rule("name", "eq", "ADA")) + `}`, []string{"The filter is written otherwise and means the same."}},
		{`{"filter": {"combinator": "and", "not": true, "rules": [` + kenya + `,` + ada + `]}}`,
			[]string{"All rules must hold now; before, one was enough.", "The whole filter is negated now."}},
		{`{"filter": null}`, []string{"The whole filter is no longer negated.", "Removed from filter.rules[0]: Country is Kenya.", `Removed from filter.rules[1]: Name is "Ada".`}},
	} {
		w.now = w.now.Add(1e9)
		w.patch(segment.ID, c.patch)
		differences = append(differences, c.want)
	}
	w.patch(segment.ID, `{"owner": "Amina", "labels": ["x"], "archived": true, "schedule": {"cron": "@daily"}}`)
	w.pick(segment.ID, segments.Pinned, idsOf(w.add("Nairobi", 1)), nil)
	list := w.versions(segment.ID)
	require.Len(t, list, len(differences), "changes of other things make no version")
	for i, v := range list {
		n := len(list) - i
		require.EqualValues(t, n, v.N)
		require.Equal(t, differences[n-1], v.Difference(plain{w.store.Schema()}), n)
		require.Equal(t, by.Author, v.Author)
		require.Equal(t, noon.Add(time.Duration(n-1)*time.Second), v.At)
	}
	page, more, err := w.Versions(context.Background(), segment.ID, 4, 2)
	require.NoError(t, err)
	require.True(t, more)
	require.Equal(t, []uint32{3, 2}, []uint32{page[0].N, page[1].N})
	w.sound()
	_, err = w.Delete(context.Background(), by, segment.ID, 0)
	require.NoError(t, err)
	require.Empty(t, w.documents(segments.VersionDocuments))
}

func TestAVersionIsRestored(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.create(`{"name": "first", "description": "d", "filter": ` + cityIs("Nairobi") + `, "schedule": {"cron": "@daily"}}`)
	w.patch(segment.ID, `{"name": "second", "description": null, "filter": null, "schedule": null, "owner": "Amina"}`)
	restore := func(n uint32, version uint64) (segments.Result, error) {
		return w.Restore(context.Background(), by, segment.ID, n, version)
	}
	_, err := restore(1, 1)
	refused(t, err, fault.KindPrecondition, "version-mismatch")
	for _, n := range []uint32{0, 3} {
		_, err := restore(n, 0)
		refused(t, err, fault.KindNotFound, "not-found")
	}
	r, err := restore(1, 0)
	require.NoError(t, err)
	got := r.Segment
	require.Equal(t, []string{"first", "d", "Amina"}, []string{got.Name, got.Description, got.Owner})
	require.JSONEq(t, cityIs("Nairobi"), string(got.Filter))
	require.Nil(t, got.Schedule, "it is no part of a version")
	require.EqualValues(t, 3, w.versions(segment.ID)[0].N)
	r, err = restore(2, 0)
	require.NoError(t, err)
	require.Nil(t, r.Segment.Filter)
	head := w.store.Head()
	_, err = restore(2, 0)
	require.NoError(t, err)
	require.Equal(t, head, w.store.Head(), "nothing has changed")

	w.create(`{"name": "FIRST"}`)
	_, err = restore(1, 0)
	refused(t, err, fault.KindConflict, "name-taken")
	other := w.inCity("other", "Nairobi")
	w.patch(segment.ID, `{"filter": {"combinator": "and", "rules": [{"field": "segment", "operator": "in", "value": ["`+other.ID.String()+`"]}]}}`)
	w.patch(segment.ID, `{"filter": null}`)
	_, err = w.Delete(context.Background(), by, other.ID, 0)
	require.NoError(t, err, "only present definitions count")
	_, err = restore(5, 0)
	e := refused(t, err, fault.KindConflict, "version-broken")
	require.Equal(t, "filter.rules[0].value[0]", e.Faults[0].Path)
	require.Equal(t, []string{"The filter changed. What changed in it cannot be said, because one of the two no longer fits the attributes and segments."},
		w.versions(segment.ID)[0].Difference(plain{w.store.Schema()}))
}

func TestOldVersionsGo(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.create(`{"name": "1"}`)
	for n := 2; n <= segments.MaxVersions+5; n++ {
		w.patch(segment.ID, fmt.Sprintf(`{"name": "%d"}`, n))
	}
	list := w.versions(segment.ID)
	require.Len(t, list, segments.MaxVersions)
	require.Len(t, w.documents(segments.VersionDocuments), segments.MaxVersions)
	oldest := list[len(list)-1]
	require.Equal(t, "6", oldest.Name)
	require.Nil(t, oldest.Before)
	_, err := w.Restore(context.Background(), by, segment.ID, 5, 0)
	refused(t, err, fault.KindGone, "version-expired")
	w.sound()
	w.update(func(tx ledger.Tx) error {
		return tx.DeleteDocument(segments.VersionDocuments, w.documents(segments.VersionDocuments)[3])
	})
	var found ledger.Differences
	require.NoError(t, w.Verify(context.Background(), &found))
	require.Len(t, found.List(), 1)
}

// TestSegmentsOfOlderProgramsHaveOneVersion, which is kept when they change.
func TestSegmentsOfOlderProgramsHaveOneVersion(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	id := uuid.New()
	w.older(id.String(), "old", "k", cityIs("Nairobi"))
	require.NoError(t, w.Renew(context.Background(), by.Author))
	list := w.versions(id)
	require.Len(t, list, 1)
	require.Equal(t, []any{uint32(1), "old"}, []any{list[0].N, list[0].Name})
	w.sound()
	w.patch(id, `{"name": "new"}`)
	list = w.versions(id)
	require.Len(t, list, 2)
	require.Equal(t, []string{`The name changed from "old" to "new".`}, list[0].Difference(plain{w.store.Schema()}))
	w.sound()
}

func TestASegmentIsDuplicated(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	people := idsOf(w.add("Mombasa", 2))
	segment := w.create(`{"name": "` + strings.Repeat("é", 200) + `", "description": "d", "owner": "Amina", "labels": ["x"], "filter": ` + cityIs("Nairobi") + `, "schedule": {"cron": "@daily"}}`)
	w.pick(segment.ID, segments.Pinned, people, nil)
	w.pick(segment.ID, segments.Excluded, people[1:], nil)
	w.refresh(segment.ID)
	duplicate := func(name string) (*segments.Segment, error) {
		r, err := w.Duplicate(context.Background(), by, segment.ID, name)
		return r.Segment, err
	}
	first, err := duplicate("")
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("é", 193)+" (copy)", first.Name)
	require.Equal(t, []any{"d", "Amina", segment.Labels, segment.Hash, (*segments.Schedule)(nil)}, []any{first.Description, first.Owner, first.Labels, first.Hash, first.Schedule})
	require.JSONEq(t, string(segment.Filter), string(first.Filter))
	second, err := duplicate("")
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("é", 191)+" (copy 2)", second.Name)
	_, err = duplicate(first.Name)
	refused(t, err, fault.KindConflict, "name-taken")
	named, err := duplicate(" Named ")
	require.NoError(t, err)
	require.Equal(t, "Named", named.Name)
	_, err = w.Delete(context.Background(), by, segment.ID, 0)
	require.NoError(t, err)
	require.Equal(t, people[:1], w.members(named.ID), "the copy has picked contacts of its own")
	got, err := w.Get(context.Background(), named.ID)
	require.NoError(t, err)
	require.Nil(t, got.Last)
	require.Len(t, w.versions(named.ID), 1)
	w.sound()

	once := by.WithReceipt(ledger.ReceiptKey{Key: "k"})
	r, err := w.Duplicate(context.Background(), once, named.ID, "")
	require.NoError(t, err)
	again, err := w.Duplicate(context.Background(), once, named.ID, "")
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, r.ID, again.ID)
}

// TestFiltersOfFormerVersionsAreFound by their hash, as long as they fit the segments.
func TestFiltersOfFormerVersionsAreFound(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	other := w.inCity("other", "Kisumu")
	hashes := []string{}
	segment := w.inCity("n", "Nairobi")
	for _, filter := range []string{cityIs("Mombasa"), rules("and", `{"field": "segment", "operator": "in", "value": ["`+other.ID.String()+`"]}`), `null`, cityIs("Mombasa")} {
		hashes = append(hashes, w.get(segment.ID).Hash)
		w.patch(segment.ID, `{"filter": `+filter+`}`)
	}
	_, err := w.Delete(context.Background(), by, other.ID, 0)
	require.NoError(t, err)
	former := func(hash string) *filter.Filter {
		f, err := w.FormerFilter(context.Background(), segment.ID, hash)
		require.NoError(t, err)
		return f
	}
	for i, hash := range hashes {
		if i == 2 {
			require.Nil(t, former(hash), "it names a segment that is gone")
			continue
		}
		require.Equal(t, hash, former(hash).Hash())
	}
	require.Nil(t, former("00"))
	for n := range segments.MaxVersions - 1 {
		w.patch(segment.ID, fmt.Sprintf(`{"name": "%d"}`, n))
	}
	require.Nil(t, former(hashes[0]), "the version is not kept any more")
	require.NotNil(t, former(hashes[1]))
	_, err = w.FormerFilter(context.Background(), uuid.New(), "00")
	refused(t, err, fault.KindNotFound, "not-found")
}

// TestVersionsSayWhatChangedInGroups, and where.
func TestVersionsSayWhatChangedInGroups(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	nairobi, mombasa, kenya, ada := rule("city", "eq", "Nairobi"), rule("city", "eq", "Mombasa"), rule("country", "eq", "KE"), rule("name", "eq", "Ada")
	lead, bo := rule("type", "eq", "lead"), rule("name", "eq", "Bo")
	not := func(group string) string { return strings.Replace(group, "{", `{"not": true, `, 1) }
	segment := w.create(`{"name": "n", "filter": ` + rules("and", lead, rules("or", nairobi, kenya)) + `}`)
	for _, c := range []struct {
		filter string
		want   []string
	}{
		{rules("and", rules("or", nairobi, kenya, ada), lead), []string{`Added at filter.rules[0].rules[2]: Name is "Ada".`}},
		{rules("and", rules("or", ada, mombasa), lead), []string{
			`Changed at filter.rules[0].rules[1]: City is "Mombasa". It was: City is "Nairobi".`, "Removed from filter.rules[0].rules[1]: Country is Kenya.",
		}},
		{rules("and", lead, not(rules("and", ada, mombasa))), []string{
			"All rules of filter.rules[1] must hold now; before, one was enough.", "The group at filter.rules[1] is negated now.",
		}},
		{rules("and", lead, not(rules("and", mombasa, ada))), []string{"The rules of filter.rules[1] are in another order."}},
		{rules("or", lead, rules("or", mombasa, rules("and", ada, kenya))), []string{
			"One of the rules is enough now; before, all had to hold.",
			"One of the rules of filter.rules[1] is enough now; before, all had to hold.", "The group at filter.rules[1] is no longer negated.",
			`Removed from filter.rules[1].rules[1]: Name is "Ada".`, `Added at filter.rules[1].rules[1]: Name is "Ada" and Country is Kenya.`,
		}},
		{rules("or", lead, rules("or", rules("and", bo, kenya), mombasa)), []string{
			`Changed at filter.rules[1].rules[0].rules[0]: Name is "Bo". It was: Name is "Ada".`,
		}},
		{rules("or", lead, rules("and", `{"field": "email", "operator": "exists"}`, `{"field": "phone", "operator": "exists"}`)), []string{
			`Removed from filter.rules[1]: (Name is "Bo" and Country is Kenya) or City is "Mombasa".`, "Added at filter.rules[1]: Email is set and Phone is set.",
		}},
	} {
		w.patch(segment.ID, `{"filter": `+c.filter+`}`)
		require.Equal(t, c.want, w.versions(segment.ID)[0].Difference(plain{w.store.Schema()}))
	}
}
