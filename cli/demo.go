package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/imports"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/segments/filter"
)

type demo struct {
	Contacts int    `help:"How many sample contacts to make." default:"20000" placeholder:"N"`
	Seed     uint64 `help:"Seed of the sample data: the same seed, the same people." default:"1" placeholder:"N"`
}

// Validate implements kong's check of a parsed command.
func (d demo) Validate() error {
	if d.Contacts < 1 || d.Contacts > fixtures.MaxContacts {
		return fmt.Errorf("--contacts must be 1 to %d", fixtures.MaxContacts)
	}
	return nil
}

// sampler is who makes the sample data.
var sampler = contacts.Author{Source: contacts.SourceImport, Name: "kundi demo"}

// Run fills the folder, unless somebody else's contacts are in it, and serves
// it.
func (d demo) Run(ctx context.Context, config app.Config, s streams) error {
	if err := app.MayServe(); err != nil {
		return err
	}
	return withApp(ctx, config, func(a *app.App) error {
		key, again, err := demoKey(ctx, a)
		if err != nil {
			return err
		}
		if err := d.fill(ctx, s, a, again); err != nil {
			return err
		}
		list, _, err := a.Segments.List(ctx, contacts.ID{}, 1)
		if err != nil {
			return err
		}
		return listen(ctx, a, func(url string) error {
			_, err := fmt.Fprint(s.out, whatToTry(url, key, list))
			return err
		})
	})
}

// fill makes attributes, contacts, segments and their first snapshots in an
// empty folder, or, again, goes on where an earlier demo was cut off: segments
// come last.
func (d demo) fill(ctx context.Context, s streams, a *app.App, again bool) error {
	segments, _, err := a.Segments.List(ctx, contacts.ID{}, 1)
	if err != nil {
		return err
	}
	present, _, err := a.Index.Count(ctx, nil, filter.Env{})
	if err != nil {
		return err
	}
	if len(segments) > 0 || (present > 0 && !again) {
		return nil
	}
	if err := d.defineAttributes(ctx, a); err != nil {
		return err
	}
	if err := d.makeContacts(ctx, s, a, int(present)); err != nil {
		return err
	}
	if err := awaitIndex(ctx, s, a); err != nil {
		return err
	}
	return d.makeSegments(ctx, a)
}

func (d demo) defineAttributes(ctx context.Context, a *app.App) error {
	for _, draft := range fixtures.Attributes() {
		_, err := a.Contacts.DefineAttribute(ctx, sampler, draft)
		if err != nil && contacts.KindOf(err) != contacts.KindConflict {
			return err
		}
	}
	return nil
}

func (d demo) makeContacts(ctx context.Context, s streams, a *app.App, from int) error {
	people := fixtures.New(d.Seed, time.Now())
	bar := progress(s.err, "making contacts", d.Contacts)
	defer func() { _ = bar.Finish() }()
	to := imports.Into(a.Contacts, sampler)
	for ; from < d.Contacts; from += contacts.MaxBatch {
		drafts := make([]contacts.Draft, min(contacts.MaxBatch, d.Contacts-from))
		for i := range drafts {
			drafts[i] = people.Contact(from + i)
		}
		if _, err := to.UpsertBatch(ctx, drafts, contacts.FileRules{}); err != nil {
			return err
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
	member := func(v any) json.RawMessage {
		text, _ := json.Marshal(v) // of strings, which cannot fail
		return text
	}
	return segments.Draft{
		"name": member(s.Name), "description": member(s.Description), "filter": s.Filter, "schedule": member(s.Schedule),
	}
}

// demoKey makes a key for this run and revokes those of the runs before;
// again says that there were any.
func demoKey(ctx context.Context, a *app.App) (key string, again bool, err error) {
	const name = "demo"
	for _, k := range a.Keys.List() {
		if k.Name == name {
			again = true
			if _, err := a.Keys.Revoke(ctx, owner, k.ID); err != nil {
				return "", again, err
			}
		}
	}
	_, key, _, err = a.Keys.Create(ctx, owner, access.Draft{Name: name, Scope: access.ScopeAdmin})
	return key, again, err
}

// whatToTry is the text that the demo prints: four requests that work as they
// stand.
func whatToTry(url, key string, list []*segments.Segment) string {
	curl := func(path, more string) string {
		return fmt.Sprintf("  curl -s%s -H 'Authorization: Bearer %s' '%s%s'\n", more, key, url, path)
	}
	body := func(v any) string {
		text, _ := json.Marshal(v) // of maps and strings, which cannot fail
		return fmt.Sprintf(" -H 'Content-Type: application/json' -d '%s'", text)
	}
	type object = map[string]any
	rule := func(field, operator string, value any) object {
		return object{"field": field, "operator": operator, "value": value}
	}
	text := fmt.Sprintf("Kundi is up at %s (API description: %s/openapi.json, with the key below).\n", url, url)
	text += "\nFind somebody whose name was spelled by ear:\n"
	text += curl("/v1/contacts/search?q=cathrin+jonson&limit=3", "")
	text += "\nFilter, and count by country and tier:\n"
	text += curl("/v1/contacts/search", body(object{
		"filter": object{"combinator": "and", "rules": []any{rule("type", "eq", "customer"), rule("attributes.mrr", "gte", 100)}},
		"facets": []string{"country", "attributes.tier"}, "sort": "-attributes.mrr", "limit": 3,
	}))
	if len(list) == 0 {
		return text
	}
	segment := list[0]
	text += fmt.Sprintf("\nHow many are in the segment %q right now:\n", segment.Name)
	text += curl("/v1/contacts/count", body(object{
		"filter": object{"combinator": "and", "rules": []any{rule("segment", "in", []string{segment.ID.String()})}},
	}))
	text += "\nPull its first snapshot as CSV:\n"
	text += curl("/v1/segments/"+segment.ID.String()+"/snapshots/1/members?fields=name,email,country", " -H 'Accept: text/csv'")
	return text + "\nStop with Ctrl-C. The data stays; the next demo on this folder has it again.\n"
}
