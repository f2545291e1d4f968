package wire

import (
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/ledger"
)

// maxAtOnce is how many requests of one key may be under way: more than busy
// clients have connections, and few enough that one who sends half of its
// requests, or does not read its answers, leaves connections to others. Where
// there are few connections it is a share of them.
const (
	maxAtOnce       = 256
	shareOfKey      = 8 // a key may take one in eight connections
	leastRequestsOf = 4 // but at least four
)

// atOnceOf returns how many requests of one key may be under way. connections is how many
// connections may be open, 0 for any number.
func atOnceOf(connections int) int {
	if connections == 0 {
		return maxAtOnce
	}
	return min(maxAtOnce, max(leastRequestsOf, connections/shareOfKey))
}

// usage is what one key takes at the moment, and may take. It is safe for
// concurrent use. The owner of the data folder has none (nil): nothing of his
// is limited.
type usage struct {
	rate   *rate.Limiter
	bytes  budget // of bodies and answers
	atOnce int    // requests that may be under way

	mu       sync.Mutex // guards all below
	limits   access.Limits
	requests int // under way
	heavy    int // heavy questions under way, those that wait included
}

func newUsage(limits access.Limits, atOnce int, bytes int64) *usage {
	return &usage{limits: limits, atOnce: atOnce, rate: rate.NewLimiter(rate.Limit(limits.RequestsPerSecond), limits.RequestsPerSecond), bytes: budget{most: bytes}}
}

// hold holds the key to new limits from now on.
func (u *usage) hold(limits access.Limits, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.limits == limits {
		return
	}
	if u.limits.RequestsPerSecond != limits.RequestsPerSecond {
		u.rate.SetLimitAt(now, rate.Limit(limits.RequestsPerSecond))
		u.rate.SetBurstAt(now, limits.RequestsPerSecond)
	}
	u.limits = limits
}

// enter counts a request that is under way, or refuses it; leave ends it.
func (u *usage) enter() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.requests >= u.atOnce {
		return tooMany("too-many-at-once", "The key has "+strconv.Itoa(u.atOnce)+" requests under way. Read their answers first.", 1)
	}
	u.requests++
	return nil
}

// spend counts a request of the second, or refuses it. What is left goes into
// the header.
func (u *usage) spend(now time.Time, header http.Header) error {
	allowed := u.rate.AllowN(now, 1)
	left, per := u.rate.TokensAt(now), float64(u.rate.Limit())
	// Not by Set, which would write Ratelimit-Limit.
	header[rateLimitHeader] = []string{strconv.Itoa(u.rate.Burst())}
	header[rateRemainingHeader] = []string{strconv.Itoa(max(0, int(left)))}
	header[rateResetHeader] = []string{strconv.Itoa(seconds((per - left) / per))}
	if !allowed {
		return tooMany("too-many-requests", "The key makes more requests a second than it may. Ask again a little later, or have its limit raised.", (1-left)/per)
	}
	return nil
}

func (u *usage) leave() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.requests--
}

// beginHeavy counts a heavy question of the key, or refuses it; endHeavy ends
// it.
func (u *usage) beginHeavy() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.heavy >= u.limits.HeavyQuestions {
		return tooMany("too-many-at-once", "The key has as many heavy questions under way as it may, "+strconv.Itoa(u.limits.HeavyQuestions)+
			". Read their answers first, or have its limit raised.", 1)
	}
	u.heavy++
	return nil
}

func (u *usage) endHeavy() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.heavy--
}

// underWay is how many requests and heavy questions there are.
func (u *usage) underWay() (requests, heavy int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.requests, u.heavy
}

// seconds rounds a time up to whole seconds.
func seconds(s float64) int { return max(0, int(math.Ceil(s))) }

// usages are those of all keys that have made a request. It is safe for
// concurrent use.
type usages struct {
	atOnce int   // requests that may be under way of one key; never changes
	bytes  int64 // of bodies and answers that may be; never changes

	mu    sync.RWMutex
	byKey map[ledger.ID]*usage
}

// of returns the usage of a key or a person, held to the limits it has now. All sessions of one
// of them, and the key itself, have one usage.
func (u *usages) of(p access.Principal, now time.Time) *usage {
	found := u.find(p.ID)
	if found == nil {
		found = u.add(p.ID, p.Limits)
	}
	found.hold(p.Limits, now)
	return found
}

func (u *usages) add(id ledger.ID, limits access.Limits) *usage {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.byKey[id] == nil {
		u.byKey[id] = newUsage(limits, u.atOnce, u.bytes)
	}
	return u.byKey[id]
}

// find returns the usage of a key, nil when it has made no request.
func (u *usages) find(key ledger.ID) *usage {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.byKey[key]
}

// all returns the usages of all keys, in no order.
func (u *usages) all() []*usage {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return slices.Collect(maps.Values(u.byKey))
}

// forget drops the usage of a key that is no more.
func (u *usages) forget(id ledger.ID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.byKey, id)
}
