package app

import (
	"container/list"
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/storage/engine/badger"
)

// How many descriptors go to whom. The store must never lack one (see package
// badger), so connections get what is left.
const (
	storeDescriptors   = 384                    // for the store, the index and everything else; ten million contacts take some 250
	leastDescriptors   = 512                    // with less the server does not start
	mostConnections    = 10_000                 // however many descriptors there are
	headGrace          = 200 * time.Millisecond // for a new connection to send a request, and to be seen by the server
	ownerConnections   = 64                     // on the socket of the folder's owner
	descriptorsMessage = "the process may open %d files, and the server needs %d: raise the limit (ulimit -n, LimitNOFILE=)"
)

// MayServe is why the process cannot serve, nil when it can: it may open too few
// files.
func MayServe() error {
	_, err := connectionLimit()
	return err
}

func connectionLimit() (int, error) {
	return connectionsFor(badger.DescriptorLimit())
}

// connectionsFor is how many connections may be open at once.
func connectionsFor(descriptors uint64) (int, error) {
	if descriptors < leastDescriptors {
		return 0, fmt.Errorf(descriptorsMessage, descriptors, leastDescriptors)
	}
	return int(min(mostConnections, descriptors-storeDescriptors-ownerConnections)), nil
}

// gate bounds the connections of a listener. When they are too many, the one is
// closed that has been without a request for longest: idle ones and those that
// have not sent a whole request head yet, but none that came a moment ago. While
// all are being answered, new ones wait in the backlog of the system.
type gate struct {
	net.Listener
	most    int
	evicted func() // told of each connection that is closed for another

	mu      sync.Mutex // guards all below
	open    map[*gated]struct{}
	waiting *list.List    // of *gated without a request, the longest first
	freed   chan struct{} // closed, and made anew, when a connection is closed or begins to wait
	closed  bool
}

func newGate(l net.Listener, most int, evicted func()) *gate {
	return &gate{Listener: l, most: most, evicted: evicted, open: map[*gated]struct{}{}, waiting: list.New(), freed: make(chan struct{})}
}

// gated is a connection that has passed.
type gated struct {
	net.Conn
	gate    *gate
	waiting *list.Element // nil while a request is answered; guarded by gate.mu
	since   time.Time     // when it began to wait; guarded by gate.mu
}

// Accept implements net.Listener.
func (g *gate) Accept() (net.Conn, error) {
	conn, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	for {
		c, oldest, freed := g.admit(conn)
		switch {
		case c != nil:
			return c, nil
		case oldest != nil:
			_ = oldest.Close()
			g.evicted()
		case freed == nil:
			_ = conn.Close()
			return nil, net.ErrClosed
		default:
			select {
			case <-freed:
			case <-time.After(headGrace):
			}
		}
	}
}

// admit takes a connection in, or says which to close for it, or what to wait
// for; nothing of these when the gate is closed.
func (g *gate) admit(conn net.Conn) (c, oldest *gated, freed <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, nil, nil
	}
	if len(g.open) < g.most {
		c = &gated{Conn: conn, gate: g, since: time.Now()}
		g.open[c] = struct{}{}
		c.waiting = g.waiting.PushBack(c)
		return c, nil, nil
	}
	if front := g.waiting.Front(); front != nil {
		if longest := front.Value.(*gated); time.Since(longest.since) >= headGrace {
			return nil, longest, nil
		}
	}
	return nil, nil, g.freed
}

// tell wakes whoever waits for a place. g.mu is held.
func (g *gate) tell() {
	close(g.freed)
	g.freed = make(chan struct{})
}

// Close implements net.Listener. Connections stay open. The first call has closed the
// listener before a server that stops accepting, because of it, closes it once more.
func (g *gate) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return net.ErrClosed
	}
	g.closed = true
	g.tell()
	return g.Listener.Close()
}

// Close implements net.Conn.
func (c *gated) Close() error {
	g := c.gate
	g.mu.Lock()
	if _, open := g.open[c]; open {
		delete(g.open, c)
		if c.waiting != nil {
			g.waiting.Remove(c.waiting)
			c.waiting = nil
		}
		g.tell()
	}
	g.mu.Unlock()
	return c.Conn.Close()
}

// answering takes a connection out of those that may be closed.
func (c *gated) answering() {
	g := c.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	if c.waiting != nil {
		g.waiting.Remove(c.waiting)
		c.waiting = nil
	}
}

// answered puts it back, behind all others.
func (c *gated) answered() {
	g := c.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, open := g.open[c]; open && c.waiting == nil {
		c.since = time.Now()
		c.waiting = g.waiting.PushBack(c)
		g.tell()
	}
}

// count is how many connections are open.
func (g *gate) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.open)
}

// newPublicGate is the gate of the public listener, with its metrics.
func newPublicGate(l net.Listener, most int, r prometheus.Registerer) (*gate, error) {
	evicted := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "kundi_http_connections_evicted_total", Help: "Connections without a request that were closed for new ones.",
	})
	g := newGate(l, most, evicted.Inc)
	for _, c := range []prometheus.Collector{
		evicted,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "kundi_http_connections", Help: "Connections to the API that are open.",
		}, func() float64 { return float64(g.count()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "kundi_http_connections_limit", Help: "Connections that may be open at once.",
		}, func() float64 { return float64(most) }),
	} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return g, nil
}

type gatedKey struct{}

// guarded lets a server tell the gate which connections it answers. Its listener
// must be a gate.
func guarded(server *http.Server) *http.Server {
	inner := server.Handler
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, gatedKey{}, conn)
	}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(gatedKey{}).(*gated); ok {
			c.answering()
			defer c.answered()
		}
		inner.ServeHTTP(w, r)
	})
	return server
}
