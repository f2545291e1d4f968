package contacts_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/badger"
	"github.com/ndoto/kundi/workspace"
)

// These tests run the use cases over the real store, on a disk.

var tester = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}

func open(t testing.TB, dir string) (*contacts.Service, *storage.Store) {
	t.Helper()
	e, err := badger.Open(dir, slog.New(slog.NewTextHandler(io.Discard, nil)))
	require.NoError(t, err)
	s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e})
	require.NoError(t, err)
	return contacts.NewService(s, companies.Directory{}, nil, nil), s
}

func TestUseCasesSurviveReopening(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	service, store := open(t, dir)
	_, _, err := workspace.NewService(store, nil).PatchSettings(t.Context(), tester, fields.Draft{"phone_region": "KE"}, 0)
	require.NoError(t, err)
	tier, err := workspace.NewService(store, nil).DefineAttribute(t.Context(), tester, fields.Draft{"key": "tier", "type": "list", "options": []any{"Free", "Pro"}})
	require.NoError(t, err)
	once := tester.WithReceipt(ledger.ReceiptKey{Key: "k"})
	draft := fields.Draft{"phone": "0712345678", "company": "Acme", "attributes": map[string]any{"tier": "PRO"}}
	made, err := service.Upsert(t.Context(), once, draft)
	require.NoError(t, err)
	require.NoError(t, store.Close())

	service, store = open(t, dir)
	defer func() { require.NoError(t, store.Close()) }()
	again, err := service.Upsert(t.Context(), once, draft)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, made.ID, again.ID)
	require.Equal(t, made.Seq, again.Seq)
	require.Equal(t, made.Contact, again.Contact)
	require.Equal(t, made.Company, again.Company)
	require.Empty(t, cmp.Diff([]*fields.AttributeDefinition{tier.Attribute}, workspace.NewService(store, nil).Attributes(fields.EntityContact),
		cmpopts.IgnoreUnexported(fields.AttributeDefinition{})))
	require.Equal(t, "KE", workspace.NewService(store, nil).GetSettings().PhoneRegion)

	_, err = workspace.NewService(store, nil).UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"options": []any{"Free"}}, tier.Attribute.Version)
	require.Equal(t, fault.KindConflict, fault.KindOf(err))
	patched, err := service.Patch(t.Context(), tester, made.ID, fields.Draft{"company": nil}, made.Contact.Version)
	require.NoError(t, err)
	require.Equal(t, store.Head(), patched.Seq)
	_, err = service.Delete(t.Context(), tester, made.ID, patched.Contact.Version)
	require.NoError(t, err)
	_, err = service.Create(t.Context(), tester, fields.Draft{"phone": "+254712345678"})
	require.NoError(t, err, "the number is free again")
}

// Many callers that mean the same person make one contact, and one request
// that is sent many times at once is done once.
func TestRacesMakeOneContact(t *testing.T) {
	service, store := open(t, filepath.Join(t.TempDir(), "data"))
	defer func() { require.NoError(t, store.Close()) }()
	once := tester.WithReceipt(ledger.ReceiptKey{Key: "once"})
	var done sync.WaitGroup
	var mu sync.Mutex
	statuses := map[ledger.Status]int{}
	fresh := 0
	for range 16 {
		done.Go(func() {
			for j := range 8 {
				r, err := service.Upsert(t.Context(), tester, fields.Draft{"email": fmt.Sprintf("a%d@b.example", j), "company": "Acme"})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				statuses[r.Status]++
				mu.Unlock()
			}
			r, err := service.Create(t.Context(), once, fields.Draft{"name": "Once"})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			if !r.Replayed {
				fresh++
			}
			mu.Unlock()
		})
	}
	done.Wait()
	require.Equal(t, map[ledger.Status]int{ledger.StatusCreated: 8, ledger.StatusUnchanged: 120}, statuses)
	require.Equal(t, 1, fresh)
	all, err := contacts.Kind.Scan(t.Context(), store, ledger.Ref{}, 100)
	require.NoError(t, err)
	require.Len(t, all, 9)
	companies, err := companies.Kind.Scan(t.Context(), store, ledger.Ref{}, 100)
	require.NoError(t, err)
	require.Len(t, companies, 1)
}

// TestARowThatFailsLeavesNothing: its company was made before it was refused.
func TestARowThatFailsLeavesNothing(t *testing.T) {
	service, store := open(t, t.TempDir())
	defer func() { require.NoError(t, store.Close()) }()
	ada, err := service.Create(t.Context(), tester, fields.Draft{"email": "ada@example.com"})
	require.NoError(t, err)
	ben, err := service.Create(t.Context(), tester, fields.Draft{"name": "Ben"})
	require.NoError(t, err)
	head := store.Head()
	done, err := service.Import(t.Context(), tester.Author, []fields.Draft{
		{"id": ben.ID.String(), "email": "ada@example.com", "company": "Acme"},
		{"id": ben.ID.String(), "city": "Nairobi"},
	}, contacts.FileRules{})
	require.NoError(t, err)
	refused, is := errors.AsType[*fault.Error](done.Results[0].Err)
	require.True(t, is)
	require.Equal(t, fault.KindConflict, refused.Kind)
	require.Equal(t, "email", refused.Field)
	require.Equal(t, []ledger.ID{ada.ID}, refused.ContactIDs)
	require.Equal(t, ledger.StatusUpdated, done.Results[1].Status)
	require.Equal(t, head+1, store.Head(), "the second row only")
	companies, err := companies.Kind.Scan(t.Context(), store, ledger.Ref{}, 10)
	require.NoError(t, err)
	require.Empty(t, companies)
}

func person(i int) fields.Draft {
	return fields.Draft{
		"identifier": fmt.Sprintf("c%07d", i), "first_name": "Ada", "last_name": fmt.Sprintf("King %d", i),
		"email": fmt.Sprintf("ada.king%d@example.com", i), "phone": fmt.Sprintf("+2547%08d", i),
		"company": fmt.Sprintf("Company %d", i%5000), "country": "KE", "labels": []any{"vip", "new"},
	}
}

// BenchmarkBatch loads new contacts, 1,000 at a time and durably; one
// operation is one contact.
func BenchmarkBatch(b *testing.B) {
	service, store := open(b, filepath.Join(b.TempDir(), "data"))
	defer store.Close()
	for n := 0; n < b.N; n += contacts.MaxBatch {
		batch := make([]fields.Draft, min(contacts.MaxBatch, b.N-n))
		for i := range batch {
			batch[i] = person(n + i)
		}
		if _, err := service.Batch(context.Background(), tester, batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "contacts/s")
}

// BenchmarkPatch checks one draft, which is what happens outside of the
// store's closure.
func BenchmarkPatch(b *testing.B) {
	schema := ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind)
	d := person(1)
	b.ReportAllocs()
	for b.Loop() {
		if _, faults := contacts.NewPatch(schema, d); len(faults) > 0 {
			b.Fatal(faults)
		}
	}
}
