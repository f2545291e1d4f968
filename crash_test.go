package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// person is what the crash test knows of one contact: the last state that was
// acknowledged, and the one a request asked for whose answer never came. After
// a crash either may be there, nothing else.
type person struct {
	id      string
	email   string
	known   state
	pending *state
}

// state is the part of a contact that the test changes.
type state struct {
	exists bool
	city   string
}

// writer is one client that creates, changes and deletes its own contacts
// until the server dies under it.
type writer struct {
	number int
	random *rand.Rand
	people []*person
}

func (w *writer) write(c client) {
	for {
		if !w.step(c) {
			return
		}
	}
}

// step makes one request; it reports false when no answer came.
func (w *writer) step(c client) bool {
	city := fmt.Sprintf("City%dx%d", w.number, w.random.IntN(1000))
	if len(w.people) == 0 || w.random.IntN(3) == 0 {
		p := &person{email: fmt.Sprintf("w%dn%d@crash.example", w.number, len(w.people)), pending: &state{true, city}}
		w.people = append(w.people, p)
		status, answer, err := c.try("POST", "/v1/contacts", object{
			"name": fmt.Sprintf("Crash W%dn%d", w.number, len(w.people)-1), "email": p.email, "city": city, "country": "KE",
		})
		return p.answered(201, status, answer, err)
	}
	p := w.people[w.random.IntN(len(w.people))]
	if !p.known.exists || p.pending != nil {
		return true
	}
	if w.random.IntN(8) == 0 {
		p.pending = &state{exists: false}
		status, answer, err := c.try("DELETE", "/v1/contacts/"+p.id, nil)
		return p.answered(204, status, answer, err)
	}
	p.pending = &state{true, city}
	if w.random.IntN(2) == 0 {
		status, answer, err := c.try("POST", "/v1/contacts/upsert", object{"email": p.email, "city": city})
		return p.answered(200, status, answer, err)
	}
	status, answer, err := c.try("PATCH", "/v1/contacts/"+p.id, object{"city": city})
	return p.answered(200, status, answer, err)
}

func (p *person) answered(want, status int, answer []byte, err error) bool {
	if err != nil {
		return false // the outcome is unknown: pending stays
	}
	if status != want {
		panic(fmt.Sprintf("answer %d instead of %d: %s", status, want, answer))
	}
	var contact struct{ ID string }
	if json.Unmarshal(answer, &contact) == nil && contact.ID != "" {
		p.id = contact.ID
	}
	p.known, p.pending = *p.pending, nil
	return true
}

type wireContact struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
	City  string `json:"city"`
}

func TestNothingAcknowledgedIsLostWhenKilled(t *testing.T) {
	folder := t.TempDir()
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "crash")
	writers := make([]*writer, 8)
	for i := range writers {
		writers[i] = &writer{number: i, random: rand.New(rand.NewPCG(1, uint64(i)))}
	}
	rounds := 5
	if testing.Short() {
		rounds = 2
	}
	for round := range rounds {
		p := start(t, folder, key)
		settle(t, p.client, writers)
		var writing sync.WaitGroup
		for _, w := range writers {
			writing.Go(func() { w.write(p.client) })
		}
		// The moment of death is the point of the test, not something to wait for.
		time.AfterFunc(time.Duration(200+100*round)*time.Millisecond, p.kill)
		writing.Wait()
	}
	p := start(t, folder, key)
	settle(t, p.client, writers)
	require.NoError(t, p.stop(), "SIGTERM ends with exit code 0")
}

// settle compares a restarted server with what the writers were told, and its
// index with its store, and notes which pending requests went through.
func settle(t *testing.T, c client, writers []*writer) {
	t.Helper()
	stored := everyone(t, c)
	byEmail := make(map[string]wireContact, len(stored))
	cities := make(map[string]int)
	for _, contact := range stored {
		require.NotContains(t, byEmail, contact.Email, "an e-mail is claimed once")
		byEmail[contact.Email] = contact
		cities[contact.City]++
	}
	expected := 0
	for _, w := range writers {
		for _, p := range w.people {
			contact, exists := byEmail[p.email]
			now := state{exists, contact.City}
			if p.pending != nil && now == *p.pending {
				p.known = now
			}
			require.Equal(t, p.known, now, "%s", p.email)
			p.pending, p.id = nil, contact.ID
			if exists {
				expected++
			}
		}
	}
	require.Len(t, stored, expected, "there is nobody that no writer made")

	type counted struct{ Count int }
	require.Equal(t, expected, get[counted](t, c, "POST", "/v1/contacts/count", object{}).Count)
	for city, count := range cities {
		require.Equal(t, count, get[counted](t, c, "POST", "/v1/contacts/count", object{"filter": all(rule("city", "eq", city))}).Count)
	}
	for _, w := range writers {
		requireFound(t, c, w)
	}
}

// requireFound asks the text index for some of a writer's contacts: it must
// know those that exist, and not those that do not.
func requireFound(t *testing.T, c client, w *writer) {
	t.Helper()
	seq := get[struct{ Seq uint64 }](t, c, "POST", "/v1/contacts/count", object{}).Seq
	for _, i := range w.random.Perm(len(w.people))[:min(10, len(w.people))] {
		p := w.people[i]
		path := fmt.Sprintf("/v1/contacts/search?q=%s&min_seq=%d", url.QueryEscape(p.email), seq)
		answer := get[struct {
			Hits []struct{ Contact wireContact }
		}](t, c, "GET", path, nil)
		found := false
		for _, hit := range answer.Hits {
			found = found || hit.Contact.Email == p.email
		}
		require.Equal(t, p.known.exists, found, "%s is found when it exists", p.email)
	}
}

// everyone pages through all contacts.
func everyone(t *testing.T, c client) []wireContact {
	t.Helper()
	var list []wireContact
	for cursor := ""; ; {
		path := "/v1/contacts?limit=1000"
		if cursor != "" {
			path += "&cursor=" + url.QueryEscape(cursor)
		}
		page := get[struct {
			Contacts   []wireContact
			NextCursor string `json:"next_cursor"`
		}](t, c, "GET", path, nil)
		list = append(list, page.Contacts...)
		if cursor = page.NextCursor; cursor == "" {
			return list
		}
	}
}
