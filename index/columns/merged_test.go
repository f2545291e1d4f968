package columns

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// wideMerge is a merge of two wide companies.
type wideMerge struct {
	survivor uint32
	absorbed *contacts.Contact // as it was
}

// changeWide writes, deletes or merges wide companies, or undoes a merge.
func (h *history) changeWide() {
	ordinal := uint32(rapid.IntRange(1, wideCompanies).Draw(h.t, "company"))
	switch rapid.IntRange(0, 3).Draw(h.t, "to do") {
	case 0:
		h.mergeWide(ordinal, uint32(rapid.IntRange(1, wideCompanies).Draw(h.t, "absorbed")))
	case 1:
		h.partWide(ordinal)
	default:
		if h.meant(ordinal) == ordinal {
			h.writeWide(ordinal)
		}
	}
}

func (h *history) mergeWide(ordinal, other uint32) {
	survivor, absorbed := h.wide[ordinal], h.wide[other]
	if survivor == nil || absorbed == nil || ordinal == other {
		return
	}
	h.merges = append(h.merges, wideMerge{ordinal, absorbed})
	after := *survivor
	after.Absorbed = slices.Concat(survivor.Absorbed, absorbed.Absorbed, []ledger.Absorbed{{Ordinal: other, ID: absorbed.ID, Email: absorbed.Email}})
	h.wide[ordinal], h.wide[other] = &after, nil
	h.tell(
		ledger.Change{Entity: fields.EntityCompany, Op: ledger.OpUpdate, Ordinal: ordinal, Record: &after},
		ledger.Change{Entity: fields.EntityCompany, Op: ledger.OpMerge, Ordinal: other},
	)
}

// partWide undoes the newest merge of a company.
func (h *history) partWide(ordinal uint32) {
	for i := len(h.merges) - 1; i >= 0; i-- {
		m := h.merges[i]
		if m.survivor != ordinal || h.wide[ordinal] == nil {
			continue
		}
		h.merges = slices.Delete(h.merges, i, i+1)
		after := *h.wide[ordinal]
		theirs := func(a ledger.Absorbed) bool {
			return a.Ordinal == m.absorbed.Ordinal || slices.ContainsFunc(m.absorbed.Absorbed, func(b ledger.Absorbed) bool { return a == b })
		}
		after.Absorbed = slices.DeleteFunc(slices.Clone(after.Absorbed), theirs)
		h.wide[ordinal], h.wide[m.absorbed.Ordinal] = &after, m.absorbed
		h.tell(
			ledger.Change{Entity: fields.EntityCompany, Op: ledger.OpUpdate, Ordinal: ordinal, Record: &after},
			ledger.Change{Entity: fields.EntityCompany, Op: ledger.OpRestore, Ordinal: m.absorbed.Ordinal, Record: m.absorbed},
		)
		return
	}
}

// meant is the company that an ordinal means.
func (h *history) meant(ordinal uint32) uint32 {
	for again := true; again; {
		again = false
		for _, m := range h.merges {
			if m.absorbed.Ordinal == ordinal {
				ordinal, again = m.survivor, true
				break
			}
		}
	}
	return ordinal
}

// TestAMergeOfCompaniesLooksAtNoContact: a merge and its undo change which company is meant,
// and not one of 100,000 rows.
func TestAMergeOfCompaniesLooksAtNoContact(t *testing.T) {
	table := newTables(gramBatch)
	company := func(ordinal uint32, absorbed ...ledger.Absorbed) *companies.Company {
		return &companies.Company{Ordinal: ordinal, ID: uuid.New(), Name: "C", Absorbed: absorbed}
	}
	acme, old := company(1), company(2)
	people := make([]*contacts.Contact, 1000)
	for i := range people {
		people[i] = &contacts.Contact{Ordinal: uint32(i + 1), Company: uint32(1 + i%2), LastSeenAt: time.UnixMilli(int64(i))}
	}
	fill(table, []*companies.Company{acme, old}, people)
	latest := func() []int64 {
		return []int64{table.employer.rollups[1].column.get(1), table.employer.rollups[1].column.get(2)}
	}
	require.Equal(t, []int64{998, 999}, latest())
	members := table.employer.members
	table.employer.members = postings{} // nothing may look for a contact by its company
	merged := company(1, ledger.Absorbed{Ordinal: 2})
	table.Apply([]ledger.Change{
		{Seq: 1, Entity: fields.EntityCompany, Op: ledger.OpUpdate, Ordinal: 1, Record: merged}, {Seq: 2, Entity: fields.EntityCompany, Op: ledger.OpMerge, Ordinal: 2},
	})
	require.Equal(t, []int64{999, none}, latest())
	table.Apply([]ledger.Change{
		{Seq: 3, Entity: fields.EntityCompany, Op: ledger.OpUpdate, Ordinal: 1, Record: acme}, {Seq: 4, Entity: fields.EntityCompany, Op: ledger.OpRestore, Ordinal: 2, Record: old},
	})
	require.Equal(t, []int64{998, 999}, latest())
	table.employer.members = members
	require.Empty(t, table.employer.apart)
}

// TestTheLogMayHaveContactsBetweenAnUndoAndTheReturn: read again, an entry of the survivor gives
// the absorbed one back before its own entry does. What a contact does in between counts.
func TestTheLogMayHaveContactsBetweenAnUndoAndTheReturn(t *testing.T) {
	table := newTables(gramBatch)
	acme, old := &companies.Company{Ordinal: 1, ID: uuid.New(), Name: "A"}, &companies.Company{Ordinal: 2, ID: uuid.New(), Name: "B"}
	ada := &contacts.Contact{Ordinal: 1, Company: 2, LastSeenAt: time.UnixMilli(5)}
	fill(table, []*companies.Company{acme, old}, []*contacts.Contact{ada})
	merged := *acme
	merged.Absorbed = []ledger.Absorbed{{Ordinal: 2}}
	seen := *ada
	seen.LastSeenAt = time.UnixMilli(9)
	table.Apply([]ledger.Change{
		{Seq: 1, Entity: fields.EntityCompany, Op: ledger.OpUpdate, Ordinal: 1, Record: &merged}, {Seq: 2, Entity: fields.EntityCompany, Op: ledger.OpMerge, Ordinal: 2},
	})
	table.Apply([]ledger.Change{
		{Seq: 3, Entity: fields.EntityCompany, Op: ledger.OpUpdate, Ordinal: 1, Record: acme},
		{Seq: 4, Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: 1, Record: &seen},
		{Seq: 5, Entity: fields.EntityCompany, Op: ledger.OpRestore, Ordinal: 2, Record: old},
	})
	require.Equal(t, []int64{none, 9}, []int64{table.employer.rollups[1].column.get(1), table.employer.rollups[1].column.get(2)})
	require.Empty(t, table.employer.apart)
}

// TestAMergeIsUndoneMeanwhile: the company that comes back takes what it had absorbed along,
// and is deleted, all while a question pauses. Their contacts are of no company then.
func TestAMergeIsUndoneMeanwhile(t *testing.T) {
	acme := &companies.Company{Ordinal: 3, ID: uuid.New(), Name: "Acme", Absorbed: []ledger.Absorbed{{Ordinal: 1}, {Ordinal: 2}}}
	alone := &companies.Company{Ordinal: 3, ID: acme.ID, Name: "Acme"}
	back := &companies.Company{Ordinal: 2, ID: uuid.New(), Name: "Beta", Absorbed: []ledger.Absorbed{{Ordinal: 1}}}
	f := decoded(t, `{"field":"company.name","operator":"eq","value":"acme"},{"field":"email","operator":"contains","value":"1"}`)
	met := false
	for at, changed := 1, true; changed; at++ {
		table := newTables(gramBatch)
		fill(table, []*companies.Company{acme}, nil)
		for i := range uint32(50) {
			c := person(i + 1)
			c.Company = i%3 + 1
			fill(table, nil, []*contacts.Contact{c})
		}
		table.limits = limits{quick: 0, pause: 1, most: MaxSteps}
		pauses := 0
		table.paused = func() {
			if pauses++; pauses == at {
				met = true
				table.Apply([]ledger.Change{
					{Seq: 1, Entity: fields.EntityCompany, Op: ledger.OpUpdate, Ordinal: 3, Record: alone},
					{Seq: 2, Entity: fields.EntityCompany, Op: ledger.OpRestore, Ordinal: 2, Record: back},
					{Seq: 3, Entity: fields.EntityCompany, Op: ledger.OpDelete, Ordinal: 2},
				})
			}
		}
		a, err := table.Ask(t.Context(), Question{Filter: f, Env: env, Members: true})
		require.NoError(t, err)
		table.View(func(v *View) { require.True(t, v.Evaluate(f, env).Equals(a.Members), "in pause %d", at) })
		changed = pauses >= at
	}
	require.True(t, met)
}
