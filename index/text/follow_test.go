package text

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// A window that is no load is written in several batches at once; the mark comes after all of them.
func TestALargeWindowIsWrittenAtOnce(t *testing.T) {
	s := newTestStore(t)
	x := openIndex(t, t.TempDir(), s)
	waitFor(t, x, s)
	s.mu.Lock()
	s.wake = func() {}
	s.mu.Unlock()
	var last uint32
	for i := range writers*pageSize + 10 {
		last = s.put(fields.Draft{"name": fmt.Sprintf("Ana Nr%d", i)})
	}
	s.woken(x)
	x.Wake()
	waitFor(t, x, s)
	require.Len(t, find(t, x, Name, "ana"), int(last))
	require.Equal(t, []uint32{last}, find(t, x, Name, fmt.Sprintf("nr%d", last-1)))
	require.Equal(t, s.Head(), x.Status().Applied)
}

// An index that is there answers while it waits for the beginning, and can be closed before.
func TestItFollowsFromTheBeginning(t *testing.T) {
	s, dir := newTestStore(t), t.TempDir()
	x := openIndex(t, dir, s)
	ana := s.put(fields.Draft{"name": "Ana"})
	waitFor(t, x, s)
	waitUntilDurable(t, x)
	require.NoError(t, x.Close(t.Context()))
	bo := s.put(fields.Draft{"name": "Bo"})

	begin := make(chan struct{})
	waiting := func() *Index {
		x, err := Open(t.Context(), Options{Dir: dir, Documents: ContactDocuments(s), Source: s, Pace: Pace{Wait: time.Second}, Begin: begin})
		require.NoError(t, err)
		return x
	}
	require.NoError(t, waiting().Close(t.Context()))
	x = waiting()
	t.Cleanup(func() { require.NoError(t, x.Close(context.Background())) })
	require.Equal(t, []uint32{ana}, find(t, x, Name, "ana"))
	require.Equal(t, fault.KindUnavailable, fault.KindOf(x.WaitFor(t.Context(), s.Head())))
	require.Empty(t, find(t, x, Name, "bo"))
	close(begin)
	waitFor(t, x, s)
	require.Equal(t, []uint32{bo}, find(t, x, Name, "bo"))
}
