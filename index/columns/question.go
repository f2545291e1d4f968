package columns

import (
	"context"
	"errors"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/segments/filter"
)

// Question asks for the contacts that pass a filter: how many they are and, if
// wanted, who they are, what values they have, and a page of them.
type Question struct {
	Filter *filter.Filter // nil for everyone
	Env    filter.Env

	Members bool // whether to answer who they are
	Facets  []contacts.Field
	// Sort is the order of the page; without it, and among equals, contacts
	// come in the order of their ordinals: the first created first.
	Sort  []contacts.Sort
	After *contacts.Position // end of the page before, nil for the first
	Limit int                // rows of the page, 0 for none
}

// Answer is the answer to a Question. All of it is of one moment.
type Answer struct {
	Count    uint64          // of all that pass the filter
	Members  *roaring.Bitmap // their ordinals, the caller's own
	Ordinals []uint32        // the page
	// Next is where the next page begins, nil at the end.
	Next   *contacts.Position
	Facets []contacts.Facet // as asked for
	Seq    uint64           // newest change that the answer reflects

	unsorted []*textColumn // whose order was asked for
}

// Ask answers a question. It ends soon after the context. Errors are that of the
// context, and of KindInvalid when a field to sort by has many values or the
// question costs more than MaxSteps.
//
// Changes wait for a question that is quick. Any other lets them in every
// millisecond, and yet the answer is exact as of one moment, the last one. A
// contact is in or out by its own row and that of its company only. So:
//
//  1. The table notes, before it changes a row or a company, that it does so
//     (watch). Of a row that is not noted, all that its membership rests on was the
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
func (t *Table) Ask(ctx context.Context, q Question) (Answer, error) {
	a, finish, err := t.answer(ctx, q, false)
	if errors.Is(err, errLong) {
		a, finish, err = t.answer(ctx, q, true)
	}
	if err != nil {
		return Answer{}, err
	}
	t.sortAll(a.unsorted)
	a.Facets = finish()
	return a, nil
}

// maxRounds is how often rows that changed are evaluated again before the lock
// is kept.
const maxRounds = 3

// answer answers a question, but for what finish has to do after it.
func (t *Table) answer(ctx context.Context, q Question, patient bool) (a Answer, finish func() []contacts.Facet, err error) {
	w := &work{limits: t.limits, ctx: ctx, table: t, patient: patient, paused: t.paused}
	if err := ctx.Err(); err != nil {
		return Answer{}, nil, err
	}
	if t.asked != nil {
		defer func() { t.asked(w) }()
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	v := &View{t}
	if !patient && !q.Members && q.Limit == 0 && len(q.Facets) == 0 {
		a.Count = v.ask(w, q.Filter, q.Env, nil).count(q.Filter)
		a.Seq = t.seq
		return a, v.Facets(nil, nil), w.err
	}
	rows := v.rows(w, q)
	if w.err != nil {
		return Answer{}, nil, w.err
	}
	a.Seq, a.Count = t.seq, rows.GetCardinality()
	a.Ordinals, a.Next, err = v.Page(rows, q.Sort, q.After, q.Limit)
	finish = v.Facets(rows, q.Facets)
	if q.Members {
		a.Members = rows
	}
	a.unsorted = t.wanted()
	return a, finish, err
}

// rows returns the rows that pass the filter, the caller's own if they are to be
// answered.
func (v *View) rows(w *work, q Question) *roaring.Bitmap {
	if !w.patient {
		s := v.ask(w, q.Filter, q.Env, nil).filter(q.Filter)
		if q.Members {
			return v.materialize(s)
		}
		return v.shared(s)
	}
	w.watch = newWatch()
	v.t.watches.add(w.watch)
	defer v.t.watches.remove(w.watch)
	rows := v.materialize(v.ask(w, q.Filter, q.Env, nil).filter(q.Filter))
	for round := 1; !w.watch.empty() && w.err == nil; round++ {
		w.held = round >= maxRounds
		changed := w.watch.take(v.t.companies)
		again := v.materialize(v.ask(w, q.Filter, q.Env, changed).filter(q.Filter))
		again.And(changed)
		rows.AndNot(changed)
		rows.Or(again)
	}
	return rows
}
