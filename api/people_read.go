package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/contacts"
)

// window is how many minutes the count of people goes back: the present one and
// sixty before, so that it never covers less than an hour.
const window = 61

// peopleRead is how many people a key has read, minute by minute. The zero
// value has read nobody. It is not safe for concurrent use.
type peopleRead struct{ minutes [window]minuteRead }

// minuteRead is one minute of it.
type minuteRead struct {
	minute int64 // since 1970
	people int
}

// take counts n people more, unless there would be more than most within the
// hour. Otherwise it says how many are left, and after which time n will be, as
// far as n is at most that many.
func (r *peopleRead) take(now time.Time, n, most int) (left int, after time.Duration, ok bool) {
	present := now.Unix() / 60
	left = most
	for _, m := range r.minutes {
		if m.minute > present-window {
			left -= m.people
		}
	}
	if n <= left {
		m := &r.minutes[present%window]
		if m.minute != present {
			*m = minuteRead{minute: present}
		}
		m.people += n
		return left - n, 0, true
	}
	freed := left
	for minute := present - window + 1; minute <= present; minute++ {
		after = time.Unix((minute+window)*60, 0).Sub(now)
		if m := r.minutes[minute%window]; m.minute == minute {
			freed += m.people
		}
		if freed >= n {
			break
		}
	}
	return max(0, left), after, false
}

// countPeople counts people whose values are about to be answered, or refuses
// to answer them. Only assistants are counted.
func (s *server) countPeople(ctx context.Context, n int) error {
	u, key := visitOf(ctx).usage, callerOf(ctx)
	if n == 0 || u == nil || key.Scope != access.ScopeAI {
		return nil
	}
	most := s.settings.GetSettings().AIPeoplePerHour
	u.mu.Lock()
	left, after, ok := u.people.take(s.now(), n, most)
	u.mu.Unlock()
	if !ok {
		p := newProblem(http.StatusTooManyRequests, "people-limit", fmt.Sprintf(
			"A key of an assistant may read %d people within an hour, and %d are left of them; the answer has %d. Ask for fewer, or later.", most, left, n))
		p.retryAfter = after
		return p
	}
	s.peopleRead.WithLabelValues(key.ID.String()).Add(float64(n))
	return nil
}

// countSingled counts the values of facets that one contact alone has: each
// tells of one person as much as reading it would.
func (s *server) countSingled(ctx context.Context, facets []contacts.Facet) error {
	n := 0
	for _, facet := range facets {
		for _, v := range facet.Values {
			if v.Count == 1 {
				n++
			}
		}
	}
	return s.countPeople(ctx, n)
}

// newPeopleRead registers the metric of people read by assistants.
func newPeopleRead(registerer prometheus.Registerer) (*prometheus.CounterVec, error) {
	read := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "kundi_ai_people_read_total",
		Help: "People whose values were answered to keys of scope ai, by id of the key.",
	}, []string{"key"})
	return read, registerer.Register(read)
}
