package contacts

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

func TestCreateGetPatchDelete(t *testing.T) {
	w := newWorkbench(t)
	ctx := t.Context()

	made, err := w.Create(ctx, tester, fields.Draft{"email": "Ada@example.com", "company": "Acme"})
	require.NoError(t, err)
	require.Equal(t, ledger.StatusCreated, made.Status)
	require.Equal(t, uint64(2), made.Seq, "the company, then the contact")
	require.Equal(t, made.Seq, made.Contact.Version)
	require.Equal(t, time.Date(2026, 11, 22, 10, 0, 0, 123e6, time.UTC), made.Contact.CreatedAt)
	require.Equal(t, made.Contact.CreatedAt, made.Contact.UpdatedAt)
	require.Equal(t, "Acme", made.Company.Name)

	c, company, err := w.Get(ctx, made.ID)
	require.NoError(t, err)
	require.Equal(t, made.Contact, c)
	require.Equal(t, made.Company, company)

	w.clock = w.clock.Add(time.Hour)
	patched, err := w.Patch(ctx, tester, made.ID, fields.Draft{"city": "London"}, made.Contact.Version)
	require.NoError(t, err)
	require.Equal(t, ledger.StatusUpdated, patched.Status)
	require.Equal(t, uint64(3), patched.Seq)
	require.Equal(t, "London", patched.Contact.City)
	require.Equal(t, c.CreatedAt, patched.Contact.CreatedAt)
	require.Equal(t, c.UpdatedAt.Add(time.Hour), patched.Contact.UpdatedAt)

	_, err = w.Patch(ctx, tester, made.ID, fields.Draft{"city": "Paris"}, made.Contact.Version)
	problem(t, fault.KindPrecondition, err)
	_, err = w.Delete(ctx, tester, made.ID, made.Contact.Version)
	problem(t, fault.KindPrecondition, err)

	done, err := w.Delete(ctx, tester, made.ID, 3)
	require.NoError(t, err)
	require.Equal(t, uint64(4), done.Seq)
	_, _, err = w.Get(ctx, made.ID)
	problem(t, fault.KindNotFound, err)
	_, err = w.Patch(ctx, tester, made.ID, fields.Draft{"city": "Paris"}, 0)
	problem(t, fault.KindNotFound, err)
	_, err = w.Delete(ctx, tester, made.ID, 0)
	problem(t, fault.KindNotFound, err)
}

func TestPatchThatChangesNothingWritesNothing(t *testing.T) {
	w := newWorkbench(t)
	c := w.mustCreate(fields.Draft{"email": "a@b.example", "labels": []any{"x"}, "company": "Acme", "last_seen_at": "2020-01-01T00:00:00Z"})
	head := w.store.Head()
	for _, d := range []fields.Draft{
		{}, {"labels": []any{"x", "X"}}, {"company": "ÁCME"}, {"phone": nil}, {"attributes": map[string]any{}},
		{"last_seen_at": "2020-01-01T03:00:00+03:00"}, {"attributes": nil}, {"type": "visitor"},
	} {
		w.clock = w.clock.Add(time.Hour)
		r, err := w.Patch(t.Context(), tester, c.ID, d, 0)
		require.NoError(t, err)
		require.Equal(t, ledger.StatusUnchanged, r.Status, "%v", d)
		require.Equal(t, head, r.Seq)
		require.Equal(t, c, r.Contact)
		require.Equal(t, "Acme", r.Company.Name)
	}
	require.Equal(t, head, w.store.Head())
}

func TestCompanies(t *testing.T) {
	w := newWorkbench(t)
	a, err := w.Create(t.Context(), tester, fields.Draft{"name": "A", "company": "Müller"})
	require.NoError(t, err)
	b, err := w.Create(t.Context(), tester, fields.Draft{"name": "B", "company": "MULLER"})
	require.NoError(t, err)
	require.Equal(t, a.Company, b.Company, "found by folded name, first spelling kept")
	c, err := w.Create(t.Context(), tester, fields.Draft{"name": "C", "company_id": a.Company.ID.String()})
	require.NoError(t, err)
	require.Equal(t, a.Company, c.Company)

	c, err = w.Patch(t.Context(), tester, c.ID, fields.Draft{"company": nil}, 0)
	require.NoError(t, err)
	require.Nil(t, c.Company)
	require.Zero(t, c.Contact.Company)

	head := w.store.Head()
	_, err = w.Create(t.Context(), tester, fields.Draft{"name": "D", "company_id": uuid.NewString()})
	e := problem(t, fault.KindInvalid, err)
	require.Equal(t, []string{"company_id"}, paths(e.Faults))
	_, err = w.Create(t.Context(), tester, fields.Draft{"company": "New"})
	problem(t, fault.KindInvalid, err)
	require.Equal(t, head, w.store.Head(), "a contact that fails leaves no company behind")
}

func TestTakenIdentities(t *testing.T) {
	w := newWorkbench(t)
	a := w.mustCreate(fields.Draft{"email": "a@b.example", "identifier": "1"})
	b := w.mustCreate(fields.Draft{"phone": "+254712345678"})

	_, err := w.Create(t.Context(), tester, fields.Draft{"email": "A@B.EXAMPLE"})
	e := problem(t, fault.KindConflict, err)
	require.Equal(t, "identity-taken", e.Type)
	require.Equal(t, "email", e.Field)
	require.Equal(t, []ledger.ID{a.ID}, e.ContactIDs)

	_, err = w.Create(t.Context(), tester, fields.Draft{"email": "a@b.example", "phone": "+254 712 345 678", "identifier": "1"})
	e = problem(t, fault.KindConflict, err)
	require.Equal(t, "identifier", e.Field)
	require.Equal(t, []ledger.ID{a.ID, b.ID}, e.ContactIDs)

	_, err = w.Patch(t.Context(), tester, b.ID, fields.Draft{"identifier": "1"}, 0)
	require.Equal(t, []ledger.ID{a.ID}, problem(t, fault.KindConflict, err).ContactIDs)

	_, err = w.Patch(t.Context(), tester, a.ID, fields.Draft{"email": "A@b.example"}, 0)
	require.NoError(t, err, "one's own in another case")
	_, err = w.Create(t.Context(), tester, fields.Draft{"identifier": "1 ", "name": "exact but for blanks"})
	problem(t, fault.KindConflict, err)
}

func TestUpsert(t *testing.T) {
	w := newWorkbench(t)
	ctx := t.Context()
	a := w.mustCreate(fields.Draft{"email": "a@b.example", "identifier": "1"})
	b := w.mustCreate(fields.Draft{"phone": "+254712345678", "email": "b@b.example"})

	update := func(want *Contact, d fields.Draft) {
		t.Helper()
		r, err := w.Upsert(ctx, tester, d)
		require.NoError(t, err)
		require.Equal(t, ledger.StatusUpdated, r.Status)
		require.Equal(t, want.ID, r.ID)
	}
	update(a, fields.Draft{"identifier": "1", "email": "new@b.example"})
	update(a, fields.Draft{"email": "NEW@b.example", "city": "Nairobi"})
	update(b, fields.Draft{"phone": "+254712345678", "city": "Nairobi"})
	update(b, fields.Draft{"email": "b@b.example", "identifier": "2"})

	_, err := w.Upsert(ctx, tester, fields.Draft{"identifier": "1", "email": "b@b.example"})
	e := problem(t, fault.KindConflict, err)
	require.Equal(t, "identity-taken", e.Type)
	require.Equal(t, "email", e.Field)
	require.Equal(t, []ledger.ID{a.ID, b.ID}, e.ContactIDs)

	_, err = w.Upsert(ctx, tester, fields.Draft{"identifier": "3", "email": "b@b.example"})
	e = problem(t, fault.KindConflict, err)
	require.Equal(t, "identifier", e.Field)
	require.Equal(t, []ledger.ID{b.ID}, e.ContactIDs)

	c := w.mustCreate(fields.Draft{"phone": "+254712345679"})
	_, err = w.Upsert(ctx, tester, fields.Draft{"identifier": "1", "email": "b@b.example", "phone": "+254712345679"})
	e = problem(t, fault.KindConflict, err)
	require.Equal(t, "email", e.Field, "the first key that disagrees")
	require.Equal(t, []ledger.ID{a.ID, b.ID, c.ID}, e.ContactIDs)

	head := w.store.Head()
	r, err := w.Upsert(ctx, tester, fields.Draft{"identifier": "1", "city": "Nairobi"})
	require.NoError(t, err)
	require.Equal(t, ledger.StatusUnchanged, r.Status)
	require.Equal(t, head, r.Seq)

	for range 2 {
		r, err = w.Upsert(ctx, tester, fields.Draft{"name": "No key"})
		require.NoError(t, err)
		require.Equal(t, ledger.StatusCreated, r.Status)
	}
	_, err = w.Upsert(ctx, tester, fields.Draft{"identifier": "1", "created_at": "2020-01-01T00:00:00Z"})
	require.Equal(t, []string{"created_at"}, paths(problem(t, fault.KindInvalid, err).Faults))
}

// A draft that was checked before the schema changed is checked again inside.
func TestStaleSchemaIsCheckedAgain(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "tier", "type": "list", "options": []any{"Free"}})
	stale := w.prepare(fields.Draft{"name": "Ada", "attributes": map[string]any{"tier": "Free"}})
	require.NoError(t, stale.err())
	_, err := w.DeleteAttribute(t.Context(), tester, fields.EntityContact, "tier", 0)
	require.NoError(t, err)
	_, err = w.store.Update(t.Context(), tester.Author, func(tx ledger.Tx) error {
		_, err := w.upsertItem(tx, tester.Author, stale)
		require.NoError(t, err, "the fault is in the result")
		again := &writing{tx: tx, item: stale, newID: w.newID}
		return again.freshen()
	})
	require.Equal(t, []string{"attributes"}, paths(problem(t, fault.KindInvalid, err).Faults))
}

func TestErrorsOfTheStorePassThrough(t *testing.T) {
	w := newWorkbench(t)
	w.store.FailAfter = 0
	_, err := w.Create(t.Context(), tester, fields.Draft{"name": "Ada"})
	problem(t, fault.KindUnavailable, err)
	_, err = w.Batch(t.Context(), tester, []fields.Draft{{"name": "Ada"}})
	problem(t, fault.KindUnavailable, err)
	_, err = w.Create(t.Context(), tester, fields.Draft{})
	require.False(t, errors.Is(err, nil))
}

func TestNewServiceDefaults(t *testing.T) {
	s := NewService(newTestStore(t), companies.Directory{}, nil, nil)
	r, err := s.Create(t.Context(), tester, fields.Draft{"name": "Ada", "attributes": map[string]any{}, "identifier": json.Number("7")})
	require.NoError(t, err)
	require.Equal(t, uuid.Version(7), r.ID.Version())
	require.WithinDuration(t, time.Now(), r.Contact.CreatedAt, time.Minute)
	require.Equal(t, "7", r.Contact.Identifier)
}
