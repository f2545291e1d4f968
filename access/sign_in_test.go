package access

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

const secret = "correct horse battery"

func TestALinkSignsInOnce(t *testing.T) {
	d := newDoor(t)
	ada := d.person("Ada", ScopeMarketer)
	old, link := d.invite(ada), d.invite(ada)
	for _, wrong := range []string{"", "x", old, link + "a", strings.ToUpper(link), linkPrefix} {
		_, _, err := d.sessions.WithLink(t.Context(), wrong, "")
		requireKind(t, fault.KindUnauthorized, "link-ended", err)
	}
	d.reopen()
	d.time = start.Add(time.Minute)
	session, token, err := d.sessions.WithLink(t.Context(), link, "")
	require.NoError(t, err)
	require.Equal(t, Principal{
		Kind: KindPerson, ID: ada.ID, Name: "Ada", Email: "ada@example.org", Scope: ScopeMarketer, Limits: defaultLimits(ScopeMarketer),
	}, session.Principal)
	require.Equal(t, instant(d.time.Add(SessionTime)), session.ExpiresAt)
	require.Equal(t, instant(d.time.Add(SessionIdleTime)), session.IdleExpiresAt)
	require.Equal(t, ledger.Author{Source: ledger.SourceAgent, Name: "Ada", Key: ada.ID, NoResubscribing: true}, session.Principal.Author(),
		"a person is an agent, whatever the scope")

	_, _, err = d.sessions.WithLink(t.Context(), link, "")
	requireKind(t, fault.KindUnauthorized, "link-ended", err)
	for range 2 { // also after a restart that nothing prepared
		found, err := d.people.Find(ada.ID)
		require.NoError(t, err)
		require.Equal(t, instant(start.Add(time.Minute)), found.LastSignedInAt)
		require.Zero(t, found.InvitedUntil)
		resumed, err := d.sessions.Resume(token)
		require.NoError(t, err)
		require.Equal(t, session, resumed)
		d.sound()
		d.reopen()
	}
	require.NotContains(t, fmt.Sprint(d.store.others), token)
	name := "Ada L."
	changed, err := d.change(ada, PersonChange{Name: &name})
	require.NoError(t, err)
	require.Equal(t, instant(start.Add(time.Minute)), changed.LastSignedInAt, "a change keeps it")
}

func TestALinkEnds(t *testing.T) {
	d := newDoor(t)
	ada := d.person("Ada", ScopeAgent)
	link := d.invite(ada)
	d.time = start.Add(InvitationTime)
	_, _, err := d.sessions.WithLink(t.Context(), link, "")
	requireKind(t, fault.KindUnauthorized, "link-ended", err)

	link = d.invite(ada)
	yes, no := true, false
	_, err = d.change(ada, PersonChange{Disabled: &yes})
	require.NoError(t, err)
	_, _, _, err = d.people.Invite(t.Context(), admin, ada.ID, time.Hour)
	requireKind(t, fault.KindConflict, "person-disabled", err)
	_, err = d.change(ada, PersonChange{Disabled: &no})
	require.NoError(t, err)
	_, _, err = d.sessions.WithLink(t.Context(), link, "")
	requireKind(t, fault.KindUnauthorized, "link-ended", err)
}

// TestALinkUsedAtTheSameTimeSignsInOnce has many try.
func TestALinkUsedAtTheSameTimeSignsInOnce(t *testing.T) {
	d := newDoor(t)
	link := d.invite(d.person("Ada", ScopeAgent))
	var all sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for range 8 {
		all.Go(func() {
			if _, _, err := d.sessions.WithLink(t.Context(), link, ""); err == nil {
				mu.Lock()
				defer mu.Unlock()
				in++
			}
		})
	}
	all.Wait()
	require.Equal(t, 1, in)
}

func TestAPasswordSignsIn(t *testing.T) {
	d := newDoor(t)
	ada := d.person("Ada", ScopeAgent)
	link := d.invite(ada)
	for _, wrong := range []string{strings.Repeat("é", MinPasswordLength-1), strings.Repeat("x", MaxPasswordLength+1)} {
		_, _, err := d.sessions.WithLink(t.Context(), link, wrong)
		requireKind(t, fault.KindInvalid, "invalid-password", err)
	}
	_, first, err := d.sessions.WithLink(t.Context(), link, "pass phrase e\u0301")
	require.NoError(t, err)
	require.NotContains(t, fmt.Sprint(d.store.others), "pass phrase")
	d.reopen()
	version := func() uint64 { p, _ := d.people.Find(ada.ID); return p.Version }
	before := version()
	session, second, err := d.sessions.WithPassword(t.Context(), "ADA@example.org", "pass phrase \u00e9", nobody)
	require.NoError(t, err, "however the keyboard writes it")
	require.Equal(t, ada.ID, session.Principal.ID)
	require.Equal(t, before, version(), "signing in does not change the person")

	_, _, err = d.sessions.SetPassword(t.Context(), session.Principal, "wrong", secret, nobody)
	requireKind(t, fault.KindUnauthorized, "wrong-password", err)
	_, _, err = d.sessions.SetPassword(t.Context(), session.Principal, "", secret, nobody)
	requireKind(t, fault.KindUnauthorized, "wrong-password", err)
	_, third, err := d.sessions.SetPassword(t.Context(), session.Principal, "pass phrase \u00e9", secret, nobody)
	require.NoError(t, err)
	for token, ends := range map[string]bool{first: true, second: true, third: false} {
		_, err := d.sessions.Resume(token)
		require.Equal(t, ends, err != nil)
	}
	_, _, err = d.sessions.WithPassword(t.Context(), "ada@example.org", "pass phrase \u00e9", nobody)
	requireKind(t, fault.KindUnauthorized, "wrong-password", err)
	_, _, err = d.sessions.WithPassword(t.Context(), "ada@example.org", secret, nobody)
	require.NoError(t, err)
	d.sound()
}

func TestARefusalDoesNotSayWhoExists(t *testing.T) {
	d := newDoor(t)
	ada, eve := d.person("Ada", ScopeAgent), d.person("Eve", ScopeAgent)
	d.person("Fay", ScopeAgent) // without a password
	for _, p := range []Person{ada, eve} {
		_, _, err := d.sessions.WithLink(t.Context(), d.invite(p), secret)
		require.NoError(t, err)
	}
	yes := true
	_, err := d.change(eve, PersonChange{Disabled: &yes})
	require.NoError(t, err)
	said := map[string]bool{}
	for _, try := range [][2]string{
		{"ada@example.org", "something else"}, {"eve@example.org", secret}, {"fay@example.org", secret}, {"fay@example.org", ""},
		{"nobody@example.org", secret}, {"", secret}, {"no address", ""},
	} {
		_, _, err := d.sessions.WithPassword(t.Context(), try[0], try[1], nobody)
		requireKind(t, fault.KindUnauthorized, "wrong-password", err)
		said[err.Error()] = true
	}
	require.Len(t, said, 1)
}

func TestAttemptsAreLimited(t *testing.T) {
	d := newDoor(t)
	_, _, err := d.sessions.WithLink(t.Context(), d.invite(d.person("Ada", ScopeAgent)), secret)
	require.NoError(t, err)
	try := func(email, password string, from netip.Addr) error {
		_, _, err := d.sessions.WithPassword(t.Context(), email, password, from)
		return err
	}
	for range attemptsPerEmail - 1 {
		requireKind(t, fault.KindUnauthorized, "wrong-password", try("ada@example.org", "wrong", nobody))
	}
	require.NoError(t, try("ada@example.org", secret, nobody), "which forgives them")
	for i := range attemptsPerEmail {
		from := netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})
		requireKind(t, fault.KindUnauthorized, "wrong-password", try("ADA@example.org", "wrong", from))
	}
	err = try("ada@example.org", secret, nobody)
	requireKind(t, fault.KindTooMany, "too-many-attempts", err)
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, emailForgives, e.After)
	d.time = d.time.Add(emailForgives)
	require.NoError(t, try("ada@example.org", secret, nobody))
}

func TestAttemptsCountByAddress(t *testing.T) {
	a := newAttempts()
	wait := func(now time.Time, i int, from string) time.Duration {
		_, wait := a.begin(now, fmt.Sprint(i, "@example.org"), netip.MustParseAddr(from))
		return wait
	}
	for i := range attemptsPerAddress {
		require.Zero(t, wait(start, i, fmt.Sprintf("2001:db8:1:2::%x", i)))
	}
	require.Equal(t, addressForgives, wait(start, 1_000, "2001:db8:1:2:ffff::"), "one customer has the network")
	require.Zero(t, wait(start, 1_000, "2001:db8:1:3::1"))
	for range attemptsPerEmail {
		require.Zero(t, wait(start, 1_001, "192.0.2.1"))
	}
	for range attemptsPerAddress {
		require.Equal(t, emailForgives, wait(start, 1_001, "192.0.2.1"))
	}
	require.Zero(t, wait(start, 1_002, "192.0.2.1"), "what is refused for its e-mail does not count for the address")
	for range 2 * attemptsPerAddress {
		one, wait := a.begin(start, "right@example.org", netip.MustParseAddr("192.0.2.2"))
		require.Zero(t, wait)
		one.succeed()
	}
	require.Zero(t, wait(start.Add(addressForgives), 1_000, "2001:db8:1:2::1"))
	require.Equal(t, household(netip.MustParseAddr("::ffff:192.0.2.1")), household(netip.MustParseAddr("192.0.2.1")))
}

func TestAKeySignsIn(t *testing.T) {
	d := newDoor(t)
	k, token := d.key(ScopeCampaign)
	_, _, err := d.sessions.WithKey(t.Context(), token+"x")
	requireKind(t, fault.KindUnauthorized, "unauthorized", err)
	session, cookie, err := d.sessions.WithKey(t.Context(), token)
	require.NoError(t, err)
	require.Equal(t, k.Principal(), session.Principal)
	require.Equal(t, ledger.SourceAPI, session.Principal.Author().Source)
	_, err = d.keys.Authenticate(cookie)
	require.Error(t, err, "the token of a session is no key")
	_, err = d.sessions.Resume(token)
	require.Error(t, err, "and a key is none of a session")
	_, _, err = d.sessions.SetPassword(t.Context(), session.Principal, "", secret, nobody)
	requireKind(t, fault.KindForbidden, "no-person", err)
}

// TestSigningInGoesByTheStore: what changes while a password is hashed counts. The people in memory are
// behind here, because others write to the same store.
func TestSigningInGoesByTheStore(t *testing.T) {
	yes := true
	for name, change := range map[string]func(others *door, p Person){
		"disabled": func(others *door, p Person) {
			_, err := others.change(p, PersonChange{Disabled: &yes})
			require.NoError(t, err)
		},
		"deleted": func(others *door, p Person) {
			_, err := others.people.Delete(t.Context(), admin, p.ID, ledger.AnyVersion)
			require.NoError(t, err)
		},
		"another password": func(others *door, p Person) {
			_, _, err := others.sessions.WithLink(t.Context(), others.invite(p), "quite another one")
			require.NoError(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDoor(t)
			ada := d.person("Ada", ScopeAgent)
			session, _, err := d.sessions.WithLink(t.Context(), d.invite(ada), secret)
			require.NoError(t, err)
			link := d.invite(ada)
			others := &door{t: t, store: d.store, time: start}
			others.reopen()
			change(others, ada)
			_, _, err = d.sessions.WithPassword(t.Context(), ada.Email, secret, nobody)
			requireKind(t, fault.KindUnauthorized, "wrong-password", err)
			_, _, err = d.sessions.WithLink(t.Context(), link, "")
			requireKind(t, fault.KindUnauthorized, "link-ended", err)
			_, _, err = d.sessions.SetPassword(t.Context(), session.Principal, secret, secret, nobody)
			requireKind(t, fault.KindUnauthorized, "session-ended", err)
		})
	}
}

func TestARightPasswordOfWhoIsDisabledForgivesNothing(t *testing.T) {
	d := newDoor(t)
	ada := d.person("Ada", ScopeAgent)
	_, _, err := d.sessions.WithLink(t.Context(), d.invite(ada), secret)
	require.NoError(t, err)
	yes := true
	_, err = d.change(ada, PersonChange{Disabled: &yes})
	require.NoError(t, err)
	for range attemptsPerEmail {
		_, _, err = d.sessions.WithPassword(t.Context(), ada.Email, secret, nobody)
		requireKind(t, fault.KindUnauthorized, "wrong-password", err)
	}
	_, _, err = d.sessions.WithPassword(t.Context(), ada.Email, secret, nobody)
	requireKind(t, fault.KindTooMany, "too-many-attempts", err)
}
