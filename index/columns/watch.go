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
}

func newWatch(of *table) *watch {
	w := &watch{of: of}
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

// derives notes that the derived columns of a row of the table are about to change, 0
// for none.
func (w *watch) derives(row uint32) {
	if w.of.live.Contains(row) {
		w.note(row)
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
			w.others[i].Add(row)
			w.others[i].AddMany(of.absorbs[row])
		}
	}
}

// watches are those of all questions under way.
type watches struct {
	mu   sync.Mutex
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

// each calls f for every watch. The caller holds the table's write lock.
func (w *watches) each(f func(*watch)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.list {
		f(one)
	}
}

// changes tells the watches that a row is about to change to a record, nil for none.
func (t *Tables) changes(of *table, row uint32, record any) {
	t.watches.each(func(w *watch) {
		w.changes(of, row)
		for _, r := range of.relations {
			if w.of == r.to {
				w.derives(r.other(row))
				if record != nil {
					w.derives(r.to.meant(r.declared.Of(record)))
				}
			}
		}
	})
}

// changesAll tells them that every row is about to change.
func (t *Tables) changesAll() { t.watches.each(func(w *watch) { w.rows.Or(w.of.live) }) }
