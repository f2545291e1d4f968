package columns

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// Question asks for the contacts, or other records, that pass a filter: how many
// they are and, if wanted, who they are, what values they have, and a page of them.
type Question struct {
	// Of is the entity whose records are asked for, "" for contacts.
	Of     fields.Entity
	Filter *filter.Filter // nil for everyone
	Env    filter.Env
	// Among are contacts that are asked for instead of those who pass the filter,
	// nil for none. They need not exist, and are not changed.
	Among *roaring.Bitmap
	// Within are those that the question is limited to, nil for all: it is about those of
	// them who pass the filter. It is not changed.
	Within *roaring.Bitmap

	Members bool // whether to answer who they are
	// Funnel is a filter of which each rule of the outermost group is counted, nil for none. It
	// may be Filter itself, which is then evaluated once.
	Funnel *filter.Filter
	// Beside are other filters of the same records, which are answered for the same moment.
	Beside []*filter.Filter
	Facets []fields.FacetQuery
	// Sort is the order of the page; without it, and among equals, contacts
	// come in the order of their ordinals: the first created first.
	Sort  []fields.Sort
	After *fields.Position // end of the page before, nil for the first
	Limit int              // rows of the page, 0 for none
}

// Answer is the answer to a Question. All of it is of one moment.
type Answer struct {
	Count    uint64          // of all that pass the filter
	Members  *roaring.Bitmap // their ordinals, the caller's own
	Ordinals []uint32        // the page
	Figures  []Figures       // of the page, see View.Figures
	Owners   []uint32        // of the page, see View.Owners
	Moments  []int64         // of the page, see View.Moments
	// Next is where the next page begins, nil at the end.
	Next   *fields.Position
	Facets []fields.Facet // as asked for
	// Funnel has for each rule of the outermost group of Question.Funnel how many pass the
	// group that ends with it.
	Funnel []uint64
	Beside []Overlap // as asked for
	Seq    uint64    // newest change that the answer reflects

	unsorted []*textColumn // whose order was asked for
}

// Overlap is how a further filter compares with that of the question.
type Overlap struct {
	Count   uint64          // of all that pass the further filter
	Both    uint64          // of those who pass both
	Members *roaring.Bitmap // who pass the further one, when Members are asked for; the caller's own
}

// Refs name the records of the page.
func (a *Answer) Refs() []ledger.Ref {
	refs := make([]ledger.Ref, len(a.Ordinals))
	for i, ordinal := range a.Ordinals {
		if refs[i].Ordinal = ordinal; a.Owners != nil {
			refs[i].Owner = a.Owners[i]
		}
		if a.Moments != nil {
			refs[i].At = a.Moments[i]
		}
	}
	return refs
}

// Cut takes the first n records from the page, all when there are fewer.
func (a *Answer) Cut(n int) (first Answer) {
	n = min(n, len(a.Ordinals))
	first = *a
	first.Ordinals, a.Ordinals = a.Ordinals[:n], a.Ordinals[n:]
	if a.Figures != nil {
		first.Figures, a.Figures = a.Figures[:n], a.Figures[n:]
	}
	if a.Owners != nil {
		first.Owners, a.Owners = a.Owners[:n], a.Owners[n:]
	}
	if a.Moments != nil {
		first.Moments, a.Moments = a.Moments[:n], a.Moments[n:]
	}
	return first
}

// Ask answers a question. It ends soon after the context. Errors are that of the
// context, one for an entity without a table, and of KindInvalid when a field to sort by has many values or the
// question costs more than MaxSteps.
//
// Changes wait for a question that is quick. Any other lets them in every
// millisecond, and yet the answer is exact as of one moment, the last one. A
// contact is in or out by its own row and that of its company only. What a company has
// of its contacts is in the row of the company. So:
//
//  1. The tables note, before they change a row or a company, that they do so
//     (watch). They note that the contacts of a company have given it another number only
//     when somebody asks for that number. Of a row that is not noted, all that its membership rests on was the
//     same all the time: its codes and numbers, the texts of those codes, since a
//     code is given to another text only when no row has it, and its place in
//     postings. So each step saw of it what it would have seen in the end,
//     whenever it looked, and whatever it made of other rows.
//  2. Between two looks nothing is kept that is the table's own: a set that was
//     read is copied before the next pause, and a place in a column is looked up
//     anew.
//  3. In the end, whoever was noted is evaluated again, which is quick because few
//     rows matter, and again if somebody was noted in that time. When nobody is, and
//     the lock was not given back since that was seen, the answer is that of now.
//     After some rounds the lock is kept for the last one.
func (t *Tables) Ask(ctx context.Context, q Question) (Answer, error) {
	repeated := repeatedNodes(q.filters()...)
	for _, s := range q.Sort {
		if s.Field.Attribute != nil {
			s.Field.Attribute.OptionPlace("") // which makes its index before the lock is held
		}
	}
	a, finish, err := t.answer(ctx, q, repeated, false)
	if errors.Is(err, errLong) {
		a, finish, err = t.answer(ctx, q, repeated, true)
	}
	if err != nil {
		return Answer{}, err
	}
	t.sortAll(a.unsorted)
	a.Facets = finish()
	return a, nil
}

// answer answers a question, but for what finish has to do after it.
func (t *Tables) answer(ctx context.Context, q Question, repeated map[filter.Node]int, patient bool) (a Answer, finish func() []fields.Facet, err error) {
	w := &work{limits: t.limits, ctx: ctx, tables: t, patient: patient, paused: t.paused, sets: sharedSets{numbers: repeated}}
	if err := ctx.Err(); err != nil {
		return Answer{}, nil, err
	}
	of := t.of(cmp.Or(q.Of, fields.EntityContact))
	if of == nil {
		return Answer{}, nil, fmt.Errorf("columns: there is no table of %q", q.Of)
	}
	if t.asked != nil {
		defer func() { t.asked(w) }()
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	asked := asking{Question: q, view: &View{t, of}, work: w}
	if patient {
		finish, err = asked.patiently(&a)
	} else {
		finish, err = asked.quickly(&a)
	}
	a.Figures, a.Owners, a.Moments = asked.view.Figures(a.Ordinals), asked.view.Owners(a.Ordinals), asked.view.Moments(a.Ordinals)
	a.Seq, a.unsorted = t.seq, t.wanted()
	return a, finish, err
}

// asking is a question being answered.
type asking struct {
	Question
	view *View
	work *work
}

// What counting costs: one step for every countedRows rows that are counted for others, for every facetRows rows whose
// values are looked up by code, or sparseRows if they lie far apart, and for every countedTexts texts.
const (
	countedRows  = 4
	facetRows    = 8
	sparseRows   = 3
	countedTexts = 8
)

// quickly answers all at once, or not at all.
func (q *asking) quickly(a *Answer) (finish func() []fields.Facet, err error) {
	v, w := q.view, q.work
	if q.countsOnly() {
		a.Count = v.ask(w, q.Env, nil).count(q.Filter)
		return noFacets, w.err
	}
	found := q.find(nil)
	if w.err != nil {
		return nil, w.err
	}
	a.Count = found.rows.GetCardinality()
	if a.Ordinals, a.Next, err = v.page(w, found.rows, q.Sort, q.After, q.Limit); err != nil {
		return nil, err
	}
	if w.err != nil {
		return nil, w.err
	}
	q.tell(a, found)
	if len(q.Facets) == 0 {
		return noFacets, nil
	}
	s := newSubset(found.rows, v.of.live)
	if steps := v.facetSteps(s, q.Facets); w.charge(steps) {
		finish = v.facets(s, q.Facets, steps)
	}
	return finish, w.err
}

// countsOnly reports whether only the number of those who pass the filter is asked for.
func (q *asking) countsOnly() bool {
	return q.Among == nil && q.Within == nil && !q.Members && q.Limit == 0 && len(q.Facets) == 0 && q.Funnel == nil && len(q.Beside) == 0
}

// maxRounds is how often rows that changed are evaluated again before the lock
// is kept.
const maxRounds = 3

// patiently answers with pauses; see Tables.Ask.
func (q *asking) patiently(a *Answer) (finish func() []fields.Facet, err error) {
	v, w := q.view, q.work
	w.watch = q.watch()
	v.t.watches.add(w.watch)
	defer v.t.watches.remove(w.watch)

	found := q.find(nil)
	q.catchUp(func(changed *roaring.Bitmap, now findings) { found.replace(changed, now) })
	rows := found.rows
	tallies := v.newTallies(rows, q.Facets)
	gathering, err := q.gather(rows)
	if err != nil || w.err != nil {
		return nil, errors.Join(err, w.err)
	}
	w.watch.before = tallies.changes
	q.goThrough(rows, tallies, gathering)
	tallies.rank(w)
	late := roaring.New() // who changed since the rows were settled
	q.catchUp(func(changed *roaring.Bitmap, now findings) {
		tallies.replace(changed, now.rows)
		found.replace(changed, now)
		late.Or(changed)
	})
	if w.err != nil {
		return nil, w.err
	}
	a.Count = rows.GetCardinality()
	q.tell(a, found)
	paged := false
	if gathering != nil {
		a.Ordinals, a.Next, paged = gathering.page(late, roaring.And(late, rows))
	}
	if !paged {
		a.Ordinals, a.Next, err = v.Page(rows, q.Sort, q.After, q.Limit)
	}
	return tallies.facets(v.of.live), err
}

// catchUp evaluates again whoever has changed, until nobody has any more: then
// the lock has not been given back since.
func (q *asking) catchUp(replace func(changed *roaring.Bitmap, now findings)) {
	w := q.work
	for round := 1; w.err == nil && !w.watch.empty(); round++ {
		if w.held = round >= maxRounds; w.held {
			w.kept++
		}
		changed := w.watch.take()
		replace(changed, q.find(changed))
	}
	w.held = false
}

// gather returns what collects the page in pauses, nil when there is a quicker
// way to it.
func (q *asking) gather(rows *roaring.Bitmap) (*gathering, error) {
	unknown := func(s fields.Sort) bool { return !q.view.known(s.Field) }
	if q.Limit <= 0 || slices.ContainsFunc(q.Sort, unknown) {
		return nil, nil
	}
	criteria, err := q.view.criteria(q.Sort)
	if err != nil || len(criteria) == 0 {
		return nil, err
	}
	try := &work{limits: q.work.limits}
	if _, _, err = q.view.page(try, rows, q.Sort, q.After, q.Limit); try.err == nil {
		return nil, err
	}
	return newGathering(criteria, q.After, q.Limit, q.work.spare), nil
}

// goThrough shows every row to those who want to see it.
func (q *asking) goThrough(rows *roaring.Bitmap, t *tallies, g *gathering) {
	steps := uint64(len(t.parts))
	if g != nil {
		steps += 2
	}
	if steps > 0 && q.work.charge(steps*rows.GetCardinality()/2) {
		var copied [batchRows]uint32
		for block, batch := range batches(rows) {
			looked := uint64(len(batch))
			if g != nil {
				g.add(copied[:copy(copied[:], batch)])
			}
			t.add(block, batch)
			if !q.work.done(steps * looked / 2) {
				break
			}
		}
	}
	t.upTo = math.MaxUint32
}
