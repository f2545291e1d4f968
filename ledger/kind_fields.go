package ledger

import (
	"slices"
	"strings"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// The constructors of declared fields. Each takes where a record has the field, and what
// else there is to say of it. Without Merged, a field is merged by fill.

// StandardOption says something of a standard field.
type StandardOption func(*fields.Standard)

func Limit(characters int) StandardOption { return func(s *fields.Standard) { s.Limit = characters } }

// OneOf closes a field to some words; expected is how a fault names them.
func OneOf(words []string, expected string) StandardOption {
	return func(s *fields.Standard) { s.Choices, s.Expected = words, expected }
}

// Unset says as which of the words of a closed field a record without one counts.
func Unset(word string) StandardOption {
	return func(s *fields.Standard) { s.Unset = word }
}

// Formerly says what older programs called some of the words of a closed field.
func Formerly(former map[string]string) StandardOption {
	return func(s *fields.Standard) { s.Former = former }
}

func Required(s *fields.Standard) { s.Required = true }

func Quiet(s *fields.Standard) { s.Quiet = true }

// Unfiltered keeps a field from filters, facets and sorts.
func Unfiltered(s *fields.Standard) { s.Unfiltered = true }

// Whole says that the numbers of a field are whole, as counts are.
func Whole(s *fields.Standard) { s.Whole = true }

// Keyed makes the members of a list keyed, see fields.Standard.
func Keyed(s *fields.Standard) { s.Keyed = true }

func AtCreation(s *fields.Standard) { s.Access = fields.AtCreation }

func inFilters(s *fields.Standard) { s.Access = fields.InFilters }

const RefusedByServer = "is set by the server and cannot be sent"

func SetByServer(s *fields.Standard) { ReadOnly(RefusedByServer)(s) }

// ReadOnly refuses a field in drafts, in the words of a fault.
func ReadOnly(refusal string) StandardOption {
	return func(s *fields.Standard) { s.Access, s.Refusal = fields.ReadOnly, refusal }
}

func standardField(name string, t fields.FieldType, options []StandardOption) fields.Field {
	s := &fields.Standard{}
	for _, option := range options {
		option(s)
	}
	return fields.Field{Name: name, Type: t, Standard: s}
}

// plainField is a field that compares as its member does.
func plainField[T any, V comparable](name string, t fields.FieldType, at func(*T) *V, options []StandardOption) FieldOf[T] {
	return FieldOf[T]{
		Field: standardField(name, t, options),
		Same:  func(a, b *T) bool { return *at(a) == *at(b) },
		Merge: fill(at),
	}
}

// TextField declares prose, like a name or a city.
func TextField[T any](name string, at func(*T) *string, options ...StandardOption) FieldOf[T] {
	f := ExactField(name, fields.FieldText, at, options...)
	f.Renew = func(r *T) { *at(r) = words.CleanText(*at(r)) }
	return f
}

// LinesField declares prose of several lines.
func LinesField[T any](name string, at func(*T) *string, options ...StandardOption) FieldOf[T] {
	return ExactField(name, fields.FieldText, at, append(options, func(s *fields.Standard) { s.Lines = true })...)
}

// ExactField declares text of some form, like an e-mail address.
func ExactField[T any](name string, t fields.FieldType, at func(*T) *string, options ...StandardOption) FieldOf[T] {
	f := ChoiceField(name, at, options...)
	f.Type = t
	f.Size = func(r *T) int { return len(*at(r)) }
	return f
}

// CodeField declares one of a closed set of words that a record keeps as a number, 0 for none.
// named returns the number of a word.
func CodeField[T any, C interface {
	~uint8
	String() string
}](name string, at func(*T) *C, words []string, named func(string) C, options ...StandardOption) FieldOf[T] {
	closed := OneOf(words, "one of "+strings.Join(words, ", "))
	f := plainField(name, fields.FieldOption, at, append([]StandardOption{closed}, options...))
	f.Get = func(r *T) fields.Value { return fields.TextValue((*at(r)).String()) }
	f.Set = func(r *T, v fields.Value) { *at(r) = named(v.Text) }
	return f
}

// CountField declares a whole number that is never missing, at least 0.
func CountField[T any](name string, at func(*T) *uint32, options ...StandardOption) FieldOf[T] {
	f := plainField(name, fields.FieldNumber, at, append([]StandardOption{Whole}, options...))
	f.Get = func(r *T) fields.Value { return fields.NumberValue(float64(*at(r))) }
	f.Set = func(r *T, v fields.Value) { *at(r) = uint32(v.Float) }
	return f
}

// ChoiceField declares one of a closed set of words.
func ChoiceField[T any, S ~string](name string, at func(*T) *S, options ...StandardOption) FieldOf[T] {
	f := plainField(name, fields.FieldOption, at, options)
	f.Get = func(r *T) fields.Value { return fields.TextValue(string(*at(r))) }
	f.Set = func(r *T, v fields.Value) { *at(r) = S(v.Text) }
	return f
}

// AddressesField declares several values that each say more than their text, like the e-mails
// of a person. get and set have a text for each, for the history. same says whether two records
// have the same.
func AddressesField[T any](name string, get func(*T) []string, set func(*T, []string), same func(a, b *T) bool, options ...StandardOption) FieldOf[T] {
	return FieldOf[T]{
		Field: standardField(name, fields.FieldMany, options),
		Get:   func(r *T) fields.Value { return fields.ListValue(get(r)) },
		Set:   func(r *T, v fields.Value) { set(r, v.List) },
		Same:  same,
		Size:  func(r *T) int { return sizeOf(get(r)) },
	}
}

// ListField declares several words, unique by Canonical. Records never share the slice.
func ListField[T any](name string, at func(*T) *[]string, options ...StandardOption) FieldOf[T] {
	return FieldOf[T]{
		Field: standardField(name, fields.FieldMany, options),
		Get:   func(r *T) fields.Value { return fields.ListValue(*at(r)) },
		Set:   func(r *T, v fields.Value) { *at(r) = slices.Clone(v.List) },
		Same:  func(a, b *T) bool { return slices.Equal(*at(a), *at(b)) },
		Size:  func(r *T) int { return sizeOf(*at(r)) },
		Merge: Union(at),
	}
}

// FlagField declares yes or no. Without a value it is no.
func FlagField[T any](name string, at func(*T) *bool, options ...StandardOption) FieldOf[T] {
	f := plainField(name, fields.FieldCheckbox, at, options)
	f.Get = func(r *T) fields.Value { return fields.BoolValue(*at(r)) }
	f.Set = func(r *T, v fields.Value) { *at(r) = v.Bool }
	f.Merge = either(at)
	return f
}

// ValueField declares a field that a record keeps as the value that it is, such as a number or a
// day, so that it can have none.
func ValueField[T any](name string, t fields.FieldType, at func(*T) *fields.Value, options ...StandardOption) FieldOf[T] {
	return FieldOf[T]{
		Field: standardField(name, t, options),
		Get:   func(r *T) fields.Value { return *at(r) },
		Set:   func(r *T, v fields.Value) { *at(r) = v },
		Same:  func(a, b *T) bool { return at(a).Equal(*at(b)) },
		Merge: fillValue(at),
	}
}

// PartField declares a field that is a part of a larger member of a record. get, set and same say
// how.
func PartField[T any](name string, t fields.FieldType, get func(*T) fields.Value, set func(*T, fields.Value), same func(a, b *T) bool, options ...StandardOption) FieldOf[T] {
	return FieldOf[T]{Field: standardField(name, t, options), Get: get, Set: set, Same: same}
}

// ComputedField declares a field that follows from the rest of a record. The log and the history
// leave it out.
func ComputedField[T any](name string, t fields.FieldType, get func(*T) fields.Value, options ...StandardOption) FieldOf[T] {
	return FieldOf[T]{Field: standardField(name, t, options), Get: get}
}

// InstantField declares a moment, in milliseconds and in UTC.
func InstantField[T any](name string, at func(*T) *time.Time, options ...StandardOption) FieldOf[T] {
	return FieldOf[T]{
		Field: standardField(name, fields.FieldInstant, options),
		Get:   func(r *T) fields.Value { return instantValue(*at(r)) },
		Set:   func(r *T, v fields.Value) { *at(r) = instantOf(v) },
		Same:  func(a, b *T) bool { return at(a).Equal(*at(b)) },
	}
}

// IDField declares the public identifier, which no record shares or changes.
func IDField[T any](at func(*T) *ID, options ...StandardOption) FieldOf[T] {
	return FieldOf[T]{
		Field: standardField("id", fields.FieldID, append(options, SetByServer)),
		Get:   func(r *T) fields.Value { return fields.TextValue(at(r).String()) },
		Same:  func(a, b *T) bool { return *at(a) == *at(b) },
		Merge: Own[T](),

		OfAbsorbed: func(a *Absorbed) string { return a.ID.String() },
	}
}

// RelationField declares that a record belongs to one of another kind. The record keeps
// its ordinal; the value of the field is its id.
func RelationField[T any](name string, to fields.Entity, at func(*T) *uint32) FieldOf[T] {
	f := plainField(name, fields.FieldID, at, nil)
	f.To, f.Ref = to, at
	return f
}

// ShownField declares a field that shows one of the record that another field refers to.
func ShownField[T any](name string, to fields.Entity, options ...StandardOption) FieldOf[T] {
	f := DerivedField[T](name, fields.FieldText, options...)
	f.To = to
	return f
}

// OwnerField declares the field of filters that is the id of the record that another belongs
// to. Its name is the entity of the owner with _id behind it.
func OwnerField[T any](owner fields.Entity) FieldOf[T] {
	return DerivedField[T](string(owner)+"_id", fields.FieldID, ReadOnly("is said by the path and cannot be sent"))
}

// DerivedField declares a field of filters that no record holds.
func DerivedField[T any](name string, t fields.FieldType, options ...StandardOption) FieldOf[T] {
	return FieldOf[T]{Field: standardField(name, t, append(options, inFilters))}
}

// RelatedField declares a field of filters that is about the records of another kind that
// belong to a record. They must belong to records of T.
func RelatedField[T any](name string, records fields.Entity) FieldOf[T] {
	return DerivedField[T](name, fields.FieldRelated, func(s *fields.Standard) { s.Records = records })
}

// BucketField declares the field of filters by which records are drawn at random, by their ids.
func BucketField[T any](name string, at func(*T) *ID) FieldOf[T] {
	f := DerivedField[T](name, fields.FieldBucket)
	f.Drawn = func(r *T) fields.Value { return fields.IntValue(int64(fields.SeedOf(*at(r)))) }
	return f
}

// Merged returns the field with another policy.
func (f FieldOf[T]) Merged(m MergePolicy[T]) FieldOf[T] {
	f.Merge = m
	return f
}

// Sized returns the field as one that holds text, of as many bytes.
func (f FieldOf[T]) Sized(size func(*T) int) FieldOf[T] {
	f.Size = size
	return f
}

// ByWords returns the field as one of whose words people look for, see Column.
func (f FieldOf[T]) ByWords() FieldOf[T] {
	f.Words = true
	return f
}

// DecidedWith returns the field without a policy of its own: that of the field with the
// name decides.
func (f FieldOf[T]) DecidedWith(name string) FieldOf[T] { return f.Merged(MergePolicy[T]{With: name}) }

// AlsoOf returns the field as one by which a record is found under the values of those that
// it has absorbed, too; see Column.
func (f FieldOf[T]) AlsoOf(absorbed func(*Absorbed) string) FieldOf[T] {
	f.OfAbsorbed = absorbed
	return f
}

// WithMore returns the field as one of which a record has more values: a filter looks at each.
func (f FieldOf[T]) WithMore(more func(*T) []string) FieldOf[T] {
	f.More = more
	return f
}

// RolledUp returns a relation of which the other record shows something.
func (f FieldOf[T]) RolledUp(rollups ...Rollup) FieldOf[T] {
	f.Rollups = rollups
	return f
}

// Renewed returns the field with another Renew.
func (f FieldOf[T]) Renewed(renew func(*T)) FieldOf[T] {
	f.Renew = renew
	return f
}

func instantValue(t time.Time) fields.Value {
	if t.IsZero() {
		return fields.Value{}
	}
	return fields.IntValue(t.UnixMilli())
}
