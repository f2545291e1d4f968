package storage

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
	"github.com/ndoto/kundi/words"
)

// office is a store with companies, by name, and who is in them.
type office struct {
	*Store
	t  *testing.T
	by ledger.Author
}

func newOffice(t *testing.T) office {
	s, err := Open(context.Background(), Options{Kinds: usualKinds, Engine: memory.New()})
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return office{Store: s, t: t}
}

func (o office) update(closure func(ledger.Tx) error) {
	o.t.Helper()
	_, err := o.Update(context.Background(), o.by, closure)
	require.NoError(o.t, err)
}

func (o office) company(name string, kept bool) *companies.Company {
	c := &companies.Company{ID: uuid.New(), Name: name, Kept: kept}
	o.update(func(tx ledger.Tx) error { return companyKind.Create(tx, c) })
	return c
}

func (o office) person(in *companies.Company) *contacts.Contact {
	c := &contacts.Contact{ID: uuid.New(), Name: "Ada"}
	if in != nil {
		c.Company = in.Ordinal
	}
	o.update(func(tx ledger.Tx) error { return contactKind.Create(tx, c) })
	return c
}

func (o office) move(c *contacts.Contact, to *companies.Company) *contacts.Contact {
	after := *c
	after.Company = to.Ordinal
	o.update(func(tx ledger.Tx) error { return contactKind.Update(tx, c, &after) })
	return &after
}

// names are those of the companies that are left.
func (o office) names() (names []string) {
	o.t.Helper()
	companies, err := companyKind.Scan(context.Background(), o, ledger.Ref{}, 100)
	require.NoError(o.t, err)
	for _, c := range companies {
		names = append(names, c.Name)
	}
	return names
}

func (o office) requireSound() {
	o.t.Helper()
	found, err := o.Verify(context.Background(), nil)
	require.NoError(o.t, err)
	require.Empty(o.t, found)
}

func TestACompanyGoesWithItsLastContact(t *testing.T) {
	o := newOffice(t)
	staying := o.company("Staying", false)
	leaving := o.company("Left by deletion", false)
	moved := o.company("Left by a move", false)
	o.company("Never joined", false)
	o.company("Made on purpose", true)
	parted := o.company("Of one who was merged", false)

	survivor := o.person(staying)
	ada, ben, cleo := o.person(leaving), o.person(moved), o.person(parted)
	o.update(func(tx ledger.Tx) error { return contactKind.Delete(tx, ada) })
	o.move(ben, staying)
	after := *survivor
	after.Absorbed = append(after.Absorbed, ledger.Absorbed{ID: cleo.ID, Ordinal: cleo.Ordinal, Merge: uuid.New()})
	o.update(func(tx ledger.Tx) error {
		return contactKind.Absorb(tx, &ledger.Merge[contacts.Contact]{ID: after.Absorbed[0].Merge, Before: survivor, After: &after, Absorbed: cleo})
	})

	require.NoError(t, o.Sweep(context.Background()))
	require.Equal(t, []string{"Staying", "Made on purpose", "Of one who was merged"}, o.names(), "an undo gives back the last")
	o.requireSound()
	changes, err := o.Changes(context.Background(), 0, 100)
	require.NoError(t, err)
	last := changes[len(changes)-1]
	require.Equal(t, []any{fields.EntityCompany, ledger.OpDelete, uint32(4)}, []any{last.Entity, last.Op, last.Ordinal}, "followers hear of it")

	o.company("Left by deletion", false) // its name is free
	o.update(func(tx ledger.Tx) error { return contactKind.Delete(tx, &after) })
	require.NoError(t, o.Sweep(context.Background()))
	require.Equal(t, []string{"Staying", "Made on purpose"}, o.names(), "Ben is in the first")
	o.requireSound()
}

// TestACompanyThatIsJoinedMeanwhileStays lets somebody join after the contacts
// were read, in a commit of their own and in that of the removal.
func TestACompanyThatIsJoinedMeanwhileStays(t *testing.T) {
	o := newOffice(t)
	before, within, empty := o.company("Before", false), o.company("Within", false), o.company("Empty", false)
	u := unused{kinds: o.kinds, used: references{}}
	require.NoError(t, o.reading(context.Background(), u.read))
	require.Equal(t, []recordKey{companyShape.at(1), companyShape.at(2), companyShape.at(3)}, u.list)
	o.person(before)
	_, err := o.committer.submit(context.Background(), o.by, func(t *tx) error {
		if err := contactKind.Create(t, &contacts.Contact{ID: uuid.New(), Name: "Ben", Company: within.Ordinal}); err != nil {
			return err
		}
		return t.dropUnused(u.list, u.used, u.seq)
	})
	require.NoError(t, err)
	require.Equal(t, []string{"Before", "Within"}, o.names())
	require.EqualValues(t, 3, empty.Ordinal)
	o.requireSound()
}

// TestCompaniesAreRemovedBesideWriters has contacts come and go in companies that
// are made for them while sweeps run.
func TestCompaniesAreRemovedBesideWriters(t *testing.T) {
	o := newOffice(t)
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := range 50 {
				// As the use cases do: find the company by name, or make it.
				name := fmt.Sprint("Company ", (i+w)%5)
				c := &contacts.Contact{ID: uuid.New(), Name: "Ada"}
				o.update(func(tx ledger.Tx) error {
					holder, held, err := tx.Holder(ledger.Claim{Kind: companies.ClaimName, Value: words.Canonical(name)})
					if err != nil {
						return err
					}
					if !held {
						company := &companies.Company{ID: uuid.New(), Name: name}
						if err := companyKind.Create(tx, company); err != nil {
							return err
						}
						holder.Ordinal = company.Ordinal
					}
					c.Company = holder.Ordinal
					return contactKind.Create(tx, c)
				})
				if i%10 > 0 {
					o.update(func(tx ledger.Tx) error { return contactKind.Delete(tx, c) })
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { defer close(done); writers.Wait() }()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		require.NoError(t, o.Sweep(context.Background()))
	}
	o.requireSound()
}

// TestSweepClearsWhatIsLeft deletes somebody with more history than goes at once,
// and does not wait for the committer to be idle.
func TestSweepClearsWhatIsLeft(t *testing.T) {
	o := newOffice(t)
	c := o.person(nil)
	for i := range engine.MaxPageKeys + 50 {
		after := *c
		after.City = fmt.Sprint("City ", i)
		o.update(func(tx ledger.Tx) error { return contactKind.Update(tx, c, &after) })
		c = &after
	}
	o.update(func(tx ledger.Tx) error { return contactKind.Delete(tx, c) })
	require.NoError(t, o.Sweep(context.Background()))
	v, err := o.engine.View(context.Background())
	require.NoError(t, err)
	defer v.Close()
	for _, kind := range []byte{kindHistory, kindSweep} {
		page, err := v.Scan(engine.Range{Prefix: []byte{kind}})
		require.NoError(t, err)
		require.Empty(t, page.Pairs)
	}
	o.requireSound()
}
