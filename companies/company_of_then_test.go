package companies_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/storage/engine"
)

// TestAContactWasInTheCompanyThatItWasMadeIn: also where that was merged into another one before
// the contact left it.
func TestAContactWasInTheCompanyThatItWasMadeIn(t *testing.T) {
	b := newBench(t)
	alpha, beta := b.create(fields.Draft{"name": "Alpha"}), b.create(fields.Draft{"name": "Beta"})
	ada := b.person(fields.Draft{"name": "Ada", "company_id": beta.ID.String()}).ID
	madeAt, made := b.sightOf(ada)
	require.Equal(t, shownCompany{beta.ID, "Beta"}, made)
	b.merge(alpha, beta)
	mergedAt, merged := b.sightOf(ada)
	require.Equal(t, shownCompany{alpha.ID, "Alpha"}, merged)
	_, err := b.people.Patch(t.Context(), tester, ada, fields.Draft{"company": "Third"}, 0)
	require.NoError(t, err)
	require.Equal(t, made, b.then(ada, madeAt))
	require.Equal(t, merged, b.then(ada, mergedAt))

	b.asOlderPrograms()
	require.Equal(t, alpha.ID, b.then(ada, madeAt).id, "an older program kept the id of the survivor only")
}

// TestAContactShowsTheCompanyIntoWhichItsOwnWasMerged: while it was, through any number of merges
// that are undone by now.
func TestAContactShowsTheCompanyIntoWhichItsOwnWasMerged(t *testing.T) {
	b := newBench(t)
	alpha, beta, gamma := b.create(fields.Draft{"name": "Alpha"}), b.create(fields.Draft{"name": "Beta"}), b.create(fields.Draft{"name": "Gamma"})
	ada := b.person(fields.Draft{"name": "Ada", "company_id": beta.ID.String()}).ID
	var moments []time.Time
	var sights []shownCompany
	look := func() {
		at, saw := b.sightOf(ada)
		moments, sights = append(moments, at), append(sights, saw)
	}
	look()
	first := b.merge(alpha, beta).Record
	look()
	b.patch(alpha, fields.Draft{"name": "Alphabet"})
	look()
	second := b.merge(gamma, alpha).Record
	look()
	b.patch(gamma, fields.Draft{"name": "Gamma Ltd"})
	look()
	b.undo(second)
	look()
	b.undo(first)
	look()
	b.patch(gamma, fields.Draft{"name": "Gamma"})
	require.Equal(t, []string{"Beta", "Alpha", "Alphabet", "Gamma", "Gamma Ltd", "Alphabet", "Beta"}, names(sights))
	expect := func() {
		t.Helper()
		for i, at := range moments {
			require.Equal(t, sights[i], b.then(ada, at), "moment %d", i)
		}
	}
	expect()
	then, err := b.GetAt(t.Context(), beta.ID, moments[4])
	require.NoError(t, err)
	require.Equal(t, shownCompany{gamma.ID, "Gamma Ltd"}, shownCompany{then.ID, then.Name}, "its id meant that one")
	_, err = b.people.Patch(t.Context(), tester, ada, fields.Draft{"company": nil}, 0)
	require.NoError(t, err)
	expect()
	b.merge(alpha, beta)
	expect()

	_, err = b.Delete(t.Context(), tester, gamma.ID, 0)
	require.NoError(t, err)
	require.Equal(t, shownCompany{id: gamma.ID}, b.then(ada, moments[4]))
	_, err = b.GetAt(t.Context(), beta.ID, moments[4])
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
}

func names(sights []shownCompany) (names []string) {
	for _, s := range sights {
		names = append(names, s.name)
	}
	return names
}

// TestMergesOfOlderPrograms: what they do not say is not made up.
func TestMergesOfOlderPrograms(t *testing.T) {
	b := newBench(t)
	alpha, beta := b.create(fields.Draft{"name": "Alpha"}), b.create(fields.Draft{"name": "Beta"})
	ada := b.person(fields.Draft{"name": "Ada", "company_id": beta.ID.String()}).ID
	merged := b.merge(alpha, beta).Record
	at, _ := b.sightOf(ada)
	b.undo(merged)
	b.asOlderPrograms()
	require.Equal(t, shownCompany{beta.ID, "Beta"}, b.then(ada, at))
	_, err := b.GetAt(t.Context(), beta.ID, at)
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "merged-then", e.Type)
	_, err = b.GetAt(t.Context(), alpha.ID, at)
	require.NoError(t, err)
}

// TestAContactWasInACompanyThatIsGone: also where the contact was changed after that. The change
// says which company it was.
func TestAContactWasInACompanyThatIsGone(t *testing.T) {
	b := newBench(t)
	beta := b.create(fields.Draft{"name": "Beta"})
	ada := b.person(fields.Draft{"name": "Ada", "company_id": beta.ID.String()}).ID
	at, _ := b.sightOf(ada)
	_, err := b.Delete(t.Context(), tester, beta.ID, 0)
	require.NoError(t, err)
	expect := func() {
		t.Helper()
		require.Equal(t, shownCompany{id: beta.ID}, b.then(ada, at))
	}
	expect()
	bea := b.person(fields.Draft{"name": "Bea"})
	_, err = b.people.Merge(t.Context(), tester, bea.ID, ada, 0)
	require.NoError(t, err)
	list, _, err := b.people.History(t.Context(), bea.ID, "company_id", 0, 10)
	require.NoError(t, err)
	require.Empty(t, list, "nobody is put into a company that is gone")
	c, _, err := b.people.Get(t.Context(), bea.ID)
	require.NoError(t, err)
	_, err = b.people.UndoMerge(t.Context(), tester, c.Absorbed[0].Merge)
	require.NoError(t, err)
	_, err = b.people.Patch(t.Context(), tester, ada, fields.Draft{"city": "Nairobi"}, 0)
	require.NoError(t, err)
	expect()
	list, _, err = b.people.History(t.Context(), ada, "company_id", 0, 10)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, []fields.Value{fields.TextValue(beta.ID.String()), {}}, []fields.Value{list[0].Changes[0].Old, list[0].Changes[0].New})
	_, err = b.people.Patch(t.Context(), tester, ada, fields.Draft{"company": "Third"}, 0)
	require.NoError(t, err)
	expect()
}

// TestACompanyIsShownUntilItWasDeleted: no contact shows it as of later, whether or not the contact
// was changed since.
func TestACompanyIsShownUntilItWasDeleted(t *testing.T) {
	b := newBench(t)
	alpha, beta := b.create(fields.Draft{"name": "Alpha"}), b.create(fields.Draft{"name": "Beta"})
	ada := b.person(fields.Draft{"name": "Ada", "company_id": alpha.ID.String()}).ID
	bea := b.person(fields.Draft{"name": "Bea", "company_id": beta.ID.String()}).ID
	merged := b.merge(beta, alpha).Record
	before := b.clock
	_, err := b.Delete(t.Context(), tester, merged.ID, 0)
	require.NoError(t, err)
	from := b.clock
	_, err = b.people.Patch(t.Context(), tester, bea, fields.Draft{"city": "Nairobi"}, 0)
	require.NoError(t, err)
	for _, at := range []time.Time{from, b.clock} {
		require.Equal(t, shownCompany{}, b.then(ada, at))
		require.Equal(t, shownCompany{}, b.then(bea, at))
	}
	for _, at := range []time.Time{before, from.Add(-time.Millisecond)} {
		require.Equal(t, shownCompany{id: alpha.ID}, b.then(ada, at))
		require.Equal(t, shownCompany{id: beta.ID}, b.then(bea, at))
	}

	b.asOlderPrograms()
	require.Equal(t, shownCompany{id: alpha.ID}, b.then(ada, from), "nothing says when an older program deleted it")
}

// asOlderPrograms writes the history as programs wrote it that kept no ordinals in it, nor numbers
// of attributes, and what is left of deleted records as those that kept no times of it.
func (b *bench) asOlderPrograms() {
	t := b.t
	view, err := b.engine.View(t.Context())
	require.NoError(t, err)
	defer view.Close()
	head, err := view.Head()
	require.NoError(t, err)
	page, err := view.Scan(engine.Range{Prefix: []byte("h")})
	require.NoError(t, err)
	require.Nil(t, page.Next)
	batch := engine.Batch{ID: engine.BatchID(uuid.New()), Expect: head}
	for _, p := range page.Pairs {
		if p.Value[0] != 7 {
			continue
		}
		d, err := codec.Open(p.Value, 7)
		require.NoError(t, err)
		d.Byte()
		_, _, _ = d.String(), d.String(), d.Time()
		changes := d.Count(3)
		p.Value = p.Value[:len(p.Value)-changes-1-changes] // numbers, survivor, ordinals: a byte each
		p.Value[0] = 5
		batch.Put = append(batch.Put, p)
	}
	require.NotEmpty(t, batch.Put)
	tombs, err := view.Scan(engine.Range{Prefix: []byte("t")})
	require.NoError(t, err)
	for _, p := range tombs.Pairs {
		batch.Put = append(batch.Put, engine.Pair{Key: p.Key, Value: p.Value[:16]})
	}
	require.NoError(t, b.engine.Apply(t.Context(), batch))
}
