package columns

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// Rename says which options and labels are being renamed. Rows have the new names from then
// on, those included that are written from records with a former name.
func (t *Tables) Rename(renamings []*fields.Renaming) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, of := range t.tables {
		before := of.renamings
		of.renamings = nil
		for i := range of.standard {
			of.standard[i].renaming = nil
		}
		for _, r := range renamings {
			if r.Entity != of.layout.entity {
				continue
			}
			of.renamings = append(of.renamings, r)
			if s := of.standardNamed("labels"); s != nil && r.Number == 0 {
				s.renaming = r
			}
			if !slices.ContainsFunc(before, func(b *fields.Renaming) bool { return *b == *r }) {
				t.rename(of, r)
			}
		}
	}
}

// rename gives the rows of a table the new name.
func (t *Tables) rename(of *table, r *fields.Renaming) {
	for _, c := range of.renamedColumns(r) {
		rows := c.having(r.From)
		t.watches.each(func(w *watch) {
			for row := range each(rows) {
				w.changes(of, row)
			}
		})
		c.rename(rows, r)
	}
}

// renamed is a column of options or labels.
type renamed interface {
	// having returns the rows that have a name, in whatever spelling. They are the
	// caller's.
	having(name string) *roaring.Bitmap
	// rename gives rows the new name.
	rename(rows *roaring.Bitmap, r *fields.Renaming)
}

// renamedColumns are the columns with the values that a renaming is about.
func (t *table) renamedColumns(r *fields.Renaming) (list []renamed) {
	if r.Number == 0 {
		if c, ok := t.named("labels").(renamed); ok {
			list = append(list, c)
		}
		return list
	}
	for i := range t.attributes {
		if c, ok := t.attributes[i].column.(renamed); ok && t.attributes[i].number == r.Number {
			list = append(list, c)
		}
	}
	return list
}

func (t *textColumn) having(name string) *roaring.Bitmap {
	return t.rows.copyOf(t.folds.find(t.fold(name)))
}

func (t *textColumn) rename(rows *roaring.Bitmap, r *fields.Renaming) {
	for row := range each(rows) {
		v, _ := r.Present(fields.TextValue(t.text(row)))
		t.set(row, v)
	}
}

func (s *setColumn) having(name string) *roaring.Bitmap {
	return s.rows.copyOf(s.members.find(s.fold(name)))
}

func (s *setColumn) rename(rows *roaring.Bitmap, r *fields.Renaming) {
	after := map[uint32]uint32{} // by set
	left := map[uint32]uint32{}  // rows by set
	for row := range each(rows) {
		set := s.codes.get(row)
		renamed, known := after[set]
		if !known {
			v, _ := r.Present(fields.ListValue(s.list(set)))
			renamed = s.intern(v.List)
			after[set] = renamed
		}
		if renamed != set {
			s.codes.set(row, renamed)
			*at(&s.holders, renamed)++
			left[set]++
		}
	}
	from := s.members.find(s.fold(r.From))
	if to := s.members.find(s.fold(r.To)); to != 0 && to != from {
		s.rows.move(from, to, rows)
	}
	for set, n := range left {
		s.spell(set, -n)
		s.spell(after[set], n)
		s.unhold(set, n)
	}
}

// move gives all rows of a code, which are given, to another.
func (p *postings) move(from, to uint32, rows *roaring.Bitmap) {
	if many := p.many(to); many != nil {
		many.Or(rows)
		p.groups[p.ref(to)&^grouped].size = uint32(many.GetCardinality())
	} else {
		for row := range each(rows) {
			p.add(to, row)
		}
	}
	for row := range each(rows) {
		p.remove(from, row)
	}
}

// list are the members of a set as spelled.
func (s *setColumn) list(set uint32) (list []string) {
	for spelling := range s.labels(set) {
		list = append(list, s.spellings.key(spelling))
	}
	return list
}

// copyOf returns the rows of a code, which are the caller's.
func (p *postings) copyOf(code uint32) *roaring.Bitmap {
	if many := p.many(code); many != nil {
		return many.Clone()
	}
	return fromRows(p.few(code, nil))
}

// value is that of the field in a record, as it is called now.
func (s *standardColumn) value(record any) fields.Value {
	v := s.of(record)
	if s.renaming != nil {
		v, _ = s.renaming.Present(v)
	}
	return v
}

// present returns attributes of a record with the present names of options.
func (t *table) present(values fields.Attributes) fields.Attributes {
	for _, r := range t.renamings {
		if v, had := r.Present(values.Get(r.Number)); had {
			values = values.With(r.Number, v)
		}
	}
	return values
}
