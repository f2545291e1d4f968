package main

import (
	"fmt"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// addressee is what the test knows of one contact, who has two e-mails and a phone number.
type addressee struct {
	number int
	id     string
	// What was acknowledged, and what was asked for and never answered.
	unsubscribed, bounced                bool
	unsubscribing, bouncing, phoneLifted bool
}

func (a *addressee) emails() []string {
	return []string{fmt.Sprintf("a%d@crash.example", a.number), fmt.Sprintf("b%d@crash.example", a.number)}
}

func (a *addressee) phone() string { return fmt.Sprintf("+2547%08d", a.number) }

// suppressor is a client that suppresses the addresses of its own people, until the server dies under it.
type suppressor struct {
	rest   []*addressee // of whom nothing is suppressed
	people []*addressee // of the others
}

// suppressBatch suppresses both e-mails of some people, by their ids, and their phone numbers, by value. Then
// it lifts one phone number. It reports false when an answer did not come.
func (s *suppressor) suppressBatch(c client) bool {
	const people = 10
	part := s.rest[:people]
	s.rest, s.people = s.rest[people:], append(s.people, part...)
	var list []object
	for _, a := range part {
		a.unsubscribing, a.bouncing = true, true
		list = append(list, object{"channel": "email", "contact_id": a.id, "reason": "unsubscribe"}, object{"channel": "sms", "value": a.phone(), "reason": "bounce"})
	}
	if !c.tries("POST", "/v1/suppressions/batch", object{"suppressions": list}, 200, nil) {
		return false
	}
	for _, a := range part {
		a.unsubscribed, a.bounced = true, true
	}
	lifted := part[0]
	lifted.phoneLifted = true
	if !c.tries("DELETE", "/v1/suppressions?channel=sms&value="+url.QueryEscape(lifted.phone()), nil, 204, nil) {
		return false
	}
	lifted.bounced, lifted.bouncing, lifted.phoneLifted = false, false, false
	return true
}

// isSuppressed asks whether an address is suppressed.
func isSuppressed(t *testing.T, c client, channel, value string) bool {
	t.Helper()
	return get[struct{ Suppressed bool }](t, c, "GET", "/v1/suppressions?channel="+channel+"&value="+url.QueryEscape(value), nil).Suppressed
}

// check compares one contact of a restarted server with what was acknowledged. What was not answered may
// have been done or not, but as a whole. It notes which.
func (a *addressee) check(t *testing.T, c client) {
	t.Helper()
	now := get[struct {
		Reachable []string
		Consent   map[string]string
	}](t, c, "GET", "/v1/contacts/"+a.id, nil)
	emails := isSuppressed(t, c, "email", a.emails()[0])
	require.Equal(t, emails, isSuppressed(t, c, "email", a.emails()[1]), "both of them or none")
	require.Equal(t, emails, now.Consent["email"] == "unsubscribed")
	require.Equal(t, !emails, slices.Contains(now.Reachable, "email"))
	phone := isSuppressed(t, c, "sms", a.phone())
	require.Equal(t, !phone, slices.Contains(now.Reachable, "sms"))
	require.Contains(t, now.Reachable, "voice", "nothing was said of it")
	if !a.unsubscribing || a.unsubscribed {
		require.Equal(t, a.unsubscribed, emails, "what was acknowledged is there, and nothing else")
	}
	if (!a.bouncing || a.bounced) && !a.phoneLifted {
		require.Equal(t, a.bounced, phone, "what was acknowledged is there, and nothing else")
	}
	a.unsubscribed, a.bounced = emails, phone
	a.unsubscribing, a.bouncing, a.phoneLifted = emails, phone, false
}

// TestNoSuppressionIsLostWhenKilled kills the server while addresses are suppressed and lifted.
func TestNoSuppressionIsLostWhenKilled(t *testing.T) {
	const clients, each = 4, 100
	folder := t.TempDir()
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "bounces")
	p := start(t, folder, key)
	suppressors := make([]*suppressor, clients)
	var drafts []object
	for i := range suppressors {
		suppressors[i] = &suppressor{}
		for j := range each {
			a := &addressee{number: i*each + j}
			suppressors[i].rest = append(suppressors[i].rest, a)
			emails := []object{{"value": a.emails()[0]}, {"value": a.emails()[1]}}
			drafts = append(drafts, object{"name": "Ada", "emails": emails, "phone": a.phone()})
		}
	}
	made := get[struct{ Results []struct{ ID string } }](t, p.client, "POST", "/v1/contacts/batch", object{"contacts": drafts})
	for i, s := range suppressors {
		for j, a := range s.rest {
			a.id = made.Results[i*each+j].ID
		}
	}
	for round := range 2 {
		var suppressing sync.WaitGroup
		var batches atomic.Int32
		enough := make(chan struct{})
		for _, s := range suppressors {
			suppressing.Go(func() {
				for len(s.rest) >= each/2*(1-round)+10 && s.suppressBatch(p.client) {
					if batches.Add(1) == 5 {
						close(enough) // and it goes on
					}
				}
			})
		}
		<-enough
		p.kill()
		suppressing.Wait()
		p = start(t, folder, key)
		unsubscribed := 0
		for _, s := range suppressors {
			for _, a := range slices.Concat(s.people, s.rest) {
				a.check(t, p.client)
				if a.unsubscribed {
					unsubscribed++
				}
			}
		}
		counted := get[struct{ Count int }](t, p.client, "POST", "/v1/contacts/count", object{"filter": all(rule("reachable", "none_of", []string{"email"}))})
		require.Equal(t, unsubscribed, counted.Count)
		t.Logf("round %d: %d of %d unsubscribed", round, unsubscribed, clients*each)
	}
	require.NoError(t, p.stop())
	require.Contains(t, run(t, "verify", "--data", folder), "everything agrees")
}
