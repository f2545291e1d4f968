package storage

import (
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
	return systemRequest(func(t *tx) error {
		t.delete(sweepKey(ordinal))
		return t.deleteHistory(ordinal)
	})
}
