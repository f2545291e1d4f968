package contacts

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

func drafts(n int) []fields.Draft {
	list := make([]fields.Draft, n)
	for i := range list {
		list[i] = fields.Draft{"name": fmt.Sprintf("Nr %d", i)}
	}
	return list
}

func TestBatch(t *testing.T) {
	w := newWorkbench(t)
	a := w.mustCreate(fields.Draft{"email": "a@b.example"})
	out, err := w.Batch(t.Context(), tester, []fields.Draft{
		{"email": "new@b.example"},
		{"email": "none"},
		{"email": "A@b.example", "city": "Nairobi"},
		{"email": "new@b.example", "identifier": "1"},
		{"email": "a@b.example", "phone": "+254712345678", "company": "Acme"},
		{"identifier": "1", "email": "a@b.example", "company": "Nobody's"},
		{"email": "new@b.example"},
		{"name": "No key"},
	})
	require.NoError(t, err)
	var statuses []ledger.Status
	for _, r := range out.Results {
		statuses = append(statuses, r.Status)
		require.Equal(t, r.Status == ledger.StatusFailed, r.Err != nil)
	}
	require.Equal(t, []ledger.Status{
		ledger.StatusCreated, ledger.StatusFailed, ledger.StatusUpdated, ledger.StatusUpdated, ledger.StatusUpdated, ledger.StatusFailed, ledger.StatusUnchanged, ledger.StatusCreated,
	}, statuses)
	require.Equal(t, a.ID, out.Results[2].ID)
	require.Equal(t, out.Results[0].ID, out.Results[3].ID)
	require.Equal(t, []string{"email"}, paths(problem(t, fault.KindInvalid, out.Results[1].Err).Faults))
	conflict := problem(t, fault.KindConflict, out.Results[5].Err)
	require.Equal(t, []ledger.ID{out.Results[0].ID, a.ID}, conflict.ContactIDs)
	require.Equal(t, w.store.Head(), out.Seq)
	require.Equal(t, 1, w.store.companies(t), "a failed item leaves no company behind")
}

func TestBatchLimits(t *testing.T) {
	w := newWorkbench(t)
	for _, n := range []int{0, MaxBatch + 1} {
		_, err := w.Batch(t.Context(), tester, drafts(n))
		require.Equal(t, []string{"contacts"}, paths(problem(t, fault.KindInvalid, err).Faults))
	}
	require.Zero(t, w.store.Head())
	out, err := w.Batch(t.Context(), tester, drafts(MaxBatch))
	require.NoError(t, err)
	require.Len(t, out.Results, MaxBatch)
	require.Equal(t, uint64(MaxBatch), out.Seq)
	require.Equal(t, uint64(1), out.Results[0].Seq)
}

// A commit that the store finds too large is halved until it fits.
func TestBatchHalves(t *testing.T) {
	w := newWorkbench(t)
	w.store.RefuseOver = 70
	once := tester.WithReceipt(ledger.ReceiptKey{Key: "k"})
	first, err := w.Batch(t.Context(), once, drafts(600))
	require.NoError(t, err)
	require.Equal(t, 600, w.store.contacts(t))

	again, err := w.Batch(t.Context(), once, drafts(600))
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, first.Seq, again.Seq)
	for i := range first.Results {
		require.Equal(t, first.Results[i].ID, again.Results[i].ID)
	}
	require.Equal(t, 600, w.store.contacts(t))

	one := newWorkbench(t)
	one.store.RefuseOver = 1
	_, err = one.Batch(t.Context(), tester, drafts(5))
	require.NoError(t, err)
}

// A batch that broke off between two commits goes on where it stopped.
func TestBatchGoesOnAfterACrash(t *testing.T) {
	w := newWorkbench(t)
	once := tester.WithReceipt(ledger.ReceiptKey{Key: "k"})
	list := append(drafts(batchChunk+10), fields.Draft{"email": "none"})
	w.store.FailAfter = 1
	_, err := w.Batch(t.Context(), once, list)
	problem(t, fault.KindUnavailable, err)
	require.Equal(t, batchChunk, w.store.contacts(t))

	w.store.FailAfter = -1
	out, err := w.Batch(t.Context(), once, list)
	require.NoError(t, err)
	require.False(t, out.Replayed, "the second half is new")
	require.True(t, out.Results[0].Replayed)
	require.False(t, out.Results[batchChunk].Replayed)
	require.Equal(t, batchChunk+10, w.store.contacts(t))

	again, err := w.Batch(t.Context(), once, list)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, out.Seq, again.Seq)
	for i, r := range again.Results {
		require.Equal(t, out.Results[i].ID, r.ID)
		require.Equal(t, out.Results[i].Status, r.Status)
	}
	require.Equal(t, out.Results[batchChunk+10].Err, again.Results[batchChunk+10].Err)
	require.Equal(t, batchChunk+10, w.store.contacts(t))
}

// The store may turn a batch away before it has begun or while it is under way.
// Only in the first case was nothing changed.
func TestBatchTurnedAwayMidway(t *testing.T) {
	for _, c := range []fault.Error{
		{Kind: fault.KindTooMany, Type: "too-many-writes", Message: "Nothing was changed."},
		{Kind: fault.KindUnavailable, Type: "storage-full", Message: "Nothing was changed."},
	} {
		w := newWorkbench(t)
		w.store.Failure, w.store.FailAfter = &c, 0
		_, err := w.Batch(t.Context(), tester, drafts(batchChunk+1))
		require.Equal(t, c.Type, problem(t, c.Kind, err).Type)
		require.Zero(t, w.store.contacts(t))

		w.store.FailAfter = 1
		_, err = w.Batch(t.Context(), tester, drafts(batchChunk+1))
		p := problem(t, fault.KindUnavailable, err)
		require.Equal(t, "batch-stopped", p.Type)
		require.NotContains(t, p.Message, "Nothing")
		require.Equal(t, batchChunk, w.store.contacts(t))
	}
}

// While others wait a batch is done in parts, and repeated by its receipts.
func TestBatchMakesRoomForOthers(t *testing.T) {
	w := newWorkbench(t)
	w.store.Crowded = true
	once := tester.WithReceipt(ledger.ReceiptKey{Key: "k"})
	w.store.FailAfter = 3
	_, err := w.Batch(t.Context(), once, drafts(10))
	problem(t, fault.KindUnavailable, err)
	require.Equal(t, 3, w.store.contacts(t), "an item a commit")

	w.store.FailAfter, w.store.Crowded = -1, false
	out, err := w.Batch(t.Context(), once, drafts(10))
	require.NoError(t, err)
	require.Equal(t, 10, w.store.contacts(t))
	for i, r := range out.Results {
		require.Equal(t, ledger.StatusCreated, r.Status)
		require.Equal(t, i < 3, r.Replayed, i)
	}
}
