package perf

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// watching measures what it costs to watch as many segments as there may be, and how soon an entry is
// noticed.
func watching() []Measurement {
	return []Measurement{
		{
			Name: "watched-share", What: "1,000 watched segments: what they take of one core, beside writes", Unit: Percent, Whole: true,
			Floor: Bar{P50: 30}, Goal: Bar{P50: 15}, Run: runWatchedShare,
		},
		{
			Name: "watched-delay", What: "1,000 watched segments: from a write to its event over HTTP, beside writes", Unit: Seconds, Whole: true,
			Floor: Bar{P99: 20}, Goal: Bar{P99: 10}, Run: runWatchedDelay,
		},
	}
}

const (
	watchedFor = 15 // patiences with, and without, watched segments
	probed     = 10 // writes a second of patience whose events are waited for, at least one
	probeEvery = 20 * time.Millisecond
	probeMost  = time.Minute
)

// watch is what was measured of watched segments.
type watch struct {
	segments              int
	share, looks, without float64 // of one core: what they take more, their looks, and all without them
	writes                float64 // a second
	events                float64 // noted a second
	delays                []time.Duration
}

func runWatchedShare(ctx context.Context, s *Subject) (Result, error) {
	w, err := s.watchedAll(ctx)
	return Result{P50: 100 * max(w.share, w.looks), Samples: 1, Note: fmt.Sprintf(
		"%d segments beside %.0f writes/s, of which %.0f events/s came; the server takes %.1f %% more than the %.0f %% without them, and looks last %.1f %% of the time",
		w.segments, w.writes, w.events, 100*w.share, 100*w.without, 100*w.looks)}, err
}

func runWatchedDelay(ctx context.Context, s *Subject) (Result, error) {
	w, err := s.watchedAll(ctx)
	r := distribution(w.delays, time.Second)
	r.Note = fmt.Sprintf("%d segments beside %.0f writes/s", w.segments, w.writes)
	return r, err
}

// watchedAll watches as many segments as a workspace may have, once for both rows. In the end it deletes
// them.
func (s *Subject) watchedAll(ctx context.Context) (w watch, err error) {
	if s.watched.segments > 0 {
		return s.watched, nil
	}
	v, err := s.served(ctx)
	if err != nil {
		return w, err
	}
	writes := s.writes(ctx, v, written)
	defer func() {
		done, failed := writes.stop()
		w.writes, s.watched = done.rate, w
		s.watched.writes = done.rate
		err = errors.Join(err, failed)
	}()
	if w.without, _, _, err = v.loadOf(ctx, watchedFor*s.patience, false); err != nil {
		return w, err
	}
	var ids []string
	defer func() { err = errors.Join(err, v.with(func(c *client) error { return deleteSegments(ctx, c, ids) })) }()
	err = v.with(func(c *client) (err error) {
		if ids, err = s.makeSegments(ctx, c); err != nil {
			return err
		}
		s.say("watching %d segments", len(ids))
		for _, id := range ids {
			if _, err := c.do(request{method: http.MethodPatch, path: "/v1/segments/" + id, body: []byte(`{"watched":true}`)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return w, err
	}
	for watched := 0.0; watched < float64(len(ids)); {
		if err := sleep(ctx, time.Second); err != nil {
			return w, err
		}
		if watched, err = v.metric("kundi_watched_segments"); err != nil {
			return w, err
		}
	}
	if err := sleep(ctx, watchedFor*s.patience/2); err != nil { // everybody is evaluated once
		return w, err
	}
	with, looks, events, err := v.loadOf(ctx, watchedFor*s.patience, true)
	if err != nil {
		return w, err
	}
	w.segments, w.share, w.looks, w.events = len(ids), with-w.without, looks, events
	err = v.with(func(c *client) (err error) {
		w.delays, err = s.delays(ctx, c, ids[0])
		return err
	})
	return w, err
}

// with gives a connection to do, which does not rest: the server closes those that do.
func (v *server) with(do func(*client) error) error {
	c, err := v.dial()
	if err != nil {
		return err
	}
	defer c.close()
	return do(c)
}

// serverLoad is what a server has done since it began.
type serverLoad struct {
	at                 time.Time
	cpu, looks, events float64 // in seconds, in seconds, and how many
}

func (v *server) load() (l serverLoad, err error) {
	l.at = time.Now()
	for name, to := range map[string]*float64{
		"process_cpu_seconds_total": &l.cpu, "kundi_watched_segment_seconds_total": &l.looks, "kundi_watched_segment_events_total": &l.events,
	} {
		if *to, err = v.metric(name); err != nil {
			return l, err
		}
	}
	return l, nil
}

// loadOf returns what the server takes of one core for a while, how much of the time it looks at watched
// segments, and how many events it notes a second. It goes on until there was a look, if there shall be.
func (v *server) loadOf(ctx context.Context, span time.Duration, looks bool) (share, looking, events float64, err error) {
	before, err := v.load()
	if err != nil {
		return 0, 0, 0, err
	}
	for wait := span; ; wait = time.Second {
		if err := sleep(ctx, wait); err != nil {
			return 0, 0, 0, err
		}
		now, err := v.load()
		if err != nil {
			return 0, 0, 0, err
		}
		if took := now.at.Sub(before.at).Seconds(); !looks || now.looks > before.looks {
			return (now.cpu - before.cpu) / took, (now.looks - before.looks) / took, (now.events - before.events) / took, nil
		}
	}
}

// delays makes contacts that enter a segment, the first one of usual, and waits for the event of each.
func (s *Subject) delays(ctx context.Context, c *client, segment string) (list []time.Duration, err error) {
	after := uint64(0)
	for i := range max(1, int(probed*s.patience.Seconds())) {
		start := time.Now()
		answer, err := c.do(request{path: "/v1/contacts", body: encode(map[string]any{
			"name": fmt.Sprint("Probe ", i), "type": "customer", "country": "KE", "last_seen_at": start.UTC().Format(time.RFC3339Nano),
		})})
		if err != nil {
			return nil, err
		}
		var made struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(answer, &made); err != nil {
			return nil, err
		}
		for seen := false; !seen; {
			if time.Since(start) > probeMost {
				return nil, fmt.Errorf("an entry was not noticed within %s", probeMost)
			}
			if err := sleep(ctx, probeEvery); err != nil {
				return nil, err
			}
			if seen, after, err = c.entered(segment, made.ID, after); err != nil {
				return nil, err
			}
		}
		list = append(list, time.Since(start))
	}
	return list, nil
}

// entered reads the events of a segment behind a number, and reports whether a contact is in them.
func (c *client) entered(segment, contact string, after uint64) (seen bool, last uint64, err error) {
	answer, err := c.do(request{path: fmt.Sprintf("/v1/segments/%s/events?limit=1000&after=%d", segment, after)})
	if err != nil {
		return false, after, err
	}
	var page struct {
		Events []struct {
			Seq       uint64 `json:"seq"`
			ContactID string `json:"contact_id"`
		} `json:"events"`
	}
	if err := json.Unmarshal(answer, &page); err != nil {
		return false, after, err
	}
	for _, e := range page.Events {
		seen, after = seen || e.ContactID == contact, e.Seq
	}
	return seen, after, nil
}
