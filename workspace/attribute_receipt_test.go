package workspace

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// request carries a request of one idempotency key out.
type request func(by ledger.Caller) (Defined, error)

// requestsOf are one request of each kind that changes the attribute tier, without an
// entity, as people send them.
func requestsOf(ctx context.Context, w *workbench) map[string]request {
	return map[string]request{
		"define": func(by ledger.Caller) (Defined, error) {
			return w.DefineAttribute(ctx, by, fields.Draft{"key": "tier", "type": "list", "options": []any{"a"}})
		},
		"update": func(by ledger.Caller) (Defined, error) {
			return w.UpdateAttribute(ctx, by, "", "tier", fields.Draft{"label": "New"}, 0)
		},
		"rename": func(by ledger.Caller) (Defined, error) {
			return w.RenameOption(ctx, by, "", "tier", Rename{From: "a", To: "b"}, 0)
		},
		"unique": func(by ledger.Caller) (Defined, error) {
			return w.UpdateAttribute(ctx, by, "", "badge", fields.Draft{"unique": true}, 0)
		},
		"delete": func(by ledger.Caller) (Defined, error) {
			done, err := w.DeleteAttribute(ctx, by, "", "gone", 0)
			return Defined{Seq: done.Seq, Replayed: done.Replayed}, err
		},
	}
}

var requestsInOrder = []string{"define", "update", "rename", "unique", "delete"}

func receiptOf(name string) ledger.Caller { return tester.WithReceipt(ledger.ReceiptKey{Key: name}) }

// TestARepeatedRequestIsOfTheSameAttribute: another one that has its key since is not
// shown, and neither is one of another entity a reason to refuse.
func TestARepeatedRequestIsOfTheSameAttribute(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "badge", "type": "text"})
	w.define(fields.Draft{"key": "gone", "type": "text"})
	requests, first := requestsOf(t.Context(), w), map[string]Defined{}
	for _, name := range requestsInOrder {
		done, err := requests[name](receiptOf(name))
		require.NoError(t, err, name)
		require.False(t, done.Replayed, name)
		first[name] = done
	}
	for _, d := range []fields.Draft{{"key": "tier"}, {"key": "badge"}, {"key": "gone"}} {
		w.define(fields.Draft{"key": d["key"], "type": "text", "entity": "company"})
	}
	w.define(fields.Draft{"key": "gone", "type": "number"})
	for _, name := range requestsInOrder {
		again, err := requests[name](receiptOf(name))
		require.NoError(t, err, name)
		require.True(t, again.Replayed, name)
		require.Equal(t, first[name].Seq, again.Seq, name)
		if name != "delete" {
			require.Equal(t, first[name].Attribute.Number, again.Attribute.Number, name)
		}
		if name == "define" {
			continue
		}
		_, err = requests[name](tester)
		require.ErrorContains(t, err, "entity", "%s, as a request of its own", name)
	}

	for _, key := range []string{"tier", "badge"} {
		_, err := w.DeleteAttribute(t.Context(), tester, fields.EntityContact, key, 0)
		require.NoError(t, err)
		w.define(fields.Draft{"key": key, "type": "number"})
	}
	for _, name := range requestsInOrder {
		again, err := requests[name](receiptOf(name))
		require.NoError(t, err, name)
		require.Equal(t, Defined{Seq: first[name].Seq, Replayed: true}, again, "%s: it was deleted since", name)
	}
}

// TestReceiptsOfOlderPrograms know an attribute by its key.
func TestReceiptsOfOlderPrograms(t *testing.T) {
	w := newWorkbench(t)
	made := w.define(fields.Draft{"key": "tier", "type": "text"})
	requests := requestsOf(t.Context(), w)
	for name, outcome := range map[string]ledger.Outcome{
		"define": {Status: "created", IDs: []string{"tier"}},
		"update": {Status: "done"},
		"rename": {Status: "done"},
	} {
		by := receiptOf(name)
		_, err := w.store.Update(t.Context(), tester.Author, func(tx ledger.Tx) error {
			_, err := ledger.Once(tx, by.Receipt, w.instant(), func() (ledger.Outcome, error) { return outcome, nil })
			return err
		})
		require.NoError(t, err)
		again, err := requests[name](by)
		require.NoError(t, err, name)
		require.True(t, again.Replayed, name)
		require.Equal(t, made.Number, again.Attribute.Number, name)
	}
}

// TestEqualRequestsAtOnceMakeUnique: all of them have one answer.
func TestEqualRequestsAtOnceMakeUnique(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "badge", "type": "text"})
	unique := requestsOf(t.Context(), w)["unique"]
	answers, problems := make([]Defined, 20), make([]error, 20)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i], problems[i] = unique(receiptOf("once")) })
	}
	all.Wait()
	fresh := 0
	for i, done := range answers {
		require.NoError(t, problems[i])
		require.NotNil(t, done.Attribute)
		require.True(t, done.Attribute.Unique)
		require.Equal(t, answers[0].Seq, done.Seq)
		if !done.Replayed {
			fresh++
		}
	}
	require.Equal(t, 1, fresh)
}
