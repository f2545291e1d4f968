package search

import (
	"cmp"
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/text"
)

// Query asks for contacts by words.
type Query struct {
	Text   string         // what was typed, at most MaxText characters
	Filter *filter.Filter // nil for everyone
	Env    filter.Env
	Facets []fields.FacetQuery
	// Sort is the order of the hits; best first without it.
	Sort  []fields.Sort
	After *fields.Position // end of the page before, nil for the first
	Limit int              // hits of the page, 0 for none
	// MinSeq is a change that the answer must reflect; Search waits for it, see
	// text.Index.WaitFor.
	MinSeq uint64
}

// Answer is the answer to a Query.
type Answer struct {
	Hits []fields.Hit
	// Total is the number of contacts found. If it is not Exact, there may be more.
	Total  uint64
	Exact  bool
	Facets []fields.Facet // over all contacts found
	// Next is where the next page begins, nil at the end: the score and the
	// ordinal of the last hit and where the ranking ended, or the position of
	// the sort.
	Next *fields.Position
	Seq  uint64 // newest change that the answer reflects
}

// atLeast adds contacts that were found to match after those of Total were counted.
func (a *Answer) atLeast(more int) {
	if !a.Exact {
		a.Total += uint64(more)
	}
}

// effort is how far a search goes.
type effort struct {
	enough uint64 // contacts found without a typo, above which typos are not looked for
	ranked int    // contacts ranked; of more, the likely ones and the last seen
}

var searchEffort = effort{enough: 50, ranked: 500}

// Search finds contacts by words. Every candidate comes from the text index;
// columns filter and count, and the ranking compares the contacts' own
// strings.
//
// A text without any letter or digit finds nobody. Errors are of KindInvalid
// (text too long, MinSeq in the future, After of another version) or KindUnavailable (MinSeq not reached
// in time, index being built).
func (e *Engine) Search(ctx context.Context, q Query) (Answer, error) {
	if tooLong(q.Text) {
		return Answer{}, textTooLong("query")
	}
	if err := q.checkPosition(); err != nil {
		return Answer{}, err
	}
	reader, err := e.reader(ctx, q.MinSeq)
	if err != nil {
		return Answer{}, err
	}
	defer reader.Close()
	s := searcher{ctx: ctx, Engine: e, query: q, phrase: e.phrase(q.Text), effort: searchEffort}
	return s.run(reader)
}

// phrase reads the text of a search for somebody.
func (e *Engine) phrase(s string) phrase {
	read := parse
	if e.of == fields.EntityCompany {
		read = parseOrganisation
	}
	p := read(s, e.schema().Settings.PhoneRegion)
	p.leaveRepeatsOut()
	return p
}

// textTooLong is the error for a text of more than MaxText characters.
func textTooLong(path string) error {
	return fault.Invalid("invalid-search", "The text to search for is too long.",
		[]fault.Fault{{Path: path, Detail: "at most 1,000 characters"}})
}

// searcher is one search under way. After an error everything is empty.
type searcher struct {
	ctx     context.Context
	failure error // the first of the columns, see ask

	*Engine
	query  Query
	phrase phrase
	effort effort

	within   *roaring.Bitmap // who may be found at all
	everyone uint64          // contacts that there are
	id       string          // that the hits were found by, "" for none

	anonymous *roaring.Bitmap // see visitors

	words      []wordDocs        // of the finder
	missing    []int             // cost of leaving out each word
	allowances []int             // how many words contacts may lack at all, see aligner.align
	aligners   []*aligner        // one a goroutine
	cut        cut               // where the candidates end
	ranked     *roaring.Bitmap   // contacts that were looked at
	hits       []rankedHit       // those of them that match
	lacking    []rankedHit       // those that match when they may lack more words
	tiers      []*roaring.Bitmap // from the likeliest, each with those before
	documents  text.Docs         // of the tiers of words
	stages     stages            // that the search went through
	loose      int               // words that contacts of the last tier may lack
	// leastLikeness is how like words of a name those must be that it lacks; 0 for
	// not at all.
	leastLikeness int
	// guessed says that contacts of the last tier may not match: two words may
	// need the same word of a name, digits may lie apart, typos may be too many.
	guessed bool
}

func (s *searcher) run(reader *text.Reader) (Answer, error) {
	answer := Answer{Seq: reader.Seq(), Exact: true}
	var err error
	if s.within, _, err = s.columns.Members(s.ctx, s.query.Filter, s.query.Env); err != nil {
		return Answer{}, err
	}
	s.columns.View(func(v *columns.View) { s.everyone = v.Size() })
	if !s.findID(s.query.Text) {
		if err := s.find(newFinder(s.ctx, reader, s.terms, &s.phrase)); err != nil {
			return Answer{}, err
		}
	}
	if err := s.answer(&answer); err != nil {
		return Answer{}, err
	}
	return answer, s.err()
}

// answer counts and cuts the page. Facets count exactly who is found, and so
// does the total then.
func (s *searcher) answer(a *Answer) error {
	found := s.widest()
	rest := roaring.AndNot(found, s.ranked)
	switch {
	case rest.IsEmpty():
		found = ordinalsOf(s.hits)
		a.Total = uint64(len(s.hits))
	case s.guessed && len(s.query.Facets) > 0:
		var err error
		if rest, err = s.members(rest); err != nil {
			return err
		}
		found = roaring.Or(ordinalsOf(s.hits), rest)
		a.Total = found.GetCardinality()
	case s.guessed:
		a.Total, a.Exact = uint64(len(s.hits)), false
	default:
		a.Total = found.GetCardinality()
	}
	if len(s.query.Facets) > 0 {
		a.Facets = s.ask(columns.Question{Among: found, Facets: s.query.Facets}).Facets
	}
	if len(s.query.Sort) > 0 {
		return s.sortedPage(a, found)
	}
	s.page(a, s.hits, rest)
	return s.err()
}

func ordinalsOf(hits []rankedHit) *roaring.Bitmap {
	list := make([]uint32, len(hits))
	for i := range hits {
		list[i] = hits[i].ordinal
	}
	return roaring.BitmapOf(list...)
}

// candidates chooses whom to rank: everyone when they are few, else the
// likeliest tiers and of the tier that does not fit those seen last, visitors
// behind everyone else of their tier.
func (s *searcher) candidates() *roaring.Bitmap {
	chosen, limit := roaring.New(), s.effort.ranked
	if s.loose > 0 {
		limit *= 2 // the less fits, the more must be compared
	}
	before, paged := s.cutBefore()
	paged = paged && before.tiers == len(s.tiers)
	s.cut = cut{tiers: len(s.tiers), step: uncut}
	everyone := s.widest()
	if !paged && everyone.GetCardinality() <= uint64(limit) {
		return everyone.Clone()
	}
	for i := range 2 * len(s.tiers) {
		rest := roaring.AndNot(s.tiers[i/2], chosen)
		if visitors := i%2 == 1; !visitors {
			rest.AndNot(s.visitors())
		}
		room := limit - int(chosen.GetCardinality())
		switch {
		case paged && before.step == i:
			s.cut = before
			chosen.Or(s.seenSince(rest, before))
			return chosen
		case int(rest.GetCardinality()) <= room, paged && int(rest.GetCardinality()) <= room+maxArrivals:
			chosen.Or(rest)
		default:
			last := s.lastSeen(rest, room)
			s.cut = s.cutBehind(i, last)
			chosen.Or(last)
			return chosen
		}
	}
	return chosen
}

// visitors returns all visitors; it is shared.
func (s *searcher) visitors() *roaring.Bitmap {
	if s.anonymous == nil && s.of == fields.EntityCompany {
		s.anonymous = roaring.New()
	}
	if s.anonymous == nil {
		kind, _ := s.schema().Field("type")
		s.anonymous = s.ask(columns.Question{Filter: only(kind, filter.Eq, string(contacts.TypeVisitor)), Members: true}).Members
	}
	return s.anonymous
}

// lastSeen returns those of the contacts who were seen last.
func (s *searcher) lastSeen(rows *roaring.Bitmap, count int) *roaring.Bitmap {
	return roaring.BitmapOf(s.ask(columns.Question{Among: rows, Sort: recentFirst, Limit: count}).Ordinals...)
}

// ask asks the columns; after an error, see err, the answer is nobody.
func (s *searcher) ask(q columns.Question) columns.Answer {
	a, err := s.columns.Ask(s.ctx, q)
	if err != nil {
		s.failure = cmp.Or(s.failure, err)
		a.Members = roaring.New()
	}
	return a
}

// only is the filter of one rule about a text.
func only(f fields.Field, o filter.Operator, text string) *filter.Filter {
	rule := &filter.Rule{Field: f, Operator: o, Values: []fields.Value{fields.TextValue(text)}}
	return &filter.Filter{Root: &filter.Group{Rules: []filter.Node{rule}}}
}

// err is why the search is to end, nil when it is not.
func (s *searcher) err() error { return cmp.Or(s.failure, s.ctx.Err()) }

var recentFirst = []fields.Sort{{Field: fields.Field{Name: "last_seen_at", Type: fields.FieldInstant}, Desc: true}}

// named returns contacts as they are seen at first, see columns.View.Named.
func (s *searcher) named(ordinals []uint32) []columns.Person {
	return s.each(ordinals, (*columns.View).Named)
}

// people returns contacts whole.
func (s *searcher) people(ordinals []uint32) []columns.Person {
	return s.each(ordinals, (*columns.View).Person)
}

func (s *searcher) each(ordinals []uint32, of func(*columns.View, uint32) columns.Person) []columns.Person {
	out := make([]columns.Person, len(ordinals))
	s.read(ordinals, out, of)
	return out
}

// read fills out, which is as long at least, with contacts.
func (s *searcher) read(ordinals []uint32, out []columns.Person, of func(*columns.View, uint32) columns.Person) {
	s.columns.View(func(v *columns.View) {
		for i, ordinal := range ordinals {
			out[i] = of(v, ordinal)
		}
	})
}

// lookUp returns a function that returns a contact whole.
func (s *searcher) lookUp(ordinal uint32) func() columns.Person {
	return func() columns.Person { return s.people([]uint32{ordinal})[0] }
}
