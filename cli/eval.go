package cli

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/eval"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/imports"
	"github.com/ndoto/kundi/ledger"
)

type evaluate struct {
	Set    evaluateSet    `cmd:"" help:"Write a labelled set of contacts and queries, to test the search with."`
	Search evaluateSearch `cmd:"" help:"Ask labelled queries over HTTP and print at which rank the right contacts came, and how long it took."`
}

type evaluateSearch struct {
	Contacts string `help:"CSV file with the contacts to search in, as for kundi import." type:"existingfile" required:"" placeholder:"FILE"`
	Queries  string `help:"File of queries: JSON lines of {\"query\", \"class\", \"relevant\": [identifiers]}, or CSV with these columns." type:"existingfile" required:"" placeholder:"FILE"`

	Map         map[string]string `help:"Field of a column of the contacts, as for kundi import." placeholder:"COLUMN=FIELD" mapsep:"none"`
	Skip        []string          `help:"Column of the contacts to leave out." placeholder:"COLUMN" sep:"none"`
	PhoneRegion string            `help:"Country in which phone numbers without country code are read." placeholder:"CC"`

	MinRecallAt1  float64 `help:"Fail if recall@1 of all queries is lower." placeholder:"SHARE"`
	MinRecallAt10 float64 `help:"Fail if recall@10 of all queries is lower." placeholder:"SHARE"`
	Misses        bool    `help:"List the queries whose first hit is not relevant."`
	JSON          bool    `help:"Print the report as JSON."`
}

// Validate implements kong's check of a parsed command.
func (e evaluateSearch) Validate() error {
	for flag, share := range map[string]float64{"min-recall-at-1": e.MinRecallAt1, "min-recall-at-10": e.MinRecallAt10} {
		if !(share >= 0 && share <= 1) {
			return fmt.Errorf("--%s must be from 0 to 1", flag)
		}
	}
	return nil
}

// Run serves the contacts from a temporary data folder on a free port and asks
// the queries there; the data folder is not touched.
func (e evaluateSearch) Run(ctx context.Context, _ app.Config, s streams) (err error) {
	queries, err := e.queries()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "kundi-eval-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	config := app.Config{
		Data: filepath.Join(folder, "data"), Listen: "127.0.0.1:0",
		Logger: slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	var report *eval.Report
	err = withApp(ctx, config, func(a *app.App) error {
		count, err := e.load(ctx, s, a, filepath.Join(folder, "rejects.csv"))
		if err != nil {
			return err
		}
		return serveFor(ctx, a, func(ctx context.Context, server client) error {
			if err := e.checkRelevant(ctx, server, queries); err != nil {
				return err
			}
			bar := progress(s.err, "asking", len(queries))
			defer func() { _ = bar.Finish() }()
			report, err = eval.Run(ctx, queries, server.firstHits, func(done int) { _ = bar.Set(done) })
			if err == nil {
				report.Contacts = count
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	return errors.Join(e.print(s, report), e.judge(report))
}

func (e evaluateSearch) queries() ([]eval.Query, error) {
	file, err := os.Open(e.Queries)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	queries, err := eval.ReadQueries(file)
	return queries, inFile(e.Queries, err)
}

// inFile names the file in an error about what is in it.
func inFile(name string, err error) error {
	var known *fault.Error
	if !errors.As(err, &known) {
		return err
	}
	named := *known
	named.Message = filepath.Base(name) + ": " + known.Message
	return &named
}

// load imports the contacts, all of them, and returns how many there are once
// searches find them.
func (e evaluateSearch) load(ctx context.Context, s streams, a *app.App, rejects string) (int, error) {
	by := ledger.Author{Source: ledger.SourceImport, Name: "kundi eval"}
	if e.PhoneRegion != "" {
		if _, _, err := a.Workspace.PatchSettings(ctx, ledger.Caller{Author: by}, fields.Draft{"phone_region": e.PhoneRegion}, 0); err != nil {
			return 0, err
		}
	}
	file := importCSV{File: e.Contacts, Map: e.Map, Skip: e.Skip, Rejects: rejects}
	summary, err := file.run(ctx, s, a.Workspace.Attributes(fields.EntityContact), imports.Into(a.Contacts, by))
	switch {
	case err != nil:
		return 0, inFile(e.Contacts, err)
	case summary.Refused > 0:
		return 0, inFile(e.Contacts, refused(rejects, summary.Refused))
	}
	return summary.Created, awaitIndex(ctx, s, a)
}

// maxRefused is how many faults of refused rows are told.
const maxRefused = 20

// refused says which rows were refused, and why: a score over a part of the
// contacts would be one of other contacts.
func refused(rejects string, rows int) error {
	file, err := os.Open(rejects)
	if err != nil {
		return err
	}
	defer file.Close()
	e := &fault.Error{Kind: fault.KindInvalid, Type: "refused-rows", Message: fmt.Sprintf("Rows were refused (%d); nothing was searched.", rows)}
	reader := csv.NewReader(file)
	if _, err := reader.Read(); err != nil { // the header
		return err
	}
	for len(e.Faults) < maxRefused {
		cells, err := reader.Read()
		if err != nil {
			break
		}
		e.Faults = append(e.Faults, fault.Fault{Path: "line " + cells[0], Detail: strings.TrimSpace(cells[1] + " " + cells[2])})
	}
	return e
}

// serveFor serves the API over TCP while it is asked, with a key.
func serveFor(ctx context.Context, a *app.App, ask func(context.Context, client) error) error {
	_, token, _, err := a.Keys.Create(ctx, owner, access.Draft{Name: "kundi eval", Scope: access.ScopeAgent})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	l, err := a.Listen()
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- l.Serve(ctx) }()
	err = ask(ctx, client{http: &http.Client{Transport: keyed{token, tcp(strings.TrimPrefix(l.URL(), "http://"))}}})
	stop()
	return errors.Join(err, <-served)
}

// tcp speaks to one address, whatever host the URLs name.
func tcp(address string) *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", address)
	}}
}

// keyed sends an API key with every request.
type keyed struct {
	key  string
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (k keyed) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+k.key)
	return k.next.RoundTrip(r)
}

// hits are contacts as a search answers them.
type hits struct {
	Hits []struct {
		Contact struct {
			ID         string `json:"id"`
			Identifier string `json:"identifier"`
		} `json:"contact"`
	} `json:"hits"`
}

// firstHits is an eval.Search.
func (c client) firstHits(ctx context.Context, query string) ([]string, error) {
	var found hits
	if err := c.call(ctx, http.MethodPost, "/v1/contacts/search", map[string]any{"query": query, "limit": eval.Depth}, &found); err != nil {
		return nil, err
	}
	list := make([]string, len(found.Hits))
	for i, hit := range found.Hits {
		if list[i] = hit.Contact.Identifier; list[i] == "" {
			list[i] = hit.Contact.ID
		}
	}
	return list, nil
}

// checkRelevant refuses queries that want somebody who is not there: their
// recall would be wrong.
func (e evaluateSearch) checkRelevant(ctx context.Context, server client, queries []eval.Query) error {
	const page = 1_000 // what a search answers at once
	known := map[string]bool{}
	var asked []string
	look := func() error {
		rule := map[string]any{"field": "identifier", "operator": "in", "value": asked}
		var found hits
		err := server.call(ctx, http.MethodPost, "/v1/contacts/search", map[string]any{
			"filter": map[string]any{"combinator": "and", "rules": []any{rule}}, "limit": page,
		}, &found)
		for _, hit := range found.Hits {
			known[hit.Contact.Identifier] = true
		}
		asked = asked[:0]
		return err
	}
	for _, q := range queries {
		for _, identifier := range q.Relevant {
			if _, listed := known[identifier]; listed {
				continue
			}
			known[identifier] = false
			if asked = append(asked, identifier); len(asked) == page {
				if err := look(); err != nil {
					return err
				}
			}
		}
	}
	if len(asked) > 0 {
		if err := look(); err != nil {
			return err
		}
	}
	return inFile(e.Queries, eval.CheckRelevant(queries, func(identifier string) bool { return known[identifier] }))
}

func (e evaluateSearch) print(s streams, report *eval.Report) error {
	shown := *report
	if !e.Misses {
		shown.Misses = nil
	}
	if !e.JSON {
		return shown.Write(s.out)
	}
	encoder := json.NewEncoder(s.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(&shown)
}

// judge fails when less is found than was asked for.
func (e evaluateSearch) judge(report *eval.Report) error {
	all := report.All.Score
	switch {
	case all.RecallAt1 < e.MinRecallAt1:
		return fmt.Errorf("recall@1 is %.4f, less than --min-recall-at-1 %g", all.RecallAt1, e.MinRecallAt1)
	case all.RecallAt10 < e.MinRecallAt10:
		return fmt.Errorf("recall@10 is %.4f, less than --min-recall-at-10 %g", all.RecallAt10, e.MinRecallAt10)
	}
	return nil
}
