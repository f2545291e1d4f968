package columns

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// watch is what changed since a question looked: whose rows, and which
// companies. It is written under the write lock, and read under the read lock by
// the one who asks.
type watch struct {
	rows      *roaring.Bitmap
	companies *roaring.Bitmap
	before    func(row uint32) // called before a row changes, nil for nothing
}

func newWatch() *watch { return &watch{rows: roaring.New(), companies: roaring.New()} }

// take returns the rows whose membership in anything may have changed, and
// begins anew. Who left a company that changed has changed himself, so its
// present members are enough.
func (w *watch) take(t *companyTable) *roaring.Bitmap {
	rows, companies := w.rows, w.companies
	w.rows, w.companies = roaring.New(), roaring.New()
	for company := range each(companies) {
		members, _ := t.members.bitmap(company)
		rows.Or(members)
	}
	return rows
}

func (w *watch) empty() bool { return w.rows.IsEmpty() && w.companies.IsEmpty() }

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

// changes tells the watches that a row is about to change.
func (t *Tables) changes(row uint32) {
	t.watches.each(func(w *watch) {
		w.rows.Add(row)
		if w.before != nil {
			w.before(row)
		}
	})
}

// changesCompany tells them of a company.
func (t *Tables) changesCompany(company uint32) {
	t.watches.each(func(w *watch) { w.companies.Add(company) })
}

// changesAll tells them that every row is about to change.
func (t *Tables) changesAll() { t.watches.each(func(w *watch) { w.rows.Or(t.people.live) }) }
