package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/ledger"
)

const (
	conversationsOfContact = 2   // on average
	talkAtOnce             = 200 // conversations
	blockedPeople          = 20
	peopleOfMerge          = 1_333 // of so many, one is there twice and merged
)

// talk is what writes conversations, while the demo serves.
type talk struct {
	*app.App
	people *fixtures.Generator
	file   string
	talkState
}

// talkState says which conversations a folder has, of which demo. Folders of older demos have none:
// their people have no names on channels.
type talkState struct {
	Done   int    `json:"done"`
	People int    `json:"contacts"`
	Seed   uint64 `json:"seed"`
}

// talkFile keeps the state.
func talkFile(data string) string { return filepath.Join(data, "demo-conversations") }

func (s talkState) keep(file string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}

// openTalk returns what there is to write into a folder, nil for nothing.
func openTalk(a *app.App, data string) (*talk, error) {
	text, err := os.ReadFile(talkFile(data))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	t := &talk{App: a, file: talkFile(data)}
	if err == nil {
		err = json.Unmarshal(text, &t.talkState)
	}
	if err != nil {
		return nil, fmt.Errorf("the file %s cannot be read: %w", t.file, err)
	}
	t.people = fixtures.New(t.Seed, time.Now())
	return t, nil
}

// run writes what is not there yet, and says so in the end.
func (t *talk) run(ctx context.Context, s streams) error {
	total := conversationsOfContact * t.People
	if t.Done >= total {
		return nil
	}
	bar := progress(s.err, "writing conversations", total)
	defer func() { _ = bar.Finish() }()
	for t.Done < total {
		to := min(total, t.Done+talkAtOnce)
		if err := t.write(ctx, t.Done, to); err != nil {
			return err
		}
		if to == total {
			if err := errors.Join(t.blockOthers(ctx), t.merge(ctx)); err != nil {
				return err
			}
		}
		t.Done = to
		if err := t.keep(t.file); err != nil {
			return err
		}
		_ = bar.Set(to)
	}
	_ = bar.Finish()
	if err := awaitIndex(ctx, s, t.App); err != nil {
		return err
	}
	_, err := fmt.Fprintln(s.out, "All conversations are written.")
	return err
}

// write writes some conversations, and their notes.
func (t *talk) write(ctx context.Context, from, to int) error {
	list := make([]fixtures.Conversation, to-from)
	drafts := make([]fields.Draft, to-from)
	for i := range list {
		list[i] = t.people.Conversation(from+i, t.People)
		drafts[i] = list[i].Draft()
	}
	results, err := t.Conversations.Import(ctx, sampler.Author, drafts)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(companiesAtOnce)
	for i, r := range results {
		if r.Err == nil && len(list[i].Notes) > 0 {
			group.Go(func() error { return t.note(ctx, r.Conversation, list[i].Notes) })
		}
	}
	return group.Wait()
}

// note writes the notes about the contact of a conversation.
func (t *talk) note(ctx context.Context, conversation ledger.ID, notes []fixtures.Note) error {
	c, err := t.Conversations.Get(ctx, conversation)
	if err != nil {
		return err
	}
	who, err := t.Contacts.Who(ctx, t.Store, []uint32{c.Owner})
	if err != nil || who[0] == nil {
		return err
	}
	for _, n := range notes {
		d := fields.Draft{"text": n.Text, "pinned": n.Pinned, "created_at": fields.FormatInstant(n.At.UnixMilli())}
		by := ledger.Caller{Author: ledger.Author{Source: ledger.Source(n.Author), Name: n.Name}}
		if _, err := t.Notes.Create(ctx, by, who[0].ID, d); err != nil {
			return err
		}
	}
	return nil
}

// ids are the ids of contacts with some numbers, who have an address. They are found as by whoever
// writes them again, which changes nothing.
func (t *talk) ids(ctx context.Context, numbers ...int) ([]ledger.ID, error) {
	drafts := make([]fields.Draft, len(numbers))
	for i, n := range numbers {
		p := t.people.Person(n)
		switch {
		case p.Identifier != "":
			drafts[i] = fields.Draft{"identifier": p.Identifier}
		case p.Email != "":
			drafts[i] = fields.Draft{"email": p.Email}
		default:
			drafts[i] = fields.Draft{"phone": p.Phone}
		}
	}
	batch, err := t.Contacts.Batch(ctx, sampler, drafts)
	if err != nil {
		return nil, err
	}
	ids := make([]ledger.ID, len(numbers))
	for i, r := range batch.Results {
		if r.Err != nil {
			return nil, r.Err
		}
		ids[i] = r.ID
	}
	return ids, nil
}

// start writes conversations in the background, and returns how to wait for its end.
func (t *talk) start(ctx context.Context, s streams) (wait func()) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := t.run(ctx, s); err != nil && ctx.Err() == nil {
			_, _ = fmt.Fprintf(s.err, "kundi: the conversations are not whole; start the demo again to go on: %v\n", err)
		}
	}()
	return func() { <-ended }
}

// writer is the id of somebody with an e-mail address who writes often.
func (t *talk) writer(ctx context.Context) (ledger.ID, error) {
	counts, most := map[int]int{}, 0
	for i := range min(1_000, conversationsOfContact*t.People) {
		c := t.people.Conversation(i, t.People)
		if counts[c.Contact]++; c.Sender.Email != "" && counts[c.Contact] > counts[most] {
			most = c.Contact
		}
	}
	ids, err := t.ids(ctx, most)
	if err != nil {
		return ledger.ID{}, err
	}
	return ids[0], nil
}

// examples are requests about what people write.
func (t *talk) examples(ctx context.Context, curl func(path, more string) string, body func(any) string) (string, error) {
	id, err := t.writer(ctx)
	if err != nil {
		return "", err
	}
	now := time.Now().UTC()
	october := now.Year()
	if now.Month() < time.October {
		october--
	}
	month := rule("created_at", "between", []string{fmt.Sprintf("%d-10-01", october), fmt.Sprintf("%d-10-31", october)})
	filter, err := json.Marshal(all(month))
	if err != nil {
		return "", err
	}
	text := "\nSee all that happened with a person, the newest first:\n"
	text += curl("/v1/contacts/"+id.String()+"/timeline?limit=5", "")
	text += "\nTake a message that comes in. Who wrote it is found, or becomes a contact:\n"
	text += curl("/v1/conversations", body(member{
		"channel": "whatsapp", "sender": member{"source_id": "254700000001", "name": "Achieng Otieno"},
		"message": member{"text": "Where is my order A-123456?", "source_id": "wamid.1"},
	}))
	held, err := t.heldExamples(ctx, curl)
	if err != nil {
		return "", err
	}
	text += held
	text += "\nFind the conversations that began in October and are about a refund:\n"
	text += curl("/v1/conversations/search?q=refund&limit=3&filter="+url.QueryEscape(string(filter)), "")
	text += "\nFind who had at least 2 conversations on WhatsApp in the last 30 days:\n"
	text += curl("/v1/contacts/search", body(member{"limit": 3, "filter": all(member{
		"field": "conversations", "operator": "count_gte", "value": 2,
		"where": all(rule("channel", "eq", "whatsapp"), rule("last_message_at", "within_last", "P30D")),
	})}))
	return text, nil
}

// member is an object of JSON.
type member = map[string]any

func rule(field, operator string, value any) member {
	return member{"field": field, "operator": operator, "value": value}
}

// all is a filter that asks for all of some rules.
func all(rules ...any) member { return member{"combinator": "and", "rules": rules} }
