package contacts

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

func TestReceiptRepeatsTheAnswer(t *testing.T) {
	w := newWorkbench(t)
	once := tester.WithReceipt(ledger.ReceiptKey{Key: "a", Body: [32]byte{1}})
	first, err := w.Create(t.Context(), once, fields.Draft{"name": "Ada"})
	require.NoError(t, err)
	require.False(t, first.Replayed)
	other := w.mustCreate(fields.Draft{"name": "Bob"})

	again, err := w.Create(t.Context(), once, fields.Draft{"name": "Ada"})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, first.ID, again.ID)
	require.Equal(t, first.Seq, again.Seq)
	require.Equal(t, first.Status, again.Status)
	require.Equal(t, first.Contact, again.Contact)
	require.Equal(t, other.Version, w.store.Head(), "nothing was written")

	_, err = w.Create(t.Context(), tester.WithReceipt(ledger.ReceiptKey{Key: "a", Body: [32]byte{2}}), fields.Draft{"name": "Ada"})
	require.Equal(t, "idempotency-key-reused", problem(t, fault.KindInvalid, err).Type)

	_, err = w.Delete(t.Context(), tester, first.ID, 0)
	require.NoError(t, err)
	again, err = w.Create(t.Context(), once, fields.Draft{"name": "Ada"})
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID)
	require.Nil(t, again.Contact, "it was deleted since")

	w.clock = w.clock.Add(ledger.ReceiptLifetime)
	renewed, err := w.Create(t.Context(), once, fields.Draft{"name": "Ada"})
	require.NoError(t, err)
	require.False(t, renewed.Replayed)
	require.NotEqual(t, first.ID, renewed.ID)
}

func TestFailuresLeaveNoReceipt(t *testing.T) {
	w := newWorkbench(t)
	once := tester.WithReceipt(ledger.ReceiptKey{Key: "a"})
	a := w.mustCreate(fields.Draft{"email": "a@b.example"})
	_, err := w.Create(t.Context(), once, fields.Draft{"email": "a@b.example"})
	problem(t, fault.KindConflict, err)
	_, err = w.Create(t.Context(), once, fields.Draft{})
	problem(t, fault.KindInvalid, err)
	_, err = w.Delete(t.Context(), tester, a.ID, 0)
	require.NoError(t, err)
	r, err := w.Create(t.Context(), once, fields.Draft{"email": "a@b.example"})
	require.NoError(t, err)
	require.False(t, r.Replayed)
}

// What a draft may be can change; what was answered cannot.
func TestReceiptOutlivesTheSchema(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "tier", "type": "text"})
	once := tester.WithReceipt(ledger.ReceiptKey{Key: "a"})
	d := fields.Draft{"name": "Ada", "attributes": map[string]any{"tier": "x"}}
	first, err := w.Upsert(t.Context(), once, d)
	require.NoError(t, err)
	_, err = w.DeleteAttribute(t.Context(), tester, fields.EntityContact, "tier", 0)
	require.NoError(t, err)
	again, err := w.Upsert(t.Context(), once, d)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, first.ID, again.ID)
}

func TestExpiredReceiptsArePruned(t *testing.T) {
	w := newWorkbench(t)
	post := func(key string) {
		t.Helper()
		_, err := w.Create(t.Context(), tester.WithReceipt(ledger.ReceiptKey{Key: key}), fields.Draft{"name": "Ada"})
		require.NoError(t, err)
	}
	receipts := func() (n int) {
		for _, d := range w.store.documents(t, ledger.Receipts) {
			if strings.HasPrefix(d.Key, "key/") {
				n++
			}
		}
		return n
	}
	for _, key := range []string{"a", "b", "c", "d", "e"} {
		post(key)
	}
	require.Equal(t, 5, receipts())
	w.clock = w.clock.Add(ledger.ReceiptLifetime)
	post("c") // renewed before its first entry in the queue is reached
	require.Equal(t, 3, receipts(), "a and b went")
	post("f")
	require.Equal(t, 3, receipts(), "d went, c is fresh")
	post("g")
	require.Equal(t, 3, receipts(), "e went")
	w.clock = w.clock.Add(ledger.ReceiptLifetime - time.Millisecond)
	post("c")
	require.Equal(t, 3, receipts(), "c is repeated to the last millisecond")
	w.clock = w.clock.Add(time.Millisecond)
	post("h")
	post("i")
	require.Equal(t, 2, receipts())
	require.Len(t, w.store.documents(t, ledger.Receipts), 2+2+1, "each with its entry, and the queue")
}
