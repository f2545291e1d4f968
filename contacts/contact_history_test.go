package contacts_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
	"github.com/ndoto/kundi/workspace"
)

type workspaceService = workspace.Service

// archive is a service whose clock the test moves: a minute with every change.
type archive struct {
	*contacts.Service
	*workspaceService
	t      testing.TB
	store  *storage.Store
	engine engine.Engine
	now    time.Time
}

func newArchive(t testing.TB) *archive {
	a := &archive{t: t, engine: memory.New(), now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return a.now }
	var err error
	a.store, err = storage.Open(t.Context(), storage.Options{Kinds: bothKinds, Engine: a.engine, Clock: clock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.store.Close()) })
	a.Service, a.workspaceService = contacts.NewService(a.store, companies.Directory{}, clock, nil), workspace.NewService(a.store, clock)
	return a
}

// does carries out a change and returns when it was.
func (a *archive) does(change func() error) time.Time {
	a.t.Helper()
	a.now = a.now.Add(time.Minute)
	require.NoError(a.t, change())
	return a.now
}

func (a *archive) create(d fields.Draft) (c *contacts.Contact) {
	a.t.Helper()
	a.does(func() error {
		r, err := a.Create(a.t.Context(), tester, d)
		c = r.Contact
		return err
	})
	return c
}

func (a *archive) patch(c *contacts.Contact, by ledger.Author, d fields.Draft) time.Time {
	a.t.Helper()
	return a.does(func() error { _, err := a.Patch(a.t.Context(), ledger.Caller{Author: by}, c.ID, d, 0); return err })
}

func (a *archive) define(kind string) {
	a.t.Helper()
	a.does(func() error {
		_, err := a.DefineAttribute(a.t.Context(), tester, fields.Draft{"key": "since", "type": kind})
		return err
	})
}

func (a *archive) undefine() {
	a.t.Helper()
	a.does(func() error {
		_, err := a.DeleteAttribute(a.t.Context(), tester, fields.EntityContact, "since", 0)
		return err
	})
}

func since(value any) fields.Draft {
	return fields.Draft{"attributes": map[string]any{"since": value}}
}

// A key that is defined again is another attribute, in the past too.
func TestHistoryTellsAttributesWithOneKeyApart(t *testing.T) {
	a := newArchive(t)
	a.define("date")
	ada := a.create(fields.Draft{"name": "Ada"})
	a.patch(ada, tester.Author, since("2026-01-31"))
	between := a.patch(ada, tester.Author, since("2026-02-01"))
	a.patch(ada, tester.Author, since(nil))
	a.undefine()
	a.define("date")
	a.patch(ada, tester.Author, since("2030-01-01"))

	then, _, err := a.GetAt(t.Context(), ada.ID, between)
	require.NoError(t, err)
	require.Empty(t, then.Attributes, "the value of then was one of another attribute")
	of, next, err := a.History(t.Context(), ada.ID, "attributes.since", 0, 10)
	require.NoError(t, err)
	require.Zero(t, next)
	require.Len(t, of, 1)
	all, _, err := a.History(t.Context(), ada.ID, "", 0, 10)
	require.NoError(t, err)
	require.Len(t, all, 5)
	schema := a.store.Schema()
	read := func(i int) (string, any, bool) {
		c := &all[i].Changes[0]
		f, former := contacts.Kind.FieldThen(schema, c, all[i].At)
		return f.Name, f.JSON(c.New), former
	}
	name, value, former := read(0)
	require.Equal(t, []any{"attributes.since", "2030-01-01", false}, []any{name, value, former})
	name, value, former = read(2)
	require.Equal(t, []any{"attributes.since", "2026-02-01", true}, []any{name, value, former}, "a day, though its attribute is gone")
}

// deletingStore deletes a contact before its history is read.
type deletingStore struct {
	*storage.Store
	now func()
}

func (s deletingStore) WalkHistory(ctx context.Context, of *ledger.Shape, ordinal uint32, version uint64, visit func(*ledger.HistoryEntry) (bool, error)) (bool, error) {
	s.now()
	return s.Store.WalkHistory(ctx, of, ordinal, version, visit)
}

// TestAHistoryIsWholeOrNotThere: also when its contact is deleted while it is read.
func TestAHistoryIsWholeOrNotThere(t *testing.T) {
	for _, field := range []string{"", "city"} {
		a := newArchive(t)
		ada := a.create(fields.Draft{"name": "Ada"})
		a.patch(ada, tester.Author, fields.Draft{"city": "Nairobi"})
		store := deletingStore{a.store, func() {
			_, err := a.Delete(t.Context(), tester, ada.ID, 0)
			require.NoError(t, err)
		}}
		list, _, err := contacts.NewService(store, companies.Directory{}, nil, nil).History(t.Context(), ada.ID, field, 0, 10)
		require.Equal(t, fault.KindNotFound, fault.KindOf(err), "%v", list)
	}
}

// Provenance names, for each value, who gave it.
func TestProvenance(t *testing.T) {
	a := newArchive(t)
	a.define("text")
	agent := ledger.Author{Source: ledger.SourceAgent, Name: "desk"}
	ada := a.create(fields.Draft{"name": "Ada", "city": "Nairobi", "attributes": map[string]any{"since": "May"}})
	moved := a.patch(ada, agent, fields.Draft{"city": "Kisumu", "company": "Acme"})
	ben := a.create(fields.Draft{"name": "Ben", "email": "ben@example.org"})
	var merged *contacts.Contact
	at := a.does(func() error {
		r, err := a.Merge(t.Context(), ledger.Caller{Author: agent}, ada.ID, ben.ID, 0)
		merged = r.Contact
		return err
	})
	c, company, err := a.Get(t.Context(), ada.ID)
	require.NoError(t, err)
	got, err := a.Provenance(t.Context(), c, company)
	require.NoError(t, err)
	made := ledger.Origin{Author: tester.Author, At: ada.UpdatedAt, Seq: ada.Version}
	patched := ledger.Origin{Author: agent, At: moved, Seq: got["city"].Seq}
	given := ledger.Origin{Author: ledger.Author{Source: ledger.SourceMerge, Name: "desk"}, At: at, Seq: merged.Version}
	absorbed := given
	absorbed.Author.Source = ledger.SourceAgent
	require.Equal(t, map[string]ledger.Origin{
		"name": made, "created_at": made, "attributes.since": made, "city": patched, "company_id": patched, "company.name": patched,
		"email": given, "type": given, "absorbed": absorbed,
	}, got)
}

// Pages of a history neither repeat nor skip, with a field too, of which a page may be short.
func TestHistoryPages(t *testing.T) {
	a := newArchive(t)
	ada := a.create(fields.Draft{"name": "Ada"})
	a.patch(ada, tester.Author, fields.Draft{"city": "Nairobi"})
	for i := range 1_100 {
		a.patch(ada, tester.Author, fields.Draft{"identifier": fmt.Sprint("a-", i)})
	}
	pages := func(field string, limit int) (sizes []int, seqs []uint64) {
		for before := uint64(0); ; {
			list, next, err := a.History(t.Context(), ada.ID, field, before, limit)
			require.NoError(t, err)
			sizes = append(sizes, len(list))
			for _, e := range list {
				seqs = append(seqs, e.Seq)
			}
			if next == 0 {
				return sizes, seqs
			}
			before = next
		}
	}
	sizes, seqs := pages("", 400)
	require.Equal(t, []int{400, 400, 302}, sizes)
	for i := 1; i < len(seqs); i++ {
		require.Less(t, seqs[i], seqs[i-1])
	}
	sizes, seqs = pages("city", 10)
	require.Equal(t, []int{0, 1}, sizes, "a page reads 1,000 changes")
	require.Equal(t, ada.Version+1, seqs[0])
	sizes, _ = pages("identifier", 1_000)
	require.Equal(t, []int{1_000, 100}, sizes)
}

// Retention removes what is older than the setting says, of everybody, goes on where it was
// cut off, and answers for what is left as before.
func TestRetentionOfHistory(t *testing.T) {
	a := newArchive(t)
	ada, ben := a.create(fields.Draft{"name": "Ada", "city": "A"}), a.create(fields.Draft{"name": "Ben"})
	for i := range 1_200 {
		a.patch(ada, tester.Author, fields.Draft{"city": fmt.Sprint("old-", i)})
	}
	last := a.now
	a.now = a.now.AddDate(0, 0, 10)
	recent := a.patch(ada, tester.Author, fields.Draft{"city": "new"})
	require.NoError(t, a.TrimHistory(t.Context()), "kept for ever")
	require.Len(t, entries(a, ada), 1_202)
	a.does(func() error {
		_, _, err := a.PatchSettings(t.Context(), tester, fields.Draft{"keep_history": "P7D"}, 0)
		return err
	})
	require.NoError(t, a.TrimHistory(t.Context()))
	require.NoError(t, a.TrimHistory(t.Context()), "again")
	left := entries(a, ada)
	require.Len(t, left, 2)
	require.Empty(t, left[1].Changes)
	require.Equal(t, last, left[1].At)
	require.Equal(t, []ledger.HistoryEntry{{Seq: ben.Version, Op: ledger.OpCreate, Author: tester.Author, At: ben.UpdatedAt}}, entries(a, ben))

	then, _, err := a.GetAt(t.Context(), ada.ID, recent.Add(-time.Second))
	require.NoError(t, err)
	require.Equal(t, "old-1199", then.City)
	require.Equal(t, last, then.UpdatedAt)
	_, _, err = a.GetAt(t.Context(), ada.ID, last)
	require.Equal(t, fault.KindGone, fault.KindOf(err))
	c, _, err := a.Get(t.Context(), ada.ID)
	require.NoError(t, err)
	origins, err := a.Provenance(t.Context(), c, nil)
	require.NoError(t, err)
	require.Contains(t, origins, "city")
	require.NotContains(t, origins, "name", "who gave it is not kept")
	found, err := a.store.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, found)

	// A sweep that was cut off goes on, whatever the setting is by then.
	state := fmt.Sprintf(`{"since":%q,"next":%d}`, a.now.Format(time.RFC3339), ada.Ordinal)
	_, err = a.store.Update(t.Context(), tester.Author, func(tx ledger.Tx) error {
		return tx.PutDocument(ledger.HistoryState, "kept", []byte(state))
	})
	require.NoError(t, err)
	a.does(func() error {
		_, _, err := a.PatchSettings(t.Context(), tester, fields.Draft{"keep_history": nil}, 0)
		return err
	})
	require.NoError(t, a.TrimHistory(t.Context()))
	require.Len(t, entries(a, ada), 1)
}

func entries(a *archive, c *contacts.Contact) []ledger.HistoryEntry {
	list, err := a.store.History(a.t.Context(), &contacts.Kind.Shape, c.Ordinal, 0, 10_000)
	require.NoError(a.t, err)
	return list
}

// Who is deleted leaves nothing of the past, those they had absorbed included.
func TestThePastOfADeletedContactIsGone(t *testing.T) {
	a := newArchive(t)
	ada, ben := a.create(fields.Draft{"name": "Zuhura", "city": "Zuhura"}), a.create(fields.Draft{"name": "Zuhura B."})
	at := a.patch(ada, tester.Author, fields.Draft{"name": "Zuhura Y."})
	a.does(func() error { _, err := a.Merge(t.Context(), tester, ada.ID, ben.ID, 0); return err })
	a.does(func() error { _, err := a.Delete(t.Context(), tester, ada.ID, 0); return err })
	for _, c := range []*contacts.Contact{ada, ben} {
		_, _, err := a.GetAt(t.Context(), c.ID, at)
		require.Equal(t, fault.KindNotFound, fault.KindOf(err))
		_, _, err = a.History(t.Context(), c.ID, "", 0, 10)
		require.Equal(t, fault.KindNotFound, fault.KindOf(err))
		require.Empty(t, entries(a, c))
	}
	view, err := a.engine.View(t.Context())
	require.NoError(t, err)
	defer view.Close()
	page, err := view.Scan(engine.Range{})
	require.NoError(t, err)
	require.Nil(t, page.Next)
	for _, p := range page.Pairs {
		require.NotContains(t, string(p.Value), "Zuhura")
	}
}

// The past stays the same while others write, and a contact that is deleted meanwhile is
// nobody, never half of what it was.
func TestThePastWhileOthersWrite(t *testing.T) {
	service, store := open(t, t.TempDir())
	defer func() { require.NoError(t, store.Close()) }()
	before := contacts.NewService(store, companies.Directory{}, func() time.Time { return time.Now().Add(-time.Hour) }, nil)
	r, err := before.Create(t.Context(), tester, fields.Draft{"name": "Ada", "city": "first"})
	require.NoError(t, err)
	at := r.Contact.UpdatedAt
	done := make(chan error, 1)
	go func() {
		for i := range 300 {
			if _, err := service.Patch(context.Background(), tester, r.ID, fields.Draft{"city": fmt.Sprint("later ", i)}, 0); err != nil {
				done <- err
				return
			}
		}
		_, err := service.Delete(context.Background(), tester, r.ID, 0)
		done <- err
	}()
	asked := 0
	for ; ; asked++ {
		then, _, err := service.GetAt(t.Context(), r.ID, at)
		if err != nil {
			require.Equal(t, fault.KindNotFound, fault.KindOf(err))
			break
		}
		require.Equal(t, "first", then.City)
		require.Equal(t, r.Contact.Version, then.Version)
	}
	require.NoError(t, <-done)
	require.Greater(t, asked, 10)
}

// lateHistory is a store in which something happens before a history is read.
type lateHistory struct {
	contacts.Store
	meanwhile func()
}

func (l lateHistory) WalkHistory(
	ctx context.Context, s *ledger.Shape, ordinal uint32, version uint64, visit func(*ledger.HistoryEntry) (bool, error),
) (bool, error) {
	l.meanwhile()
	return l.Store.WalkHistory(ctx, s, ordinal, version, visit)
}

// The commit of a deletion removes the newest thousand changes. Those that are still there make
// no state.
func TestThePastOfAContactThatIsDeletedMeanwhile(t *testing.T) {
	a := newArchive(t)
	ada := a.create(fields.Draft{"name": "Ada", "city": "first"})
	at := a.patch(ada, tester.Author, fields.Draft{"country": "KE"})
	for i := range 1_100 {
		a.patch(ada, tester.Author, fields.Draft{"city": fmt.Sprint("later ", i)})
	}
	late := contacts.NewService(lateHistory{a.store, func() {
		_, err := a.Delete(t.Context(), tester, ada.ID, 0)
		require.NoError(t, err)
	}}, companies.Directory{}, func() time.Time { return a.now }, nil)
	_, _, err := late.GetAt(t.Context(), ada.ID, at)
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
}

// A page ends when it has read much, however few changes that are.
func TestHistoryPagesAreBounded(t *testing.T) {
	a := newArchive(t)
	ada := a.create(fields.Draft{"name": "Ada"})
	for i := range 300 {
		labels := make([]any, fields.MaxLabels)
		for n := range labels {
			labels[n] = fmt.Sprintf("%03d-%03d-%s", i, n, strings.Repeat("x", 90))
		}
		a.patch(ada, tester.Author, fields.Draft{"labels": labels})
	}
	var seqs []uint64
	pages := 0
	for next := uint64(0); pages == 0 || next != 0; pages++ {
		page, after, err := a.History(t.Context(), ada.ID, "", next, 1_000)
		require.NoError(t, err)
		size := 0
		for _, e := range page {
			seqs = append(seqs, e.Seq)
			for _, c := range e.Changes {
				size += len(strings.Join(c.Old.List, "")) + len(strings.Join(c.New.List, ""))
			}
		}
		require.Less(t, size, 5<<20)
		next = after
	}
	require.Greater(t, pages, 2)
	require.Len(t, seqs, 301)
	for i := 1; i < len(seqs); i++ {
		require.Less(t, seqs[i], seqs[i-1])
	}
}
