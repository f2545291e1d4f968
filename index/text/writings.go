package text

import (
	"context"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// writing is a kind of texts that people write, such as messages. Its records belong to others.
// Their documents have the words of the texts and nothing else.
type writing struct {
	store ledger.Records
	kind  ledger.AnyKind
	texts func(r ledger.Record) []string
	// changing are the fields whose change gives a record other words.
	changing map[string]bool
	// above are the entities whose records have those of the kind with them when they are
	// deleted, at whatever distance.
	above []fields.Entity
}

// documents are those of the writing. Each stands for a row.
func (w writing) documents(subsystem, version string, row func(owner, ordinal uint32) uint32) Documents {
	return Documents{
		plural: w.kind.Info().Plural, subsystem: subsystem, version: version, row: row, batch: smallBatch,
		present: w.present, from: w.from, touches: w.touches,
	}
}

// byOwner and byItself are the rows that documents may stand for: that of what the record
// belongs to, and its own.
func byOwner(owner, _ uint32) uint32    { return owner }
func byItself(_, ordinal uint32) uint32 { return ordinal }

func (w writing) touches(c *ledger.Change) (t touched) {
	if c.Entity == w.kind.Info().Entity {
		t.itself = c.Op != ledger.OpUpdate || anyOf(c.Fields, w.changing)
	}
	for _, entity := range w.above {
		t.orphans = t.orphans || c.Entity == entity && c.Op == ledger.OpDelete
	}
	return t
}

func (w writing) present(ctx context.Context, refs []ledger.Ref) ([]doc, error) {
	docs := make([]doc, len(refs))
	for i, ref := range refs {
		docs[i].ref = ref
	}
	err := w.store.Read(ctx, w.kind.Info(), refs, func(i int, record []byte) error {
		r, err := w.kind.DecodeRecord(refs[i], record)
		if err == nil {
			docs[i].terms = w.terms(r)
		}
		return err
	})
	return docs, err
}

func (w writing) from(ctx context.Context, ref ledger.Ref, limit int) (docs []doc, err error) {
	err = w.store.Scan(ctx, w.kind.Info(), ref, limit, func(ref ledger.Ref, record []byte) error {
		r, err := w.kind.DecodeRecord(ref, record)
		if err == nil {
			docs = append(docs, doc{ref, w.terms(r)})
		}
		return err
	})
	return docs, err
}

// minNumber is how many characters a word with a digit has that is likely to be a number of its own:
// of an order, say.
const minNumber = 4

// WrittenIn is the field of a text in which a word is. Most numbers are in one document, and take
// a third of the bytes in a field for such.
func WrittenIn(word string) Field {
	if len(word) >= minNumber && strings.ContainsAny(word, "0123456789") {
		return Key
	}
	return Word
}

// terms are the words of a record.
func (w writing) terms(r ledger.Record) termSet {
	t := make(termSet, 1)
	for _, text := range w.texts(r) {
		words.EachTextToken(text, func(token words.TextToken) { t.add(WrittenIn(token.Text), token.Text) })
	}
	return t
}
