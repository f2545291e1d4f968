package faulty_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/enginetest"
	"github.com/ndoto/kundi/storage/engine/faulty"
	"github.com/ndoto/kundi/storage/engine/memory"
)

func TestEngine(t *testing.T) {
	enginetest.Run(t, func(*testing.T) enginetest.Place {
		region := new(memory.Region)
		return enginetest.Place{Open: func() (engine.Engine, error) {
			e, err := region.Open()
			if err != nil {
				return nil, err
			}
			return faulty.New(e), nil
		}}
	})
}

func TestFaults(t *testing.T) {
	cases := map[string]struct {
		fault   faulty.Fault
		err     error
		applied bool
		blind   bool
	}{
		"none":        {faulty.None(), nil, true, false},
		"full":        {faulty.Full(), engine.ErrFull, false, false},
		"lost":        {faulty.Lost(), engine.ErrUnknown, false, false},
		"swallowed":   {faulty.Swallowed(), engine.ErrUnknown, true, false},
		"sync failed": {faulty.SyncFailed(true), engine.ErrUnknown, true, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			e := faulty.New(memory.New())
			e.Next(c.fault)
			err := e.Apply(context.Background(), engine.Batch{ID: engine.BatchID{1}, Put: []engine.Pair{{Key: []byte("a"), Value: []byte("1")}}})
			require.ErrorIs(t, err, c.err)
			v, err := e.View(context.Background())
			require.NoError(t, err)
			defer v.Close()
			value, err := v.Get([]byte("a"))
			require.NoError(t, err)
			require.Equal(t, c.applied, value != nil)
			_, err = v.Head()
			if c.blind {
				require.ErrorIs(t, err, engine.ErrUnknown)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, 1, e.Applies())
		})
	}
}
