package perf

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// The load of a soak, a second.
const (
	soakSearches  = 20
	soakCounts    = 5
	soakRefreshes = 0.1
)

// Soak serves mixed load for a while from a server in a process of its own: changes of
// known contacts, searches, counts and refreshes of segments. It writes a line a
// minute, or six lines if the time is shorter than that. It fails if latency, files or
// memory have grown from the first third of the time to the last; see grown. It uses
// the first size of the options.
func Soak(ctx context.Context, o Options, duration time.Duration, w io.Writer) error {
	o, err := o.complete()
	if err != nil {
		return err
	}
	return withSubject(ctx, o, o.Contacts[0], func(s *Subject) error {
		v, err := s.rerun(ctx)
		if err != nil {
			return err
		}
		load, err := s.soak(v)
		if err != nil {
			return err
		}
		minutes, err := load.run(ctx, s, duration, w)
		if err != nil {
			return err
		}
		return grown(minutes)
	})
}

// soakLoad are the streams of a soak.
type soakLoad struct {
	server                                    *server
	writes, searches, counts, refreshes, idle *stream
}

func (s *Subject) soak(v *server) (*soakLoad, error) {
	kinds := []func(string, string) string{prefix, typo, twoWords, exact, keystroke}
	searches := make([]request, searched*len(kinds))
	for kind, words := range kinds {
		path := searchPath
		if kind == len(kinds)-1 {
			path = suggestPath
		}
		for i, text := range s.texts(words) {
			searches[i*len(kinds)+kind].path = path(text)
		}
	}
	counts := make([]request, 0, 3)
	for _, rules := range []string{atRisk, relative, equalities} {
		counts = append(counts, request{path: "/v1/contacts/count", body: []byte(`{"filter":` + group(rules) + `,"facets":["country","type"]}`)})
	}
	refresh, err := makeSegment(v)
	if err != nil {
		return nil, err
	}
	turns := func(list []request) func(int) request {
		return func(i int) request { return list[i%len(list)] }
	}
	return &soakLoad{
		server:    v,
		writes:    &stream{rate: written, clients: 16, next: func(int) request { return upsertOf(s.moved(int(s.upserted.Add(1)))) }},
		searches:  &stream{rate: soakSearches, clients: 8, next: turns(searches)},
		counts:    &stream{rate: soakCounts, clients: 2, next: turns(counts)},
		refreshes: &stream{rate: soakRefreshes, clients: 1, next: turns([]request{refresh})},
		idle:      &stream{rate: soakSearches, clients: 4, next: turns([]request{noop})},
	}, nil
}

// makeSegment makes a segment and returns the request that refreshes it.
func makeSegment(v *server) (request, error) {
	c, err := v.dial()
	if err != nil {
		return request{}, err
	}
	defer c.close()
	answer, err := c.do(request{path: "/v1/segments", body: []byte(`{"name":"At risk","filter":` + group(atRisk) + `}`)})
	if err != nil {
		return request{}, err
	}
	var segment struct{ ID string }
	err = json.Unmarshal(answer, &segment)
	return request{path: "/v1/segments/" + segment.ID + "/refresh", body: []byte{}}, err
}

// minute is how a soak stood during one of its parts.
type minute struct {
	writes                              float64 // a second
	write, search, count, refresh, idle Result  // ms
	files, lag                          float64
	disk, memory                        uint64 // bytes
}

func (l *soakLoad) streams() []*stream {
	return []*stream{l.writes, l.searches, l.counts, l.refreshes, l.idle}
}

// run runs the load and notes how things stand at the end of each part.
func (l *soakLoad) run(ctx context.Context, s *Subject, duration time.Duration, w io.Writer) (minutes []minute, err error) {
	parts := max(6, int(duration/time.Minute))
	fmt.Fprintf(w, "%8s %8s %16s %18s %16s %16s %6s %6s %9s %9s\n",
		"time", "writes/s", "write p50/p99", "search p50/p99", "count p50/p99", "no-op p50/p99", "files", "lag", "disk MB", "RssAnon MB")
	started := time.Now()
	for _, f := range l.streams() {
		f.start(ctx, l.server)
	}
	defer func() {
		for _, f := range l.streams() {
			if _, failed := f.stop(); err == nil {
				err = failed
			}
		}
	}()
	for range parts {
		before := time.Now()
		if err := sleep(ctx, duration/time.Duration(parts)); err != nil {
			return minutes, err
		}
		m, err := l.look(s, time.Since(before))
		if err != nil {
			return minutes, err
		}
		minutes = append(minutes, m)
		pair := func(r Result) string { return fmt.Sprintf("%.1f / %.1f", r.P50, r.P99) }
		fmt.Fprintf(w, "%8s %8.0f %16s %18s %16s %16s %6.0f %6.0f %9d %9d\n", time.Since(started).Round(time.Second),
			m.writes, pair(m.write), pair(m.search), pair(m.count), pair(m.idle), m.files, m.lag, m.disk>>20, m.memory>>20)
	}
	return minutes, nil
}

// look says how things stood since it was last called.
func (l *soakLoad) look(s *Subject, span time.Duration) (m minute, err error) {
	parts := []*Result{&m.write, &m.search, &m.count, &m.refresh, &m.idle}
	for i, f := range l.streams() {
		took, failed := f.drain()
		err = errors.Join(err, failed)
		*parts[i] = distribution(took, time.Millisecond)
	}
	m.writes = float64(m.write.Samples) / span.Seconds()
	read := func(into *float64, metric string) {
		value, failed := l.server.metric(metric)
		*into, err = value, errors.Join(err, failed)
	}
	read(&m.files, "kundi_text_files")
	read(&m.lag, "kundi_text_lag_changes")
	var failed [2]error
	m.disk, failed[0] = onDisk(s.dir)
	m.memory, failed[1] = l.server.anonymous()
	return m, errors.Join(err, failed[0], failed[1])
}

// grown says what has grown from the first third of a soak to the last. It compares the
// medians of their parts. Too much is:
//   - of a latency: half as much again and a millisecond, after what requests that do
//     nothing have become slower, which the machine's other work slows, too
//   - of the files of the text index: half as many again, and 10
//   - of memory: a quarter as much again
//   - of the lag: more than 5,000 changes
func grown(minutes []minute) error {
	third := len(minutes) / 3
	of := func(what func(minute) float64) (first, last float64) {
		return middle(minutes[:third], what), middle(minutes[len(minutes)-third:], what)
	}
	var faults []string
	fault := func(what string, first, last, most float64) {
		if last > most {
			faults = append(faults, fmt.Sprintf("%s from %.1f to %.1f", what, first, last))
		}
	}
	idleFirst, idleLast := of(func(m minute) float64 { return m.idle.P50 })
	others := max(idleLast/idleFirst, 1)
	for name, latency := range map[string]func(minute) float64{
		"p50 of writes":   func(m minute) float64 { return m.write.P50 },
		"p50 of searches": func(m minute) float64 { return m.search.P50 },
		"p50 of counts":   func(m minute) float64 { return m.count.P50 },
	} {
		first, last := of(latency)
		fault(name, first, last, max(first*1.5*others, first+1))
	}
	first, last := of(func(m minute) float64 { return m.files })
	fault("files of the text index", first, last, first*1.5+10)
	first, last = of(func(m minute) float64 { return float64(m.memory >> 20) })
	fault("MiB of anonymous memory", first, last, first*1.25)
	first, last = of(func(m minute) float64 { return m.lag })
	fault("changes that searches do not find", first, last, 5_000)
	if len(faults) == 0 {
		return nil
	}
	slices.Sort(faults)
	return fmt.Errorf("under steady load these grew: %s", strings.Join(faults, "; "))
}

// middle is the median of something over parts.
func middle(minutes []minute, what func(minute) float64) float64 {
	var values []float64
	for _, m := range minutes {
		values = append(values, what(m))
	}
	slices.Sort(values)
	return values[len(values)/2]
}
