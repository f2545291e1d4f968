package storage

import (
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// Room that a batch keeps for the state, the heads of packs and the record of
// one more key.
const (
	spareKeys  = 32
	spareBytes = 64 << 10
)

// batch is what the closures folded into one commit see and write: an overlay
// on a view. One closure at a time works on it; its writes are then kept or
// rolled back.
type batch struct {
	tools
	view *countedView
	at   time.Time // of the commit

	progress          // so far, the running closure included
	kept     progress // of the closures before it
	dropped  int      // the cost of what was written and rolled back
	before   totals   // of the view

	values    layer[string, []byte]           // by key; nil means deleted
	records   layer[recordKey, ledger.Record] // as read and written; nil means deleted
	belonging ownedRecords                    // which of records belong to whom
	marks     marks                           // whether orphans may be there
}

// tools are what all batches of a store share.
type tools struct {
	kinds     *kinds
	hasher    *claimHasher
	unclaimed *freeClaims // nil for a batch that only reads
	blocks    *blocks     // likewise
}

// progress is the part of a batch that is copied to be restored.
type progress struct {
	state   state
	totals  totals
	schema  *fields.Schema
	bytes   int // of everything written
	changes []ledger.Change
	history []historyWrite
}

// historyWrite is a history entry to be written unless its record is deleted
// within the same batch.
type historyWrite struct {
	kind    *kind
	ordinal uint32
	seq     uint64
	record  []byte
}

func newBatch(view engine.View, with tools, at time.Time, s state, n totals, schema *fields.Schema) *batch {
	p := progress{state: s, totals: n, schema: schema}
	return &batch{
		tools: with, view: &countedView{View: view}, at: at, progress: p, kept: p, before: n,
		values:  newLayer[string, []byte](),
		records: newLayer[recordKey, ledger.Record](),
	}
}

// keep makes the writes of the closure that just ran part of the batch.
func (b *batch) keep() {
	b.kept = b.progress
	b.values.keep()
	b.records.keep()
}

// rollback drops them.
func (b *batch) rollback() { b.rollbackTo(mark{progress: b.kept}) }

// mark is a point within a closure to which its writes can be taken back.
type mark struct {
	progress        progress
	values, records int // writes of the closure so far
}

func (b *batch) mark() mark { return mark{b.progress, len(b.values.undo), len(b.records.undo)} }

// rollbackTo takes back what was written since the mark. What it cost stays charged.
func (b *batch) rollbackTo(m mark) {
	written := b.written()
	b.progress = m.progress
	b.values.rollbackTo(m.values)
	b.records.rollbackTo(m.records)
	b.dropped += written - b.written()
}

// get returns the value as the closures so far have left it, nil for none.
// The slice is shared.
func (b *batch) get(key []byte) ([]byte, error) {
	if value, ok := b.values.get(string(key)); ok {
		return value, nil
	}
	return b.view.Get(key)
}

func (b *batch) put(key, value []byte) {
	b.bytes += len(key) + len(value)
	b.values.set(string(key), value)
}

func (b *batch) delete(key []byte) {
	b.bytes += len(key)
	b.values.set(string(key), nil)
}

// log numbers a change and appends it.
func (b *batch) log(c ledger.Change) {
	b.state.Seq++
	c.Seq, c.At = b.state.Seq, b.at
	b.bytes += changeSize(c)
	b.changes = append(b.changes, c)
}

// remember appends a history entry of a record with the number of the newest change.
func (b *batch) remember(k *kind, ordinal uint32, h ledger.HistoryEntry) {
	record := encodeHistory(h)
	b.bytes += len(record) + 16
	b.history = append(b.history, historyWrite{k, ordinal, b.state.Seq, record})
}

// empty reports whether there is nothing to apply.
func (b *batch) empty() bool { return len(b.values.m) == 0 && len(b.changes) == 0 }

func (b *batch) keys() int { return len(b.values.m) + len(b.history) + spareKeys }

// fits reports whether the batch is within the engine's limits.
func (b *batch) fits() bool {
	return b.keys() <= engine.MaxBatchKeys && b.bytes+spareBytes <= engine.MaxBatchBytes
}

// cost is what the closures so far have kept the committer busy with, those
// that were rolled back included: a key read or written, or a KiB written, is
// one.
func (b *batch) cost() int { return b.view.read + b.dropped + b.written() }

// written is the part of the cost that the batch still holds.
func (b *batch) written() int { return len(b.values.m) + len(b.history) + b.bytes>>10 }

// full reports whether to commit now rather than to run another closure: all
// who are in the batch, and whoever comes next, wait for its end. Beyond half
// of the engine's limits the next closure may not fit either, and would have to
// run again.
func (b *batch) full() bool {
	return b.cost() >= fullCommit || b.keys() > engine.MaxBatchKeys/2 || b.bytes > engine.MaxBatchBytes/2
}

// build returns what to apply.
func (b *batch) build(id, expect engine.BatchID) engine.Batch {
	out := engine.Batch{ID: id, Expect: expect, Put: make([]engine.Pair, 0, b.keys())}
	for key, value := range b.values.m {
		if value == nil {
			out.Delete = append(out.Delete, []byte(key))
		} else {
			out.Put = append(out.Put, engine.Pair{Key: []byte(key), Value: value})
		}
	}
	for _, h := range b.history {
		if _, buried := b.values.get(string(h.kind.tombKey(h.ordinal))); buried {
			continue
		}
		out.Put = append(out.Put, engine.Pair{Key: h.kind.historyKey(h.ordinal, h.seq), Value: h.record})
	}
	for _, run := range packs(b.changes) {
		out.Put = append(out.Put, engine.Pair{Key: logKey(run[len(run)-1].Seq), Value: encodePack(run)})
	}
	out.Put = append(out.Put, engine.Pair{Key: keyState, Value: b.state.encode()})
	if !b.totals.equal(b.before) {
		out.Put = append(out.Put, engine.Pair{Key: keyTotals, Value: b.totals.encode()})
	}
	return out
}
