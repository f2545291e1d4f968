package access

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// door is everybody who may come in, over a store in memory, at a moment that a test says.
type door struct {
	t        *testing.T
	store    *documents
	time     time.Time
	keys     *Keys
	people   *People
	sessions *Sessions
}

func newDoor(t *testing.T) *door {
	d := &door{t: t, store: newDocuments(), time: start}
	d.reopen()
	return d
}

// reopen loads everything anew, as a restart does.
func (d *door) reopen() {
	d.t.Helper()
	var err error
	clock := func() time.Time { return d.time }
	d.keys = openAt(d.t, d.store, clock)
	d.people, err = OpenPeople(context.Background(), d.store, d.keys, clock, rand.Reader)
	require.NoError(d.t, err)
	d.sessions, err = OpenSessions(context.Background(), d.store, d.keys, d.people, clock, rand.Reader)
	require.NoError(d.t, err)
}

func (d *door) person(name string, scope Scope) Person {
	d.t.Helper()
	p, _, err := d.people.Create(d.t.Context(), admin, PersonDraft{Name: name, Email: strings.ToLower(name) + "@example.org", Scope: scope})
	require.NoError(d.t, err)
	return p
}

// invite returns the token of a link.
func (d *door) invite(p Person) string {
	d.t.Helper()
	_, token, _, err := d.people.Invite(d.t.Context(), admin, p.ID, InvitationTime)
	require.NoError(d.t, err)
	return token
}

// key returns the token of a new key.
func (d *door) key(scope Scope) (Key, string) {
	d.t.Helper()
	k, token, _, err := d.keys.Create(d.t.Context(), admin, Draft{Name: "Key", Scope: scope})
	require.NoError(d.t, err)
	return k, token
}

func (d *door) change(p Person, c PersonChange) (Person, error) {
	after, _, err := d.people.Change(d.t.Context(), admin, p.ID, c, ledger.AnyVersion)
	return after, err
}

func (d *door) sound() {
	d.t.Helper()
	var found ledger.Differences
	reader := whole{d.store}
	require.NoError(d.t, VerifyKeys(d.t.Context(), reader, &found))
	require.NoError(d.t, VerifyPeople(d.t.Context(), reader, &found))
	require.NoError(d.t, VerifySessions(d.t.Context(), reader, &found))
	require.Empty(d.t, found.List())
}

// whole is the store as those see it who verify it.
type whole struct{ *documents }

func (w whole) Document(_ context.Context, c ledger.Collection, key string) ([]byte, error) {
	return w.of(c)[key], nil
}

// nobody is an address.
var nobody = netip.MustParseAddr("203.0.113.7")

func requireKind(t *testing.T, kind fault.ErrorKind, slug string, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, kind, fault.KindOf(err), err)
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, slug, e.Type)
}

func TestPeopleOutliveARestart(t *testing.T) {
	d := newDoor(t)
	ada, done, err := d.people.Create(t.Context(), admin, PersonDraft{Name: " Ada ", Email: "Ada@Example.org", Scope: ScopeAgent})
	require.NoError(t, err)
	require.Equal(t, ledger.Done{Seq: 1}, done)
	require.Equal(t, Person{ID: ada.ID, Name: "Ada", Email: "Ada@Example.org", Scope: ScopeAgent, CreatedAt: instant(start), Version: 1}, ada)
	eve := d.person("Eve", ScopeMarketer)
	name, email, scope := "Ada L.", "ada.l@example.org", ScopeAdmin
	changed, err := d.change(ada, PersonChange{Name: &name, Email: &email, Scope: &scope})
	require.NoError(t, err)
	require.Equal(t, Person{ID: ada.ID, Name: name, Email: email, Scope: scope, CreatedAt: instant(start), Version: 3}, changed)

	for range 2 {
		found, err := d.people.Find(ada.ID)
		require.NoError(t, err)
		require.Equal(t, changed, found)
		byEmail, known := d.people.FindByEmail("ADA.L@EXAMPLE.ORG")
		require.True(t, known)
		require.Equal(t, changed, byEmail)
		_, known = d.people.FindByEmail("ada@example.org")
		require.False(t, known, "the former e-mail")
		page, more := d.people.List(ledger.ID{}, 1)
		require.Equal(t, []Person{changed}, page)
		require.True(t, more)
		page, more = d.people.List(ada.ID, 1)
		require.Equal(t, []Person{eve}, page)
		require.False(t, more)
		d.sound()
		d.reopen()
	}
}

func TestPeopleAreRefused(t *testing.T) {
	d := newDoor(t)
	ada := d.person("Ada", ScopeAgent)
	_, _, err := d.people.Create(t.Context(), admin, PersonDraft{Name: "\n", Email: "x", Scope: ScopeAI})
	requireKind(t, fault.KindInvalid, "invalid-person", err)
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, []string{"name", "email", "scope"}, []string{e.Faults[0].Path, e.Faults[1].Path, e.Faults[2].Path})

	_, _, err = d.people.Create(t.Context(), admin, PersonDraft{Name: "Other", Email: "ADA@example.org", Scope: ScopeAgent})
	requireKind(t, fault.KindConflict, "email-taken", err)
	require.ErrorAs(t, err, &e)
	require.Equal(t, ada.ID, e.PersonID)
	eve := d.person("Eve", ScopeAgent)
	_, err = d.change(eve, PersonChange{Email: &ada.Email})
	requireKind(t, fault.KindConflict, "email-taken", err)
	_, _, err = d.people.Change(t.Context(), admin, eve.ID, PersonChange{Name: &ada.Name}, ada.Version)
	requireKind(t, fault.KindPrecondition, "version-mismatch", err)
	_, err = d.change(Person{ID: uuid.New()}, PersonChange{})
	requireKind(t, fault.KindNotFound, "not-found", err)
	_, _, _, err = d.people.Invite(t.Context(), admin, uuid.New(), time.Hour)
	requireKind(t, fault.KindNotFound, "not-found", err)
	found, err := d.people.Find(eve.ID)
	require.NoError(t, err)
	require.Equal(t, eve, found, "nothing was changed")
	d.sound()
}

func TestADeletedPersonLeavesTheEmailToOthers(t *testing.T) {
	d := newDoor(t)
	ada := d.person("Ada", ScopeAgent)
	link := d.invite(ada)
	_, err := d.people.Delete(t.Context(), admin, ada.ID, ada.Version)
	requireKind(t, fault.KindPrecondition, "version-mismatch", err)
	_, err = d.people.Delete(t.Context(), admin, ada.ID, ledger.AnyVersion)
	require.NoError(t, err)
	_, err = d.people.Find(ada.ID)
	requireKind(t, fault.KindNotFound, "not-found", err)
	_, _, err = d.sessions.WithLink(t.Context(), link, "")
	requireKind(t, fault.KindUnauthorized, "link-ended", err)
	require.NotEqual(t, ada.ID, d.person("Ada", ScopeAgent).ID)
	d.sound()
}

// TestSomebodyMayAlwaysDoEverything: the last person of scope admin stays, unless there is a key.
func TestSomebodyMayAlwaysDoEverything(t *testing.T) {
	d := newDoor(t)
	ada, eve := d.person("Ada", ScopeAdmin), d.person("Eve", ScopeAdmin)
	yes, agent := true, ScopeAgent
	_, err := d.change(eve, PersonChange{Disabled: &yes})
	require.NoError(t, err)
	tries := map[string]func() error{
		"disabled": func() error { _, err := d.change(ada, PersonChange{Disabled: &yes}); return err },
		"demoted":  func() error { _, err := d.change(ada, PersonChange{Scope: &agent}); return err },
		"deleted":  func() error { _, err := d.people.Delete(t.Context(), admin, ada.ID, 0); return err },
	}
	for name, try := range tries {
		t.Run(name, func(t *testing.T) { requireKind(t, fault.KindConflict, "last-admin", try()) })
	}
	k, _ := d.key(ScopeAdmin)
	require.NoError(t, tries["demoted"]())
	d.person("Fay", ScopeAdmin)
	_, err = d.keys.Revoke(t.Context(), admin, k.ID)
	require.NoError(t, err)
	require.NoError(t, tries["deleted"]())
}

func TestThereIsRoomForSoManyPeople(t *testing.T) {
	d := newDoor(t)
	for i := range MaxPeople {
		id := uuid.New()
		d.people.keep(account{Person: Person{ID: id, Email: fmt.Sprint(i, "@example.org")}})
	}
	_, _, err := d.people.Create(t.Context(), admin, PersonDraft{Name: "One", Email: "one@example.org", Scope: ScopeAgent})
	requireKind(t, fault.KindConflict, "too-many-people", err)
}

func TestADisabledPersonIsDisabledAlsoWhenTheOutcomeIsUnknown(t *testing.T) {
	d := newDoor(t)
	d.key(ScopeAdmin)
	ada := d.person("Ada", ScopeAgent)
	_, token, err := d.sessions.WithLink(t.Context(), d.invite(ada), "")
	require.NoError(t, err)
	d.store.failAfter = &fault.Error{Kind: fault.KindUnavailable}
	yes := true
	_, err = d.change(ada, PersonChange{Disabled: &yes})
	require.Equal(t, fault.KindUnavailable, fault.KindOf(err))
	_, err = d.sessions.Resume(token)
	requireKind(t, fault.KindUnauthorized, "session-ended", err)
}

func TestARepeatedInvitationIsAnsweredWithoutTheToken(t *testing.T) {
	d := newDoor(t)
	ada := d.person("Ada", ScopeAgent)
	once := admin.WithReceipt(ledger.ReceiptKey{Key: "once"})
	first, token, _, err := d.people.Invite(t.Context(), once, ada.ID, time.Hour)
	require.NoError(t, err)
	require.Equal(t, instant(start.Add(time.Hour)), first.InvitedUntil)
	again, none, done, err := d.people.Invite(t.Context(), once, ada.ID, time.Hour)
	require.NoError(t, err)
	require.True(t, done.Replayed)
	require.Empty(t, none)
	require.Equal(t, first, again)
	_, _, err = d.sessions.WithLink(t.Context(), token, "")
	require.NoError(t, err, "the first link still works")
	require.NotContains(t, fmt.Sprint(d.store.others), token)
}
