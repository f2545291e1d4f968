package access

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// signIn returns the token of a session of a person.
func (d *door) signIn(p Person) string {
	d.t.Helper()
	_, token, err := d.sessions.WithLink(d.t.Context(), d.invite(p), "")
	require.NoError(d.t, err)
	return token
}

func (d *door) requireOver(token string) {
	d.t.Helper()
	_, err := d.sessions.Resume(token)
	requireKind(d.t, fault.KindUnauthorized, "session-ended", err)
}

func TestASessionEndsInTime(t *testing.T) {
	d := newDoor(t)
	token := d.signIn(d.person("Ada", ScopeAgent))
	d.time = start.Add(SessionIdleTime - time.Second)
	_, err := d.sessions.Resume(token)
	require.NoError(t, err)
	require.NoError(t, d.sessions.Flush(t.Context(), admin.Author))
	d.reopen()
	d.time = d.time.Add(SessionIdleTime - time.Second)
	session, err := d.sessions.Resume(token)
	require.NoError(t, err, "a use begins the time anew, also after a restart")
	require.Equal(t, d.time.Add(SessionIdleTime).Truncate(time.Millisecond), session.IdleExpiresAt)
	d.time = d.time.Add(SessionIdleTime)
	d.requireOver(token)

	d.time = start
	token = d.signIn(d.person("Eve", ScopeAgent))
	for d.time.Before(start.Add(SessionTime - time.Hour)) {
		d.time = d.time.Add(time.Hour)
		session, err = d.sessions.Resume(token)
		require.NoError(t, err)
	}
	require.Equal(t, session.ExpiresAt, session.IdleExpiresAt)
	d.time = start.Add(SessionTime)
	d.requireOver(token)
	require.NoError(t, d.sessions.Flush(t.Context(), admin.Author))
	require.Empty(t, d.store.of(SessionDocuments))
	require.Empty(t, d.sessions.byDigest)
}

func TestUsesAreStoredByTheMinute(t *testing.T) {
	d := newDoor(t)
	token := d.signIn(d.person("Ada", ScopeAgent))
	flush := func() int {
		before := d.store.writes
		require.NoError(t, d.sessions.Flush(t.Context(), admin.Author))
		return d.store.writes - before
	}
	for range 100 {
		_, err := d.sessions.Resume(token)
		require.NoError(t, err)
	}
	d.time = start.Add(useStoredEvery - time.Second)
	_, err := d.sessions.Resume(token)
	require.NoError(t, err)
	require.Zero(t, flush())
	d.time = start.Add(useStoredEvery)
	_, err = d.sessions.Resume(token)
	require.NoError(t, err)
	d.store.fail = errors.New("full")
	require.ErrorContains(t, d.sessions.Flush(t.Context(), admin.Author), "full")
	d.store.fail = nil
	require.Equal(t, []int{1, 0}, []int{flush(), flush()})
	d.sound()
}

func TestWhoMayNotSignInHasNoSession(t *testing.T) {
	d := newDoor(t)
	d.key(ScopeAdmin)
	ada, eve, fay := d.person("Ada", ScopeAgent), d.person("Eve", ScopeAgent), d.person("Fay", ScopeAgent)
	k, key := d.key(ScopeAI)
	_, ofKey, err := d.sessions.WithKey(t.Context(), key)
	require.NoError(t, err)
	ofAda, ofEve, ofFay := d.signIn(ada), d.signIn(eve), d.signIn(fay)

	yes, no := true, false
	_, err = d.change(ada, PersonChange{Disabled: &yes})
	require.NoError(t, err)
	d.requireOver(ofAda)
	_, err = d.change(ada, PersonChange{Disabled: &no})
	require.NoError(t, err)
	d.requireOver(ofAda) // it does not come back
	_, err = d.people.Delete(t.Context(), admin, eve.ID, 0)
	require.NoError(t, err)
	d.requireOver(ofEve)
	_, err = d.keys.Revoke(t.Context(), admin, k.ID)
	require.NoError(t, err)
	d.requireOver(ofKey)
	scope := ScopeMarketer
	_, err = d.change(fay, PersonChange{Scope: &scope})
	require.NoError(t, err)
	session, err := d.sessions.Resume(ofFay)
	require.NoError(t, err)
	require.Equal(t, scope, session.Principal.Scope, "a session acts as the person is now")

	d.reopen()
	d.requireOver(ofAda)
	require.NoError(t, d.sessions.Flush(t.Context(), admin.Author))
	require.Len(t, d.store.of(SessionDocuments), 1, "only the one that lives")
	d.sound()
}

func TestASessionOfAnExpiredKeyEnds(t *testing.T) {
	d := newDoor(t)
	_, key, _, err := d.keys.Create(t.Context(), admin, Draft{Name: "Short", Scope: ScopeAgent, ExpiresAt: start.Add(time.Hour)})
	require.NoError(t, err)
	_, token, err := d.sessions.WithKey(t.Context(), key)
	require.NoError(t, err)
	d.time = start.Add(time.Hour)
	d.requireOver(token)
}

func TestSigningOut(t *testing.T) {
	d := newDoor(t)
	ada, eve := d.person("Ada", ScopeAgent), d.person("Eve", ScopeAgent)
	first, second, third, others := d.signIn(ada), d.signIn(ada), d.signIn(ada), d.signIn(eve)
	require.NoError(t, d.sessions.End(t.Context(), first))
	require.NoError(t, d.sessions.End(t.Context(), first), "there is none to end")
	d.requireOver(first)
	d.store.fail = &fault.Error{Kind: fault.KindUnavailable}
	require.Error(t, d.sessions.End(t.Context(), second))
	d.requireOver(second) // the safe side
	d.store.fail = nil
	_, err := d.sessions.Resume(third)
	require.NoError(t, err)
	require.NoError(t, d.sessions.EndAll(t.Context(), ada.Principal()))
	d.requireOver(third)
	_, err = d.sessions.Resume(others)
	require.NoError(t, err)
	d.reopen()
	d.requireOver(first)
	d.requireOver(third)
}

func TestOneOwnerHasSoManySessions(t *testing.T) {
	d := newDoor(t)
	_, key := d.key(ScopeAgent)
	var tokens []string
	for range MaxSessions {
		d.time = d.time.Add(time.Second)
		_, token, err := d.sessions.WithKey(t.Context(), key)
		require.NoError(t, err)
		tokens = append(tokens, token)
	}
	d.time = d.time.Add(time.Second)
	_, err := d.sessions.Resume(tokens[0])
	require.NoError(t, err)
	_, _, err = d.sessions.WithKey(t.Context(), key)
	require.NoError(t, err)
	_, err = d.sessions.Resume(tokens[0])
	require.NoError(t, err)
	d.requireOver(tokens[1]) // the one that was not used for longest
	require.Len(t, d.store.of(SessionDocuments), MaxSessions)
}

func TestVerifyFindsWhatIsDamaged(t *testing.T) {
	for name, damage := range map[string]func(d *door){
		"an e-mail without a person": func(d *door) { d.store.of(PersonEmailDocuments)["x@example.org"] = []byte("x") },
		"a person without an e-mail": func(d *door) { delete(d.store.of(PersonEmailDocuments), "ada@example.org") },
		"a session of nobody":        func(d *door) { d.store.of(SessionDocuments)["00"] = []byte("{}") },
		"a sign-in of nobody": func(d *door) {
			d.store.of(SignInDocuments)["01935f6e-0000-7000-8000-000000000000"] = encodeSignIn(start)
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDoor(t)
			d.signIn(d.person("Ada", ScopeAgent))
			d.sound()
			damage(d)
			var found ledger.Differences
			require.NoError(t, VerifyPeople(t.Context(), whole{d.store}, &found))
			require.NoError(t, VerifySessions(t.Context(), whole{d.store}, &found))
			require.NotEmpty(t, found.List())
		})
	}
}
