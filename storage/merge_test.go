package storage_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// clan is a model of merges: who means whom, and what undoing each would bring
// back.
type clan struct {
	contacts.Service
	store *storage.Store

	people  []ledger.ID             // ever made
	meaning map[ledger.ID]ledger.ID // whom an id means; absent when deleted
	merges  []clanMerge             // not undone, the oldest first
}

type clanMerge struct {
	id                 ledger.ID
	survivor, absorbed *contacts.Contact // before it
}

// TestMergesAndUndos makes, changes, merges, parts and deletes contacts at
// random and looks after each step whether every id and e-mail means whom it
// should, and whether the records agree.
func TestMergesAndUndos(t *testing.T) {
	undone, moved := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		store, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: memory.New()})
		require.NoError(rt, err)
		defer store.Close()
		clock := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
		c := &clan{
			Service: *contacts.NewService(store, companies.Directory{}, func() time.Time { clock = clock.Add(time.Second); return clock }, nil),
			store:   store, meaning: map[ledger.ID]ledger.ID{},
		}
		for range rapid.IntRange(10, 40).Draw(rt, "steps") {
			switch step := rapid.SampledFrom([]string{"create", "create", "create", "merge", "merge", "merge", "undo", "undo", "patch", "upsert", "upsert", "upsert", "block", "delete"}).Draw(rt, "step"); {
			case step == "create" || len(c.meaning) < 2:
				c.create(rt)
			case step == "merge":
				c.merge(rt)
			case step == "undo":
				undone += c.undo(rt)
			case step == "patch":
				c.patch(rt)
			case step == "upsert":
				moved += c.upsert(rt)
			case step == "block":
				id, err := c.someone(rt), error(nil)
				if rapid.Bool().Draw(rt, "blocked") {
					_, err = c.Block(context.Background(), caller, id, nil, 0)
				} else {
					_, err = c.Unblock(context.Background(), caller, id, 0)
				}
				require.NoError(rt, err)
				c.forget()
			default:
				c.delete(rt)
			}
			c.check(rt)
		}
	})
	require.Positive(t, undone, "merges that were undone")
	require.Positive(t, moved, "upserts by what was absorbed")
}

// someone draws an id that means somebody.
func (c *clan) someone(t *rapid.T) ledger.ID {
	return rapid.SampledFrom(slices.DeleteFunc(slices.Clone(c.people), func(id ledger.ID) bool {
		_, lives := c.meaning[id]
		return !lives
	})).Draw(t, "who")
}

func (c *clan) draft(t *rapid.T) fields.Draft {
	d := fields.Draft{"name": fmt.Sprintf("Person %d", len(c.people))}
	if rapid.IntRange(0, 9).Draw(t, "mailed") > 0 {
		d["email"] = fmt.Sprintf("%d@example.com", rapid.IntRange(0, 49).Draw(t, "email"))
	}
	if rapid.Bool().Draw(t, "identified") {
		d["identifier"] = fmt.Sprintf("id %d", rapid.IntRange(0, 9).Draw(t, "identifier"))
	}
	d["labels"] = rapid.SampledFrom([]any{nil, []any{"a"}, []any{"b", "A"}, []any{"c"}}).Draw(t, "labels")
	d["city"] = rapid.SampledFrom([]any{nil, "Nairobi", "Mombasa"}).Draw(t, "city")
	d["last_seen_at"] = rapid.SampledFrom([]any{nil, "2026-01-01T00:00:00Z", "2026-02-02T00:00:00Z"}).Draw(t, "seen")
	return d
}

func (c *clan) create(t *rapid.T) {
	r, err := c.Create(context.Background(), caller, c.draft(t))
	if fault.KindOf(err) == fault.KindConflict {
		return
	}
	require.NoError(t, err)
	c.people = append(c.people, r.ID)
	c.meaning[r.ID] = r.ID
}

func (c *clan) get(t *rapid.T, id ledger.ID) *contacts.Contact {
	got, _, err := c.Get(context.Background(), id)
	require.NoError(t, err)
	return got
}

func (c *clan) merge(t *rapid.T) {
	a, b := c.someone(t), c.someone(t)
	if a == b {
		return
	}
	survivor, absorbed := c.get(t, a), c.get(t, b)
	r, err := c.Merge(context.Background(), caller, a, b, 0)
	require.NoError(t, err)
	if survivor.ID == absorbed.ID {
		require.Equal(t, ledger.StatusUnchanged, r.Status)
		return
	}
	require.Equal(t, survivor.ID, r.ID)
	last := r.Contact.Absorbed[len(r.Contact.Absorbed)-1]
	require.Equal(t, absorbed.ID, last.ID)
	require.Equal(t, survivor.Blocked || absorbed.Blocked, r.Contact.Blocked)
	for id, means := range c.meaning {
		if means == absorbed.ID {
			c.meaning[id] = survivor.ID
		}
	}
	c.merges = append(c.merges, clanMerge{last.Merge, survivor, absorbed})
}

// undo undoes some merge: the newest of its survivor or none.
func (c *clan) undo(t *rapid.T) int {
	if len(c.merges) == 0 {
		_, err := c.UndoMerge(context.Background(), caller, uuid.New())
		require.Equal(t, fault.KindNotFound, fault.KindOf(err))
		return 0
	}
	i := rapid.IntRange(0, len(c.merges)-1).Draw(t, "merge")
	m := c.merges[i]
	if c.meaning[m.absorbed.ID] == uuid.Nil {
		_, err := c.UndoMerge(context.Background(), caller, m.id)
		require.Equal(t, fault.KindNotFound, fault.KindOf(err), "the survivor was deleted")
		return 0
	}
	now := c.get(t, m.absorbed.ID)
	r, err := c.UndoMerge(context.Background(), caller, m.id)
	if last := now.Absorbed[len(now.Absorbed)-1]; last.Merge != m.id {
		var later *fault.Error
		require.ErrorAs(t, err, &later)
		require.Equal(t, "later-merge", later.Type)
		require.Equal(t, last.Merge, later.MergeID)
		return 0
	}
	if fault.KindOf(err) == fault.KindConflict && m.survivor == nil {
		return 0 // the survivor was changed since, and what it had is another's now
	}
	require.NoError(t, err)
	require.Equal(t, m.absorbed.ID, r.ID)
	want := plain(m.absorbed)
	if !now.Blocked { // a block that was lifted stays lifted, with when and by whom it was set
		want.Blocked, want.BlockedAt, want.BlockSource, want.BlockActor = false, time.Time{}, "", ""
	}
	require.Equal(t, want, plain(r.Contact))
	if m.survivor != nil {
		require.Equal(t, plain(m.survivor), plain(c.get(t, m.survivor.ID)))
	}
	c.merges = slices.Delete(c.merges, i, i+1)
	c.meaning[m.absorbed.ID] = m.absorbed.ID
	for _, a := range m.absorbed.Absorbed {
		c.meaning[a.ID] = m.absorbed.ID
	}
	return 1
}

// plain is a contact without what tells when it was written.
func plain(c *contacts.Contact) contacts.Contact {
	p := *c.Clone()
	p.UpdatedAt, p.Version = time.Time{}, 0
	return p
}

// forget says that survivors may have changed since their merges.
func (c *clan) forget() {
	for i := range c.merges {
		c.merges[i].survivor = nil
	}
}

func (c *clan) patch(t *rapid.T) {
	_, err := c.Patch(context.Background(), caller, c.someone(t), c.draft(t), 0)
	if fault.KindOf(err) != fault.KindConflict {
		require.NoError(t, err)
	}
	c.forget()
}

// upsert writes by what a contact has absorbed: it is found and keeps its own.
func (c *clan) upsert(t *rapid.T) int {
	now, email := c.withTwoEmails(t)
	if now == nil {
		return 0
	}
	r, err := c.Upsert(context.Background(), caller, fields.Draft{"email": email, "country": "KE"})
	require.NoError(t, err)
	require.Equal(t, now.ID, r.ID)
	require.Equal(t, now.Email, r.Contact.Email)
	require.Equal(t, "KE", r.Contact.Country)
	c.forget()
	return 1
}

// withTwoEmails returns somebody with an e-mail of his own and another that he
// has absorbed, nil when there is nobody.
func (c *clan) withTwoEmails(t *rapid.T) (*contacts.Contact, string) {
	for _, id := range c.people {
		if c.meaning[id] != id {
			continue
		}
		now := c.get(t, id)
		for _, a := range now.Absorbed {
			if a.Email != "" && now.Email != "" && a.Email != now.Email {
				return now, a.Email
			}
		}
	}
	return nil, ""
}

func (c *clan) delete(t *rapid.T) {
	who := c.get(t, c.someone(t))
	_, err := c.Delete(context.Background(), caller, who.ID, 0)
	require.NoError(t, err)
	for id, means := range c.meaning {
		if means == who.ID {
			delete(c.meaning, id)
		}
	}
}

func (c *clan) check(t *rapid.T) {
	ctx := context.Background()
	found, err := c.store.Verify(ctx, nil)
	require.NoError(t, err)
	require.Empty(t, found)
	for _, id := range c.people {
		got, _, err := c.Get(ctx, id)
		means, lives := c.meaning[id]
		if !lives {
			require.Equal(t, fault.KindNotFound, fault.KindOf(err))
			continue
		}
		require.NoError(t, err)
		require.Equal(t, means, got.ID)
		c.checkRedirects(t, got)
		for _, claim := range got.Claims() {
			if claim.Kind != contacts.ClaimEmail {
				continue
			}
			_, err := c.Create(ctx, caller, fields.Draft{"email": claim.Value})
			var taken *fault.Error
			require.ErrorAs(t, err, &taken)
			require.Equal(t, []ledger.ID{got.ID}, taken.ContactIDs)
		}
	}
}

func (c *clan) checkRedirects(t *rapid.T, survivor *contacts.Contact) {
	ordinals := []uint32{survivor.Ordinal}
	want := []ledger.Redirect{{}}
	for _, a := range survivor.Absorbed {
		ordinals = append(ordinals, a.Ordinal)
		want = append(want, ledger.Redirect{ID: a.ID, Survivor: survivor.Ordinal})
	}
	got, err := c.store.Redirects(context.Background(), &contacts.Kind.Shape, ordinals)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// TestMergeIsInLogAndHistory: followers hear of both contacts, without values;
// the history has who and what, of both, and outlives the undo.
func TestMergeIsInLogAndHistory(t *testing.T) {
	s := memoryStore(t)
	service := contacts.NewService(s, companies.Directory{}, nil, nil)
	ada, ben := person("Ada", "ada@example.com"), person("Ben", "ben@example.com")
	create(t, s, ada)
	create(t, s, ben)
	head := s.Head()
	ai := ledger.Caller{Author: ledger.Author{Source: ledger.SourceAI, Name: "assistant"}}
	r, err := service.Merge(t.Context(), ai, ada.ID, ben.ID, 0)
	require.NoError(t, err)
	_, err = service.UndoMerge(t.Context(), caller, r.Contact.Absorbed[0].Merge)
	require.NoError(t, err)

	type entry struct {
		op      ledger.Op
		ordinal uint32
		fields  []string
		source  ledger.Source
	}
	var got []entry
	for _, c := range changes(t, s, head) {
		got = append(got, entry{c.Op, c.Ordinal, c.Fields, c.Source})
	}
	all := []string{"emails", ledger.FieldAbsorbed}
	require.Equal(t, []entry{
		{ledger.OpUpdate, ada.Ordinal, all, ledger.SourceAI}, {ledger.OpMerge, ben.Ordinal, nil, ledger.SourceAI},
		{ledger.OpUpdate, ada.Ordinal, all, ledger.SourceAPI}, {ledger.OpRestore, ben.Ordinal, nil, ledger.SourceAPI},
	}, got)

	of := history(t, s, ada.Ordinal)
	require.Equal(t, []ledger.FieldChange{
		{Field: "emails", Old: fields.ListValue([]string{"ada@example.com"}), New: fields.ListValue([]string{"ada@example.com", "ben@example.com"})},
		{Field: ledger.FieldAbsorbed, New: fields.ListValue([]string{ben.ID.String()})},
	}, of[1].Changes)
	require.Equal(t, ai.Author, of[1].Author)
	var ops []ledger.Op
	for _, h := range history(t, s, ben.Ordinal) {
		ops = append(ops, h.Op)
	}
	require.Equal(t, []ledger.Op{ledger.OpRestore, ledger.OpMerge, ledger.OpCreate}, ops)
}
