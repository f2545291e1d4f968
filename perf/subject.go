package perf

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/ledger"
)

// Subject is what is measured: a number of contacts, as columns alone or as a whole
// data folder. Each of the two is made when a measurement first asks for it. A Subject
// is used by one measurement at a time.
type Subject struct {
	contacts int
	seed     uint64
	dir      string // the data folder
	people   *fixtures.Generator
	schema   *fields.Schema
	env      filter.Env
	patience time.Duration // time for one measurement's samples
	typed    float64       // requests a second while contacts are written
	progress io.Writer

	program string // that serves, see server

	keep string // the folder that has kept; none when empty
	kept kept

	table     *columns.Tables // nil until asked for, and again once the folder is open
	joined    bool            // the table has the conversations, too
	app       *app.App        // the folder in this process; nil until asked for
	server    *server         // the folder in a process of its own; never at the same time
	rebuild   rebuild
	refreshes refreshes
	watched   watch
	reported  reported
	upserted  atomic.Int64 // drafts upserted so far
	messaged  atomic.Int64 // inbound messages made so far
	siege     *siege       // the attack of this server, once there was one
}

// columns returns a table of the contacts.
func (s *Subject) columns() *columns.Tables {
	if s.table != nil {
		return s.table
	}
	s.say("filling columns with %d contacts", s.contacts)
	s.table, s.joined = columns.NewTables(contacts.Kind, companies.Kind, conversations.Kind), false
	firms := map[string]uint32{}
	for from := 0; from < s.contacts; from += contacts.MaxBatch {
		var founded []*companies.Company
		page := make([]*contacts.Contact, min(contacts.MaxBatch, s.contacts-from))
		for i := range page {
			person := s.people.Person(from + i)
			page[i] = s.contact(uint32(from+i+1), &person)
			if person.Company == "" {
				continue
			}
			if firms[person.Company] == 0 {
				firms[person.Company] = uint32(len(firms) + 1)
				founded = append(founded, &companies.Company{
					Ordinal: firms[person.Company], ID: uuid.Must(uuid.NewV7()), Name: person.Company, CreatedAt: person.CreatedAt,
				})
			}
			page[i].Company = firms[person.Company]
		}
		s.table.Fill(companies.Kind, ledger.RecordsOf(founded)...)
		s.table.Fill(contacts.Kind, ledger.RecordsOf(page)...)
	}
	s.table.Advance(1)
	return s.table
}

// contact is a person as the columns take it.
func (s *Subject) contact(ordinal uint32, person *fixtures.Person) *contacts.Contact {
	c := person.Contact(s.schema)
	c.Ordinal, c.ID = ordinal, uuid.Must(uuid.NewV7())
	return c
}

// ask asks the columns as the server does.
func (s *Subject) ask(ctx context.Context, q columns.Question) (columns.Answer, error) {
	q.Env = s.env
	return s.columns().Ask(ctx, q)
}

// unlimited is the key that a server is measured with. The question is what the server can
// do, and not what it lets one key do.
var unlimited = access.Draft{
	Name: "bench", Scope: access.ScopeAdmin,
	Limits: access.Limits{RequestsPerSecond: access.MaxRequestsPerSecond, HeavyQuestions: access.MaxHeavyQuestions},
}

// loaded returns the open data folder with all contacts in it and found by
// searches. The columns of the subject's own are given up for it.
func (s *Subject) loaded(ctx context.Context) (*app.App, error) {
	if s.app != nil {
		return s.app, nil
	}
	if err := s.close(ctx); err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil || s.kept.Filled {
		return s.app, err
	}
	var err error
	if _, s.kept.Key, _, err = s.app.Keys.Create(ctx, author, unlimited); err != nil {
		return nil, err
	}
	for _, draft := range fixtures.Attributes() {
		if _, err := s.app.Workspace.DefineAttribute(ctx, author, draft); err != nil {
			return nil, err
		}
	}
	s.say("loading %d contacts", s.contacts)
	start := time.Now()
	if err := s.fill(ctx); err != nil {
		return nil, err
	}
	s.kept.Load = time.Since(start)
	if err := s.searchable(ctx); err != nil {
		return nil, err
	}
	s.kept.Follow = time.Since(start) - s.kept.Load
	s.kept.Filled = true
	return s.app, s.kept.write(s.keep)
}

// served returns a server over the data folder with all contacts in it and
// found by searches.
func (s *Subject) served(ctx context.Context) (*server, error) {
	if s.server != nil {
		return s.server, nil
	}
	return s.rerun(ctx)
}

// connected is served, with a connection that the caller closes.
func (s *Subject) connected(ctx context.Context) (*server, *client, error) {
	v, err := s.served(ctx)
	if err != nil {
		return nil, nil, err
	}
	c, err := v.dial()
	return v, c, err
}

// rerun returns a server that has just been started.
func (s *Subject) rerun(ctx context.Context) (*server, error) {
	if !s.kept.Filled {
		if _, err := s.loaded(ctx); err != nil {
			return nil, err
		}
	}
	if err := s.close(ctx); err != nil {
		return nil, err
	}
	if err := s.serve(ctx); err != nil {
		return nil, err
	}
	return s.server, s.server.waitUntilIndexed(ctx)
}

// serve starts a server over the data folder, which nothing has open.
func (s *Subject) serve(ctx context.Context) (err error) {
	s.server, err = startServer(ctx, s.program, s.dir, s.kept.Key)
	return err
}

// author is who makes the contacts.
var author = ledger.Caller{Author: ledger.Author{Source: ledger.SourceImport, Name: "kundi bench"}}

// fill writes the contacts.
func (s *Subject) fill(ctx context.Context) error {
	return s.inBatches(ctx, s.contacts, contacts.MaxBatch, "contacts", s.people.Contact, func(drafts []fields.Draft) error {
		b, err := s.app.Contacts.Batch(ctx, author, drafts)
		if err != nil {
			return err
		}
		for _, r := range b.Results {
			if r.Err != nil {
				return fmt.Errorf("an invented contact was refused: %w", r.Err)
			}
		}
		return nil
	})
}

// inBatches invents n drafts and writes them in batches of a size. The next batch is invented while
// one is written. what they are is said as they come.
func (s *Subject) inBatches(ctx context.Context, n, size int, what string, invent func(int) fields.Draft, write func([]fields.Draft) error) error {
	ctx, stop := context.WithCancel(ctx)
	batches := make(chan []fields.Draft, 4)
	defer func() {
		stop()
		for range batches { // until the inventor has ended
		}
	}()
	go func() {
		defer close(batches)
		for from := 0; from < n; from += size {
			drafts := make([]fields.Draft, min(size, n-from))
			for i := range drafts {
				drafts[i] = invent(from + i)
			}
			select {
			case batches <- drafts:
			case <-ctx.Done():
				return
			}
		}
	}()
	done := 0
	for drafts := range batches {
		if err := write(drafts); err != nil {
			return err
		}
		if done += len(drafts); done%100_000 == 0 {
			s.say("  %d %s", done, what)
		}
	}
	return ctx.Err()
}

// open opens the data folder.
func (s *Subject) open(ctx context.Context) error {
	a, err := app.Open(ctx, app.Config{Data: s.dir, Logger: slog.New(slog.DiscardHandler)})
	s.app = a
	return err
}

// close closes what is open.
func (s *Subject) close(ctx context.Context) error {
	s.table = nil
	a, v := s.app, s.server
	s.app, s.server = nil, nil
	switch {
	case a != nil:
		return a.Close(context.WithoutCancel(ctx))
	case v != nil:
		return v.stop()
	}
	return nil
}

// searchable waits until searches find all that was written.
func (s *Subject) searchable(ctx context.Context) error {
	s.say("waiting for the text indexes")
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for s.app.Index.Followed() < s.app.Store.Head() {
		select {
		case <-look.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// say tells how far it is. A stream that is gone is no reason to stop.
func (s *Subject) say(format string, values ...any) {
	fmt.Fprintf(s.progress, format+"\n", values...)
}
