package timeline

import (
	"slices"
	"strings"
	"time"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/watch"
)

// Kind says what an entry is.
type Kind string

// The kinds of entries.
const (
	Created        Kind = "created"
	Changed        Kind = "changed"
	NoteWritten    Kind = "note"
	Conversation   Kind = "conversation"
	Message        Kind = "message"
	MergedWith     Kind = "merged"
	Unmerged       Kind = "unmerged"
	Blocked        Kind = "blocked"
	Unblocked      Kind = "unblocked"
	Consent        Kind = "consent"
	SegmentEntered Kind = "segment_entered"
	SegmentLeft    Kind = "segment_left"
	CampaignEvent  Kind = "campaign_event"
)

// Kinds are all of them.
var Kinds = []Kind{Created, Changed, NoteWritten, Conversation, Message, MergedWith, Unmerged, Blocked, Unblocked, Consent, SegmentEntered, SegmentLeft, CampaignEvent}

// ofHistory are the kinds that the history has.
var ofHistory = []Kind{Created, Changed, MergedWith, Unmerged, Blocked, Unblocked, Consent}

// ReadKinds returns the kinds with some names, in the order of Kinds and each once; none for all.
// A name that is none is an error of fault.KindInvalid.
func ReadKinds(names []string) ([]Kind, error) {
	if len(names) == 0 {
		return Kinds, nil
	}
	wanted := make([]Kind, 0, len(names))
	for _, name := range names {
		wanted = append(wanted, Kind(strings.TrimSpace(name)))
	}
	known := slices.DeleteFunc(slices.Clone(Kinds), func(k Kind) bool { return !slices.Contains(wanted, k) })
	for _, k := range wanted {
		if !slices.Contains(Kinds, k) {
			return nil, fault.Invalid("invalid-request", "The kinds are not valid.", []fault.Fault{{Path: "kinds", Detail: "must be some of " + allKinds() + ", with commas between them"}})
		}
	}
	return known, nil
}

func allKinds() string {
	var names []string
	for _, k := range Kinds {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// Entry is one thing that happened. Of the last members it has the one of its kind.
type Entry struct {
	Kind Kind
	At   time.Time
	// Seq is the sequence number of the newest change of what the entry shows.
	Seq    uint64
	Author ledger.Author
	// Contact is whose part it was: of one that was absorbed, its own id.
	Contact ledger.ID

	Change       *ledger.HistoryEntry // of a kind that the history has
	Other        ledger.ID            // of MergedWith and Unmerged: the other contact; zero when nobody knows it any more
	Note         *notes.Note
	Conversation *conversations.Conversation // also of Message: in which it was written
	Message      *conversations.Message
	Segment      *watch.Event // of SegmentEntered and SegmentLeft
	Campaign     *audiences.Event
}

// kindOf is what an entry of the history of a contact is.
func kindOf(e *ledger.HistoryEntry) Kind {
	switch e.Op {
	case ledger.OpCreate:
		return Created
	case ledger.OpBlock:
		return Blocked
	case ledger.OpUnblock:
		return Unblocked
	case ledger.OpMerge:
		return MergedWith
	case ledger.OpRestore:
		return Unmerged
	}
	before, after, changed := absorbed(e)
	switch {
	case !changed && ConsentOf(e).Channel != 0:
		return Consent
	case !changed:
		return Changed
	case len(after) > len(before):
		return MergedWith
	}
	return Unmerged
}

// ConsentOf returns what a change says of the consent on a channel: its status and its proof where they
// changed. The channel is 0 for a change of something else. See contacts.Consent: each is a change of its
// own.
func ConsentOf(e *ledger.HistoryEntry) (said SaidConsent) {
	for i := range e.Changes {
		c := &e.Changes[i]
		name, ok := strings.CutPrefix(c.Field, contacts.ConsentPrefix)
		channel, part, _ := strings.Cut(name, ".")
		if !ok || e.Op != ledger.OpUpdate {
			return SaidConsent{}
		}
		said.Channel = fields.ChannelNamed(channel)
		switch {
		case part == "proof":
			said.Proof = c.New.Text
		case part == "" && c.New.IsMissing():
			said.Status = contacts.ConsentUnknown.String()
		case part == "":
			said.Status = c.New.Text
		}
	}
	return said
}

// SaidConsent is what a change says of a consent.
type SaidConsent struct {
	Channel fields.Channel
	Status  string // "" where only the moment or the proof changed
	Proof   string
}

// absorbed are the ids of those whom the contact had absorbed before and after a change.
func absorbed(e *ledger.HistoryEntry) (before, after []string, changed bool) {
	for i := range e.Changes {
		if c := &e.Changes[i]; c.Field == ledger.FieldAbsorbed {
			return c.Old.List, c.New.List, true
		}
	}
	return nil, nil, false
}

// people are a contact and those whom it has absorbed.
type people struct {
	ordinals []uint32
	ids      map[uint32]ledger.ID
}

func peopleOf(c *contacts.Contact) people {
	p := people{ordinals: ledger.Ordinals(contacts.Kind, c), ids: map[uint32]ledger.ID{c.Ordinal: c.ID}}
	for i := range c.Absorbed {
		p.ids[c.Absorbed[i].Ordinal] = c.Absorbed[i].ID
	}
	return p
}
