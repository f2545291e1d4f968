package storage

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/ndoto/kundi/storage/engine"
)

// batchIDs makes the IDs of one run's batches: random for the run, then
// counted.
type batchIDs struct {
	run   [8]byte
	count uint64
}

func newBatchIDs(random io.Reader) (*batchIDs, error) {
	ids := new(batchIDs)
	if _, err := io.ReadFull(random, ids.run[:]); err != nil {
		return nil, fmt.Errorf("reading randomness: %w", err)
	}
	return ids, nil
}

func (i *batchIDs) next() engine.BatchID {
	i.count++
	var id engine.BatchID
	copy(id[:8], i.run[:])
	binary.BigEndian.PutUint64(id[8:], i.count)
	return id
}
