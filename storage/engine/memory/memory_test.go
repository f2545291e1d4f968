package memory_test

import (
	"testing"

	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/enginetest"
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
			return e, nil
		}}
	})
}
