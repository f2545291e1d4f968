package storage

import (
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// tx is the ledger.Tx of one closure.
type tx struct {
	*batch
	by     ledger.Author
	before int    // cost of the batch when the closure began
	queue  *queue // nil for one that only reads
	over   bool   // the closure has returned
}

// share is what a closure may cost while others wait: some 40 contacts.
const share = 300

// Crowded implements ledger.Tx.
func (t *tx) Crowded() bool { return t.cost()-t.before >= share && t.queue.othersWait(t.by) }

var errOver = internal("A transaction was used after its closure had returned.", nil)

// Schema implements ledger.Tx.
func (t *tx) Schema() *fields.Schema { return t.schema }

// Seq implements ledger.Tx.
func (t *tx) Seq() uint64 { return t.state.Seq + 1 }

// Attempt implements ledger.Tx. What do cost stays charged.
func (t *tx) Attempt(do func() error) error {
	if t.over {
		return errOver
	}
	m := t.mark()
	err := do()
	if err != nil {
		t.rollbackTo(m)
	}
	return err
}

// log appends a change in the name of the author.
func (t *tx) log(c ledger.Change) {
	c.Source, c.Actor = t.by.Source, t.by.Name
	t.batch.log(c)
}

// entry is what history keeps of the newest change of a record, which is now as r.
func (t *tx) entry(k *kind, op ledger.Op, r ledger.Record, changes []ledger.FieldChange) ledger.HistoryEntry {
	return ledger.HistoryEntry{Op: op, Author: t.by, At: t.changed(k, r), Changes: changes}
}

// changed is when a record was changed to be as it is: what it says itself, so that
// whoever asks for a record as of its updated_at is answered that very state.
func (t *tx) changed(k *kind, r ledger.Record) time.Time {
	if at := k.StampOf(r).UpdatedAt; at != nil && !at.IsZero() {
		return *at
	}
	return t.at
}
