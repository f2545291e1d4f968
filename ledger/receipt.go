package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/ndoto/kundi/fault"
)

// ReceiptLifetime is how long the answer to a request with an idempotency key
// can be repeated.
const ReceiptLifetime = 24 * time.Hour

// ReceiptKey binds a request to its idempotency key.
type ReceiptKey struct {
	// Key is the caller's key, with whatever separates the callers' keys.
	Key string
	// Body is a hash of all that makes the request: method, path and body.
	Body [32]byte
}

// Caller is who asks for a change, and how the request is known when it comes again.
type Caller struct {
	Author
	// Receipt makes the use case idempotent: see Once. It is nil for a request without an
	// idempotency key.
	Receipt *ReceiptKey
}

// WithReceipt returns the caller with another receipt key.
func (c Caller) WithReceipt(key ReceiptKey) Caller {
	c.Receipt = &key
	return c
}

// Outcome is what a use case did, as far as it is needed to answer again. It
// holds nothing personal.
type Outcome struct {
	Status string   `json:"status"`
	IDs    []string `json:"ids,omitempty"`
	// Seq is that of the last change; Once sets it.
	Seq uint64 `json:"seq"`
	// Detail is whatever else the use case needs to answer again.
	Detail json.RawMessage `json:"detail,omitempty"`

	Replayed bool `json:"-"`
}

// receipt is an outcome as it is kept in the collection Receipts.
type receipt struct {
	Body    string    `json:"body"` // hex of ReceiptKey.Body
	At      time.Time `json:"at"`
	Outcome Outcome   `json:"outcome"`
}

// Once runs a use case inside its closure, unless the request with this key
// already had an outcome: then that is returned as Replayed and
// nothing runs. A key that came with another body is fault.KindInvalid. The receipt
// is written in the same commit as what run writes, and holds for
// ReceiptLifetime from now. Without a key, which is nil then, Once just runs it.
func Once(tx Tx, key *ReceiptKey, now time.Time, run func() (Outcome, error)) (Outcome, error) {
	if key == nil {
		return finish(tx, run)
	}
	name := key.document()
	known, err := readReceipt(tx, name)
	if err != nil {
		return Outcome{}, err
	}
	if known != nil && !known.expired(now) {
		return known.repeat(*key)
	}
	outcome, err := finish(tx, run)
	if err != nil {
		return Outcome{}, err
	}
	fresh := receipt{Body: hex.EncodeToString(key.Body[:]), At: now, Outcome: outcome}
	return outcome, keepReceipt(tx, name, fresh)
}

// Done is what there is to say of a change beside what it made.
type Done struct {
	// Seq is the number of the change, or of the head when there was none.
	Seq uint64
	// Replayed says that this repeats the answer to an earlier request with the
	// same idempotency key.
	Replayed bool
}

// Do runs a change whose answer needs nothing but its number and what there is
// now, at most once per idempotency key.
func Do(ctx context.Context, store Updater, by Caller, now time.Time, change func(Tx) error) (Done, error) {
	if by.Receipt == nil {
		seq, err := store.Update(ctx, by.Author, change)
		return Done{Seq: seq}, err
	}
	var outcome Outcome
	key := by.Receipt
	seq, err := store.Update(ctx, by.Author, func(tx Tx) (err error) {
		outcome, err = Once(tx, key, now, func() (Outcome, error) { return Outcome{Status: "done"}, change(tx) })
		return err
	})
	if err == nil && outcome.Replayed {
		seq = outcome.Seq
	}
	return Done{Seq: seq, Replayed: outcome.Replayed}, err
}

// errFresh says that the request had no outcome yet.
var errFresh = errors.New("ledger: the request is new")

// Earlier returns the outcome of the request of the caller when it came
// before, and false when it is new. The errors are those of Once.
func Earlier(ctx context.Context, store Updater, by Caller, now time.Time) (Outcome, bool, error) {
	if by.Receipt == nil {
		return Outcome{}, false, nil
	}
	var outcome Outcome
	_, err := store.Update(ctx, by.Author, func(tx Tx) (err error) {
		outcome, err = Once(tx, by.Receipt, now, func() (Outcome, error) { return Outcome{}, errFresh })
		return err
	})
	if errors.Is(err, errFresh) {
		return Outcome{}, false, nil
	}
	return outcome, err == nil, err
}

// Repeated returns what was done when the request of the caller came
// before, and false when it is new. Use cases ask it before they look at what
// their change may have removed. The errors are those of Once.
func Repeated(ctx context.Context, store Updater, by Caller, now time.Time) (Done, bool, error) {
	outcome, repeated, err := Earlier(ctx, store, by, now)
	return Done{Seq: outcome.Seq, Replayed: repeated}, repeated, err
}

func finish(tx Tx, run func() (Outcome, error)) (Outcome, error) {
	outcome, err := run()
	outcome.Seq = tx.Seq() - 1
	return outcome, err
}

// document is the key of the receipt: a hash, since callers put anything into
// their keys.
func (k ReceiptKey) document() string {
	sum := sha256.Sum256([]byte(k.Key))
	return "key/" + hex.EncodeToString(sum[:16])
}

func (r *receipt) expired(now time.Time) bool { return now.Sub(r.At) >= ReceiptLifetime }

func (r *receipt) repeat(key ReceiptKey) (Outcome, error) {
	if r.Body != hex.EncodeToString(key.Body[:]) {
		return Outcome{}, &fault.Error{
			Kind:    fault.KindInvalid,
			Type:    "idempotency-key-reused",
			Message: "The idempotency key was already used for another request.",
		}
	}
	r.Outcome.Replayed = true
	return r.Outcome, nil
}

// receiptQueue is the order in which receipts expire: entries First to Next-1
// under "queue/<n>", so that old ones are found without a scan, which a
// closure cannot do.
type receiptQueue struct {
	First uint64 `json:"first"`
	Next  uint64 `json:"next"`
}

// queued is one entry of the queue.
type queued struct {
	Document string    `json:"document"`
	At       time.Time `json:"at"`
}

const (
	receiptQueueDocument = "queue"
	// prunedPerReceipt is how many expired receipts go for each new one: two,
	// so that what piled up is worked off.
	prunedPerReceipt = 2
)

func keepReceipt(tx Tx, name string, r receipt) error {
	var queue receiptQueue
	if _, err := readJSON(tx, receiptQueueDocument, &queue); err != nil {
		return err
	}
	if err := putJSON(tx, name, r); err != nil {
		return err
	}
	if err := putJSON(tx, queueEntry(queue.Next), queued{Document: name, At: r.At}); err != nil {
		return err
	}
	queue.Next++
	for range prunedPerReceipt {
		pruned, err := pruneReceipt(tx, queue.First, r.At)
		if err != nil {
			return err
		}
		if !pruned {
			break
		}
		queue.First++
	}
	return putJSON(tx, receiptQueueDocument, queue)
}

// pruneReceipt removes an entry of the queue and its receipt when they have
// expired. A receipt that was renewed under the same key since has a later
// entry and stays.
func pruneReceipt(tx Tx, n uint64, now time.Time) (bool, error) {
	var entry queued
	found, err := readJSON(tx, queueEntry(n), &entry)
	if err != nil || !found || now.Sub(entry.At) < ReceiptLifetime {
		return false, err
	}
	kept, err := readReceipt(tx, entry.Document)
	if err != nil {
		return false, err
	}
	if kept != nil && kept.expired(now) {
		if err := tx.DeleteDocument(Receipts, entry.Document); err != nil {
			return false, err
		}
	}
	return true, tx.DeleteDocument(Receipts, queueEntry(n))
}

func queueEntry(n uint64) string { return "queue/" + strconv.FormatUint(n, 10) }

func readReceipt(tx Tx, name string) (*receipt, error) {
	var r receipt
	found, err := readJSON(tx, name, &r)
	if err != nil || !found {
		return nil, err
	}
	return &r, nil
}

func readJSON(tx Tx, name string, into any) (bool, error) {
	raw, err := tx.Document(Receipts, name)
	if err != nil || raw == nil {
		return false, err
	}
	return true, json.Unmarshal(raw, into)
}

func putJSON(tx Tx, name string, document any) error {
	raw, err := json.Marshal(document)
	if err != nil {
		return err
	}
	return tx.PutDocument(Receipts, name, raw)
}
