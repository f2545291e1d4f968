package perf

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/ndoto/kundi/segments"
)

// refreshing measures many segments at once, and what others notice of it.
func refreshing() []Measurement {
	return []Measurement{
		{
			Name: "segments-refresh-all", What: "HTTP: 1,000 segments refreshed, one after the other", Unit: Seconds, Whole: true,
			Floor: Bar{P50: 10}, Goal: Bar{P50: 5}, Run: runRefreshAll,
		},
		{
			Name: "segments-refresh-others", What: "HTTP: searches and counts while 1,000 segments are refreshed", Unit: Milliseconds, Whole: true,
			Floor: Bar{P99: 100}, Goal: Bar{P99: 50}, Run: runRefreshOthers,
		},
	}
}

// rounds is how often all segments are refreshed beside others.
const rounds = 3

// refreshes are all refreshes of a number of segments.
type refreshes struct {
	segments     int
	first        time.Duration // in which each was stored for the first time
	took         Result        // in which each had who entered and left since then, in seconds
	others, none Result        // requests meanwhile, and those that do nothing
	writes       float64       // contacts written meanwhile, a second
}

func runRefreshAll(ctx context.Context, s *Subject) (Result, error) {
	r, err := s.refreshedAll(ctx)
	r.took.Note = fmt.Sprintf("%d segments beside %.0f writes/s; worst of %d; the first snapshots took %.2f s", r.segments, r.writes, r.took.Samples, r.first.Seconds())
	return r.took, err
}

func runRefreshOthers(ctx context.Context, s *Subject) (Result, error) {
	r, err := s.refreshedAll(ctx)
	r.others.NoopP99 = r.none.P99
	r.others.Note = fmt.Sprintf("%d requests; no-ops of p50 %.2f and p99 %.1f ms", r.others.Samples, r.none.P50, r.none.P99)
	return r.others, err
}

// refreshedAll refreshes as many segments as a workspace may have, once for both rows. In the end it
// deletes them, because what comes after is measured without them.
func (s *Subject) refreshedAll(ctx context.Context) (all refreshes, err error) {
	if s.refreshes.segments > 0 {
		return s.refreshes, nil
	}
	v, c, err := s.connected(ctx)
	if err != nil {
		return all, err
	}
	defer c.close()
	ids, err := s.makeSegments(ctx, c)
	defer func() { err = errors.Join(err, deleteSegments(ctx, c, ids)) }()
	if err != nil {
		return all, err
	}
	s.say("refreshing %d segments", len(ids))
	all.segments = len(ids)
	if all.first, err = refreshEach(ctx, c, ids); err != nil {
		return all, err
	}
	if err := s.change(ctx, v, min(s.contacts, 10*moves)); err != nil {
		return all, err
	}
	if err := s.refreshBeside(ctx, v, c, ids, &all); err != nil {
		return all, err
	}
	s.refreshes = all
	return all, nil
}

// refreshBeside refreshes segments, some times, while others search and count, contacts are written, and some
// requests do nothing.
func (s *Subject) refreshBeside(ctx context.Context, v *server, c *client, ids []string, all *refreshes) (err error) {
	writes := s.writes(ctx, v, written)
	texts := s.texts(prefix)
	count := request{path: "/v1/contacts/count", body: []byte(`{"filter":` + group(atRisk) + `}`)}
	asked := &stream{rate: s.typed, clients: 8, next: func(i int) request {
		if i%2 == 0 {
			return count
		}
		return request{path: searchPath(texts[i/2%len(texts)])}
	}}
	idle := &stream{rate: s.typed, clients: 4, next: func(int) request { return noop }}
	asked.start(ctx, v)
	idle.start(ctx, v)
	var each []time.Duration
	for range rounds {
		took, failed := refreshEach(ctx, c, ids)
		each, err = append(each, took), errors.Join(err, failed)
	}
	all.took = distribution(each, time.Second)
	others, failed := asked.stop()
	none, idleFailed := idle.stop()
	done, writesFailed := writes.stop()
	all.others, all.none, all.writes = distribution(others.took, time.Millisecond), distribution(none.took, time.Millisecond), done.rate
	return errors.Join(err, failed, idleFailed, writesFailed)
}

// makeSegments makes segments until a workspace has as many as it may have, or as there are contacts.
func (s *Subject) makeSegments(ctx context.Context, c *client) (ids []string, err error) {
	for i := range min(segments.MaxSegments, s.contacts) {
		if ctx.Err() != nil {
			return ids, context.Cause(ctx)
		}
		id, err := c.makeSegment(fmt.Sprintf("Bench %d", i), group(usual(i)))
		var refused *refusal
		if errors.As(err, &refused) && refused.status == http.StatusConflict && i > 0 {
			return ids, nil // the folder has others
		}
		if err != nil {
			return ids, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// usual are the rules of segment i: three to five, as people make them. No two are equal.
func usual(i int) string {
	countries := []string{"US", "KE", "DE", "BR", "IN", "GB", "NG", "FR", "TZ", "JP"}
	types := []string{"customer", "lead", "visitor"}
	rules := fmt.Sprintf(`{"field":"country","operator":"ne","value":%q},{"field":"type","operator":"eq","value":%q},
		{"field":"last_seen_at","operator":"within_last","value":"P%dD"}`, countries[i%len(countries)], types[i/3%len(types)], 7+i)
	switch i % 4 {
	case 1:
		rules += fmt.Sprintf(`,{"field":"city","operator":"starts_with","value":"Town %d"}`, i%10)
	case 2:
		rules += fmt.Sprintf(`,{"field":"attributes.mrr","operator":"between","value":[%d,500]}`, i%400)
	case 3:
		rules += `,{"combinator":"or","rules":[{"field":"attributes.health","operator":"lt","value":40},{"field":"labels","operator":"exists"}]}`
	}
	return rules
}

// refreshEach refreshes segments one after the other.
func refreshEach(ctx context.Context, c *client, ids []string) (time.Duration, error) {
	start := time.Now()
	for _, id := range ids {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		if _, err := c.do(request{path: "/v1/segments/" + id + "/refresh", body: []byte{}}); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

func deleteSegments(ctx context.Context, c *client, ids []string) error {
	for _, id := range ids {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if _, err := c.do(request{method: http.MethodDelete, path: "/v1/segments/" + id}); err != nil {
			return err
		}
	}
	return nil
}
