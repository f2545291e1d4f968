package perf

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ndoto/kundi/fixtures"
)

// Orders tell the hostile client what to attack. It gets them as JSON.
type Orders struct {
	Address  string    `json:"address"` // HOST:PORT
	Key      string    `json:"key"`     // of scope marketer
	Contacts int       `json:"contacts"`
	Seed     uint64    `json:"seed"`
	Now      time.Time `json:"now"`   // of the generator of the contacts
	Crowd    int       `json:"crowd"` // connections that are held idle, and as many half-sent
}

// Toll counts what a hostile client did: for each tactic, how many requests had which
// outcome. An outcome is a status or a word.
type Toll map[string]map[string]int

// A refused request is sent again after a while: whoever sends as fast as it is
// refused fills the line, which no server can help.
const (
	refusedPause = 100 * time.Millisecond
	heldPause    = time.Second
	unreadFor    = 40 * time.Second // longer than the server waits for a reader
)

// Hostile attacks a server with one key. It reads its Orders from in. When everything
// is in place, it writes one line to out. It attacks until in ends, and then writes
// its Toll as JSON. It runs in a process of its own, so that it does not slow the
// client that it is compared with.
func Hostile(ctx context.Context, in io.Reader, out io.Writer) error {
	var orders Orders
	decoder := json.NewDecoder(in)
	if err := decoder.Decode(&orders); err != nil {
		return fmt.Errorf("the orders are not readable: %w", err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	h := &hostile{
		victim: &server{address: orders.Address, key: orders.Key}, crowd: orders.Crowd,
		arms: newArsenal(orders.Contacts, fixtures.New(orders.Seed, orders.Now)), toll: Toll{},
	}
	if err := h.prepare(); err != nil {
		return err
	}
	var attack sync.WaitGroup
	h.start(ctx, &attack)
	fmt.Fprintln(out, "attacking")
	io.Copy(io.Discard, io.MultiReader(decoder.Buffered(), in)) //nolint:errcheck // its end is what counts
	stop()
	attack.Wait()
	return json.NewEncoder(out).Encode(h.toll)
}

// hostile is a hostile client.
type hostile struct {
	victim *server
	crowd  int
	arms   *arsenal

	mu   sync.Mutex // guards toll
	toll Toll
}

// note counts an outcome.
func (h *hostile) note(tactic, outcome string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.toll[tactic] == nil {
		h.toll[tactic] = map[string]int{}
	}
	h.toll[tactic][outcome]++
}

// outcome is a request's status, or "cut" when there was none.
func outcome(err error) string {
	var refused *refusal
	switch {
	case err == nil:
		return "2xx"
	case errors.As(err, &refused):
		return strconv.Itoa(refused.status)
	}
	return "cut"
}

// prepare makes the segments that everything else is about.
func (h *hostile) prepare() error {
	c, err := h.victim.dial()
	if err != nil {
		return err
	}
	defer c.close()
	for i := range hostileSegments {
		answer, err := c.do(h.arms.standing(i))
		h.note("segments made before", outcome(err))
		var refused *refusal
		if errors.As(err, &refused) {
			time.Sleep(refusedPause)
			continue
		}
		if err != nil {
			return err
		}
		var made struct{ ID string }
		if err := json.Unmarshal(answer, &made); err != nil {
			return err
		}
		h.arms.made(made.ID)
	}
	return nil
}

// start begins all tactics; they end with ctx.
func (h *hostile) start(ctx context.Context, attack *sync.WaitGroup) {
	for _, t := range h.arms.tactics() {
		var next atomic.Int64
		for range t.connections {
			attack.Go(func() { h.storm(ctx, t, &next) })
		}
	}
	announced := "POST /v1/contacts/batch HTTP/1.1\r\nHost: " + h.victim.address + "\r\nAuthorization: Bearer " + h.victim.key +
		"\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(16<<20) + "\r\n\r\n"
	idle := "GET /healthz HTTP/1.1\r\nHost: " + h.victim.address + "\r\n\r\n"
	for range h.crowd {
		attack.Go(func() { h.hold(ctx, "idle connections", idle) })
		attack.Go(func() { h.hold(ctx, "half-sent headers", announced[:len(announced)/2]) })
	}
	for range h.crowd / 5 {
		attack.Go(func() { h.hold(ctx, "bodies announced and not sent", announced) })
	}
	for i := range min(50, h.crowd) {
		path := "/v1/segments/" + h.arms.segment(i) + "/members"
		attack.Go(func() { h.unread(ctx, "unread streams", path) })
	}
}

// storm is one connection that asks without end.
func (h *hostile) storm(ctx context.Context, t tactic, next *atomic.Int64) {
	var c *client
	for ctx.Err() == nil {
		var err error
		if c == nil {
			if c, err = h.victim.dial(); err != nil {
				h.note(t.name, "no connection")
				_ = sleep(ctx, heldPause)
				continue
			}
		}
		done := context.AfterFunc(ctx, c.close)
		_, err = c.do(t.next(int(next.Add(1))))
		if !done() { // cut by ourselves
			h.note(t.name, "unanswered at the end")
			return
		}
		h.note(t.name, outcome(err))
		var refused *refusal
		switch {
		case err == nil:
		case errors.As(err, &refused):
			_ = sleep(ctx, refusedPause)
		default:
			c.close()
			c = nil
			_ = sleep(ctx, refusedPause)
		}
	}
	if c != nil {
		c.close()
	}
}

// hold opens a connection, sends something and then nothing more; when the
// server closes it, it opens the next one.
func (h *hostile) hold(ctx context.Context, tactic, begun string) {
	for ctx.Err() == nil {
		conn, err := net.Dial("tcp", h.victim.address)
		if err != nil {
			h.note(tactic, "no connection")
			_ = sleep(ctx, heldPause)
			continue
		}
		h.note(tactic, "opened")
		done := context.AfterFunc(ctx, func() { conn.Close() })
		if _, err := io.WriteString(conn, begun); err == nil {
			io.Copy(io.Discard, conn) //nolint:errcheck // it ends when either closes
		}
		conn.Close()
		if !done() {
			return
		}
		h.note(tactic, "closed by the server")
		_ = sleep(ctx, heldPause)
	}
}

// unread asks for the members of a segment as lines and reads none.
func (h *hostile) unread(ctx context.Context, tactic, path string) {
	for ctx.Err() == nil {
		c, err := h.victim.dial()
		if err != nil {
			h.note(tactic, "no connection")
			_ = sleep(ctx, heldPause)
			continue
		}
		if tcp, ok := c.conn.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(4 << 10) // so that little is under way
		}
		c.header += "Accept: application/x-ndjson\r\n"
		h.note(tactic, "opened")
		if c.send(request{path: path}) == nil {
			_ = sleep(ctx, unreadFor)
		}
		c.close()
	}
}

// write writes a toll, a line a tactic.
func (t Toll) write(w io.Writer) {
	var names []string
	for name := range t {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		var outcomes []string
		for outcome, n := range t[name] {
			outcomes = append(outcomes, fmt.Sprintf("%s %s", thousands(uint64(n)), outcome))
		}
		slices.Sort(outcomes)
		fmt.Fprintf(w, "  %-30s %s\n", name, strings.Join(outcomes, ", "))
	}
}
