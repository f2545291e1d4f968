package storage

import (
	"context"
	"slices"

	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// readSweeps lists the deleted records that have something left. Verification tells of
// marks that cannot be read.
func (ks *kinds) readSweeps(v engine.View) ([]recordKey, error) {
	var left []recordKey
	err := scan(v, engine.Range{Prefix: []byte{kindSweep}}, func(p engine.Pair) error {
		if r, ok := tableRecord(p.Key, 0); ok && ks.numbers[r.number] != nil {
			left = append(left, r)
		}
		return nil
	})
	return left, err
}

// noteSweeps takes the marks of a batch into the list.
func (c *committer) noteSweeps(b engine.Batch) {
	for _, p := range b.Put {
		if p.Key[0] == kindSweep {
			r, _ := tableRecord(p.Key, 0)
			c.sweeps = append(c.sweeps, r)
		}
	}
}

// sweptAtOnce is how many marks one commit looks at: most have little behind them.
const sweptAtOnce = 100

// sweepRequest clears some of what the first records of the list have
// left. A failure drops them from the list until the next start.
func (c *committer) sweepRequest() *request {
	n := min(sweptAtOnce, len(c.sweeps))
	some := c.sweeps[:n:n]
	c.sweeps = c.sweeps[n:]
	return systemRequest(func(t *tx) error { return t.sweepAll(some) })
}

func (t *tx) sweepAll(list []recordKey) error {
	for _, r := range list {
		if err := t.sweep(r); err != nil {
			return err
		}
	}
	return nil
}

// sweep clears some of what a deleted record has left, its history and what belonged to
// it, and marks it again while there is more.
func (t *tx) sweep(r recordKey) error {
	k := t.kinds.numbers[r.number]
	t.delete(k.sweepKey(r.ordinal))
	if err := t.deleteHistory(k, r.ordinal); err != nil {
		return err
	}
	return t.deleteChildren(k, r.ordinal)
}

// Sweep finishes what deletions have left to do: it clears the rest of
// the history of deleted records and of what belonged to them, which the committer otherwise does when it is
// idle, and removes the records that go when no other refers to them, such as companies that
// were made for contacts. It reads every record.
func (s *Store) Sweep(ctx context.Context) error {
	for {
		var left []recordKey
		err := s.reading(ctx, func(v engine.View) (err error) {
			left, err = s.kinds.readSweeps(v)
			return err
		})
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return s.dropUnused(ctx)
		}
		for some := range slices.Chunk(left, sweptAtOnce) {
			if _, err := s.committer.submit(ctx, sweeper, func(t *tx) error { return t.sweepAll(some) }); err != nil {
				return err
			}
		}
	}
}

// sweeper signs what is removed without anybody asking.
var sweeper = ledger.Author{Source: ledger.SourceSystem, Name: "sweep"}
