package cli

import (
	"context"
	"fmt"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/ledger"
)

// agent is who blocks and merges people.
var agent = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAgent, Name: "Customer desk"}}

// blockings are who the demo blocks. The first one is blocked before the demo serves.
func (t *talk) blockings() []fixtures.Blocking { return t.people.Blockings(blockedPeople, t.People) }

// blockFirst blocks one person in a folder without conversations, for the examples.
func (t *talk) blockFirst(ctx context.Context) error {
	list := t.blockings()
	if t.Done > 0 || len(list) == 0 {
		return nil
	}
	return t.block(ctx, list[0])
}

// blockOthers blocks some more people.
func (t *talk) blockOthers(ctx context.Context) error {
	for i, b := range t.blockings() {
		if i == 0 {
			continue
		}
		if err := t.block(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// block blocks somebody, who goes on writing. A message that somebody has released already stays
// where it is.
func (t *talk) block(ctx context.Context, b fixtures.Blocking) error {
	ids, err := t.ids(ctx, b.Contact)
	if err != nil {
		return err
	}
	d := fields.Draft{"reason": b.Reason}
	if !b.Until.IsZero() {
		d["until"] = fields.FormatInstant(b.Until.UnixMilli())
	}
	if _, err := t.Contacts.Block(ctx, agent, ids[0], d, 0); err != nil {
		return err
	}
	for i := range b.Held {
		_, err := t.Conversations.Receive(ctx, sampler, b.Held[i].Inbound())
		if err != nil && fault.KindOf(err) != fault.KindForbidden {
			return fmt.Errorf("a blocked contact wrote: %w", err)
		}
	}
	return nil
}

// heldExamples are requests about messages of a blocked contact, none where nothing is kept aside.
func (t *talk) heldExamples(ctx context.Context, curl func(path, more string) string) (string, error) {
	list := t.blockings()
	if len(list) == 0 {
		return "", nil
	}
	ids, err := t.ids(ctx, list[0].Contact)
	if err != nil {
		return "", err
	}
	c, _, err := t.Contacts.Get(ctx, ids[0])
	if err != nil {
		return "", err
	}
	held, _, err := t.Conversations.Quarantine(ctx, ledger.Ordinals(contacts.Kind, c), ledger.Window{Reverse: true, Limit: 1})
	if err != nil || len(held) == 0 {
		return "", err
	}
	text := "\nSee what a blocked person has written. It is kept aside, in quarantine:\n"
	text += curl("/v1/contacts/"+ids[0].String()+"/quarantine", "")
	text += "\nRelease the newest of these messages into a conversation:\n"
	return text + curl("/v1/quarantine/"+held[0].ID.String()+"/release", " -X POST"), nil
}

// merge merges some of those who are there twice.
func (t *talk) merge(ctx context.Context) error {
	for _, pair := range t.people.Duplicates(t.People/peopleOfMerge, t.People) {
		ids, err := t.ids(ctx, pair[0], pair[1])
		if err != nil {
			return err
		}
		_, err = t.Contacts.Merge(ctx, agent, ids[0], ids[1], 0)
		if err != nil && fault.KindOf(err) != fault.KindConflict && fault.KindOf(err) != fault.KindInvalid {
			return err
		}
	}
	return nil
}
