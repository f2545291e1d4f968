package watch

import (
	"context"
	"maps"
	"slices"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Cause is what moved a contact. Numbers stand in records and never change their meaning.
type Cause uint8

// The causes. Of several that hold, the first one is told.
const (
	Deleted        Cause = iota + 1 // the contact does not exist any more
	Merged                          // it was merged into another contact, or another one into it
	Created                         // the contact was made
	Unmerged                        // a merge was undone
	Changed                         // the contact was changed
	Company                         // its company was changed, or what the company has of its contacts
	Conversations                   // its conversations have changed
	Notes                           // its notes have changed
	CampaignEvents                  // campaigns have reported of it
	Date                            // time has passed, which the filter looks at
	Definition                      // the filter, a segment that it names, the time zone or the start of the week was changed
	Picked                          // it was pinned, excluded, or picked for a static segment, or is so no longer
	Reconciled                      // the nightly evaluation of everybody disagreed
	Unknown                         // what happened is not kept
)

var causeWords = []string{
	"", "deleted", "merged", "created", "unmerged", "changed", "company", "conversations", "notes", "campaign_events", "date", "definition", "picked",
	"reconciled", "unknown",
}

// Causes are the words of the causes.
var Causes = causeWords[1:]

// String is the word for it, "" for none.
func (c Cause) String() string {
	if int(c) < len(causeWords) {
		return causeWords[c]
	}
	return ""
}

// mostRead is how many entries of the log are read for causes, of which many are events themselves. Of more,
// the causes are not told.
const mostRead = 2_000_000

// happened is what the log says of a part of it.
type happened struct {
	upTo     uint64           // the change with which the part ends
	contacts map[uint32]Cause // by ordinal, the first cause that holds
	firms    map[uint32]bool  // that were changed
}

// newHappened is an empty part behind a change.
func newHappened(seq uint64) *happened {
	return &happened{upTo: seq, contacts: map[uint32]Cause{}, firms: map[uint32]bool{}}
}

func (h *happened) note(ordinal uint32, c Cause) {
	if known := h.contacts[ordinal]; known == 0 || c < known {
		h.contacts[ordinal] = c
	}
}

// change notes one entry of the log.
func (h *happened) change(c *ledger.Change) {
	switch c.Entity {
	case fields.EntityContact:
		switch c.Op {
		case ledger.OpCreate:
			h.note(c.Ordinal, Created)
		case ledger.OpMerge:
			h.note(c.Ordinal, Merged)
		case ledger.OpRestore:
			h.note(c.Ordinal, Unmerged)
		default:
			h.note(c.Ordinal, Changed)
		}
	case fields.EntityCompany:
		h.firms[c.Ordinal] = true
	case fields.EntityConversation:
		h.note(c.Owner, Conversations)
	case fields.EntityNote:
		h.note(c.Owner, Notes)
	case fields.EntityCampaignEvent:
		h.note(c.Owner, CampaignEvents)
	}
}

// read lengthens a part of the log up to a change.
func (w *Watcher) read(ctx context.Context, h *happened, to uint64) error {
	if to > h.upTo+mostRead {
		h.upTo = to - mostRead
	}
	const page = 1_000
	for h.upTo < to {
		changes, err := w.store.Changes(ctx, h.upTo, page)
		if fault.KindOf(err) == fault.KindGone || err == nil && len(changes) == 0 {
			h.upTo = to
			return nil
		}
		if err != nil {
			return err
		}
		for i := range changes {
			h.change(&changes[i])
		}
		h.upTo = changes[len(changes)-1].Seq
	}
	return nil
}

// settle gives moves their causes: what the log says of the contact, and else those that they have.
func (w *Watcher) settle(ctx context.Context, h *happened, moves []move) error {
	byContact := map[uint32][]*move{} // of many segments
	for i := range moves {
		byContact[moves[i].contact] = append(byContact[moves[i].contact], &moves[i])
	}
	const page = 1_000
	for ordinals := range slices.Chunk(slices.Sorted(maps.Keys(byContact)), page) {
		fates, err := ledger.FatesOf(ctx, w.store, contacts.Kind, ordinals)
		if err != nil {
			return err
		}
		for i, fate := range fates {
			for _, m := range byContact[ordinals[i]] {
				switch {
				case fate.Record != nil:
					m.cause = h.causeOf(fate.Record.(*contacts.Contact), m.cause)
				case fate.Survivor != 0:
					m.cause, m.gone = Merged, true
				default:
					m.cause, m.gone = Deleted, true
				}
			}
		}
	}
	return nil
}

// causeOf is what moved a contact that exists.
func (h *happened) causeOf(c *contacts.Contact, fallback Cause) Cause {
	if fallback == Reconciled {
		return fallback
	}
	cause := Cause(0)
	for _, ordinal := range ledger.Ordinals(contacts.Kind, c) {
		if one := h.contacts[ordinal]; one != 0 && (cause == 0 || one < cause) {
			cause = one
		}
	}
	switch {
	case cause != 0 && (cause < Company || !h.firms[c.Company]):
		return cause
	case c.Company != 0 && h.firms[c.Company]:
		return Company
	}
	if fallback == Company && c.Company == 0 {
		return Unknown
	}
	return fallback
}
