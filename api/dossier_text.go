package api

import (
	"bytes"
	"context"
	"errors"
	"iter"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/dossier"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/watch"
)

// errNobodyReads ends the writing of a text that nobody takes any more.
var errNobodyReads = errors.New("nobody takes the next piece")

// dossierPieces writes a dossier as a personalDataBody into text, and yields each time that there is
// a piece of it, which has to be taken away. The last piece is in text when it ends. An error is the
// last thing that it yields.
func dossierPieces(ctx context.Context, d *dossier.Dossier, at string, text *bytes.Buffer) iter.Seq[error] {
	return func(yield func(error) bool) {
		pass := func() error {
			if !yield(nil) {
				return errNobodyReads
			}
			return ctx.Err()
		}
		if err := newDossierText(ctx, d, &jsonText{text: text, pass: pass, first: true}).write(at); err != nil && !errors.Is(err, errNobodyReads) {
			yield(err)
		}
	}
}

// dossierText writes a dossier.
type dossierText struct {
	*jsonText
	ctx     context.Context // of the answer
	dossier *dossier.Dossier
	schema  *fields.Schema
	people  *renderer
	talks   taggedFields
}

func newDossierText(ctx context.Context, d *dossier.Dossier, text *jsonText) *dossierText {
	schema := d.Schema()
	people := taggedFieldsOf(whatever{schema.Of(fields.EntityContact)})
	return &dossierText{
		jsonText: text, ctx: ctx, dossier: d, schema: schema,
		people: &renderer{labels: people.labels, attributes: people.attributes}, talks: taggedFieldsOf(whatever{schema.Of(fields.EntityConversation)}),
	}
}

// whatever has archived attributes, too.
type whatever struct{ *fields.Set }

// Shown implements fieldSet.
func (w whatever) Shown() []*fields.AttributeDefinition { return w.Attributes() }

// section is a list of a personalDataBody.
type section struct {
	name  string
	write func(*dossierText) error
}

// sections are all lists of a personalDataBody, in the order in which they are written.
var sections = []section{
	{"history", (*dossierText).history},
	{"merges", (*dossierText).merges},
	{"blocks", (*dossierText).blocks},
	{"consent", (*dossierText).consent},
	{"suppressions", (*dossierText).suppressions},
	{"conversations", (*dossierText).conversations},
	{"notes", (*dossierText).notes},
	{"quarantine", (*dossierText).quarantine},
	{"campaign_events", (*dossierText).campaignEvents},
	{"segment_events", (*dossierText).segmentEvents},
}

// write writes all of it.
func (t *dossierText) write(at string) error {
	contact, err := t.contact(t.dossier.Contact)
	if err != nil {
		return err
	}
	head := struct {
		At      string      `json:"at"`
		Seq     uint64      `json:"seq"`
		Contact contactBody `json:"contact"`
	}{at, t.dossier.Head(), contact}
	return t.object(head, func() error {
		for _, s := range sections {
			if err := t.list(s.name, func() error { return s.write(t) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// contact writes the contact, or one as it was, with the company that it has or had.
func (t *dossierText) contact(c *contacts.Contact) (contactBody, error) {
	company, err := t.dossier.Company(t.ctx, c)
	return t.people.contact(c, linked(company)), err
}

func (t *dossierText) history() error {
	return t.dossier.History(t.ctx, func(of ledger.ID, e *ledger.HistoryEntry) error {
		return t.object(personalChange{of.String(), wireHistory(t.schema, contacts.Kind, e)}, nil)
	})
}

func (t *dossierText) merges() error {
	return t.dossier.Merges(t.ctx, func(a *ledger.Absorbed, m *ledger.Merge[contacts.Contact]) error {
		body := personalMerge{ContactID: a.ID.String(), MergeID: m.ID.String(), MergedAt: wire.Instant(a.MergedAt)}
		for _, state := range []struct {
			of *contacts.Contact
			to *contactBody
		}{{m.Absorbed, &body.Absorbed}, {m.Before, &body.Before}, {m.After, &body.After}} {
			var err error
			if *state.to, err = t.contact(state.of); err != nil {
				return err
			}
		}
		return t.object(body, nil)
	})
}

func (t *dossierText) blocks() error {
	list, err := t.dossier.KeptAddresses(t.ctx)
	for i := 0; err == nil && i < len(list); i++ {
		b := &list[i]
		err = t.object(personalBlock{Field: b.Field, Value: b.Value, KeptAt: wire.Instant(b.KeptAt), Until: wire.Instant(b.Until)}, nil)
	}
	return err
}

func (t *dossierText) consent() error {
	for _, c := range t.dossier.Contact.Consents {
		if err := t.object(consentOnWire(c), nil); err != nil {
			return err
		}
	}
	return nil
}

func (t *dossierText) suppressions() error {
	addresses, of, err := t.dossier.Suppressions(t.ctx)
	for i := range addresses {
		for _, one := range of[i] {
			if err = t.object(personalSuppression{addresses[i].Address, suppressionOnWire(one)}, nil); err != nil {
				return err
			}
		}
	}
	return err
}

func (t *dossierText) conversations() error {
	return t.dossier.Conversations(t.ctx, func(c *conversations.Conversation) error {
		head := struct {
			Conversation conversationBody `json:"conversation"`
		}{conversationOnWire(c, t.dossier.Contact.ID, t.talks)}
		return t.object(head, func() error {
			return t.list("messages", func() error {
				return t.dossier.Messages(t.ctx, c, func(m *conversations.Message) error { return t.object(messageOnWire(m, c), nil) })
			})
		})
	})
}

func (t *dossierText) notes() error {
	return t.dossier.Notes(t.ctx, func(n *notes.Note) error {
		head := struct {
			Note noteBody `json:"note"`
		}{noteOnWire(n, t.dossier.Contact.ID)}
		return t.object(head, func() error {
			return t.list("versions", func() error {
				return t.dossier.Versions(t.ctx, n, func(v *notes.Version) error { return t.object(versionOnWire(v), nil) })
			})
		})
	})
}

func (t *dossierText) campaignEvents() error {
	return t.dossier.CampaignEvents(t.ctx, func(e *audiences.Event) error {
		return t.object(personalEvent{ID: e.ID.String(), Campaign: e.Campaign, Kind: e.Kind.String(), At: wire.Instant(e.At), AudienceID: e.Audience.String(), Row: e.Row}, nil)
	})
}

func (t *dossierText) segmentEvents() error {
	return t.dossier.SegmentEvents(t.ctx, func(e *watch.ContactEvents) error {
		for i := range e.Events {
			if err := t.object(personalSegmentEvent{ID: e.ID.String(), Event: segmentEventOnWire(&e.Events[i], e.At)}, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *dossierText) quarantine() error {
	return t.dossier.Held(t.ctx, func(h *conversations.Held) error { return t.object(heldOnWire(h), nil) })
}
