package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

type demo struct {
	Contacts int    `help:"How many sample contacts to make." default:"20000" placeholder:"N"`
	Seed     uint64 `help:"Seed of the sample data. The same seed makes the same people." default:"1" placeholder:"N"`
}

// Validate implements kong's check of a parsed command.
func (d demo) Validate() error {
	if d.Contacts < 1 || d.Contacts > fixtures.MaxContacts {
		return fmt.Errorf("--contacts must be 1 to %d", fixtures.MaxContacts)
	}
	return nil
}

// sampler is who makes the sample data.
var sampler = ledger.Caller{Author: ledger.Author{Source: ledger.SourceImport, Name: "kundi demo"}}

// Run fills an empty folder, or goes on with one that a demo has begun, and
// serves it. A folder of somebody's own is refused.
func (d demo) Run(ctx context.Context, config app.Config, s streams) error {
	if err := app.MayServe(); err != nil {
		return err
	}
	return withApp(ctx, config, func(a *app.App) error {
		if err := app.MayListen(config); err != nil { // before the folder is filled
			return err
		}
		list, _, err := a.Segments.List(ctx, segments.Search{Which: segments.WithArchived}, ledger.ID{}, segments.MaxSegments)
		if err != nil {
			return err
		}
		if err := mayFill(ctx, a, config.Data, list); err != nil {
			return err
		}
		key, err := demoKey(ctx, a, config.Data)
		if err != nil {
			return err
		}
		if len(list) == 0 { // they come last
			if err := d.fill(ctx, s, a); err != nil {
				return err
			}
			if err := (talkState{People: d.Contacts, Seed: d.Seed}).keep(talkFile(config.Data)); err != nil {
				return err
			}
			if list, _, err = a.Segments.List(ctx, segments.Search{Which: segments.WithArchived}, ledger.ID{}, 1); err != nil {
				return err
			}
		}
		t, err := openTalk(a, config.Data)
		if err != nil {
			return err
		}
		if t != nil {
			if err := t.blockFirst(ctx); err != nil {
				return err
			}
		}
		wait := func() {}
		defer func() { wait() }()
		return listen(ctx, a, func(url string) error {
			link, err := demoLink(ctx, a, url)
			if err != nil {
				return err
			}
			text, err := whatToTry(ctx, url, key, list, t)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprint(s.out, link+signInHint+text); err != nil {
				return err
			}
			if t != nil {
				wait = t.start(ctx, s)
			}
			return nil
		})
	})
}

// mayFill refuses a folder with data that no demo has made.
func mayFill(ctx context.Context, a *app.App, data string, list []*segments.Segment) error {
	begun := slices.ContainsFunc(list, func(s *segments.Segment) bool { return s.UpdatedBy == sampler.Author })
	if _, err := os.Stat(keyFile(data)); begun || err == nil {
		return nil
	}
	present, _, err := a.Index.Count(ctx, nil, filter.Env{})
	if err != nil {
		return err
	}
	if present > 0 || len(list) > 0 || len(a.Workspace.Attributes(fields.EntityContact)) > 0 {
		return fmt.Errorf("the data folder %s has data that kundi demo did not make, and the demo does not add to it: give an empty or a new folder, like --data kundi-demo", data)
	}
	return nil
}

// fill makes attributes, companies, contacts, segments and their first snapshots, or goes
// on where an earlier demo was cut off.
func (d demo) fill(ctx context.Context, s streams, a *app.App) error {
	present, _, err := a.Index.Count(ctx, nil, filter.Env{})
	if err != nil {
		return err
	}
	people := fixtures.New(d.Seed, time.Now())
	if err := d.defineAttributes(ctx, a, people); err != nil {
		return err
	}
	if err := d.makeCompanies(ctx, a, people); err != nil {
		return err
	}
	if err := d.makeContacts(ctx, s, a, people, int(present)); err != nil {
		return err
	}
	if err := awaitIndex(ctx, s, a); err != nil {
		return err
	}
	// Segments say that all is there, so Ctrl-C does not leave some of them.
	return d.makeSegments(context.WithoutCancel(ctx), a)
}

func (d demo) defineAttributes(ctx context.Context, a *app.App, people *fixtures.Generator) error {
	for _, draft := range append(fixtures.Attributes(), people.CompanyAttributes()...) {
		_, err := a.Workspace.DefineAttribute(ctx, sampler, draft)
		if err != nil && fault.KindOf(err) != fault.KindConflict {
			return err
		}
	}
	return nil
}

// companiesAtOnce is how many companies wait for the disk together.
const companiesAtOnce = 64

// makeCompanies makes the companies that the contacts will name, so that they have more than
// a name. Those that an earlier demo has made stay as they are.
func (d demo) makeCompanies(ctx context.Context, a *app.App, people *fixtures.Generator) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(companiesAtOnce)
	for _, draft := range people.Companies(d.Contacts) {
		group.Go(func() error {
			_, err := a.Companies.Create(ctx, sampler, draft)
			if fault.KindOf(err) == fault.KindConflict {
				return nil
			}
			return err
		})
	}
	return group.Wait()
}

func (d demo) makeContacts(ctx context.Context, s streams, a *app.App, people *fixtures.Generator, from int) error {
	bar := progress(s.err, "making contacts", d.Contacts)
	defer func() { _ = bar.Finish() }()
	for ; from < d.Contacts; from += contacts.MaxBatch {
		drafts := make([]fields.Draft, min(contacts.MaxBatch, d.Contacts-from))
		for i := range drafts {
			drafts[i] = people.ContactWithAddresses(from + i)
		}
		batch, err := a.Contacts.Batch(ctx, sampler, drafts)
		if err != nil {
			return err
		}
		for _, r := range batch.Results {
			if r.Err != nil {
				return r.Err
			}
		}
		_ = bar.Add(len(drafts))
	}
	return nil
}

func (d demo) makeSegments(ctx context.Context, a *app.App) error {
	for _, sample := range fixtures.Segments() {
		made, err := a.Segments.Create(ctx, sampler, segmentDraft(sample))
		if err != nil {
			return err
		}
		if _, err := a.Segments.Refresh(ctx, sampler, made.Segment.ID); err != nil {
			return err
		}
	}
	return nil
}

func segmentDraft(s fixtures.Segment) segments.Draft {
	text := func(v any) json.RawMessage {
		raw, _ := json.Marshal(v) // of strings, which cannot fail
		return raw
	}
	return segments.Draft{
		"name": text(s.Name), "description": text(s.Description), "filter": s.Filter, "schedule": text(s.Schedule),
	}
}

// keyFile keeps the key that demos on a folder print, so that the next one
// prints the same. It also says that a demo was begun there. Whoever may read it
// may read all of the folder.
func keyFile(data string) string { return filepath.Join(data, "demo-key") }

// demoKey returns the key of the folder's demo, and makes one if there is none
// or if it was revoked.
func demoKey(ctx context.Context, a *app.App, data string) (string, error) {
	kept, err := os.ReadFile(keyFile(data))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	key := strings.TrimSpace(string(kept))
	if _, err := a.Keys.Authenticate(key); err == nil {
		return key, nil
	}
	_, key, _, err = a.Keys.Create(ctx, owner, access.Draft{Name: "demo", Scope: access.ScopeAdmin})
	if err != nil {
		return "", err
	}
	return key, os.WriteFile(keyFile(data), []byte(key+"\n"), 0o600)
}

// demoPerson is who signs in with the link that the demo prints.
var demoPerson = access.PersonDraft{Name: "Demo", Email: "demo@example.org", Scope: access.ScopeAdmin}

// demoLinkTime is how long that link can be used.
const demoLinkTime = time.Hour

// signInHint stands behind that link.
const signInHint = "\n\nOpen this link to sign in to the console. It works once, within an hour. The next demo on this folder prints another one.\n\n"

// demoLink returns a link that signs in as the person of the demo, whom it makes if there is
// none. Whoever runs the demo owns the folder, so it also lets in again whom somebody has
// disabled.
func demoLink(ctx context.Context, a *app.App, url string) (string, error) {
	person, known := a.Team.FindByEmail(demoPerson.Email)
	var err error
	if known {
		person, _, err = a.Team.Change(ctx, owner, person.ID, access.PersonChange{Scope: &demoPerson.Scope, Disabled: new(bool)}, ledger.AnyVersion)
	} else {
		person, _, err = a.Team.Create(ctx, owner, demoPerson)
	}
	if err != nil {
		return "", err
	}
	_, token, _, err := a.Team.Invite(ctx, owner, person.ID, demoLinkTime)
	return url + access.SignInPath(token), err
}

// whatToTry is the text that the demo prints: requests that work as they stand. t is nil in a folder
// without conversations.
func whatToTry(ctx context.Context, url, key string, list []*segments.Segment, t *talk) (string, error) {
	curl := func(path, more string) string {
		return fmt.Sprintf("  curl -s%s -H 'Authorization: Bearer %s' '%s%s'\n", more, key, url, path)
	}
	body := func(v any) string {
		text, _ := json.Marshal(v) // of maps and strings, which cannot fail
		return fmt.Sprintf(" -H 'Content-Type: application/json' -d '%s'", text)
	}
	text := fmt.Sprintf("Kundi is up at %s (API description: %s/openapi.json, with the key below).\n", url, url)
	text += fmt.Sprintf("\nFor the tour in README.md:\n  export KEY=%s\n  export URL=%s\n", key, url)
	text += "\nFind somebody whose name was spelled by ear:\n"
	text += curl("/v1/contacts/search?q=cathrin+jonson&limit=3", "")
	text += "\nFind people and companies in one box:\n"
	text += curl("/v1/search?q=group&limit=2", "")
	text += "\nFilter, and count by country and tier:\n"
	text += curl("/v1/contacts/search", body(member{
		"filter": all(rule("type", "eq", "customer"), rule("attributes.mrr", "gte", 100)),
		"facets": []string{"country", "attributes.tier"}, "sort": "-attributes.mrr", "limit": 3,
	}))
	if len(list) == 0 {
		return text, nil
	}
	segment := list[0]
	text += fmt.Sprintf("\nHow many are in the segment %q right now:\n", segment.Name)
	text += curl("/v1/contacts/count", body(member{
		"filter": all(rule("segment", "in", []string{segment.ID.String()})),
	}))
	text += "\nPull its first snapshot as CSV:\n"
	text += curl("/v1/segments/"+segment.ID.String()+"/snapshots/1/members?fields=name,email,country", " -H 'Accept: text/csv'")
	if t != nil {
		more, err := t.examples(ctx, curl, body)
		if err != nil {
			return "", err
		}
		text += more
	}
	text += "\nStop with Ctrl-C. Data and key stay; the next demo on this folder has them again.\n"
	if t != nil && t.Done < conversationsOfContact*t.People {
		text += fmt.Sprintf("The conversations are being written now, about %d of them, which takes a minute or two.\n", conversationsOfContact*t.People)
	}
	return text, nil
}
