package notes

import (
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// ClaimID is the claim on the id of a note.
const ClaimID ledger.ClaimKind = 16

// MaxTextLength is how many characters the text of a note may have.
const MaxTextLength = 20_000

// Note is what somebody wrote down about a contact. One that came out of the store is shared.
type Note struct {
	Ordinal uint32 // dense, given once by the store, never reused, from 1
	Owner   uint32 // the ordinal of the contact whose id was named; another may have absorbed that one since
	ID      ledger.ID

	Text   string // Markdown
	Pinned bool
	Source ledger.Source // on whose behalf the note was made
	Name   string        // of the key with which it was made

	// Instants have millisecond precision and are in UTC. CreatedAt is in the key of the record.
	CreatedAt time.Time
	UpdatedAt time.Time

	// Versions is how many texts the note has had, with that of now.
	Versions uint32
	// Version is the sequence number of the change that wrote this state.
	Version uint64
}

// sources are those that a note may have.
var sources = []string{
	string(ledger.SourceAgent), string(ledger.SourceAI), string(ledger.SourceAPI), string(ledger.SourceImport), string(ledger.SourceRule), string(ledger.SourceSystem),
}

// Kind declares notes. The versions of a note are its history.
var Kind = ledger.Declare(ledger.Kind[Note]{
	Shape: ledger.Shape{
		Entity: fields.EntityNote, Plural: "notes", Number: 4, Prefix: 'e', Version: noteRecord, Owner: fields.EntityContact, Dated: true, History: true,
		Unique: []ledger.Unique{{Claim: ClaimID, Field: "id", Noun: "id"}},
	},
	Stamp: func(n *Note) ledger.Stamp {
		return ledger.Stamp{Ordinal: &n.Ordinal, Owner: &n.Owner, At: &n.CreatedAt, ID: &n.ID, Version: &n.Version, UpdatedAt: &n.UpdatedAt}
	},
	Encode: encode,
	Decode: decode,
	Clone:  func(n *Note) *Note { c := *n; return &c },
	Claims: func(n *Note) []ledger.Claim { return []ledger.Claim{{Kind: ClaimID, Value: n.ID.String()}} },
	Fields: []ledger.FieldOf[Note]{
		ledger.IDField(func(n *Note) *ledger.ID { return &n.ID }, ledger.Unfiltered),
		ledger.LinesField(textField, func(n *Note) *string { return &n.Text }, ledger.Limit(MaxTextLength), ledger.Required),
		ledger.FlagField("pinned", func(n *Note) *bool { return &n.Pinned }),
		ledger.ChoiceField("author.source", func(n *Note) *ledger.Source { return &n.Source },
			ledger.OneOf(sources, "one of agent, ai, api, import, rule, system"), ledger.ReadOnly(refusedAuthor)).Merged(ledger.Own[Note]()),
		ledger.InstantField("created_at", func(n *Note) *time.Time { return &n.CreatedAt }, ledger.AtCreation).Merged(ledger.Own[Note]()),
		ledger.InstantField("updated_at", func(n *Note) *time.Time { return &n.UpdatedAt }, ledger.SetByServer, ledger.Quiet, ledger.Unfiltered).Merged(ledger.Own[Note]()),
	},
})

// textField is the field whose changes are the versions of a note.
const textField = "text"

// refusedAuthor is what is said to whoever sends an author.
const refusedAuthor = "is that of the key and cannot be sent"
