package api

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// window is how many minutes a reading may count in: sixty and the present one.
const window = 61

// peopleRead is how many people a key has read, minute by minute. The zero
// value has read nobody. It is not safe for concurrent use.
type peopleRead struct{ minutes [window]minuteRead }

// minuteRead is one minute of it. It counts until its last reading is an hour
// ago: no hour ever has more people than it may, and nobody waits longer than
// an hour.
type minuteRead struct {
	minute int64 // since 1970
	last   time.Time
	people int
}

// take counts n people more, unless there would be more than most within the
// hour. Otherwise it says how many are left, and after which time n will be, 0
// when n never will.
func (r *peopleRead) take(now time.Time, n, most int) (left int, after time.Duration, ok bool) {
	present := now.Unix() / 60
	left = most
	for _, m := range r.minutes {
		if m.frees(now) > 0 {
			left -= m.people
		}
	}
	if n <= left {
		m := &r.minutes[present%window]
		if m.minute != present {
			*m = minuteRead{minute: present}
		}
		m.last = now
		m.people += n
		return left - n, 0, true
	}
	if n <= most {
		after = r.freed(now, n-left)
	}
	return max(0, left), after, false
}

// give takes back n people that take has counted at that time.
func (r *peopleRead) give(at time.Time, n int) {
	minute := at.Unix() / 60
	if m := &r.minutes[minute%window]; m.minute == minute {
		m.people -= n
	}
}

// freed returns the time after which n of the people that count now do not count any
// more.
func (r *peopleRead) freed(now time.Time, n int) (after time.Duration) {
	present := now.Unix() / 60
	for minute := present - window + 1; minute <= present && n > 0; minute++ {
		m := r.minutes[minute%window]
		if frees := m.frees(now); m.minute == minute && frees > 0 {
			n, after = n-m.people, frees
		}
	}
	return after
}

// frees is after which time the minute does not count any more.
func (m minuteRead) frees(now time.Time) time.Duration { return m.last.Add(time.Hour).Sub(now) }

// readers count the people that each key has read. They are safe for concurrent
// use.
type readers struct {
	answered *prometheus.CounterVec

	mu    sync.Mutex // guards all below
	byKey map[ledger.ID]*peopleRead
}

// newReaders registers the metric of people read by assistants.
func newReaders(registerer prometheus.Registerer) (*readers, error) {
	answered := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "kundi_ai_people_read_total",
		Help: "People whose values were answered to keys of scope ai, by id of the key.",
	}, []string{"key"})
	return &readers{answered: answered, byKey: map[ledger.ID]*peopleRead{}}, registerer.Register(answered)
}

// take counts n people more for a key, as peopleRead does.
func (r *readers) take(key ledger.ID, now time.Time, n, most int) (left int, after time.Duration, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byKey[key] == nil {
		r.byKey[key] = &peopleRead{}
	}
	return r.byKey[key].take(now, n, most)
}

// finish ends what take has counted at that time. Those whose values were not
// answered after all are given back: the request failed, or the caller has the
// answer already.
func (r *readers) finish(key ledger.ID, at time.Time, n int, answered bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	read := r.byKey[key]
	switch {
	case read == nil: // the key was revoked in the meantime
	case answered:
		r.answered.WithLabelValues(key.String()).Add(float64(n))
	default:
		read.give(at, n)
	}
}

// forget drops what is known of a key that is no more.
func (r *readers) forget(key ledger.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byKey, key)
	r.answered.DeleteLabelValues(key.String())
}

// countPeople counts people whose values are about to be answered, or refuses
// to answer them. Only assistants are counted.
func (s *server) countPeople(ctx context.Context, n int) error {
	key := wire.PrincipalOf(ctx)
	if n == 0 || key.Scope != access.ScopeAI {
		return nil
	}
	most := s.settings.GetSettings().AIPeoplePerHour
	now := s.now()
	left, after, ok := s.readers.take(key.ID, now, n, most)
	if !ok {
		return tooManyPeople(n, left, most, after)
	}
	wire.VisitOf(ctx).AtEnd(func(answered bool) { s.readers.finish(key.ID, now, n, answered) })
	return nil
}

// tooManyPeople refuses an answer with n people. It says when to ask again only
// where that helps.
func tooManyPeople(n, left, most int, after time.Duration) *wire.Problem {
	var detail string
	switch {
	case most == 0:
		detail = "Keys of scope ai may read no people: the setting ai_people_per_hour is 0."
	case n > most:
		detail = fmt.Sprintf("This key may read %d people an hour. %d are left, and this answer has %d. Ask for at most %[1]d.", most, left, n)
	default:
		detail = fmt.Sprintf("This key may read %d people an hour. %d are left, and this answer has %d. Ask for fewer, or later.", most, left, n)
	}
	return wire.NewProblem(http.StatusTooManyRequests, "people-limit", detail).After(after)
}

// countSingled counts the values and ranges of facets that one contact alone has: each
// tells of one person as much as reading it would.
func (s *server) countSingled(ctx context.Context, facets []fields.Facet) error {
	n := 0
	for _, facet := range facets {
		for _, v := range facet.Values {
			if v.Count == 1 {
				n++
			}
		}
		for _, r := range facet.Ranges {
			if r.Count == 1 {
				n++
			}
		}
	}
	return s.countPeople(ctx, n)
}
