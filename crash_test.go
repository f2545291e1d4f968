package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/cli"
)

// person is what the crash test knows of one contact: the last state that was
// acknowledged, and the one a request asked for whose answer never came. After
// a crash either may be there, nothing else.
type person struct {
	id      string
	email   string
	known   state
	pending *state
	into    *person // who absorbed it, or was asked to
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
	if w.random.IntN(20) == 0 {
		return w.batch(c, city)
	}
	if len(w.people) == 0 || w.random.IntN(3) == 0 {
		p := w.meet(city)
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
	if w.random.IntN(8) == 0 {
		return w.merge(c, p)
	}
	p.pending = &state{true, city}
	if w.random.IntN(2) == 0 {
		status, answer, err := c.try("POST", "/v1/contacts/upsert", object{"email": p.email, "city": city})
		return p.answered(200, status, answer, err)
	}
	status, answer, err := c.try("PATCH", "/v1/contacts/"+p.id, object{"city": city})
	return p.answered(200, status, answer, err)
}

// merge merges somebody into another of the writer's people.
func (w *writer) merge(c client, p *person) bool {
	into := w.people[w.random.IntN(len(w.people))]
	if into == p || !into.known.exists || into.pending != nil {
		return true
	}
	p.pending, p.into = &state{exists: false}, into
	status, answer, err := c.try("POST", "/v1/contacts/"+into.id+"/merge", object{"contact_id": p.id})
	if err != nil {
		return false
	}
	if status != 200 {
		panic(fmt.Sprintf("answer %d to a merge: %s", status, answer))
	}
	p.known, p.pending = *p.pending, nil
	return true
}

// batch creates people in one request, as an import does.
func (w *writer) batch(c client, city string) bool {
	var drafts []object
	first := len(w.people)
	for i := first; i < first+50; i++ {
		p := w.meet(city)
		drafts = append(drafts, object{"name": fmt.Sprintf("Crash W%dn%d", w.number, i), "email": p.email, "city": city, "country": "KE"})
	}
	status, answer, err := c.try("POST", "/v1/contacts/batch", object{"contacts": drafts})
	if err != nil {
		return false
	}
	var results struct {
		Results []struct {
			Status int
			ID     string
		}
	}
	if status != 200 || json.Unmarshal(answer, &results) != nil || len(results.Results) != len(drafts) {
		panic(fmt.Sprintf("answer %d to a batch: %s", status, answer))
	}
	for i, r := range results.Results {
		if r.Status != 201 {
			panic(fmt.Sprintf("answer %d in a batch: %s", r.Status, answer))
		}
		p := w.people[first+i]
		p.id, p.known, p.pending = r.ID, *p.pending, nil
	}
	return true
}

// refresher is a client that takes snapshots of a segment.
type refresher struct {
	segment string
	taken   snapshot // the last that was acknowledged
}

type snapshot struct{ N, Count int }

func (r *refresher) refresh(c client) {
	for {
		status, answer, err := c.try("POST", "/v1/segments/"+r.segment+"/refresh", nil)
		if err != nil {
			return
		}
		if status >= 300 || json.Unmarshal(answer, &r.taken) != nil {
			panic(fmt.Sprintf("answer %d to a refresh: %s", status, answer))
		}
	}
}

// checkAcknowledged makes the segment if there is none, or compares the last snapshot with the server.
func (r *refresher) checkAcknowledged(t *testing.T, c client) {
	t.Helper()
	if r.segment == "" {
		made := get[struct{ ID string }](t, c, "POST", "/v1/segments", object{"name": "Crash", "filter": all(rule("country", "eq", "KE"))})
		r.segment = made.ID
		return
	}
	if r.taken.N > 0 {
		require.Equal(t, r.taken, get[snapshot](t, c, "GET", fmt.Sprintf("/v1/segments/%s/snapshots/%d", r.segment, r.taken.N), nil))
	}
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
	r := &refresher{}
	random := rand.New(rand.NewPCG(2, 2))
	for round := range crashRounds(t) {
		crash := crashes[round%len(crashes)]
		t.Logf("round %d: %s", round, crash.name)
		if crash.before != nil {
			crash.before(t, folder, random, writers)
		}
		p := start(t, folder, key)
		checkAcknowledged(t, p.client, writers)
		r.checkAcknowledged(t, p.client)
		var writing sync.WaitGroup
		for _, w := range writers {
			writing.Go(func() { w.write(p.client) })
		}
		writing.Go(func() { r.refresh(p.client) })
		most := 800
		if crash.compacting {
			most = 4_000
			writing.Go(func() { cli.Main(context.Background(), []string{"compact", "--data", folder}, io.Discard, io.Discard) })
		}
		// The moment of death is the point of the test, not something to wait for.
		dead := make(chan struct{})
		time.AfterFunc(time.Duration(50+random.IntN(most))*time.Millisecond, func() {
			defer close(dead)
			if crash.stopping {
				p.command.Process.Signal(syscall.SIGTERM)
				time.Sleep(time.Duration(random.IntN(150)) * time.Millisecond)
			}
			p.kill()
		})
		writing.Wait()
		<-dead
	}
	p := start(t, folder, key)
	checkAcknowledged(t, p.client, writers)
	r.checkAcknowledged(t, p.client)
	require.NoError(t, p.stop(), "SIGTERM ends with exit code 0")
	require.Contains(t, run(t, "verify", "--data", folder), "everything agrees")
}

// crashRounds is how often the program is killed: KUNDI_CRASH_ROUNDS, or some.
func crashRounds(t *testing.T) int {
	if wanted := os.Getenv("KUNDI_CRASH_ROUNDS"); wanted != "" {
		rounds, err := strconv.Atoi(wanted)
		require.NoError(t, err)
		return rounds
	}
	if testing.Short() {
		return 2
	}
	return len(crashes)
}

// crashes are the ways in which a round is made harder than being killed while
// writing, which happens in every one.
var crashes = []struct {
	name       string
	before     func(t *testing.T, folder string, random *rand.Rand, writers []*writer) // with the server stopped
	stopping   bool                                                                    // SIGTERM comes first: the kill falls into the draining or the checkpoint
	compacting bool                                                                    // the server has been asked to compact: the kill falls into any step of that
}{
	{name: "killed"},
	{name: "killed while stopping", stopping: true},
	{name: "killed while the index is rebuilt", before: func(t *testing.T, folder string, random *rand.Rand, _ []*writer) {
		require.NoError(t, os.RemoveAll(filepath.Join(folder, "index")))
		killed(t, random, 400, "serve", "--data", folder, "--listen", "127.0.0.1:0")
	}},
	{name: "killed while starting", before: func(t *testing.T, folder string, random *rand.Rand, _ []*writer) {
		killed(t, random, 300, "serve", "--data", folder, "--listen", "127.0.0.1:0")
	}},
	{name: "killed while compacting", before: func(t *testing.T, folder string, random *rand.Rand, _ []*writer) {
		for range 3 {
			killed(t, random, 300, "compact", "--data", folder)
		}
	}},
	{name: "killed while compacting beside writers", compacting: true},
	{name: "killed while importing", before: func(t *testing.T, folder string, random *rand.Rand, writers []*writer) {
		w := writers[random.IntN(len(writers))]
		file := w.file(t, 3000)
		killed(t, random, 700, "import", "--data", folder, file)
	}},
}

// file writes a file of new people, of whom any may be there once its import
// was killed.
func (w *writer) file(t *testing.T, rows int) string {
	t.Helper()
	var file strings.Builder
	file.WriteString("name,email,city,country\n")
	for range rows {
		p := w.meet(fmt.Sprintf("City%dx%d", w.number, w.random.IntN(1000)))
		fmt.Fprintf(&file, "Crash %s,%s,%s,KE\n", p.email, p.email, p.pending.city)
	}
	path := filepath.Join(t.TempDir(), "people.csv")
	require.NoError(t, os.WriteFile(path, []byte(file.String()), 0o600))
	return path
}

// meet is somebody new of whom it is not known whether he exists.
func (w *writer) meet(city string) *person {
	p := &person{email: fmt.Sprintf("w%dn%d@crash.example", w.number, len(w.people)), pending: &state{true, city}}
	w.people = append(w.people, p)
	return p
}

// killed runs a command in a process of its own and kills it after at most within
// milliseconds. The command may end before that.
func killed(t *testing.T, random *rand.Rand, within int, args ...string) {
	t.Helper()
	command := exec.Command(os.Args[0], args...)
	command.Env = append(os.Environ(), asProgram+"=1")
	var log bytes.Buffer
	command.Stderr = &log
	require.NoError(t, command.Start())
	timer := time.AfterFunc(time.Duration(random.IntN(within))*time.Millisecond, func() { command.Process.Kill() })
	defer timer.Stop()
	if err := command.Wait(); err != nil {
		require.False(t, command.ProcessState.Exited(), "it was killed and did not fail: %s", log.String())
	}
}

// checkAcknowledged compares a restarted server with what the writers were told, and
// its index with its store. It notes which pending requests went through.
func checkAcknowledged(t *testing.T, c client, writers []*writer) {
	t.Helper()
	stored := everyone(t, c)
	byEmail := make(map[string]wireContact, len(stored))
	cities := make(map[string]int)
	for _, contact := range stored {
		_, twice := byEmail[contact.Email]
		require.False(t, twice, "an e-mail is claimed once")
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
			p.pending = nil
			if exists {
				p.id, p.into = contact.ID, nil
				expected++
			}
		}
	}
	require.Len(t, stored, expected, "there is nobody that no writer made")

	type counted struct{ Count int }
	require.Equal(t, expected, get[counted](t, c, "POST", "/v1/contacts/count", object{}).Count)
	checked := 0
	for city, count := range cities { // in another order every time
		if checked++; checked > 100 {
			break
		}
		require.Equal(t, count, get[counted](t, c, "POST", "/v1/contacts/count", object{"filter": all(rule("city", "eq", city))}).Count)
	}
	merged := 0
	for _, w := range writers {
		requireFound(t, c, w)
		merged += requireMerged(t, c, w)
	}
	t.Logf("%d contacts, %d of those looked at were merged", expected, merged)
}

// requireMerged looks up some of those who were merged by the ids they had, and
// returns how many.
func requireMerged(t *testing.T, c client, w *writer) (merged int) {
	t.Helper()
	for _, i := range w.random.Perm(len(w.people))[:min(50, len(w.people))] {
		if p := w.people[i]; p.into != nil && p.into.known.exists {
			require.Equal(t, p.into.id, get[wireContact](t, c, "GET", "/v1/contacts/"+p.id, nil).ID)
			merged++
		}
	}
	return merged
}

// requireFound asks the text index for some of a writer's contacts: it must
// know those that exist, and not those that do not.
func requireFound(t *testing.T, c client, w *writer) {
	t.Helper()
	seq := get[struct{ Seq uint64 }](t, c, "POST", "/v1/contacts/count", object{}).Seq
	for _, i := range w.random.Perm(len(w.people))[:min(10, len(w.people))] {
		p := w.people[i]
		found := false
		for _, hit := range search(t, c, p.email, seq) {
			found = found || hit.Email == p.email
		}
		require.Equal(t, p.known.exists, found, "%s is found when it exists", p.email)
	}
}

// search finds contacts as of a change.
func search(t *testing.T, c client, query string, seq uint64) (found []wireContact) {
	t.Helper()
	path := fmt.Sprintf("/v1/contacts/search?q=%s&min_seq=%d", url.QueryEscape(query), seq)
	answer := getIndexed[struct {
		Hits []struct{ Contact wireContact }
	}](t, c, path)
	for _, hit := range answer.Hits {
		found = append(found, hit.Contact)
	}
	return found
}

// getIndexed is get for a search. A text index that is built anew, or is on a busy machine, takes
// longer than a search waits for it: then it asks again.
func getIndexed[T any](t *testing.T, c client, path string) (out T) {
	t.Helper()
	eventually(t, func() bool {
		status, answer := c.call(t, "GET", path, nil)
		var refused struct{ Type string }
		if status == 503 && json.Unmarshal(answer, &refused) == nil && (refused.Type == "index-behind" || refused.Type == "index-building") {
			return false
		}
		require.Equal(t, 200, status, "%s", answer)
		require.NoError(t, json.Unmarshal(answer, &out))
		return true
	}, "the text index has what was written")
	return out
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
