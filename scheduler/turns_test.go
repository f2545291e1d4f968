package scheduler

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTurnsGoToWhoIsDueFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := turns{free: 2}
		ctx, cancel := context.WithCancel(t.Context())
		for range 2 {
			require.NoError(t, turns.take(ctx, time.Now()))
		}
		got := make(chan int, 10)
		wait := func(ctx context.Context, n int, due time.Duration) {
			go func() {
				if turns.take(ctx, time.Now().Add(due)) == nil {
					got <- n
				} else {
					got <- -n
				}
			}()
			synctest.Wait()
		}
		wait(t.Context(), 4, 2*time.Second)
		wait(ctx, 9, -time.Second)
		wait(t.Context(), 1, 0)
		wait(t.Context(), 2, time.Second)
		wait(t.Context(), 3, time.Second)
		require.Empty(t, got)
		cancel()
		require.Equal(t, -9, <-got, "who gives up waits no more")
		for n := 1; n <= 4; n++ {
			turns.give()
			synctest.Wait()
			require.Equal(t, n, <-got)
			require.Empty(t, got)
		}
		turns.give()
		turns.give()
		require.Equal(t, 2, turns.free)
		require.Error(t, context.Cause(ctx))
	})
}
