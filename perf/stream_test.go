package perf

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAStandstillIsSeenByAllThatFallIntoIt has a server stand still with its
// first answer: the requests behind it are late too.
func TestAStandstillIsSeenByAllThatFallIntoIt(t *testing.T) {
	const count, still = 10, 50 * time.Millisecond
	var first sync.Once
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "Bearer secret", r.Header.Get("Authorization"))
		first.Do(func() { <-time.After(still) })
		w.Header().Set("Kundi-Seq", "7")
	}))
	defer web.Close()
	v := &server{address: strings.TrimPrefix(web.URL, "http://"), key: "secret"}
	seq := uint64(0)
	f := stream{
		rate: 1000, clients: 1, count: count, next: func(int) request { return noop },
		seen: func(c *client, _ []byte) error { seq = c.seq; return nil },
	}
	f.start(context.Background(), v)
	done, err := f.wait()
	require.NoError(t, err)
	require.Len(t, done.took, count)
	for i, took := range done.took {
		require.GreaterOrEqual(t, took, still-time.Duration(i)*time.Millisecond)
	}
	require.EqualValues(t, 7, seq)
}

func TestAFailedRequestEndsAStream(t *testing.T) {
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	f := stream{rate: 1000, clients: 2, next: func(int) request { return noop }}
	f.start(context.Background(), &server{address: strings.TrimPrefix(web.URL, "http://")})
	_, err := f.wait()
	require.ErrorContains(t, err, "404")
}

func TestWritesWaitUntilTheyAreFound(t *testing.T) {
	var w waiting
	w.add(5)
	w.add(9)
	w.found(4, time.Now())
	require.Equal(t, 2, w.left())
	w.found(5, time.Now().Add(time.Second))
	require.Equal(t, 1, w.left())
	require.Len(t, w.taken, 1)
	require.Greater(t, w.taken[0], time.Second/2)
}
