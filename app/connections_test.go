package app

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// door is a server behind a gate, which limits connections. A request for /wait reports
// that it is inside, and is answered when release is closed.
type door struct {
	gate    *gate
	inside  chan struct{}
	release chan struct{}
}

func openDoor(t *testing.T, most int) *door {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	d := &door{gate: newGate(listener, most, func() {}), inside: make(chan struct{}, 100), release: make(chan struct{})}
	server := guarded(&http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			d.inside <- struct{}{}
			<-d.release
		}
		fmt.Fprint(w, "done")
	})})
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(d.gate) }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return d
}

func (d *door) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", d.gate.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func ask(t *testing.T, conn net.Conn, path string) {
	t.Helper()
	_, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: door\r\n\r\n", path)
	require.NoError(t, err)
}

func answered(t *testing.T, conn net.Conn) {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, "done", string(body))
}

func requireClosed(t *testing.T, conn net.Conn) {
	t.Helper()
	_, err := conn.Read(make([]byte, 1))
	require.Error(t, err)
}

func TestTheLongestIdleConnectionMakesRoom(t *testing.T) {
	d := openDoor(t, 3)
	var idle []net.Conn
	for range 3 {
		conn := d.dial(t)
		ask(t, conn, "/")
		answered(t, conn)
		idle = append(idle, conn)
	}
	ask(t, idle[0], "/") // so that the second is the one
	answered(t, idle[0])
	fourth := d.dial(t)
	ask(t, fourth, "/")
	answered(t, fourth)
	requireClosed(t, idle[1])
	for _, conn := range []net.Conn{idle[0], idle[2], fourth} {
		ask(t, conn, "/")
		answered(t, conn)
	}
}

func TestHalfARequestHeadMakesRoom(t *testing.T) {
	d := openDoor(t, 2)
	slow := d.dial(t)
	_, err := io.WriteString(slow, "GET / HTTP/1.1\r\nHost: d")
	require.NoError(t, err)
	silent := d.dial(t)
	busy := d.dial(t)
	ask(t, busy, "/wait")
	<-d.inside
	requireClosed(t, slow)
	next := d.dial(t)
	ask(t, next, "/")
	answered(t, next)
	requireClosed(t, silent)
	close(d.release)
	answered(t, busy)
}

// TestANewConnectionIsNotClosedForTheNext: while all others are answered, it is
// the only one without a request, and has not had the time to send one.
func TestANewConnectionIsNotClosedForTheNext(t *testing.T) {
	d := openDoor(t, 2)
	busy := d.dial(t)
	ask(t, busy, "/wait")
	<-d.inside
	var all []net.Conn
	for range 5 { // each waits for a place, and then has its moment
		conn := d.dial(t)
		ask(t, conn, "/")
		all = append(all, conn)
	}
	for _, conn := range all {
		answered(t, conn)
	}
	close(d.release)
	answered(t, busy)
}

func TestConnectionsThatAreAnsweredAreNotClosed(t *testing.T) {
	d := openDoor(t, 2)
	var busy []net.Conn
	for range 2 {
		conn := d.dial(t)
		ask(t, conn, "/wait")
		busy = append(busy, conn)
		<-d.inside
	}
	third := d.dial(t)
	ask(t, third, "/") // waits for its turn
	close(d.release)
	for _, conn := range append(busy, third) {
		answered(t, conn)
	}
	d.gate.mu.Lock()
	defer d.gate.mu.Unlock()
	require.LessOrEqual(t, len(d.gate.open), 2)
}

func TestAGateThatIsClosedLetsNobodyWait(t *testing.T) {
	d := openDoor(t, 1)
	defer close(d.release)
	busy := d.dial(t)
	ask(t, busy, "/wait")
	<-d.inside
	waiting := d.dial(t)
	ask(t, waiting, "/")
	require.NoError(t, d.gate.Close())
	requireClosed(t, waiting)
}

func TestDescriptorsGoToTheStoreFirst(t *testing.T) {
	_, err := connectionsFor(leastDescriptors - 1)
	require.ErrorContains(t, err, "512")
	for descriptors, want := range map[uint64]int{512: 64, 1024: 576, 4096: 3648, 1 << 20: mostConnections} {
		n, err := connectionsFor(descriptors)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
}
