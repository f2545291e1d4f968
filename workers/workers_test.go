package workers

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPanicIsOfWhoWaits(t *testing.T) {
	var ended atomic.Int32
	caught := func() (cause any) {
		defer func() { cause = recover() }()
		Together(8, func(i int) {
			defer ended.Add(1)
			if i == 3 {
				var none []int
				_ = none[i]
			}
		})
		return nil
	}()
	require.EqualValues(t, 8, ended.Load(), "all have ended when the panic comes")
	p, ok := caught.(*Panic)
	require.True(t, ok)
	var cause runtime.Error
	require.True(t, errors.As(p, &cause))
	require.Contains(t, string(p.Stack), "workers_test.go", "it says where the panic was")
}

func TestAllRun(t *testing.T) {
	var sum atomic.Int32
	Together(5, func(i int) { sum.Add(int32(i)) })
	require.EqualValues(t, 10, sum.Load())
}

func TestTryMakesAPanicAnError(t *testing.T) {
	wrong := errors.New("wrong")
	require.ErrorIs(t, Try(func() error { return wrong }), wrong)
	require.ErrorIs(t, Try(func() error { panic(wrong) }), wrong)
	require.ErrorContains(t, Try(func() error { panic("words") }), "words")
	require.NoError(t, Try(func() error { return nil }))
}
