package memo

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWordsAreMadeOnceAndForgottenForOthers(t *testing.T) {
	made := 0
	upper := func(word string) string { made++; return strings.ToUpper(word) }
	m := New[string](1)
	require.Equal(t, "AMINA", m.Of("amina", upper))
	require.Equal(t, "AMINA", m.Of("amina", upper))
	require.Equal(t, 1, made)
	require.Equal(t, "JOE", m.Of("joe", upper))
	require.Equal(t, "AMINA", m.Of("amina", upper), "the one slot was taken by another word")
	require.Equal(t, 3, made)
}

func TestManyAskAtTheSameTime(t *testing.T) {
	m := New[string](8)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 2_000 {
				word := fmt.Sprint("word ", i%20)
				if got := m.Of(word, strings.ToUpper); got != strings.ToUpper(word) {
					t.Errorf("%q gave %q", word, got)
					return
				}
			}
		})
	}
	all.Wait()
}
