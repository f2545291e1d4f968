package text

import (
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
)

// NoteDocuments are those of notes. Each stands for itself, and has the words of its text as it was
// typed.
func NoteDocuments(s ledger.Records) Documents {
	return writing{
		store: s, kind: notes.Kind, above: []fields.Entity{fields.EntityContact}, changing: map[string]bool{"text": true},
		texts: func(r ledger.Record) []string { return []string{r.(*notes.Note).Text} },
	}.documents("note_text", "1", byItself)
}
