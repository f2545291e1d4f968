// Package search finds people and companies by words: it reads what was typed, asks the text
// index for candidates, and ranks them by comparing the query with the contacts'
// own strings. Suggestions while somebody types and likely duplicates are found
// in the same way.
//
// It keeps nothing. What it reads, it asks for by three interfaces: Columns,
// Terms and Text.
package search

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/index/text"
)

// Columns say who passes a filter, what people are called, and when they were
// last seen. *columns.Tables has Ask and View.
type Columns interface {
	// Members returns the ordinals of all contacts that pass a filter, in a bitmap
	// of the caller's own, and the newest change that it reflects.
	Members(ctx context.Context, f *filter.Filter, env filter.Env) (members *roaring.Bitmap, seq uint64, err error)
	// Ask answers a question of the search's own: who of the candidates was seen
	// last, say.
	Ask(ctx context.Context, q columns.Question) (columns.Answer, error)
	// View calls read with the columns as they are, which nobody writes meanwhile.
	View(read func(*columns.View))
}

// Terms turn a word of a query into the words that contacts have. All of their
// methods may be called at the same time. *terms.Terms is one.
type Terms interface {
	// Known returns the tokens that stand for a word without a typo. Longer ones are
	// left out when the word has at most edge letters: a field of the text has those.
	Known(w *terms.Word, edge int) []terms.Expansion
	// Typos returns the tokens that are a typo away from a word, or two.
	Typos(w *terms.Word, two bool) []terms.Expansion
	// Sounds returns the tokens that sound like a word, also when that costs more
	// than a typo.
	Sounds(w *terms.Word) []terms.Expansion
	// OtherNames returns the tokens that a word stands for as a nickname.
	OtherNames(w *terms.Word) []terms.Expansion
	// Count returns how many contacts have a token, about.
	Count(token string) uint32
}

// Text is the index of the words of contacts. *text.Index is one.
type Text interface {
	// Reader returns the index as it is, for the caller to close, or an error of
	// KindUnavailable while there is none.
	Reader() (*text.Reader, error)
	// WaitFor waits until the index reflects a change. Errors are of KindInvalid (a
	// change in the future) or KindUnavailable (not in time).
	WaitFor(ctx context.Context, seq uint64) error
}

// Engine answers searches. It is safe for concurrent use.
type Engine struct {
	of      fields.Entity
	columns Columns
	terms   Terms
	text    Text
	schema  func() *fields.Schema
}

// New returns an engine over what it asks, and over the schema as it is at each
// moment.
func New(c Columns, t Terms, x Text, schema func() *fields.Schema) *Engine {
	return &Engine{of: fields.EntityContact, columns: c, terms: t, text: x, schema: schema}
}

// NewOfCompanies is New for an engine whose columns, terms and text are those of
// companies. It searches; suggestions and duplicates are of people.
func NewOfCompanies(c Columns, t Terms, x Text, schema func() *fields.Schema) *Engine {
	e := New(c, t, x, schema)
	e.of = fields.EntityCompany
	return e
}

// WaitFor waits until searches reflect a change, as one with it as MinSeq does,
// for callers that do something else before they search. Errors are those of
// Search.
func (e *Engine) WaitFor(ctx context.Context, seq uint64) error { return e.text.WaitFor(ctx, seq) }

// reader returns the text index, once it reflects a change if minSeq is one.
func (e *Engine) reader(ctx context.Context, minSeq uint64) (*text.Reader, error) {
	if minSeq > 0 {
		if err := e.text.WaitFor(ctx, minSeq); err != nil {
			return nil, err
		}
	}
	return e.text.Reader()
}
