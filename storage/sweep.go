package storage

import (
	"context"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage/engine"
)

// readSweeps lists the deleted records that have history left. Verification tells of
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

// sweepRequest clears up to a page of what the first record of the list has
// left. A failure drops it from the list until the next start.
func (c *committer) sweepRequest() *request {
	r := c.sweeps[0]
	c.sweeps = c.sweeps[1:]
	return systemRequest(func(t *tx) error { return t.sweep(r) })
}

// sweep clears up to a page of what a deleted record has left.
func (t *tx) sweep(r recordKey) error {
	k := t.kinds.numbers[r.number]
	t.delete(k.sweepKey(r.ordinal))
	return t.deleteHistory(k, r.ordinal)
}

// Sweep finishes what deletions have left to do: it clears the rest of
// the history of deleted records, which the committer otherwise does when it is
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
		for _, r := range left {
			if _, err := s.committer.submit(ctx, sweeper, func(t *tx) error { return t.sweep(r) }); err != nil {
				return err
			}
		}
	}
}

// sweeper signs what is removed without anybody asking.
var sweeper = contacts.Author{Source: contacts.SourceSystem, Name: "sweep"}
