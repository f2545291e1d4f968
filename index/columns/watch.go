package columns

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// watch is what changed since a question looked: rows of the table that it is
// about, and of those that these belong to. It is written under the write lock, and
// read under the read lock by the one who asks.
type watch struct {
	of     *table
	rows   *roaring.Bitmap
	others []*roaring.Bitmap // by relation of the table
	before func(row uint32)  // called before a row of the table changes, nil for nothing
	// derived says by relation of the table whether the question rests on a derived column
	// of the other table. Only then do the rows of one of these matter to each other: they
	// may be many.
	derived []bool
	// owned says by what belongs to the rows of the table whether the question asks for it.
	// Then a row changes with what belongs to it.
	owned []bool
}

func newWatch(of *table, derived, owned []bool) *watch {
	w := &watch{of: of, derived: derived, owned: owned}
	w.begin()
	return w
}

func (w *watch) begin() {
	w.rows, w.others = roaring.New(), make([]*roaring.Bitmap, len(w.of.relations))
	for i := range w.others {
		w.others[i] = roaring.New()
	}
}

// take returns the rows whose membership in anything may have changed, and
// begins anew. Who left a company that changed has changed himself, so those who
// are under it now are enough.
func (w *watch) take() *roaring.Bitmap {
	rows, others := w.rows, w.others
	w.begin()
	for i, r := range w.of.relations {
		for other := range each(others[i]) {
			members, _ := r.members.bitmap(other)
			rows.Or(members)
		}
	}
	return rows
}

func (w *watch) empty() bool {
	return w.rows.IsEmpty() && !slices.ContainsFunc(w.others, func(b *roaring.Bitmap) bool { return !b.IsEmpty() })
}

// note notes that a row of the table is about to change.
func (w *watch) note(row uint32) {
	w.rows.Add(row)
	if w.before != nil {
		w.before(row)
	}
}

// derives notes that a derived column of a row of some table is about to change.
func (w *watch) derives(of *table, row uint32) {
	if of == w.of {
		w.note(row)
	}
	for i, r := range w.of.relations {
		if of == r.to && w.derived[i] {
			w.noteOther(i, row)
		}
	}
}

// changes notes that a row of some table is about to change, and with it those that it has
// absorbed: afterwards they may be another's, or nobody's. One that it absorbs now is noted
// by the change that takes it away.
func (w *watch) changes(of *table, row uint32) {
	if of == w.of {
		w.note(row)
	}
	for i, r := range w.of.relations {
		if of == r.to {
			w.noteOther(i, row)
		}
	}
	w.changesOwned(of, row)
}

// changesOwned notes whom a row belongs to that is about to change.
func (w *watch) changesOwned(of *table, row uint32) {
	for i, asked := range w.owned {
		if r := w.of.owns[i]; asked && of == r.from {
			w.noteOwner(r.of.get(row))
		}
	}
}

// comes notes whom a row is about to belong to.
func (w *watch) comes(r *relation, owner uint32) {
	if i := slices.Index(w.of.owns, r); i >= 0 && i < len(w.owned) && w.owned[i] {
		w.noteOwner(owner)
	}
}

// noteOwner notes a row, 0 for none, or the one that has absorbed it.
func (w *watch) noteOwner(owner uint32) {
	if owner != 0 {
		w.note(w.of.meant(owner))
	}
}

// noteOther notes a row of the other table of a relation, and those that it has absorbed.
func (w *watch) noteOther(relation int, row uint32) {
	w.others[relation].Add(row)
	w.others[relation].AddMany(w.of.relations[relation].to.absorbs[row])
}

// watches are those of all questions under way. Who adds or removes one holds the read lock
// of the tables, who goes through them the write lock.
type watches struct {
	mu   sync.Mutex // of those who hold the read lock
	list []*watch
}

func (w *watches) add(one *watch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, one)
}

func (w *watches) remove(one *watch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = slices.DeleteFunc(w.list, func(other *watch) bool { return other == one })
}

// each calls f for every watch.
func (w *watches) each(f func(*watch)) {
	for _, one := range w.list {
		f(one)
	}
}

// changes tells the watches that a row is about to change.
func (t *Tables) changes(of *table, row uint32) {
	t.watches.each(func(w *watch) { w.changes(of, row) })
}

// comesTo tells them whom a row is about to belong to that did not.
func (t *Tables) comesTo(of *table, row uint32, record any) {
	for _, r := range of.relations {
		if owner := r.declared.Of(record); r.declared.Owner && owner != r.of.get(row) {
			t.watches.each(func(w *watch) { w.comes(r, owner) })
		}
	}
}

// changesAll tells them that every row is about to change.
func (t *Tables) changesAll() { t.watches.each(func(w *watch) { w.rows.Or(w.of.live) }) }
