package search

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/text"
)

// Writings finds records by the words of texts that people wrote, such as conversations by those of
// their messages. It is safe for concurrent use.
type Writings struct {
	of      fields.Entity // of the rows
	latest  []fields.Sort
	parted  bool // a row has several texts
	columns Columns
	text    Text
}

// NewWritings returns an engine over the columns of the records that are found, and over the index of
// their texts. They come in falling order of a field of instants. parted says that a record may have
// several texts.
func NewWritings(of fields.Entity, latest string, parted bool, c Columns, x Text) *Writings {
	return &Writings{
		of: of, latest: []fields.Sort{{Field: fields.Field{Name: latest, Type: fields.FieldInstant, Standard: &fields.Standard{}}, Desc: true}},
		parted: parted, columns: c, text: x,
	}
}

// WritingQuery asks for records by words of their texts.
type WritingQuery struct {
	Text   string         // what was typed, at most MaxText characters
	Filter *filter.Filter // over the records that are found; nil for all
	Env    filter.Env
	// Owners are the ordinals under which the records belong to one contact. Nil for those of everyone.
	Owners []uint32
	After  *fields.Position // end of the page before, nil for the first
	Limit  int              // records of the page
	MinSeq uint64           // as in Query
}

// WritingAnswer is the answer to a WritingQuery.
type WritingAnswer struct {
	// Page names the records of the page, those with the latest text first.
	Page    columns.Answer
	Total   uint64           // of all records found
	Next    *fields.Position // where the next page begins, nil at the end
	Matched Matched          // by which words they were found
	Seq     uint64           // newest change that the answer reflects
}

// WaitFor is Engine.WaitFor.
func (w *Writings) WaitFor(ctx context.Context, seq uint64) error { return w.text.WaitFor(ctx, seq) }

// Search finds records by words. A record is found by a text that has all of them. What is looked
// for widens in steps while too little is found, see textStep. Errors are those of Engine.Search.
func (w *Writings) Search(ctx context.Context, q WritingQuery) (WritingAnswer, error) {
	if tooLong(q.Text) {
		return WritingAnswer{}, textTooLong("q")
	}
	after, step, err := w.position(q.After)
	if err != nil {
		return WritingAnswer{}, err
	}
	if q.MinSeq > 0 {
		if err := w.text.WaitFor(ctx, q.MinSeq); err != nil {
			return WritingAnswer{}, err
		}
	}
	reader, err := w.text.Reader()
	if err != nil {
		return WritingAnswer{}, err
	}
	defer reader.Close()
	answer := WritingAnswer{Seq: reader.Seq()}
	f := textFinder{ctx: ctx, reader: reader, phrase: readTextPhrase(q.Text), parted: w.parted}
	if f.within, err = w.within(ctx, &q); err != nil || len(f.phrase) == 0 {
		return answer, err
	}
	found, step, err := f.find(step)
	if err != nil {
		return WritingAnswer{}, err
	}
	answer.Page, err = w.columns.Ask(ctx, columns.Question{Of: w.of, Among: found, Sort: w.latest, After: after, Limit: q.Limit})
	if err != nil {
		return WritingAnswer{}, err
	}
	answer.Total, answer.Matched = found.GetCardinality(), f.matched(step)
	if next := answer.Page.Next; next != nil {
		answer.Next = &fields.Position{Keys: append(slices.Clone(next.Keys), fields.IntValue(int64(step))), Ordinal: next.Ordinal}
	}
	return answer, nil
}

// within are the rows that may be found at all.
func (w *Writings) within(ctx context.Context, q *WritingQuery) (*roaring.Bitmap, error) {
	rows, _, err := w.columns.Members(ctx, q.Filter, q.Env)
	if err == nil && q.Owners != nil {
		w.columns.View(func(v *columns.View) { rows.And(v.Belonging(q.Owners)) })
	}
	return rows, err
}

// position divides the end of the page before into that of the columns and the step of its search.
func (w *Writings) position(p *fields.Position) (after *fields.Position, step textStep, err error) {
	if p == nil {
		return nil, anyStep, nil
	}
	n := len(w.latest)
	if len(p.Keys) != n+1 || p.Keys[n].Kind != fields.KindInt || p.Keys[n].Int < 0 || p.Keys[n].Int >= int64(textSteps) {
		return nil, 0, fault.InvalidCursor()
	}
	return &fields.Position{Keys: p.Keys[:n], Ordinal: p.Ordinal}, textStep(p.Keys[n].Int), nil
}

// textStep is how far a search in texts has widened. Each finds what those before find.
type textStep int

const (
	stepExact textStep = iota // the words as they are, all in one text
	stepBegun                 // and what goes on from them
	stepApart                 // and each in some text of the record
	stepNear                  // and what is a typo away, all in one text
	stepFar                   // and each in some text
	textSteps

	anyStep textStep = -1 // the first that finds enough
)

// enough is how many records end the search for other words than those that were asked for.
const enough = 20

// textFinder is one search in texts.
type textFinder struct {
	ctx    context.Context
	reader *text.Reader
	phrase textPhrase
	parted bool
	within *roaring.Bitmap

	begun, near [][]string // by word of the phrase, nil until they are looked up
}

// find returns the rows of a step, or of the first that finds enough.
func (f *textFinder) find(step textStep) (*roaring.Bitmap, textStep, error) {
	if step != anyStep {
		rows, err := f.rows(step)
		return rows, step, err
	}
	for step = range textSteps {
		if !f.parted && (step == stepApart || step == stepFar) {
			continue
		}
		rows, err := f.rows(step)
		if err != nil {
			return nil, step, err
		}
		n := rows.GetCardinality()
		if n >= enough || n > 0 && step >= stepBegun {
			return rows, step, nil
		}
	}
	return roaring.New(), stepExact, nil
}

// rows returns the rows of a step.
func (f *textFinder) rows(step textStep) (*roaring.Bitmap, error) {
	apart := step == stepApart || step == stepFar
	var rows *roaring.Bitmap
	var docs text.Docs
	for i := range f.phrase {
		next, err := f.docs(i, step)
		switch {
		case err != nil:
			return nil, err
		case i == 0 && !apart:
			docs = next
		case !apart:
			docs = docs.And(next)
		case i == 0:
			rows = f.reader.Rows(next)
		default:
			rows.And(f.reader.Rows(next))
		}
		if !apart && docs.Empty() {
			return roaring.New(), nil
		}
	}
	if !apart {
		rows = f.reader.Rows(docs)
	}
	rows.And(f.within)
	return rows, nil
}

// docs returns the documents that have a word of the phrase, in a step.
func (f *textFinder) docs(word int, step textStep) (text.Docs, error) {
	if err := f.ctx.Err(); err != nil {
		return nil, err
	}
	tokens, err := f.tokens(word, step)
	if err != nil {
		return nil, err
	}
	byField := map[text.Field][]string{}
	for _, token := range tokens {
		field := text.WrittenIn(token)
		byField[field] = append(byField[field], token)
	}
	var docs text.Docs
	for field, list := range byField {
		next, err := f.reader.Any(field, list)
		if err != nil {
			return nil, err
		}
		docs = docs.Or(next)
	}
	return docs, nil
}

// tokens returns what a word of the phrase stands for in a step.
func (f *textFinder) tokens(word int, step textStep) ([]string, error) {
	if err := f.lookUp(step); err != nil {
		return nil, err
	}
	tokens := f.phrase[word].exact()
	if step >= stepBegun {
		tokens = append(tokens, f.begun[word]...)
	}
	if step >= stepNear {
		tokens = append(tokens, f.near[word]...)
	}
	return tokens, nil
}

// lookUp fills begun and near when a step needs them.
func (f *textFinder) lookUp(step textStep) (err error) {
	each := func(list *[][]string, of func(*textWord, *text.Reader) ([]string, error)) {
		if err != nil || *list != nil {
			return
		}
		found := make([][]string, len(f.phrase))
		for i := range f.phrase {
			if found[i], err = of(&f.phrase[i], f.reader); err != nil {
				return
			}
		}
		*list = found
	}
	if step >= stepBegun {
		each(&f.begun, (*textWord).begun)
	}
	if step >= stepNear {
		each(&f.near, (*textWord).near)
	}
	return err
}

// matched are the tokens of a step that has been looked for.
func (f *textFinder) matched(step textStep) Matched {
	m := Matched{tokens: map[string]uint64{}, all: 1<<len(f.phrase) - 1}
	for i := range f.phrase {
		tokens, _ := f.tokens(i, step) // they are known
		for _, token := range tokens {
			m.tokens[token] |= 1 << i
		}
	}
	return m
}
