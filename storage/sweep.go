package storage

import (
	"context"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage/engine"
)

// readSweeps lists the deleted contacts that have history left.
func readSweeps(v engine.View) ([]uint32, error) {
	var ordinals []uint32
	err := scan(v, engine.Range{Prefix: []byte{kindSweep}}, func(p engine.Pair) error {
		if ordinal, ok := keyOrdinal(p.Key); ok {
			ordinals = append(ordinals, ordinal)
		}
		return nil
	})
	return ordinals, err
}

// noteSweeps takes the marks of a batch into the list.
func (c *committer) noteSweeps(b engine.Batch) {
	for _, p := range b.Put {
		if p.Key[0] == kindSweep {
			ordinal, _ := keyOrdinal(p.Key)
			c.sweeps = append(c.sweeps, ordinal)
		}
	}
}

// sweepRequest clears up to a page of what the first contact of the list has
// left. A failure drops it from the list until the next start.
func (c *committer) sweepRequest() *request {
	ordinal := c.sweeps[0]
	c.sweeps = c.sweeps[1:]
	return systemRequest(func(t *tx) error { return t.sweep(ordinal) })
}

// sweep clears up to a page of what a deleted contact has left.
func (t *tx) sweep(ordinal uint32) error {
	t.delete(sweepKey(ordinal))
	return t.deleteHistory(ordinal)
}

// Sweep finishes what deletions have left to do: it clears the rest of
// the history of deleted contacts, which the committer otherwise does when it is
// idle, and removes companies that were made for contacts and have none any
// more. It reads every contact.
func (s *Store) Sweep(ctx context.Context) error {
	for {
		var left []uint32
		err := s.reading(ctx, func(v engine.View) (err error) {
			left, err = readSweeps(v)
			return err
		})
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return s.dropCompanies(ctx)
		}
		for _, ordinal := range left {
			if _, err := s.committer.submit(ctx, sweeper, func(t *tx) error { return t.sweep(ordinal) }); err != nil {
				return err
			}
		}
	}
}

// sweeper signs what is removed without anybody asking.
var sweeper = contacts.Author{Source: contacts.SourceSystem, Name: "sweep"}
