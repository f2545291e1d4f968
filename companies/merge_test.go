package companies_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	_ "github.com/ndoto/kundi/repeatable"
)

func (b *bench) merge(survivor, absorbed *companies.Company) companies.Result {
	b.t.Helper()
	r, err := b.Merge(b.t.Context(), tester, survivor.ID, absorbed.ID, 0)
	require.NoError(b.t, err)
	return r
}

func (b *bench) undo(merged *companies.Company) *companies.Company {
	b.t.Helper()
	r, err := b.UndoMerge(b.t.Context(), tester, merged.Absorbed[len(merged.Absorbed)-1].Merge)
	require.NoError(b.t, err)
	return r.Record
}

// companyOf is the id of the company of a contact as it is read.
func (b *bench) companyOf(id ledger.ID) ledger.ID {
	b.t.Helper()
	_, company, err := b.people.Get(b.t.Context(), id)
	require.NoError(b.t, err)
	if company == nil {
		return ledger.ID{}
	}
	return company.ID
}

// TestMergeOfCompanies merges two companies, writes contacts of both, and undoes it.
func TestMergeOfCompanies(t *testing.T) {
	b := newBench(t)
	acme := b.create(fields.Draft{"name": "Acme", "domains": []any{"acme.example"}, "labels": []any{"vip"}})
	old := b.create(fields.Draft{"name": "Acme Old", "domains": []any{"old.example"}, "identifier": "o-1", "city": "Nairobi", "labels": []any{"old", "VIP"}})
	ada := b.person(fields.Draft{"name": "Ada", "company": "Acme"})
	ben := b.person(fields.Draft{"name": "Ben", "company": "acme old"})

	merged := b.merge(acme, old).Record
	require.Equal(t, []any{acme.ID, "Acme", []string{"acme.example", "old.example"}, "o-1", "Nairobi", []string{"vip", "old"}},
		[]any{merged.ID, merged.Name, merged.Domains, merged.Identifier, merged.City, merged.Labels})
	got, err := b.Get(t.Context(), old.ID)
	require.NoError(t, err)
	require.Equal(t, acme.ID, got.ID)
	for _, id := range []ledger.ID{ada.ID, ben.ID} {
		require.Equal(t, acme.ID, b.companyOf(id))
	}
	// Whoever names the absorbed one, by name, id or domain, means the survivor.
	for _, d := range []fields.Draft{{"company": "ACME OLD"}, {"company_id": old.ID.String()}, {"email": "x@old.example"}} {
		d["name"] = "New"
		require.Equal(t, acme.ID, b.person(d).Company.ID)
	}
	for field, value := range map[string]any{"name": "acme old", "domains": []any{"old.example"}, "identifier": "o-1"} {
		_, err := b.Create(t.Context(), tester, fields.Draft{"name": "Third", field: value})
		require.Equal(t, []ledger.ID{acme.ID}, taken(t, err, field))
	}
	// A contact that came with a merge stays where it is, whatever of the company is sent.
	for _, d := range []fields.Draft{{"company": "Acme Old"}, {"company": "Acme"}, {"company_id": acme.ID.String()}, {"company_id": old.ID.String()}} {
		r, err := b.people.Patch(t.Context(), tester, ben.ID, d, 0)
		require.NoError(t, err)
		require.Equal(t, ledger.StatusUnchanged, r.Status, d)
	}
	r, err := b.people.Patch(t.Context(), tester, ben.ID, fields.Draft{"city": "Kisumu"}, 0)
	require.NoError(t, err)
	require.Equal(t, acme.ID, r.Company.ID)

	back := b.undo(merged)
	require.Equal(t, old.ID, back.ID)
	require.True(t, companies.Kind.Same(old, back))
	now, err := b.Get(t.Context(), acme.ID)
	require.NoError(t, err)
	require.True(t, companies.Kind.Same(acme, now))
	require.Equal(t, []ledger.ID{acme.ID, old.ID}, []ledger.ID{b.companyOf(ada.ID), b.companyOf(ben.ID)})
	_, err = b.UndoMerge(t.Context(), tester, merged.Absorbed[0].Merge)
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))

	ops := func(id ledger.ID) (ops []ledger.Op) {
		list, _, err := b.History(t.Context(), id, "", 0, 10)
		require.NoError(t, err)
		for _, e := range list {
			ops = append(ops, e.Op)
		}
		return ops
	}
	require.Equal(t, []ledger.Op{ledger.OpRestore, ledger.OpMerge, ledger.OpCreate}, ops(acme.ID))
	require.Equal(t, []ledger.Op{ledger.OpRestore, ledger.OpMerge, ledger.OpCreate}, ops(old.ID))
	then, err := b.GetAt(t.Context(), acme.ID, merged.UpdatedAt)
	require.NoError(t, err)
	require.True(t, companies.Kind.Same(merged, then))
	then, err = b.GetAt(t.Context(), old.ID, merged.UpdatedAt)
	require.NoError(t, err)
	require.True(t, companies.Kind.Same(merged, then), "its id meant the survivor")
}

func TestMergesThatAreRefused(t *testing.T) {
	b := newBench(t)
	var list []*companies.Company
	for i := range 4 {
		list = append(list, b.create(fields.Draft{"name": fmt.Sprint("Company ", i), "domains": []any{fmt.Sprint("d", i, ".example")}}))
	}
	refused := func(survivor, absorbed ledger.ID) []string {
		_, err := b.Merge(t.Context(), tester, survivor, absorbed, 0)
		require.Error(t, err)
		return faults(err)
	}
	require.Equal(t, []string{"company_id: must be the id of another company"}, refused(list[0].ID, list[0].ID))
	require.Equal(t, []string{"company_id: must be the id of a company"}, refused(list[0].ID, b.person(fields.Draft{"name": "Ada"}).ID))
	_, err := b.Merge(t.Context(), tester, list[0].ID, list[1].ID, list[0].Version+1)
	require.Equal(t, fault.KindPrecondition, fault.KindOf(err))

	first := b.merge(list[1], list[0]).Record
	require.Equal(t, []string{"company_id: must not be the company into which this one was merged: both are one already"}, refused(list[0].ID, list[1].ID))
	require.Equal(t, ledger.StatusUnchanged, b.merge(list[1], list[0]).Status)
	second := b.merge(list[2], list[1]).Record // which brings the first with it
	require.Len(t, second.Absorbed, 2)
	require.Equal(t, []string{"company_id: must not be the company into which this one was merged: both are one already"}, refused(list[0].ID, list[2].ID))
	_, err = b.UndoMerge(t.Context(), tester, first.Absorbed[0].Merge)
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, []any{"later-merge", second.Absorbed[1].Merge}, []any{e.Type, e.MergeID})

	// What was given up since, and another company has now.
	b.patch(list[2], fields.Draft{"domains": []any{"d2.example"}})
	b.patch(list[3], fields.Draft{"domains": []any{"d1.example"}})
	_, err = b.UndoMerge(t.Context(), tester, second.Absorbed[1].Merge)
	require.Equal(t, []ledger.ID{list[3].ID}, taken(t, err, "domains"))
	b.patch(list[3], fields.Draft{"domains": nil})
	require.Equal(t, list[1].ID, b.undo(second).ID)
	require.Equal(t, list[0].ID, b.undo(first).ID)

	labels := func(from int) (list []any) {
		for i := range 150 {
			list = append(list, fmt.Sprint("l", from+i))
		}
		return list
	}
	b.patch(list[0], fields.Draft{"labels": labels(0)})
	b.patch(list[1], fields.Draft{"labels": labels(100)})
	_, err = b.Merge(t.Context(), tester, list[0].ID, list[1].ID, 0)
	require.ErrorAs(t, err, &e)
	require.Equal(t, []any{fault.KindConflict, "merge-limit"}, []any{e.Kind, e.Type})
}

// TestASurvivorMayTakeTheNameOfWhatItAbsorbed: the undo gives both their own names again.
func TestASurvivorMayTakeTheNameOfWhatItAbsorbed(t *testing.T) {
	b := newBench(t)
	long, short := b.create(fields.Draft{"name": "Acme Ltd"}), b.create(fields.Draft{"name": "Acme"})
	merged := b.merge(long, short).Record
	b.patch(merged, fields.Draft{"name": "ACME"})
	require.Equal(t, "Acme", b.undo(merged).Name)
	now, err := b.Get(t.Context(), long.ID)
	require.NoError(t, err)
	require.Equal(t, "Acme Ltd", now.Name)
}

// TestDeletingASurvivor deletes what it has absorbed, and leaves contacts of both.
func TestDeletingASurvivor(t *testing.T) {
	b := newBench(t)
	acme, old := b.create(fields.Draft{"name": "Acme"}), b.create(fields.Draft{"name": "Old"})
	ben := b.person(fields.Draft{"name": "Ben", "company": "Old"})
	b.merge(acme, old)
	_, err := b.Delete(t.Context(), tester, old.ID, 0) // which means the survivor
	require.NoError(t, err)
	require.Zero(t, b.companyOf(ben.ID))
	require.NoError(t, b.store.Sweep(t.Context()))
	r, err := b.people.Patch(t.Context(), tester, ben.ID, fields.Draft{"company": "old"}, 0)
	require.NoError(t, err)
	require.NotEqual(t, old.ID, r.Company.ID) // the name is free
}

// TestUndoGivesBackWhatWas merges two companies, changes some fields, and undoes it: the
// absorbed company is as it was, and so is what nobody has changed of the survivor.
func TestUndoGivesBackWhatWas(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBench(t)
		n := 0
		draw := func(r *rapid.T, named bool) fields.Draft {
			n++
			d := fields.Draft{}
			if named {
				d["name"] = fmt.Sprint("Company ", n)
			}
			for name, values := range map[string][]any{
				"domains": {nil, []any{fmt.Sprint("a", n, ".example")}, []any{fmt.Sprint("a", n, ".example"), fmt.Sprint("b", n, ".example")}},
				"labels":  {nil, []any{"vip"}, []any{"VIP", "new"}}, "identifier": {nil, fmt.Sprint("id-", n)}, "country": {nil, "KE", "UG"}, "city": {nil, "Nairobi", "Kampala"},
			} {
				if named || rapid.Bool().Draw(r, "change "+name) {
					d[name] = rapid.SampledFrom(values).Draw(r, name)
				}
			}
			return d
		}
		survivor, absorbed := b.create(draw(r, true)), b.create(draw(r, true))
		merged := b.merge(survivor, absorbed).Record
		edit := draw(r, false)
		b.patch(merged, edit)
		back := b.undo(merged)
		if !companies.Kind.Same(absorbed, back) {
			r.Fatalf("%+v came back as %+v", absorbed, back)
		}
		now, err := b.Get(t.Context(), survivor.ID)
		require.NoError(t, err)
		for _, f := range companies.StandardFields {
			_, edited := edit[f.Name]
			if _, other := edit["country"]; f.Name == "city" && other {
				edited = true
			}
			was, is := companies.Kind.Value(f, survivor), companies.Kind.Value(f, now)
			if !edited && f.Standard.Settable() && !was.Equal(is) && !(len(was.List)+len(is.List) == 0) {
				r.Fatalf("%s was %v and is %v", f.Name, was, is)
			}
		}
		if slices.ContainsFunc(now.Absorbed, func(a ledger.Absorbed) bool { return a.ID == absorbed.ID }) {
			r.Fatal("it is still absorbed")
		}
	})
}
