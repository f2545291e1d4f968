package ledger

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
)

// Record is a record of some kind: a *T of a Kind[T], never nil. A record that came out
// of the store is shared and must not be changed.
type Record = any

// RecordsOf are records of one type as records of any.
func RecordsOf[T any](list []*T) []Record {
	records := make([]Record, len(list))
	for i, r := range list {
		records[i] = r
	}
	return records
}

// Ref names a record of a kind.
type Ref struct {
	Owner   uint32 // the ordinal of the record that it belongs to, 0 for kinds that stand alone
	Ordinal uint32
	At      int64 // of a dated kind: its moment, in milliseconds since 1970; 0 for all others
}

// Moment is At as an instant, of a dated kind.
func (r Ref) Moment() time.Time { return time.UnixMilli(r.At).UTC() }

// Compare orders records as they lie in the store.
func (r Ref) Compare(other Ref) int {
	return cmp.Or(cmp.Compare(r.Owner, other.Owner), r.compareWithin(other))
}

// compareWithin orders records of one owner as they lie in the store.
func (r Ref) compareWithin(other Ref) int {
	return cmp.Or(cmp.Compare(r.At, other.At), cmp.Compare(r.Ordinal, other.Ordinal))
}

// MaxKinds bounds the numbers of kinds: they have a place each in what every commit
// carries on.
const MaxKinds = 32

// Shape is what the store needs to know of a kind without knowing its records.
type Shape struct {
	Entity fields.Entity // of one record, in the log
	Plural string        // of several, in words
	Number byte          // below MaxKinds; stands in data folders and is never given again
	Prefix byte          // of the keys of its records; likewise
	// Version is the newest version of its records. Older ones are read.
	Version byte
	Owner   fields.Entity // what a record belongs to, "" for nothing
	// Dated says that its records lie in the order of a moment that each has, within their
	// owner. The moment never changes. Such records own none, and are not merged.
	Dated bool
	// History says that changes are kept with their old and new values, and that a
	// record which was deleted leaves its id.
	History bool
	// Mislaid says that records were deleted without leaving their ids before the kind had
	// a history, so that an ordinal may be of nothing.
	Mislaid bool
	Unique  []Unique
	// ValueClaim is the kind of the claims on values of attributes, 0 for a kind of which no
	// attribute can be unique.
	ValueClaim ClaimKind
	// Reserved are keys that no custom attribute may have, beside the names of fields.
	Reserved []string
	// OpOf is what history calls an update that changed these fields; nil for OpUpdate.
	OpOf func(changed []FieldChange) Op
	// RenewChange brings a change that history has into the words of now, in place. version
	// is that of the record of history. It is nil for a kind whose words were always these.
	RenewChange func(version byte, c *FieldChange)
}

// Unique is a value that at most one record of a kind holds.
type Unique struct {
	Claim ClaimKind
	Field string // as in drafts
	Noun  string // for people
}

// Stamp is where a record keeps what the store gives it. Owner is nil for kinds that
// stand alone.
type Stamp struct {
	Ordinal, Owner *uint32
	At             *time.Time // the moment of a dated kind, in whole milliseconds; nil for all others
	ID             *ID
	Version        *uint64
	UpdatedAt      *time.Time // nil for kinds that do not keep it
}

// Ref names the record.
func (s Stamp) Ref() Ref {
	r := Ref{Ordinal: *s.Ordinal}
	if s.Owner != nil {
		r.Owner = *s.Owner
	}
	if s.At != nil {
		r.At = s.At.UnixMilli()
	}
	return r
}

// Taken is the error of a record with a claim that others hold.
type Taken struct {
	Claim   Unique // the first of its claims that is held
	Entity  fields.Entity
	Holders []Ref  // who hold any of them, first that one
	Held    []Held // what each of them holds, each field once
}

// Held is a value that another record holds.
type Held struct {
	Claim  Unique
	Holder Ref
}

// Error implements error.
func (t *Taken) Error() string {
	return fmt.Sprintf("%d other records hold the %s or another unique value of a %s", len(t.Holders), t.Claim.Noun, t.Entity)
}

// Merged is all that it takes to carry out a merge of two records of a kind, and to undo
// it.
type Merged struct {
	ID            ID
	Before, After Record // the survivor
	Absorbed      Record // as it was
}

// AnyKind is a *Kind[T] of some T. Records handed to it must be of its kind.
type AnyKind interface {
	Info() *Shape
	StampOf(r Record) Stamp
	EncodeRecord(r Record) []byte
	// DecodeRecord reads the record with a name.
	DecodeRecord(ref Ref, record []byte) (Record, error)
	// ClaimsOf are the unique values of a record, each once, and Holds reports whether
	// a claim is one of them.
	ClaimsOf(r Record) []Claim
	Holds(r Record, c Claim) bool
	// AttributesOf are the custom attributes of a record, nil for a kind without.
	AttributesOf(r Record) fields.Attributes
	// Attributed reports whether custom attributes of the kind can be defined.
	Attributed() bool
	// AbsorbedOf are the records that were merged into one.
	AbsorbedOf(r Record) []Absorbed
	// AliasesOf returns Kind.Aliases of a record.
	AliasesOf(r Record) []Alias
	// Absorbs reports whether records of the kind can be merged into others.
	Absorbs() bool
	// RefersTo are the kinds that its records refer to, and Relations the records that
	// one refers to, by their ordinals.
	RefersTo() []fields.Entity
	Relations(r Record) iter.Seq2[fields.Entity, uint32]
	// LinkOf is what others show of a record that they refer to.
	LinkOf(r Record) *Link
	// ChangesOf is Kind.Changed.
	ChangesOf(s *fields.Schema, before, after Record, linked func(fields.Entity, uint32) (*Link, error)) ([]FieldChange, error)
	// StandardFields are those that filters, facets and sorts know.
	StandardFields() []fields.Field
	// Columns are the fields that filters, facets and sorts know, of what a record holds
	// itself, in the order of the documentation.
	Columns() []Column
	// Related are the relations of its records to others, the owner first. The slice is
	// shared and must not be changed.
	Related() []Relation
	// ValueOf is Kind.Value, and ValuesOf also has the values that a record has of others
	// that it has absorbed, and Standard.Unset where it has none.
	ValueOf(f fields.Field, r Record) fields.Value
	ValuesOf(f fields.Field, r Record) []fields.Value
	// CloneOf returns a deep copy.
	CloneOf(r Record) Record
	// TaggedOf is where a record has what it has by names that can be renamed.
	TaggedOf(r Record) Tagged
	// MayGo reports whether records go away that no other refers to, and Unused whether
	// this one does.
	MayGo() bool
	Unused(r Record) bool
	// Renewal is how records of folders before format 5 are brought into the form of
	// now, nil for a kind that is newer.
	Renewal() *AnyRenewal
}

// Renewal says how an older program kept records.
type Renewal[T any] struct {
	// Texts brings texts into the form of now, and reports whether that changed any. Nil
	// for none, and then Values is nil too.
	Texts func(k *Kind[T], r *T, options fields.RenewedOptions) bool
	// Values are the unique values whose form has changed, each with what is claimed by
	// it.
	Values func(r *T) iter.Seq2[Claim, *string]
	// Claimed is the claim on such a value, and Renewed the value in its form of now. Nil
	// where Values is.
	Claimed, Renewed func(Claim) Claim
	// Twin is where a record says that another has the value of its claim of the kind
	// Folded; nil for none.
	Twin   func(r *T) *bool
	Folded ClaimKind
}

// AnyRenewal is a Renewal of some T.
type AnyRenewal struct {
	Texts  func(r Record, options fields.RenewedOptions) bool
	Values func(r Record) iter.Seq2[Claim, *string]

	Claimed, Renewed func(Claim) Claim
	Twin             func(r Record) *bool
	Folded           ClaimKind
	Clone            func(r Record) Record
}

// Info implements AnyKind.
func (k *Kind[T]) Info() *Shape { return &k.Shape }

// StampOf implements AnyKind.
func (k *Kind[T]) StampOf(r Record) Stamp { return k.Stamp(r.(*T)) }

// EncodeRecord implements AnyKind.
func (k *Kind[T]) EncodeRecord(r Record) []byte { return k.Encode(r.(*T)) }

// DecodeRecord implements AnyKind.
func (k *Kind[T]) DecodeRecord(ref Ref, record []byte) (Record, error) {
	r, err := k.Decode(ref, record)
	if err != nil {
		return nil, err // and no typed nil
	}
	return r, nil
}

// ClaimsOf implements AnyKind.
func (k *Kind[T]) ClaimsOf(r Record) []Claim { return k.Claims(r.(*T)) }

// Holds implements AnyKind.
func (k *Kind[T]) Holds(r Record, c Claim) bool {
	if k.HoldsClaim != nil {
		return k.HoldsClaim(r.(*T), c)
	}
	return slices.Contains(k.Claims(r.(*T)), c)
}

// AttributesOf implements AnyKind.
func (k *Kind[T]) AttributesOf(r Record) fields.Attributes {
	if k.Attributes == nil {
		return nil
	}
	return *k.Attributes(r.(*T))
}

// Attributed implements AnyKind.
func (k *Kind[T]) Attributed() bool { return k.Attributes != nil }

// AbsorbedOf implements AnyKind.
func (k *Kind[T]) AbsorbedOf(r Record) []Absorbed {
	if k.Absorbed == nil {
		return nil
	}
	return k.Absorbed(r.(*T))
}

// AliasesOf implements AnyKind.
func (k *Kind[T]) AliasesOf(r Record) []Alias {
	if k.Aliases == nil {
		return nil
	}
	return k.Aliases(r.(*T))
}

// Absorbs implements AnyKind.
func (k *Kind[T]) Absorbs() bool { return k.Absorbed != nil }

// RefersTo implements AnyKind.
func (k *Kind[T]) RefersTo() (list []fields.Entity) {
	for i := range k.Fields {
		if k.Fields[i].Ref != nil {
			list = append(list, k.Fields[i].To)
		}
	}
	return list
}

// Relations implements AnyKind.
func (k *Kind[T]) Relations(r Record) iter.Seq2[fields.Entity, uint32] {
	return func(yield func(fields.Entity, uint32) bool) {
		for i := range k.Fields {
			f := &k.Fields[i]
			if f.Ref == nil {
				continue
			}
			if ordinal := *f.Ref(r.(*T)); ordinal != 0 && !yield(f.To, ordinal) {
				return
			}
		}
	}
}

// nameField is the field that others show of a record that they refer to.
const nameField = "name"

// LinkOf implements AnyKind.
func (k *Kind[T]) LinkOf(r Record) *Link {
	stamp := k.StampOf(r)
	l := &Link{Ordinal: *stamp.Ordinal, ID: *stamp.ID, Version: *stamp.Version}
	if f := k.Named(nameField); f != nil {
		l.Name = f.Get(r.(*T)).Text
	}
	return l
}

// ChangesOf implements AnyKind.
func (k *Kind[T]) ChangesOf(s *fields.Schema, before, after Record, linked func(fields.Entity, uint32) (*Link, error)) ([]FieldChange, error) {
	return k.Changed(s, before.(*T), after.(*T), linked)
}

// ValueOf implements AnyKind.
func (k *Kind[T]) ValueOf(f fields.Field, r Record) fields.Value { return k.Value(f, r.(*T)) }

// ValuesOf implements AnyKind.
func (k *Kind[T]) ValuesOf(f fields.Field, r Record) []fields.Value {
	list := []fields.Value{k.ValueOf(f, r)}
	d := k.Declaration(f.Standard, f.Name)
	if f.Attribute != nil || d == nil {
		d = &FieldOf[T]{}
	}
	if d.More != nil {
		for _, text := range d.More(r.(*T)) {
			list = append(list, fields.TextValue(text))
		}
	}
	if d.OfAbsorbed != nil {
		absorbed := k.AbsorbedOf(r)
		for i := range absorbed {
			list = append(list, fields.TextValue(d.OfAbsorbed(&absorbed[i])))
		}
	}
	list = slices.DeleteFunc(list, fields.Value.IsMissing)
	if len(list) == 0 && d.Standard != nil && d.Standard.Unset != "" {
		return []fields.Value{fields.TextValue(d.Standard.Unset)}
	}
	return list
}

// CloneOf implements AnyKind.
func (k *Kind[T]) CloneOf(r Record) Record { return k.Clone(r.(*T)) }

// TaggedOf implements AnyKind.
func (k *Kind[T]) TaggedOf(r Record) Tagged { return k.tagged(r.(*T)) }

// MayGo implements AnyKind.
func (k *Kind[T]) MayGo() bool { return k.Goes != nil }

// Unused implements AnyKind.
func (k *Kind[T]) Unused(r Record) bool { return k.Goes != nil && k.Goes(r.(*T)) }

// Renewal implements AnyKind.
func (k *Kind[T]) Renewal() *AnyRenewal {
	if k.Older == nil {
		return nil
	}
	a := &AnyRenewal{Folded: k.Older.Folded, Claimed: k.Older.Claimed, Renewed: k.Older.Renewed, Clone: func(r Record) Record { return k.Clone(r.(*T)) }}
	if texts := k.Older.Texts; texts != nil {
		a.Texts = func(r Record, options fields.RenewedOptions) bool { return texts(k, r.(*T), options) }
	}
	if values := k.Older.Values; values != nil {
		a.Values = func(r Record) iter.Seq2[Claim, *string] { return values(r.(*T)) }
	}
	if twin := k.Older.Twin; twin != nil {
		a.Twin = func(r Record) *bool { return twin(r.(*T)) }
	}
	return a
}

var _ AnyKind = (*Kind[struct{}])(nil)
