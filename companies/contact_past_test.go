package companies_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// shownCompany is what a contact shows of its company, with the zero id for none.
type shownCompany struct {
	id   ledger.ID
	name string
}

func shown(company *ledger.Link) shownCompany {
	if company == nil {
		return shownCompany{}
	}
	return shownCompany{company.ID, company.Name}
}

// sightOf reads what a contact shows now, and when that was.
func (b *bench) sightOf(id ledger.ID) (time.Time, shownCompany) {
	b.t.Helper()
	_, company, err := b.people.Get(b.t.Context(), id)
	require.NoError(b.t, err)
	return b.clock, shown(company)
}

// then is what a contact showed at a moment.
func (b *bench) then(id ledger.ID, at time.Time) shownCompany {
	b.t.Helper()
	_, company, err := b.people.GetAt(b.t.Context(), id, at)
	require.NoError(b.t, err)
	return shown(company)
}

// TestAContactShowsTheCompanyOfThen: its id and name as they were, whatever became of it.
func TestAContactShowsTheCompanyOfThen(t *testing.T) {
	b := newBench(t)
	alpha, beta := b.create(fields.Draft{"name": "Alpha"}), b.create(fields.Draft{"name": "Beta"})
	stays := b.person(fields.Draft{"name": "Stays", "company_id": beta.ID.String()}).ID
	moved := b.person(fields.Draft{"name": "Moved", "company": "Alpha"}).ID
	_, err := b.people.Patch(t.Context(), tester, moved, fields.Draft{"company": "Beta"}, 0)
	require.NoError(t, err)
	at := b.clock
	betaThen := shownCompany{beta.ID, "Beta"}
	expect := func(what string) {
		t.Helper()
		require.Equal(t, betaThen, b.then(stays, at), "%s", what)
		require.Equal(t, betaThen, b.then(moved, at), "%s: the one who has moved since", what)
	}
	expect("nothing has changed since")
	b.patch(beta, fields.Draft{"name": "Beta Renamed"})
	expect("renamed")
	renamedAt, renamed := b.sightOf(stays)
	require.Equal(t, shownCompany{beta.ID, "Beta Renamed"}, renamed)
	merged := b.merge(alpha, beta).Record
	expect("merged")
	_, err = b.people.Patch(t.Context(), tester, moved, fields.Draft{"company": "Third"}, 0)
	require.NoError(t, err)
	expect("moved from where it was merged into")
	mergedAt, ofAlpha := b.sightOf(stays)
	require.Equal(t, shownCompany{alpha.ID, "Alpha"}, ofAlpha)
	b.patch(merged, fields.Draft{"name": "Alphabet"})
	require.Equal(t, renamed, b.then(stays, renamedAt))
	require.Equal(t, ofAlpha, b.then(stays, mergedAt))
	b.undo(merged)
	expect("undone")
	_, err = b.Delete(t.Context(), tester, beta.ID, 0)
	require.NoError(t, err)
	require.Equal(t, shownCompany{beta.ID, ""}, b.then(stays, at), "of a deleted one the id is known")
	require.Equal(t, betaThen, b.then(moved, at), "and the name, where the history of the contact has it")
}

// TestAContactShowsTheCompanyOfThenLaw does anything to contacts and companies, but deletes none,
// and reads each contact as of each moment.
func TestAContactShowsTheCompanyOfThenLaw(t *testing.T) {
	b := newBench(t)
	random := rand.New(rand.NewPCG(14, 11))
	names := []string{"Acme", "Beta", "Maji", "Safi", "Tano"}
	type sight struct {
		id ledger.ID
		at time.Time
		shownCompany
	}
	var people []ledger.ID
	var sights []sight
	companyOf := func(name string) *companies.Company {
		_, _ = b.Create(t.Context(), tester, fields.Draft{"name": name})
		c, err := companies.Kind.ReadByClaim(t.Context(), b.store, ledger.Claim{Kind: companies.ClaimName, Value: words.Canonical(name)})
		require.NoError(t, err)
		return c
	}
	for _, name := range names {
		people = append(people, b.person(fields.Draft{"name": "P"}).ID)
		_, err := b.people.Patch(t.Context(), tester, people[len(people)-1], fields.Draft{"company": name}, 0)
		require.NoError(t, err)
	}
	for step := range 150 {
		one, other := names[random.IntN(len(names))], names[random.IntN(len(names))]
		who := people[random.IntN(len(people))]
		switch random.IntN(8) {
		case 0:
			b.patch(companyOf(one), fields.Draft{"name": fmt.Sprint(one, step)})
		case 1:
			if a, o := companyOf(one), companyOf(other); a.ID != o.ID {
				b.merge(a, o)
			}
		case 3:
			if c := companyOf(one); len(c.Absorbed) > 0 {
				_, err := b.UndoMerge(t.Context(), tester, c.Absorbed[len(c.Absorbed)-1].Merge)
				if err != nil { // a former name may be another one's by now
					require.Equal(t, fault.KindConflict, fault.KindOf(err))
				}
			}
		case 4:
			people = append(people, b.person(fields.Draft{"name": "P", "company": one}).ID)
		case 2:
			_, err := b.people.Patch(t.Context(), tester, who, fields.Draft{"company": nil}, 0)
			require.NoError(t, err)
		default:
			_, err := b.people.Patch(t.Context(), tester, who, fields.Draft{"company": one, "city": other}, 0)
			require.NoError(t, err)
		}
		for _, id := range people {
			at, saw := b.sightOf(id)
			sights = append(sights, sight{id, at, saw})
		}
	}
	for i, s := range sights {
		require.Equal(t, s.shownCompany, b.then(s.id, s.at), "sight %d of %d", i, len(sights))
	}
}

// origins are where that comes from what a contact shows of its company.
func (b *bench) origins(c *contacts.Contact, company *ledger.Link) (id, name ledger.Origin) {
	b.t.Helper()
	all, err := b.people.Provenance(b.t.Context(), c, company)
	require.NoError(b.t, err)
	return all["company_id"], all["company.name"]
}

// TestWhatAContactShowsOfItsCompanyComesFromTheLastWord: of who put the contact there, who
// named the company, and who merged it into another.
func TestWhatAContactShowsOfItsCompanyComesFromTheLastWord(t *testing.T) {
	b := newBench(t)
	alpha, beta := b.create(fields.Draft{"name": "Alpha"}), b.create(fields.Draft{"name": "Beta"})
	ada := b.person(fields.Draft{"name": "Ada"}).ID
	link, err := b.people.Patch(t.Context(), agent, ada, fields.Draft{"company": "Beta"}, 0)
	require.NoError(t, err)
	expect := func(at time.Time, what string, wantID, wantName uint64, author ledger.Author) {
		t.Helper()
		c, company, err := b.people.GetAt(t.Context(), ada, at)
		require.NoError(t, err)
		id, name := b.origins(c, company)
		require.Equal(t, []uint64{wantID, wantName}, []uint64{id.Seq, name.Seq}, what)
		require.Equal(t, author, name.Author, what)
	}
	linkedAt := b.clock
	expect(linkedAt, "named before the contact came", link.Seq, link.Seq, agent.Author)

	renamed := b.patch(beta, fields.Draft{"name": "Beta Ltd"})
	renamedAt := b.clock
	expect(renamedAt, "renamed by somebody else", link.Seq, renamed.Seq, tester.Author)
	b.patch(beta, fields.Draft{"city": "Nairobi"})
	expect(b.clock, "another field of the company", link.Seq, renamed.Seq, tester.Author)

	merged := b.merge(alpha, beta).Record
	mergedAt := b.clock
	merger := ledger.Author{Source: ledger.SourceMerge, Name: tester.Name}
	expect(mergedAt, "merged", merged.Version, merged.Version, merger)
	again := b.patch(merged, fields.Draft{"name": "Alphabet"})
	expect(b.clock, "the survivor is renamed", merged.Version, again.Seq, tester.Author)
	b.undo(merged)
	expect(b.clock, "undone", link.Seq, renamed.Seq, tester.Author)
	expect(linkedAt, "as of before the name", link.Seq, link.Seq, agent.Author)
	expect(renamedAt, "as of the name", link.Seq, renamed.Seq, tester.Author)

	_, err = b.Delete(t.Context(), tester, beta.ID, 0)
	require.NoError(t, err)
	c, company, err := b.people.GetAt(t.Context(), ada, renamedAt)
	require.NoError(t, err)
	id, _ := b.origins(c, company)
	require.Equal(t, link.Seq, id.Seq, "of one that is gone")
}
