package companies_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// agent is another author than the tester.
var agent = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAgent, Name: "desk"}}

// TestThePastOfCompanies changes each field of a company, and reads it as of each change.
func TestThePastOfCompanies(t *testing.T) {
	b := newBench(t)
	_, err := b.space.DefineAttribute(t.Context(), tester, fields.Draft{"entity": "company", "key": "plan", "type": "text"})
	require.NoError(t, err)
	states := []*companies.Company{b.create(fields.Draft{"name": "Maji"})}
	id := states[0].ID
	drafts := []fields.Draft{{"attributes": map[string]any{"plan": "gold"}}}
	for name, values := range sentValues {
		if name != "created_at" {
			drafts = append(drafts, fields.Draft{name: values[0]})
		}
	}
	for _, d := range drafts {
		r, err := b.Patch(t.Context(), agent, id, d, 0)
		require.NoError(t, err)
		require.Equal(t, ledger.StatusUpdated, r.Status)
		states = append(states, r.Record)
	}
	for _, state := range states {
		then, err := b.GetAt(t.Context(), id, state.UpdatedAt)
		require.NoError(t, err)
		require.Equal(t, state.Version, then.Version)
		require.True(t, companies.Kind.Same(state, then), "%+v is not %+v", then, state)
	}
	_, err = b.GetAt(t.Context(), id, states[0].CreatedAt.Add(-time.Millisecond))
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))

	list, next, err := b.History(t.Context(), id, "", 0, 50)
	require.NoError(t, err)
	require.Zero(t, next)
	require.Len(t, list, len(states))
	require.Equal(t, ledger.OpCreate, list[len(list)-1].Op)
	last := list[len(list)-2]
	require.Equal(t, []string{"attributes.plan", "agent", "desk"}, []string{last.Changes[0].Field, string(last.Author.Source), last.Author.Name})
	of, _, err := b.History(t.Context(), id, "attributes.plan", 0, 50)
	require.NoError(t, err)
	require.Len(t, of, 1)
	_, _, err = b.History(t.Context(), id, "contacts_count", 0, 50)
	require.Equal(t, fault.KindInvalid, fault.KindOf(err))

	present, err := b.Get(t.Context(), id)
	require.NoError(t, err)
	origins, err := b.Provenance(t.Context(), present)
	require.NoError(t, err)
	for _, name := range []string{"name", "domains", "identifier", "country", "city", "labels", "attributes.plan"} {
		require.Equal(t, ledger.SourceAgent, origins[name].Author.Source, name)
	}
	require.Equal(t, states[0].Version, origins["created_at"].Seq)

	_, _, err = b.space.PatchSettings(t.Context(), tester, fields.Draft{"keep_history": "P1D"}, 0)
	require.NoError(t, err)
	b.clock = b.clock.Add(48 * time.Hour)
	require.NoError(t, b.space.TrimHistory(t.Context()))
	_, err = b.GetAt(t.Context(), id, states[0].UpdatedAt)
	require.Equal(t, fault.KindGone, fault.KindOf(err))
	list, _, err = b.History(t.Context(), id, "", 0, 50)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Empty(t, list[0].Changes)

	_, err = b.Delete(t.Context(), tester, id, 0)
	require.NoError(t, err)
	_, _, err = b.History(t.Context(), id, "", 0, 50)
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
}
