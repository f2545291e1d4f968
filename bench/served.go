package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/ledger"
)

// overHTTP is the name of Kundi as a server.
const overHTTP = "kundi-http"

// server is Kundi as a server in a process of its own, over a data folder with the same contacts, asked by one
// connection that stays open.
type server struct {
	dir      string
	people   *fixtures.Generator
	rows     *Rows
	ids      []ledger.ID // by ordinal - 1
	ordinals map[ledger.ID]uint32
	key      string

	command *exec.Cmd // nil until loaded
	log     bytes.Buffer
	address string  // of the server
	client  *client // nil until loaded
}

// asKundi is the first argument with which this program is kundi.
const asKundi = "kundi"

// Name implements System.
func (*server) Name() string { return overHTTP }

// Setup implements System.
func (*server) Setup() string {
	return "kundi serve in a process of its own, on disk, one connection over loopback that stays open during a question; times until the last byte of the answer; a page has the whole contacts"
}

// Load implements System.
func (s *server) Load(ctx context.Context, rows *Rows) error {
	s.rows = rows
	if err := s.fill(ctx); err != nil {
		return err
	}
	return s.start(ctx)
}

// loader is who makes the contacts.
var loader = ledger.Caller{Author: ledger.Author{Source: ledger.SourceImport, Name: "bench"}}

// fill makes the data folder, and waits until its text index has everything. After that the server has no work in the
// background.
func (s *server) fill(ctx context.Context) (err error) {
	a, err := app.Open(ctx, app.Config{Data: s.data(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close(context.WithoutCancel(ctx))) }()
	unlimited := access.Draft{
		Name: "bench", Scope: access.ScopeAdmin,
		Limits: access.Limits{RequestsPerSecond: access.MaxRequestsPerSecond, HeavyQuestions: access.MaxHeavyQuestions},
	}
	if _, s.key, _, err = a.Keys.Create(ctx, loader, unlimited); err != nil {
		return err
	}
	for _, draft := range fixtures.Attributes() {
		if _, err := a.Workspace.DefineAttribute(ctx, loader, draft); err != nil {
			return err
		}
	}
	for len(s.ids) < len(s.rows.people) {
		if err := s.batch(ctx, a); err != nil {
			return err
		}
	}
	s.ordinals = make(map[ledger.ID]uint32, len(s.ids))
	for i, id := range s.ids {
		s.ordinals[id] = uint32(i + 1)
	}
	for a.Index.Followed() < a.Store.Head() {
		if err := sleep(ctx); err != nil {
			return err
		}
	}
	return nil
}

// batch writes the next contacts.
func (s *server) batch(ctx context.Context, a *app.App) error {
	drafts := make([]fields.Draft, min(contacts.MaxBatch, len(s.rows.people)-len(s.ids)))
	for i := range drafts {
		drafts[i] = s.people.Contact(len(s.ids) + i)
	}
	made, err := a.Contacts.Batch(ctx, loader, drafts)
	if err != nil {
		return err
	}
	for _, r := range made.Results {
		if r.Err != nil {
			return fmt.Errorf("an invented contact was refused: %w", r.Err)
		}
		s.ids = append(s.ids, r.ID)
	}
	return nil
}

func (s *server) data() string { return filepath.Join(s.dir, "server") }

// start starts the server and waits until it is ready.
func (s *server) start(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	s.command = exec.CommandContext(ctx, program, asKundi, "serve", "--data", s.data(), "--listen", "127.0.0.1:0", "--log-level", "warn")
	s.command.Stderr = &s.log
	out, err := s.command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.command.Start(); err != nil {
		return err
	}
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the server did not start: %w\n%s", err, s.log.Bytes())
	}
	s.address = strings.TrimPrefix(strings.TrimSpace(url), "http://")
	if err := s.dial(); err != nil {
		return err
	}
	_, err = s.client.do(s.client.request(http.MethodGet, "/readyz", "", nil))
	return err
}

// dial makes a new connection. The server closes one that nobody has used for long.
func (s *server) dial() (err error) {
	if err := s.disconnect(); err != nil {
		return err
	}
	s.client, err = dial(s.address, s.key)
	return err
}

func (s *server) disconnect() error {
	if s.client == nil {
		return nil
	}
	err := s.client.close()
	s.client = nil
	return err
}

// Close implements System. It stops the server in order.
func (s *server) Close() error {
	failure := s.disconnect()
	if s.command == nil || s.command.Process == nil {
		return failure
	}
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return errors.Join(failure, err)
	}
	return errors.Join(failure, s.command.Wait())
}

// sleep waits for a moment. It fails when ctx ends before.
func sleep(ctx context.Context) error {
	select {
	case <-time.After(50 * time.Millisecond):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// body is what questions send.
type body struct {
	Filter json.RawMessage `json:"filter,omitempty"`
	Facets []string        `json:"facets,omitempty"`
	Sort   string          `json:"sort,omitempty"`
	Limit  int             `json:"limit,omitempty"`
}

// Prepare implements System.
func (s *server) Prepare(_ context.Context, q Question) (func(context.Context) (Answer, error), error) {
	if err := s.dial(); err != nil {
		return nil, err
	}
	asked := body{Filter: q.Filter}
	if q.Fixed != nil {
		asked.Filter = q.Fixed
	}
	count := s.post("/v1/contacts/count", asked)
	switch q.Kind {
	case Nothing:
		healthy := s.client.request(http.MethodGet, "/healthz", "", nil)
		return s.timed(func() ([]byte, error) { return s.client.do(healthy) }, func([]byte) (Answer, error) { return Answer{Count: 1}, nil }), nil
	case IDs: // no program takes ids without a list of members
		return nil, nil
	case Members:
		return s.members(asked.Filter)
	case Change:
		return s.change(count)
	case Page:
		asked.Sort, asked.Limit = q.Fields[0], pageRows
		page := s.post("/v1/contacts/search", asked)
		return s.timed(func() ([]byte, error) { return s.client.do(page) }, s.page), nil
	case Facets:
		asked.Facets = q.Fields
		count = s.post("/v1/contacts/count", asked)
	}
	return s.timed(func() ([]byte, error) { return s.client.do(count) }, counted), nil
}

// post returns a request.
func (s *server) post(path string, b any) []byte {
	text, err := json.Marshal(b)
	if err != nil { // filters are constants of this program
		panic(err)
	}
	return s.client.request(http.MethodPost, path, "", text)
}

// timed returns a function that asks, takes the time until the whole answer is there, and then reads it.
func (s *server) timed(ask func() ([]byte, error), read func([]byte) (Answer, error)) func(context.Context) (Answer, error) {
	return func(context.Context) (Answer, error) {
		start := time.Now()
		text, err := ask()
		took := time.Since(start)
		if err != nil {
			return Answer{}, err
		}
		a, err := read(text)
		a.Took = took
		return a, err
	}
}

// counted reads a count with its facets.
func counted(text []byte) (a Answer, err error) {
	var got struct {
		Count  uint64
		Facets map[string]struct {
			Values []struct {
				Value any
				Count uint64
			}
		}
	}
	err = json.Unmarshal(text, &got)
	a.Count = got.Count
	for field, facet := range got.Facets {
		for _, v := range facet.Values {
			a.Facets = append(a.Facets, Facet{field, fmt.Sprint(v.Value), v.Count})
		}
	}
	return a, err
}

// page reads the contacts of a page.
func (s *server) page(text []byte) (a Answer, err error) {
	var got struct {
		Hits []struct{ Contact struct{ ID ledger.ID } }
	}
	err = json.Unmarshal(text, &got)
	for _, hit := range got.Hits {
		a.IDs = append(a.IDs, s.ordinals[hit.Contact.ID])
	}
	return a, err
}

// members makes a segment and lists its members as CSV.
func (s *server) members(filter json.RawMessage) (func(context.Context) (Answer, error), error) {
	made, err := s.client.do(s.post("/v1/segments", map[string]any{"name": "Members", "filter": filter}))
	if err != nil {
		return nil, err
	}
	var segment struct{ ID ledger.ID }
	if err := json.Unmarshal(made, &segment); err != nil {
		return nil, err
	}
	list := s.client.request(http.MethodGet, "/v1/segments/"+segment.ID.String()+"/members?fields=id", "text/csv", nil)
	return s.timed(func() ([]byte, error) { return s.client.do(list) }, func(text []byte) (Answer, error) {
		return Answer{Count: uint64(bytes.Count(text, []byte{'\n'})) - 1}, nil // the first line is the heading
	}), nil
}

// change changes one contact, which is durable when it is answered, and counts.
func (s *server) change(count []byte) (func(context.Context) (Answer, error), error) {
	next, err := s.rows.changes()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (Answer, error) {
		id, mrr := next()
		change := fmt.Appendf(nil, `{"attributes":{"mrr":%d}}`, mrr)
		request := s.client.request(http.MethodPatch, "/v1/contacts/"+s.ids[id-1].String(), "", change)
		return s.timed(func() ([]byte, error) {
			if _, err := s.client.do(request); err != nil {
				return nil, err
			}
			return s.client.do(count)
		}, counted)(ctx)
	}, nil
}
