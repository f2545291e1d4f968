package ledger

import "github.com/ndoto/kundi/fields"

// Link is what another record shows of one that it belongs to.
type Link struct {
	Ordinal uint32
	ID      ID
	Name    string
	Version uint64 // 0 where it is not known
	Deleted bool   // it is gone, and only its id is known
}

// Changed returns what differs between two states of a record, field by field: the
// standard fields in their order, what was absorbed, then the attributes of the schema in
// order of number. Fields that change with every write are left out, and attributes whose
// definition is gone.
//
// linked returns what others show of a record, nil for one that never was. It is called with an
// ordinal that is not 0, and only for a relation that differs. A relation to a deleted record
// counts as none after the change, and as one before it: the change says which it was.
func (k *Kind[T]) Changed(s *fields.Schema, before, after *T, linked func(fields.Entity, uint32) (*Link, error)) ([]FieldChange, error) {
	var changed []FieldChange
	var from, to *Link // of the relation before, when it differs
	for i := range k.Fields {
		f := &k.Fields[i]
		switch {
		case f.Ref != nil:
			if from, to = nil, nil; f.Same(before, after) {
				continue
			}
			var err error
			if from, err = linkOf(f, before, linked); err != nil {
				return nil, err
			}
			if to, err = linkOf(f, after, linked); err != nil {
				return nil, err
			}
			if to != nil && to.Deleted {
				to = nil
			}
			n := len(changed)
			if changed = appendChange(changed, f.Name, from.id(), to.id()); len(changed) > n {
				changed[n].Was = *f.Ref(before)
			}
		case f.To != "":
			changed = appendChange(changed, f.Name, from.name(), to.name())
		case f.Same != nil && !f.Standard.Quiet && !f.Same(before, after):
			changed = appendChange(changed, f.Name, f.Get(before), f.Get(after))
		}
	}
	if k.Absorbed != nil {
		changed = appendChange(changed, FieldAbsorbed, AbsorbedIDs(k.Absorbed(before)), AbsorbedIDs(k.Absorbed(after)))
	}
	if k.Attributes == nil {
		return changed, nil
	}
	had, has := *k.Attributes(before), *k.Attributes(after)
	for _, a := range s.Of(k.Entity).Attributes() {
		changed = appendChange(changed, fields.AttributePrefix+a.Key, had.Get(a.Number), has.Get(a.Number))
		if n := len(changed); n > 0 && changed[n-1].Field == fields.AttributePrefix+a.Key {
			changed[n-1].Number, changed[n-1].Type, changed[n-1].Currency = a.Number, fields.TypeOf(a), a.Currency
		}
	}
	return changed, nil
}

// linkOf returns what a record shows of the one that a relation refers to, nil for none.
func linkOf[T any](f *FieldOf[T], r *T, linked func(fields.Entity, uint32) (*Link, error)) (*Link, error) {
	if ordinal := *f.Ref(r); ordinal != 0 {
		return linked(f.To, ordinal)
	}
	return nil, nil
}

// id is the value of a relation to the record, missing for none.
func (l *Link) id() fields.Value {
	if l == nil {
		return fields.Value{}
	}
	return fields.TextValue(l.ID.String())
}

// name is the value of a field that shows the record, missing for none.
func (l *Link) name() fields.Value {
	if l == nil {
		return fields.Value{}
	}
	return fields.TextValue(l.Name)
}

// AbsorbedIDs are the ids of the records that one has absorbed.
func AbsorbedIDs(absorbed []Absorbed) fields.Value {
	var ids []string
	for i := range absorbed {
		ids = append(ids, absorbed[i].ID.String())
	}
	return fields.ListValue(ids)
}

func appendChange(changed []FieldChange, name string, from, to fields.Value) []FieldChange {
	if from.Equal(to) {
		return changed
	}
	return append(changed, FieldChange{Field: name, Old: from, New: to})
}
