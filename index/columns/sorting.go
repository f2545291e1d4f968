package columns

import (
	"iter"
	"slices"
	"sync/atomic"

	"github.com/ndoto/kundi/workers"
)

// sorting is the order of a column's texts. It is made beside the table in use, when it
// is first asked for or ahead, and kept from then on.
//
// The table's lock guards all but wanted.
type sorting struct {
	codes   *sortedCodes // nil until made
	making  bool
	changed []uint32 // codes that changed while it is made

	wanted atomic.Bool // asked for under the read lock
}

// How many texts are sorted when somebody asks, and how many are gone through in any order without
// a pause.
const (
	fewTexts  = 256
	someTexts = 4096
)

// order returns the texts in order, nil when it has to be made first. That
// begins after the view that asks.
func (t *textColumn) order() *sortedCodes {
	if t.sorting.codes != nil {
		return t.sorting.codes
	}
	if t.folds.live() <= fewTexts {
		var few sortedCodes
		few.renew(t.folds, t.folds.all())
		return &few
	}
	if !t.sorting.making {
		t.sorting.wanted.Store(true)
	}
	return nil
}

// added follows a key that a code was given.
func (s *sorting) added(keys keyed, code uint32) {
	switch {
	case s.codes != nil:
		s.codes.insert(keys, code)
	case s.making:
		s.changed = append(s.changed, code)
	}
}

// removes follows a key that a code is about to lose.
func (s *sorting) removes(keys keyed, code uint32) {
	switch {
	case s.codes != nil:
		s.codes.remove(keys, code)
	case s.making:
		s.changed = append(s.changed, code)
	}
}

// texts yields the columns of text.
func (t *Tables) texts() iter.Seq[*textColumn] {
	return func(yield func(*textColumn) bool) {
		for _, of := range t.tables {
			for i := range of.standard {
				if c, ok := of.standard[i].column.(*textColumn); ok && !yield(c) {
					return
				}
			}
			for i := range of.attributes {
				if c, ok := of.attributes[i].column.(*textColumn); ok && !yield(c) {
					return
				}
			}
		}
	}
}

// wanted returns the columns whose order was asked for, once each.
func (t *Tables) wanted() (columns []*textColumn) {
	for c := range t.texts() {
		if c.sorting.wanted.Load() && c.sorting.wanted.CompareAndSwap(true, false) {
			columns = append(columns, c)
		}
	}
	return columns
}

// sortAll makes the orders of columns, beside. One that fails is told of, and
// made when it is asked for again.
func (t *Tables) sortAll(columns []*textColumn) {
	for _, c := range columns {
		go func() { // ends by itself
			err := workers.Try(func() error { t.sort(c); return nil })
			if err != nil && t.Failed != nil {
				t.Failed(err)
			}
		}()
	}
}

// SortAhead begins to make the orders that are probably asked for soon, and that there are not
// yet. It returns at once.
func (t *Tables) SortAhead() {
	t.sortAll(t.unsorted())
}

// unsorted returns the columns whose order is to be made ahead: all but those of ids, by which nobody lists. An order
// takes four bytes a text, of the forty and more that the text itself takes.
func (t *Tables) unsorted() (columns []*textColumn) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for c := range t.texts() {
		if c.folds.live() > fewTexts && !c.ids && c.sorting.codes == nil && !c.sorting.making {
			columns = append(columns, c)
		}
	}
	return columns
}

// fewChanged is how many texts are brought in line under the write lock, in
// some milliseconds.
const fewChanged = 512

// sort makes the order of a column's texts, one column at a time. The lock is held only to take what
// changed: at first everything, then what changed while that was sorted, until
// it is little.
func (t *Tables) sort(c *textColumn) {
	t.sorts.Lock()
	defer t.sorts.Unlock()
	s, made := &c.sorting, new(sortedCodes)
	changed, keys := s.begin(t, c)
	if changed == nil {
		return
	}
	defer s.end(t)
	for changed != nil {
		made.renew(keys, changed)
		changed, keys = s.next(t, c, made)
	}
}

// begin returns the codes to put in order, nil when there is an order.
func (s *sorting) begin(t *Tables, c *textColumn) (codes []uint32, keys keyed) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.making || s.codes != nil {
		return nil, nil
	}
	s.making = true
	return c.folds.all(), c.folds.keys()
}

// next returns the codes that changed since. Once they are few it brings them in
// line at once and returns nil.
func (s *sorting) next(t *Tables, c *textColumn, made *sortedCodes) (changed []uint32, keys keyed) {
	t.mu.Lock()
	defer t.mu.Unlock()
	changed, s.changed = s.changed, nil
	if len(changed) > fewChanged || len(made.leaves) == 0 && len(changed) > 0 {
		return changed, c.folds.keys()
	}
	made.renew(c.folds, changed)
	s.codes, s.making = made, false
	return nil, nil
}

// end leaves a column without an order when none was made.
func (s *sorting) end(t *Tables) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.making, s.changed = false, nil
}

// keys is a dictionary's keys as they were at one moment.
type keys struct {
	arena arena
	refs  []uint32
}

// keys returns the keys of now. They need no lock.
func (d *dictionary) keys() *keys {
	return &keys{arena{chunks: slices.Clone(d.arena.chunks)}, slices.Clone(d.refs)}
}

func (k *keys) key(code uint32) string { return k.arena.first(k.refs[code]) }

func (k *keys) used(code uint32) bool { return k.refs[code] != noRef }

// all returns the codes in use.
func (d *dictionary) all() []uint32 {
	codes := make([]uint32, 0, d.live())
	for code := range uint32(len(d.refs)) {
		if d.refs[code] != noRef {
			codes = append(codes, code)
		}
	}
	return codes
}
