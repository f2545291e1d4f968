package columns

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// Watch notes the contacts whose membership in some filters can change, from when it began until
// Close. It is for one goroutine.
type Watch struct {
	tables *Tables
	watch  *watch
}

// Watch begins one. The filters say what matters beside the contacts themselves and their
// companies: what belongs to them, and what companies have of their contacts.
func (t *Tables) Watch(filters []*filter.Filter) *Watch {
	t.mu.RLock()
	defer t.mu.RUnlock()
	q := asking{Question: Question{Beside: filters}, view: &View{t, t.of(fields.EntityContact)}}
	w := &Watch{t, q.watch()}
	t.watches.add(w.watch)
	return w
}

// Take returns the contacts that were noted since it was last called, in a bitmap of the caller's
// own. They are whole commits: an evaluation that begins afterwards sees all that they changed.
// Contacts that are gone are among them.
func (w *Watch) Take() *roaring.Bitmap {
	w.tables.mu.RLock()
	defer w.tables.mu.RUnlock()
	return w.watch.take()
}

// Close ends it.
func (w *Watch) Close() {
	w.tables.mu.RLock()
	defer w.tables.mu.RUnlock()
	w.tables.watches.remove(w.watch)
}
