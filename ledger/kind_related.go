package ledger

import (
	"strings"

	"github.com/ndoto/kundi/fields"
)

// Relation says which record of another kind a record refers to, or belongs to.
type Relation struct {
	// Name is that of the other record: "company" makes the names company_id, and
	// company.name and so on of the fields of the other kind.
	Name  string
	To    fields.Entity
	Owner bool // a record goes with the other one
	// Of returns the ordinal of the other record, 0 for none. That one may have been
	// absorbed.
	Of      func(r Record) uint32
	Rollups []Rollup // what the other record shows of all that name it
}

// Field returns the name that a field has in the other record, false for a field that is
// not of the relation.
func (r *Relation) Field(name string) (of string, ok bool) {
	rest, ok := strings.CutPrefix(name, r.Name)
	switch {
	case !ok || rest == "":
		return "", false
	case rest == "_id":
		return "id", true
	}
	return strings.CutPrefix(rest, ".")
}

// Related implements AnyKind.
func (k *Kind[T]) Related() []Relation { return k.related }

func (k *Kind[T]) relations() (list []Relation) {
	if k.Owner != "" {
		list = append(list, Relation{
			Name: string(k.Owner), To: k.Owner, Owner: true, Rollups: k.Rollups,
			Of: func(r Record) uint32 { return *k.Stamp(r.(*T)).Owner },
		})
	}
	for i := range k.Fields {
		if f := &k.Fields[i]; f.Ref != nil {
			list = append(list, Relation{
				Name: strings.TrimSuffix(f.Name, "_id"), To: f.To, Rollups: f.Rollups,
				Of: func(r Record) uint32 { return *f.Ref(r.(*T)) },
			})
		}
	}
	return list
}

// Facts are a record and those that it refers to. They say what the record has in a field,
// for filters, lists and files.
type Facts struct {
	Kind    AnyKind
	Record  Record
	Related []Facts // in the order of Kind.Related, a zero one for no record; may be shorter
	// Derived are the values that the record has only of others, by name of the field; nil when
	// nobody has looked.
	Derived map[string]fields.Value
	// Owned are the records that belong to it, by kind, and to those that were merged into it; nil
	// when nobody has looked.
	Owned map[fields.Entity][]Facts
}

// Records implements fields.Facts.
func (x Facts) Records(of fields.Entity) []fields.Facts {
	list := make([]fields.Facts, len(x.Owned[of]))
	for i, one := range x.Owned[of] {
		list[i] = one
	}
	return list
}

// Ordinals implements fields.Facts.
func (x Facts) Ordinals() []uint32 {
	if x.Record == nil {
		return nil
	}
	list := []uint32{*x.Kind.StampOf(x.Record).Ordinal}
	for _, absorbed := range x.Kind.AbsorbedOf(x.Record) {
		list = append(list, absorbed.Ordinal)
	}
	return list
}

// Facts are a record and those that it refers to, in the order of Related; zero ones of nil.
func (k *Kind[T]) Facts(r *T, related ...Facts) Facts {
	if r == nil {
		return Facts{}
	}
	return Facts{Kind: k, Record: r, Related: related}
}

// Value returns the value in a field, which may be one of a record that this one refers to.
// A checkbox that is not three-state is false until set, but missing where there is no such
// record.
func (x Facts) Value(f fields.Field) fields.Value {
	of, f := x.holder(f)
	if of.Record == nil {
		return fields.Value{}
	}
	if v, derived := of.Derived[f.Name]; derived {
		return v
	}
	return of.Kind.ValueOf(f, of.Record)
}

// Values returns all values in a field that a filter looks at: that of Value, and in a field
// by which records are unique those of the records that were absorbed.
func (x Facts) Values(f fields.Field) []fields.Value {
	of, f := x.holder(f)
	if of.Record == nil {
		return nil
	}
	if v, derived := of.Derived[f.Name]; derived {
		if v.IsMissing() {
			return nil
		}
		return []fields.Value{v}
	}
	return of.Kind.ValuesOf(f, of.Record)
}

// holder returns the record that holds a field itself, without one when there is none, and
// the field as it is there.
func (x Facts) holder(f fields.Field) (Facts, fields.Field) {
	if x.Record == nil {
		return x, f
	}
	for i := range x.Kind.Related() {
		name, ok := x.Kind.Related()[i].Field(f.Name)
		if !ok {
			continue
		}
		if i >= len(x.Related) {
			return Facts{}, f
		}
		f.Name, f.Standard = name, nil
		return x.Related[i].holder(f)
	}
	return x, f
}
