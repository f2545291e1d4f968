package contacts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

const (
	// MaxBatch is how many drafts a batch may have.
	MaxBatch = 1_000
	// batchChunk is how many of them share one closure, and so one commit, when
	// nobody else waits: whoever comes while it is made durable waits for that.
	// Smaller ones would cost bulk loads more in syncs than others gain.
	batchChunk = 200
)

// BatchResult is what became of a batch.
type BatchResult struct {
	Results []Result // one per draft, in order, without Contact and Company
	// Seq is the number of the last change, or of the head when there was
	// none.
	Seq uint64
	// Replayed says that the whole batch was done before, under the same
	// idempotency key.
	Replayed bool
}

// Batch upserts 1 to MaxBatch drafts one after the other. An item that fails
// says so in its Result and leaves the others alone. An error means that the
// batch was refused as a whole, or, when it is of fault.KindUnavailable or
// fault.KindInternal, that it stopped somewhere between commits.
//
// Drafts share commits, up to 200 each. With an idempotency key every
// commit has a receipt of its own, so that a repeated batch goes on where the
// first stopped.
func (s *Service) Batch(ctx context.Context, by ledger.Caller, drafts []fields.Draft) (BatchResult, error) {
	return s.batch(ctx, by, drafts, nil)
}

func (s *Service) batch(ctx context.Context, by ledger.Caller, drafts []fields.Draft, rules *FileRules) (BatchResult, error) {
	if len(drafts) == 0 || len(drafts) > MaxBatch {
		return BatchResult{}, fault.Invalid("invalid-batch", "The batch is not valid.",
			[]fault.Fault{{Path: "contacts", Detail: fmt.Sprintf("must have 1 to %d items", MaxBatch)}})
	}
	prepared := s.prepareAll(drafts, rules)
	defer prepared.finish()
	do := func(tx ledger.Tx, i int) (Result, error) { return s.upsertItem(tx, by.Author, prepared.items[i]) }
	b := batch{store: s.store, by: by, now: prepared.items[0].now, do: do, results: make([]Result, len(drafts))}
	return b.run(ctx, prepared.wait)
}

// run does all items. wait returns when the first n of them are ready.
func (b *batch) run(ctx context.Context, wait func(n int)) (BatchResult, error) {
	out := BatchResult{Results: b.results, Replayed: true}
	for from := 0; from < len(b.results); {
		n := min(batchChunk, len(b.results)-from)
		wait(from + n)
		chunk, err := b.chunk(ctx, from, n)
		if err != nil {
			return BatchResult{}, stopped(err, from)
		}
		from += chunk.items
		out.Seq = chunk.seq
		out.Replayed = out.Replayed && chunk.replayed
	}
	return out, nil
}

// stopped is the error of a batch that stopped before an item. What the store
// has no room or no time for, it says, has changed nothing; after the first
// commit that is not so.
func stopped(err error, from int) error {
	if kind := fault.KindOf(err); from == 0 || kind != fault.KindTooMany && kind != fault.KindUnavailable {
		return err
	}
	return &fault.Error{
		Kind: fault.KindUnavailable, Type: "batch-stopped",
		Message: "The batch was stopped: some of its first items are stored. Send it again.", Err: err,
	}
}

// batch is a batch under way.
type batch struct {
	store Store
	by    ledger.Caller
	now   time.Time
	// do does one item. What fails on account of the item is in its result.
	do      func(tx ledger.Tx, i int) (Result, error)
	results []Result
}

// chunkDone is what one commit of a batch did.
type chunkDone struct {
	items    int
	seq      uint64
	replayed bool
}

// chunk does n items from the given one on in one commit. When the store
// finds that too large, it halves n until it is not. It may stop before n when
// others wait, and a replayed receipt may hold fewer items for both reasons.
func (b *batch) chunk(ctx context.Context, from, n int) (chunkDone, error) {
	key := b.receiptOfChunk(from)
	for {
		done, err := b.commit(ctx, key, from, n)
		if fault.KindOf(err) != fault.KindTooLarge || err == nil || n == 1 {
			return done, err
		}
		n /= 2
	}
}

// receiptOfChunk gives each commit of a batch its own receipt.
func (b *batch) receiptOfChunk(from int) *ledger.ReceiptKey {
	key := b.by.Receipt
	if key == nil || from == 0 {
		return key
	}
	return &ledger.ReceiptKey{Key: fmt.Sprintf("%s\x00from %d", key.Key, from), Body: key.Body}
}

func (b *batch) commit(ctx context.Context, key *ledger.ReceiptKey, from, n int) (chunkDone, error) {
	done := chunkDone{items: n}
	update := b.store.UpdateHastily
	if from+n == len(b.results) {
		update = b.store.Update // when it returns, filters know all of the batch
	}
	seq, err := update(ctx, b.by.Author, func(tx ledger.Tx) error {
		outcome, err := ledger.Once(tx, key, b.now, func() (outcome ledger.Outcome, err error) {
			outcome, done.items, err = b.some(tx, key != nil, from, n)
			return outcome, err
		})
		if err != nil || !outcome.Replayed {
			return err
		}
		done.replayed = true
		done.items, err = b.recall(outcome, from)
		done.seq = outcome.Seq
		return err
	})
	if !done.replayed {
		done.seq = seq
	}
	return done, err
}

// some runs up to n items of one commit, fewer when others wait, and describes
// them for the receipt, if there is one.
func (b *batch) some(tx ledger.Tx, receipt bool, from, n int) (outcome ledger.Outcome, items int, err error) {
	for items < n && (items == 0 || !tx.Crowded()) {
		if b.results[from+items], err = b.do(tx, from+items); err != nil {
			return ledger.Outcome{}, items, err
		}
		items++
	}
	if !receipt {
		return ledger.Outcome{}, items, nil
	}
	detail, err := json.Marshal(keptResults(b.results[from : from+items]))
	return ledger.Outcome{Status: "batch", Detail: detail}, items, err
}

// upsertItem upserts one draft. A fault of the item ends in its Result, and nothing of the
// item stays.
func (s *Service) upsertItem(tx ledger.Tx, by ledger.Author, i item) (Result, error) {
	w := &writing{tx: tx, by: by, item: i, newID: s.newID, companies: s.companies}
	err := tx.Attempt(w.upsertOne)
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict:
		return Result{Status: ledger.StatusFailed, Err: err}, nil
	}
	if err != nil {
		return Result{}, err
	}
	w.result.Seq = tx.Seq() - 1
	w.result.Contact, w.result.Company = nil, nil
	return w.result, nil
}

// upsertOne upserts the draft of one item of a batch.
func (w *writing) upsertOne() error {
	err := w.freshen()
	switch {
	case err != nil:
	case w.item.rules != nil:
		w.result, err = w.importRow()
	default:
		w.result, err = w.upsert()
	}
	return err
}

// recall takes the results of a commit out of its receipt and says how many
// they are.
func (b *batch) recall(o ledger.Outcome, from int) (int, error) {
	var kept []keptResult
	if err := json.Unmarshal(o.Detail, &kept); err != nil {
		return 0, err
	}
	if len(kept) == 0 || from+len(kept) > len(b.results) {
		return 0, errors.New("contacts: a receipt of a batch does not fit the batch")
	}
	for i, k := range kept {
		b.results[from+i] = k.result(o.Seq)
	}
	return len(kept), nil
}

// keptResult is a Result in a receipt. Nothing in it is personal: an Error
// never is.
type keptResult struct {
	Status     ledger.Status   `json:"status"`
	ID         string          `json:"id,omitempty"`
	Kind       fault.ErrorKind `json:"kind,omitempty"`
	Type       string          `json:"type,omitempty"`
	Message    string          `json:"message,omitempty"`
	Faults     []fault.Fault   `json:"faults,omitempty"`
	Field      string          `json:"field,omitempty"`
	ContactIDs []ledger.ID     `json:"contact_ids,omitempty"`
}

func keptResults(results []Result) []keptResult {
	kept := make([]keptResult, len(results))
	for i, r := range results {
		kept[i] = keptResult{Status: r.Status}
		var e *fault.Error
		if errors.As(r.Err, &e) {
			kept[i].Kind, kept[i].Type, kept[i].Message = e.Kind, e.Type, e.Message
			kept[i].Faults, kept[i].Field, kept[i].ContactIDs = e.Faults, e.Field, e.ContactIDs
			continue
		}
		kept[i].ID = r.ID.String()
	}
	return kept
}

func (k keptResult) result(seq uint64) Result {
	r := Result{Status: k.Status, Seq: seq, Replayed: true}
	if k.Status == ledger.StatusFailed {
		r.Err = &fault.Error{Kind: k.Kind, Type: k.Type, Message: k.Message, Faults: k.Faults, Field: k.Field, ContactIDs: k.ContactIDs}
		return r
	}
	r.ID, _ = uuid.Parse(k.ID)
	return r
}
