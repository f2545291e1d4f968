package perf

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/ledger"
)

// The requests of whoever is beside a hostile client, a second of each kind.
const witnessed = 15

// noops is how many times as long as a request that does nothing a witness's may
// take on a machine that is busy with other things as well.
const noops = 5

// answerGrace is how long a measurement waits for its last answers. What has
// none by then counts as a failure that took all of the time.
const answerGrace = 10 * time.Second

var errUnanswered = errors.New("there was no answer in time")

// mostCrowd is how many connections a hostile client holds idle, and how many
// with half a request. Few contacts get a smaller crowd: they are for tests.
const mostCrowd = 1_000

// besideHostile measures what a key can do while another one does the worst
// that its scope allows.
func besideHostile() []Measurement {
	row := func(name, what string, of func(*siege) *witness) Measurement {
		return Measurement{
			Name: name, What: "beside a hostile key: " + what, Unit: Milliseconds, Whole: true, Floor: Bar{P99: 100}, Goal: Bar{P99: 50}, Noops: noops,
			Run: func(ctx context.Context, s *Subject) (Result, error) {
				g, err := s.besieged(ctx)
				if err != nil {
					return Result{}, err
				}
				return of(g).result(g), nil
			},
		}
	}
	return []Measurement{
		row("hostile-get", "GET of a contact", func(g *siege) *witness { return g.get }),
		row("hostile-patch", "PATCH of a contact", func(g *siege) *witness { return g.patch }),
		row("hostile-count", "count of a filter", func(g *siege) *witness { return g.count }),
	}
}

// besieged runs an attack, once.
func (s *Subject) besieged(ctx context.Context) (*siege, error) {
	if s.siege != nil {
		return s.siege, nil
	}
	g, err := s.besiege(ctx, serveFor*s.patience)
	if err == nil {
		s.siege = g
	}
	return g, err
}

// Attack serves contacts from a process of its own to two keys. One key has a hostile
// client in another process, which does the worst that the scope of the key allows.
// With the other key, Attack gets, changes and counts contacts at a steady rate. It
// writes the outcome of both. It fails if a p99 of the second key is over 50 ms and
// also over five times that of requests that do nothing. It uses the first size of the
// options.
func Attack(ctx context.Context, o Options, duration time.Duration, w io.Writer) error {
	o, err := o.complete()
	if err != nil {
		return err
	}
	return withSubject(ctx, o, o.Contacts[0], func(s *Subject) error {
		g, err := s.besiege(ctx, duration)
		if err != nil {
			return err
		}
		g.write(w)
		return g.verdict()
	})
}

// siege is what became of an attack.
type siege struct {
	idle, get, patch, count *witness
	toll                    Toll
	memory, most            uint64  // bytes of anonymous memory, before and at most
	goroutines              float64 // of the server, a while after the attack
}

func (g *siege) witnesses() []*witness { return []*witness{g.idle, g.get, g.patch, g.count} }

// witness is one kind of request that is made beside an attack.
type witness struct {
	name   string
	next   func(int) request
	alone  Result // ms, before the attack
	beside Result
	worst  time.Duration

	mu       sync.Mutex // guards failures
	failures map[string]int
}

func (w *witness) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failures == nil {
		w.failures = map[string]int{}
	}
	w.failures[outcome(err)]++
}

// result is the row of a report.
func (w *witness) result(g *siege) Result {
	r := w.beside
	r.NoopP99 = g.idle.beside.P99
	r.Note = fmt.Sprintf("at most %.0f ms; alone p50 %.1f and p99 %.1f ms; no-ops beside it p50 %.2f and p99 %.1f ms; %d failed; most anonymous memory %.2f GB",
		in(w.worst, time.Millisecond), w.alone.P50, w.alone.P99, g.idle.beside.P50, g.idle.beside.P99, w.failed(), float64(g.most)/1e9)
	return r
}

func (w *witness) failed() int {
	n := 0
	for _, times := range w.failures {
		n += times
	}
	return n
}

// besiege starts a server, and an attack of it for a while; before, a quarter
// as long, nobody attacks.
func (s *Subject) besiege(ctx context.Context, duration time.Duration) (*siege, error) {
	marketer, agent, err := s.besiegedKeys(ctx)
	if err != nil {
		return nil, err
	}
	v, err := s.rerun(ctx)
	if err != nil {
		return nil, err
	}
	quiet := &server{command: v.command, exited: v.exited, address: v.address, key: agent}
	g := &siege{}
	if err := g.prepare(s, quiet); err != nil {
		return nil, err
	}
	if g.memory, err = v.anonymous(); err != nil {
		return nil, err
	}
	s.say("measuring alone")
	if err := g.measure(ctx, quiet, duration/4, func(w *witness, took []time.Duration) {
		w.alone = distribution(took, time.Millisecond)
	}); err != nil {
		return nil, err
	}
	h, err := s.attack(ctx, v.address, marketer)
	if err != nil {
		return nil, err
	}
	s.say("measuring beside a hostile client")
	err = g.measure(ctx, quiet, duration, func(w *witness, took []time.Duration) {
		w.beside = distribution(took, time.Millisecond)
		if len(took) > 0 {
			w.worst = took[len(took)-1] // they are sorted now
		}
	})
	toll, failed := h.end()
	if err := errors.Join(err, failed); err != nil {
		return nil, err
	}
	g.toll = toll
	g.goroutines, err = v.calm(ctx)
	return g, err
}

// besiegedKeys makes a key for each side.
func (s *Subject) besiegedKeys(ctx context.Context) (marketer, agent string, err error) {
	a, err := s.loaded(ctx)
	if err != nil {
		return "", "", err
	}
	if _, marketer, _, err = a.Keys.Create(ctx, author, access.Draft{Name: "hostile", Scope: access.ScopeMarketer}); err != nil {
		return "", "", err
	}
	_, agent, _, err = a.Keys.Create(ctx, author, access.Draft{Name: "witness", Scope: access.ScopeAgent})
	return marketer, agent, err
}

// prepare makes the witnesses' requests.
func (g *siege) prepare(s *Subject, v *server) error {
	c, err := v.dial()
	if err != nil {
		return err
	}
	defer c.close()
	answer, err := c.do(request{path: "/v1/contacts?limit=500"})
	if err != nil {
		return err
	}
	var page struct{ Contacts []struct{ ID ledger.ID } }
	if err := json.Unmarshal(answer, &page); err != nil {
		return err
	}
	path := func(i int) string { return "/v1/contacts/" + page.Contacts[i*31%len(page.Contacts)].ID.String() }
	count := request{path: "/v1/contacts/count", body: []byte(`{"filter":` + group(atRisk) + `}`)}
	g.idle = &witness{name: "no-op", next: func(int) request { return noop }}
	g.get = &witness{name: "get", next: func(i int) request { return request{path: path(i)} }}
	g.patch = &witness{name: "patch", next: func(i int) request {
		return request{method: http.MethodPatch, path: path(i), body: fmt.Appendf(nil, `{"city":"Town %d"}`, s.upserted.Add(1))}
	}}
	g.count = &witness{name: "count", next: func(int) request { return count }}
	return nil
}

// measure makes the witnesses' requests for a while, and looks at the memory
// of the server meanwhile.
func (g *siege) measure(ctx context.Context, v *server, span time.Duration, into func(*witness, []time.Duration)) error {
	streams := map[*witness]*stream{}
	until := time.Now().Add(span + answerGrace)
	for _, w := range g.witnesses() {
		f := &stream{
			rate: witnessed, clients: 8, count: max(fewestSamples, int(witnessed*span.Seconds())), until: until, next: w.next, failed: w.fail,
		}
		f.start(ctx, v)
		streams[w] = f
	}
	watching, stop := context.WithCancel(ctx)
	watched := make(chan error, 1)
	go func() { watched <- g.watch(watching, v) }()
	var err error
	for w, f := range streams {
		done, failed := f.wait()
		for range f.count - len(done.took) {
			w.fail(errUnanswered)
			done.took = append(done.took, span+answerGrace)
		}
		into(w, done.took)
		err = errors.Join(err, failed)
	}
	stop()
	return errors.Join(err, <-watched, context.Cause(ctx))
}

// watch notes the most memory until ctx ends.
func (g *siege) watch(ctx context.Context, v *server) error {
	for sleep(ctx, 100*time.Millisecond) == nil {
		now, err := v.anonymous()
		if err != nil {
			return err
		}
		g.most = max(g.most, now)
	}
	return nil
}

// calm waits, for ten seconds at most, until the connections of an attack have
// gone, and returns how many goroutines are left.
func (v *server) calm(ctx context.Context) (float64, error) {
	const few = 100
	for end := time.Now().Add(10 * time.Second); ; {
		n, err := v.metric("go_goroutines")
		if err != nil || n < few || time.Now().After(end) {
			return n, err
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return n, err
		}
	}
}

// attacker is a hostile client in a process of its own.
type attacker struct {
	command *exec.Cmd
	orders  io.WriteCloser
	told    *bufio.Reader
}

// attack starts a hostile client and waits until it is in full swing.
func (s *Subject) attack(ctx context.Context, address, key string) (*attacker, error) {
	s.say("starting the hostile client")
	h := &attacker{command: exec.CommandContext(ctx, s.program, "bench", "--hostile")}
	var err error
	if h.orders, err = h.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := h.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	h.told = bufio.NewReader(out)
	var log strings.Builder
	h.command.Stderr = &log
	if err := h.command.Start(); err != nil {
		return nil, fmt.Errorf("cannot start the hostile client: %w", err)
	}
	orders := Orders{Address: address, Key: key, Contacts: s.contacts, Seed: s.seed, Now: s.env.Now, Crowd: min(mostCrowd, s.contacts/10)}
	err = json.NewEncoder(h.orders).Encode(orders)
	if err == nil {
		_, err = h.told.ReadString('\n')
	}
	if err != nil {
		h.orders.Close()
		return nil, fmt.Errorf("the hostile client did not start: %w\n%s", errors.Join(err, h.command.Wait()), log.String())
	}
	return h, nil
}

// end ends the attack and returns its toll.
func (h *attacker) end() (Toll, error) {
	var toll Toll
	h.orders.Close()
	err := json.NewDecoder(h.told).Decode(&toll)
	return toll, errors.Join(err, h.command.Wait())
}

// write writes what became of both sides.
func (g *siege) write(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "ms\talone p50\tp99\tbeside p50\tp99\tmax\trequests\tfailed\t")
	for _, k := range g.witnesses() {
		fmt.Fprintf(t, "%s\t%.2f\t%.1f\t%.2f\t%.1f\t%.0f\t%d\t%s\t\n", k.name,
			k.alone.P50, k.alone.P99, k.beside.P50, k.beside.P99, in(k.worst, time.Millisecond), k.beside.Samples, k.outcomes())
	}
	t.Flush() //nolint:errcheck // who reads may have gone
	fmt.Fprintf(w, "\nanonymous memory of the server: %.2f GB before, %.2f GB at most; goroutines after: %.0f\n\nthe hostile client's requests:\n",
		float64(g.memory)/1e9, float64(g.most)/1e9, g.goroutines)
	g.toll.write(w)
}

// outcomes lists failures by outcome, "0" when there are none.
func (w *witness) outcomes() string {
	if len(w.failures) == 0 {
		return "0"
	}
	var parts []string
	for _, outcome := range slices.Sorted(maps.Keys(w.failures)) {
		parts = append(parts, fmt.Sprintf("%d %s", w.failures[outcome], outcome))
	}
	return strings.Join(parts, ", ")
}

// verdict compares with the bar.
func (g *siege) verdict() error {
	const bar = 50 // ms
	var faults []string
	for _, w := range g.witnesses()[1:] {
		if w.beside.P99 > max(bar, noops*g.idle.beside.P99) {
			faults = append(faults, fmt.Sprintf("p99 of %s is %.0f ms", w.name, w.beside.P99))
		}
		if n := w.failed(); n > 0 {
			faults = append(faults, fmt.Sprintf("%d of %s failed", n, w.name))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("beside a hostile client: %s", strings.Join(faults, "; "))
}
