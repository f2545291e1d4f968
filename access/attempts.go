package access

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"github.com/ndoto/kundi/fields"
)

// How many wrong passwords may be tried, at once and then over time. An address has more than
// an e-mail, because an office or a proxy is one address for many people.
const (
	attemptsPerEmail   = 10
	emailForgives      = 90 * time.Second // one attempt
	attemptsPerAddress = 100
	addressForgives    = 9 * time.Second // one attempt
)

// attempts counts wrong passwords by the e-mail that was tried, known or not, and by the
// address that it was tried from. It is safe for concurrent use.
//
// The counts lie in tables of fixed size, so trying many e-mails does not fill the memory. Two
// that share a place by chance also share the count; nobody can choose to, for the seed is
// random.
type attempts struct {
	seed maphash.Seed

	mu        sync.Mutex
	byEmail   [4096]attemptCount
	byAddress [4096]attemptCount
}

func newAttempts() *attempts { return &attempts{seed: maphash.MakeSeed()} }

// attemptCount is how many attempts count at a moment. They are forgiven over time.
type attemptCount struct {
	n  float64
	at time.Time
}

// take counts one attempt more at now, unless there would be more than most. Otherwise it
// returns after which time one more is allowed.
func (c *attemptCount) take(now time.Time, most int, forgives time.Duration) (wait time.Duration) {
	if passed := now.Sub(c.at); passed > 0 {
		c.n, c.at = max(0, c.n-float64(passed)/float64(forgives)), now
	}
	if over := c.n + 1 - float64(most); over > 0 {
		return time.Duration(over * float64(forgives))
	}
	c.n++
	return 0
}

func (c *attemptCount) give() { c.n = max(0, c.n-1) }

// attempt is one that is counted as wrong until it succeeds.
type attempt struct {
	of             *attempts
	email, address *attemptCount
}

// begin counts an attempt. If there were too many, it counts nothing and returns after which
// time there may be another one.
func (a *attempts) begin(now time.Time, email string, address netip.Addr) (_ attempt, wait time.Duration) {
	t := attempt{
		of:      a,
		email:   &a.byEmail[maphash.String(a.seed, fields.CanonicalEmail(email))%uint64(len(a.byEmail))],
		address: &a.byAddress[maphash.String(a.seed, household(address))%uint64(len(a.byAddress))],
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if wait := t.address.take(now, attemptsPerAddress, addressForgives); wait > 0 {
		return attempt{}, wait
	}
	if wait := t.email.take(now, attemptsPerEmail, emailForgives); wait > 0 {
		t.address.give()
		return attempt{}, wait
	}
	return t, 0
}

// succeed forgives the attempt, and the wrong ones before with the same e-mail.
func (t attempt) succeed() {
	t.of.mu.Lock()
	defer t.of.mu.Unlock()
	t.email.n = 0
	t.address.give()
}

// household is the address, of IPv6 the network that one customer gets.
func household(address netip.Addr) string {
	if address = address.Unmap(); address.Is6() {
		if network, err := address.Prefix(64); err == nil {
			return network.Addr().String()
		}
	}
	return address.String()
}
