package ledger

import (
	"fmt"
	"slices"

	"github.com/ndoto/kundi/fields"
)

// Kind declares a kind of record, such as contacts: which fields its records have, and
// what each field does when records are compared, measured, patched, merged and parted.
// T is the struct of the record. A Kind is made by Declare, never changes, and is safe
// for concurrent use.
type Kind[T any] struct {
	Shape
	// Stamp is where a record keeps what the store gives it, and Encode and Decode are
	// the codec of records. The store needs them.
	Stamp  func(*T) Stamp
	Encode func(*T) []byte
	Decode func(Ref, []byte) (*T, error)
	Clone  func(*T) *T
	// Claims are the unique values of a record, each once. HoldsClaim, nil for a search
	// through them, reports whether a claim is one of them.
	Claims     func(*T) []Claim
	HoldsClaim func(*T, Claim) bool
	// Goes reports whether a record that no other refers to goes away; nil for never.
	Goes func(*T) bool
	// Older is how folders before format 5 had the records; nil for a kind that is newer.
	Older *Renewal[T]
	// Attributes are the custom attributes of a record; nil for a kind without.
	Attributes func(*T) *fields.Attributes
	// Labels are those of a record; nil for a kind without.
	Labels func(*T) *[]string
	// Absorbed are the records that were merged into a record; nil for a kind whose
	// records are never merged.
	Absorbed func(*T) []Absorbed
	// SetAbsorbed replaces them; nil where Absorbed is.
	SetAbsorbed func(*T, []Absorbed)
	// Aliases are what a record is found by beside the first values of its fields and what it
	// has absorbed; nil for a kind without.
	Aliases func(*T) []Alias
	// Rollups are what the owner of records shows of them; none for a kind that stands alone.
	Rollups []Rollup
	// Fields stand in the order of the documentation, the log and the history.
	Fields []FieldOf[T]

	places  map[string]int // of Fields, by name
	sized   []func(*T) int // the Size of each field that has one
	related []Relation
}

// FieldOf declares a standard field of records of type T. One of the constructors, like
// TextField, makes it.
type FieldOf[T any] struct {
	fields.Field
	// Get returns the value of the field. It is nil for a field of another record (see
	// To) and for one that no record holds, like segment.
	Get func(*T) fields.Value
	// Set gives the field a value; a missing one empties it. It is nil where Get is.
	Set func(*T, fields.Value)
	// Same says whether two records have the same value in the field.
	Same func(a, b *T) bool
	// Size returns the bytes of text in the field. It is nil where the field holds no
	// text, or one of a few words.
	Size func(*T) int
	// Renew brings what an older program stored into the form that it would get now.
	// It is nil where forms do not change.
	Renew func(*T)
	// To is the kind of the record that the field belongs to, "" for the record itself.
	// Ref is then where the record keeps the ordinal of that one, 0 for none. A field
	// that only shows another one of that record, like company.name, has no Ref, and
	// stands behind the one that has it.
	To  fields.Entity
	Ref func(*T) *uint32
	// Merge says what becomes of the field when records are merged.
	Merge MergePolicy[T]
	// Words is Column.Words, OfAbsorbed is Column.OfAbsorbed, and More is Column.More.
	Words      bool
	OfAbsorbed func(*Absorbed) string
	More       func(*T) []string
	// Drawn returns the seed of a record, see fields.SeedOf, in a field of draws. It is nil for
	// every other field.
	Drawn func(*T) fields.Value
	// Rollups are what the other record shows of those that refer to it; none where Ref is nil.
	Rollups []Rollup
}

// Declare checks a kind and returns it. It panics with the name of a field that is
// declared twice, of which nothing says what a merge does with it, or which shows a record
// that no field before refers to: that is a mistake in the program.
func Declare[T any](k Kind[T]) *Kind[T] {
	k.Fields = slices.Clone(k.Fields)
	k.places = make(map[string]int, len(k.Fields))
	for i := range k.Fields {
		f := &k.Fields[i]
		if _, twice := k.places[f.Name]; twice {
			panic(fmt.Sprintf("field %s of %s is declared twice", f.Name, k.Entity))
		}
		if f.Same != nil && !f.Merge.declared() {
			panic(fmt.Sprintf("nothing says what a merge does with the field %s of %s", f.Name, k.Entity))
		}
		f.Standard.Place = i
		f.Standard.Kept = k.History && !f.Standard.Quiet && (f.Set != nil || f.Ref != nil)
		k.places[f.Name] = i
		if f.Size != nil {
			k.sized = append(k.sized, f.Size)
		}
	}
	related := fields.Entity("")
	for i := range k.Fields {
		f := &k.Fields[i]
		if with := f.Merge.With; with != "" && k.Named(with) == nil {
			panic(fmt.Sprintf("field %s of %s is merged with %s, which is no field", f.Name, k.Entity, with))
		}
		if f.Ref != nil {
			related = f.To
		}
		if f.To != "" && f.To != related {
			panic(fmt.Sprintf("field %s of %s stands behind no relation to a %s", f.Name, k.Entity, f.To))
		}
	}
	k.related = k.relations()
	return &k
}

// StandardFields returns the fields as filters, facets and sorts know them.
func (k *Kind[T]) StandardFields() []fields.Field {
	list := make([]fields.Field, 0, len(k.Fields))
	for i := range k.Fields {
		if f := k.Fields[i].Field; !f.Standard.Unfiltered {
			list = append(list, f)
		}
	}
	return list
}

// Named returns the declaration of the field with a name, nil for none.
func (k *Kind[T]) Named(name string) *FieldOf[T] {
	if i, ok := k.places[name]; ok {
		return &k.Fields[i]
	}
	return nil
}

// Declaration returns the declaration of a standard field, nil for another kind's.
func (k *Kind[T]) Declaration(s *fields.Standard, name string) *FieldOf[T] {
	if s != nil && s.Place < len(k.Fields) {
		if f := &k.Fields[s.Place]; f.Standard == s {
			return f
		}
	}
	return k.Named(name)
}

// Value returns the value that a record has in a field of its kind: a standard one, or a
// custom attribute, of which a checkbox that is not three-state is false until set. It is
// missing for a field that the record does not hold itself, and the seed in a field of draws.
func (k *Kind[T]) Value(f fields.Field, r *T) fields.Value {
	if f.Attribute != nil {
		return f.Among(*k.Attributes(r))
	}
	switch d := k.Declaration(f.Standard, f.Name); {
	case d == nil:
	case d.Get != nil:
		return f.Present(d.Get(r))
	case d.Drawn != nil:
		return d.Drawn(r)
	}
	return fields.Value{}
}

// Same reports whether two states of a record differ in nothing that a caller can set.
func (k *Kind[T]) Same(a, b *T) bool {
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Same != nil && f.Standard.Access != fields.ReadOnly && !f.Same(a, b) {
			return false
		}
	}
	return k.Attributes == nil || slices.EqualFunc(*k.Attributes(a), *k.Attributes(b), sameAttribute)
}

// Size returns the bytes of text in the fields and attributes of a record.
func (k *Kind[T]) Size(r *T) int {
	n := 0
	for _, size := range k.sized {
		n += size(r)
	}
	if k.Attributes == nil {
		return n
	}
	for _, a := range *k.Attributes(r) {
		n += len(a.Value.Text) + sizeOf(a.Value.List)
	}
	return n
}

// Renew brings the fields of a record, which must be nobody else's, into the form that
// they would get now.
func (k *Kind[T]) Renew(r *T) {
	for i := range k.Fields {
		if renew := k.Fields[i].Renew; renew != nil {
			renew(r)
		}
	}
}

// Assign gives the field f, which has a Set, of r a value; a missing value empties it.
// base is the record as it was, nil for a new one. The result says why that cannot be, ""
// when it was done.
func (k *Kind[T]) Assign(r, base *T, f *FieldOf[T], v fields.Value) string {
	switch {
	case base != nil && f.Standard.Required && v.IsMissing():
		return "must not be emptied"
	case base != nil && f.Standard.Access == fields.AtCreation && !f.Get(base).Equal(v):
		return fmt.Sprintf("can be sent only when the %s is created", k.Entity)
	}
	f.Set(r, v)
	return ""
}
