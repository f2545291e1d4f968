package columns

import (
	"cmp"
	"io"
	"slices"
)

// Delta is what WriteDelta wrote: the pieces that are not as the base has them.
// It serves one load.
type Delta struct {
	seq     uint64
	newest  uint64 // change that it may have something of
	base    uint64
	columns []columnKey // that there were
	pieces  map[pieceKey][]byte
}

// ReadDelta reads a delta of these tables whole. An error means what it means for LoadBase.
func (t *Tables) ReadDelta(r io.Reader) (*Delta, error) {
	in := sectionReader{r: r}
	d := &Delta{pieces: make(map[pieceKey][]byte)}
	var err error
	if d.seq, d.base, err = in.header(deltaMagic, t.version()); err != nil {
		return nil, err
	}
	err = in.each(d.section)
	d.newest = in.newest
	return d, err
}

func (d *Delta) section(kind byte, b []byte) error {
	if kind == sectionColumn {
		name, err := nameOf(b)
		d.columns = append(d.columns, name)
		return err
	}
	if len(d.columns) == 0 {
		return errCorrupt
	}
	key, b, err := pieceOf(d.columns[len(d.columns)-1], b)
	d.pieces[key] = slices.Clone(b)
	return err
}

// has reports whether there was a column. Without a delta all are there.
func (d *Delta) has(name columnKey) bool { return d == nil || slices.Contains(d.columns, name) }

// take returns a piece that the delta has, once.
func (d *Delta) take(key pieceKey) (b []byte, found bool) {
	if d == nil {
		return nil, false
	}
	b, found = d.pieces[key]
	delete(d.pieces, key)
	return b, found
}

// left lists the pieces of a column that were not taken, in order.
func (d *Delta) left(name columnKey) (keys []pieceKey) {
	if d == nil {
		return nil
	}
	for key := range d.pieces {
		if key.column == name {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b pieceKey) int {
		return cmp.Or(cmp.Compare(a.part, b.part), cmp.Compare(a.piece, b.piece))
	})
	return keys
}
