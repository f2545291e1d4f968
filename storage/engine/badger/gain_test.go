package badger

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/storage/engine"
)

// pairs calls visit with 16 MiB of pairs, which have one value or each its own.
func pairs(alike bool, visit func(engine.Pair)) {
	const size = 500
	random := rand.NewChaCha8([32]byte{})
	value := noise(random, size)
	for n := range uint32(16 << 20 / size) {
		if !alike {
			value = noise(random, size)
		}
		visit(engine.Pair{Key: binary.BigEndian.AppendUint32(nil, n), Value: value})
	}
}

func TestTheGaugeKnowsTheGain(t *testing.T) {
	var one, own, few Gauge
	pairs(true, one.Add)
	pairs(false, own.Add)
	require.InDelta(t, 5.5, one.Gain(), 1, "8 of 500 bytes are a block")
	require.InDelta(t, 1, own.Gain(), 0.1)
	few.Add(engine.Pair{Key: []byte("a"), Value: make([]byte, 50)})
	require.Zero(t, few.Gain())

	mixed := own // what is made on purpose may hide among other things
	pairs(true, mixed.Add)
	require.InDelta(t, one.Gain(), mixed.Gain(), 0.1)
}

// A store takes its tables by what they hold unpacked, also when it was opened
// without knowing: the next time it knows.
func TestTablesThatGainALotAreSmaller(t *testing.T) {
	dir := t.TempDir()
	e, err := Open(dir, nil)
	require.NoError(t, err)
	require.Equal(t, int64(tableBytes), e.db.Opts().BaseTableSize)
	var head byte
	var batch engine.Batch
	apply := func() {
		batch.Expect, batch.ID = engine.BatchID{head}, engine.BatchID{head + 1}
		require.NoError(t, e.Apply(context.Background(), batch))
		batch.Put, head = nil, head+1
	}
	pairs(true, func(p engine.Pair) {
		if batch.Put = append(batch.Put, p); len(batch.Put) == 2000 {
			apply()
		}
	})
	require.NoError(t, e.Compact(context.Background()))
	require.NoError(t, e.Close())

	e, err = Open(dir, nil)
	require.NoError(t, err)
	require.InDelta(t, 5, e.Gain(), 1)
	require.Equal(t, tableSize(e.Gain()), e.db.Opts().BaseTableSize)
	require.Less(t, e.db.Opts().BaseTableSize, int64(tableBytes*2/3))
	require.NoError(t, e.Close())
}

func TestNoMemoryOfBuildersIsKept(t *testing.T) {
	e := fill(t, t.TempDir(), 1)
	pool, ok := builders(e.db)
	require.True(t, ok, "it lies elsewhere in this version of Badger")
	for range 3 {
		used := pool.Get(8<<20, "")
		pool.Return(used)
		e.freeBuilders()
		kept := pool.Get(0, "")
		require.Less(t, kept.Allocated(), uint64(1<<10))
		kept.Release()
	}
	require.NoError(t, e.Close())
}
