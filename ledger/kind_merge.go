package ledger

import (
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
)

// MergePolicy says what becomes of a field when one record is merged into another, the
// survivor, and when that is undone.
type MergePolicy[T any] struct {
	// Give gives the survivor what it gets. after begins as the survivor was.
	Give func(after, absorbed *T)
	// Take takes back from now what the merge gave and nobody has changed since. The
	// merge made merged of before, with absorbed.
	Take func(now, merged, before, absorbed *T)
	// Choose gives the survivor what the absorbed record has, though it has a value itself. Nil
	// sets this field, and those decided with it, to those of the absorbed record.
	Choose func(after, absorbed *T)
	// Fixed says that nobody can choose the value of the absorbed record.
	Fixed bool
	// With names the field whose policy decides this one too.
	With string
}

func (m MergePolicy[T]) declared() bool { return m.Give != nil && m.Take != nil || m.With != "" }

// Combine returns the survivor of a merge: as it was, with what it gets of the absorbed
// record, field by field and attribute by attribute. Of the chosen ones it gets what the
// absorbed record has.
func (k *Kind[T]) Combine(survivor, absorbed *T, chosen Choice) *T {
	after := k.Clone(survivor)
	for i := range k.Fields {
		f := &k.Fields[i]
		switch {
		case f.Merge.Give == nil:
		case !chosen.fields[f.Name]:
			f.Merge.Give(after, absorbed)
		case f.Merge.Choose != nil:
			f.Merge.Choose(after, absorbed)
		default:
			k.setGroup(after, absorbed, f)
		}
	}
	if k.Attributes != nil {
		attributes := k.Attributes(after)
		*attributes = MergeAttributes(*k.Attributes(absorbed), *attributes)
		for _, number := range chosen.attributes {
			if v := k.Attributes(absorbed).Get(number); !v.IsMissing() {
				*attributes = attributes.With(number, v)
			}
		}
	}
	return after
}

// setGroup gives a record the values that another has in a field and in those decided with it,
// when that one has any.
func (k *Kind[T]) setGroup(r, from *T, of *FieldOf[T]) {
	if of.Ref != nil {
		if ordinal := *of.Ref(from); ordinal != 0 {
			*of.Ref(r) = ordinal
		}
		return
	}
	var group []*FieldOf[T]
	some := false
	for i := range k.Fields {
		if f := &k.Fields[i]; f == of || f.Merge.With == of.Name {
			group, some = append(group, f), some || !f.Get(from).IsMissing()
		}
	}
	for _, f := range group {
		if some {
			f.Set(r, f.Get(from))
		}
	}
}

// Part returns the survivor, which is now as it is, without what a merge gave it: the
// merge made merged of before, with absorbed. What was changed since stays.
func (k *Kind[T]) Part(now, merged, before, absorbed *T) *T {
	after := k.Clone(now)
	for i := range k.Fields {
		if take := k.Fields[i].Merge.Take; take != nil {
			take(after, merged, before, absorbed)
		}
	}
	if k.Attributes != nil {
		attributes := k.Attributes(after)
		*attributes = undoAttributes(*attributes, *k.Attributes(merged), *k.Attributes(before))
	}
	return after
}

// Own leaves the survivor what it has, and the absorbed record what it had.
func Own[T any]() MergePolicy[T] {
	return MergePolicy[T]{Give: func(_, _ *T) {}, Take: func(_, _, _, _ *T) {}}
}

// fill gives the survivor a value where it has none.
func fill[T any, V comparable](at func(*T) *V) MergePolicy[T] {
	return MergePolicy[T]{
		Give: func(after, absorbed *T) { *at(after) = firstOf(*at(after), *at(absorbed)) },
		Take: TakeUnlessChanged(at),
	}
}

// fillValue is fill for a field that is kept as a value.
func fillValue[T any](at func(*T) *fields.Value) MergePolicy[T] {
	return MergePolicy[T]{
		Give: func(after, absorbed *T) {
			if at(after).IsMissing() {
				*at(after) = *at(absorbed)
			}
		},
		Take: func(now, merged, before, _ *T) {
			if at(now).Equal(*at(merged)) {
				*at(now) = *at(before)
			}
		},
	}
}

func TakeUnlessChanged[T any, V comparable](at func(*T) *V) func(now, merged, before, absorbed *T) {
	return func(now, merged, before, _ *T) { *at(now) = unlessChanged(*at(now), *at(merged), *at(before)) }
}

// Union adds the members that the survivor does not have, by Canonical.
func Union[T any](at func(*T) *[]string) MergePolicy[T] {
	return MergePolicy[T]{
		Give: func(after, absorbed *T) { *at(after) = unite(*at(after), *at(absorbed)) },
		Take: func(now, merged, before, _ *T) {
			if slices.Equal(*at(now), *at(merged)) {
				*at(now) = slices.Clone(*at(before))
				return
			}
			kept := without(*at(now), without(*at(merged), *at(before)))
			*at(now) = unite(kept, without(*at(before), *at(merged))) // a chosen list left them out
		},
	}
}

// UnionOfKeys is Union of unique values: a choice puts those of the absorbed record first, and
// gives none away.
func UnionOfKeys[T any](at func(*T) *[]string) MergePolicy[T] {
	m := Union(at)
	m.Choose = func(after, absorbed *T) { *at(after) = unite(slices.Clone(*at(absorbed)), *at(after)) }
	return m
}

// either is yes where one of the two is.
func either[T any](at func(*T) *bool) MergePolicy[T] {
	return MergePolicy[T]{
		Give: func(after, absorbed *T) { *at(after) = *at(after) || *at(absorbed) },
		Take: TakeUnlessChanged(at),
	}
}

// Earliest keeps the earlier moment, latest the later one.
func Earliest[T any](at func(*T) *time.Time) MergePolicy[T] {
	return moment(at, func(absorbed, after time.Time) bool { return absorbed.Before(after) })
}

func Latest[T any](at func(*T) *time.Time) MergePolicy[T] {
	return moment(at, func(absorbed, after time.Time) bool { return absorbed.After(after) })
}

func moment[T any](at func(*T) *time.Time, wins func(absorbed, after time.Time) bool) MergePolicy[T] {
	return MergePolicy[T]{
		Give: func(after, absorbed *T) {
			if wins(*at(absorbed), *at(after)) {
				*at(after) = *at(absorbed)
			}
		},
		Take: func(now, merged, before, _ *T) {
			if at(now).Equal(*at(merged)) {
				*at(now) = *at(before)
			}
		},
	}
}

// IdentityMerge fills an identity where the survivor has none. Undoing a merge gives the absorbed record its
// identity back even where the survivor was given it as its own since.
func IdentityMerge[T any](at func(*T) *string, canonical func(string) string) MergePolicy[T] {
	m := fill(at)
	take := m.Take
	m.Take = func(now, merged, before, absorbed *T) {
		take(now, merged, before, absorbed)
		if *at(absorbed) != "" && canonical(*at(now)) == canonical(*at(absorbed)) {
			*at(now) = *at(before)
		}
	}
	return m
}

// PlacesOf are a country and a city. The city comes first, because a city of another
// country than the survivor's is nobody's place.
func PlacesOf[T any](country, city func(*T) *string) MergePolicy[T] {
	give := func(after, absorbed *T) {
		if *city(after) == "" && (*country(after) == "" || *country(after) == *country(absorbed)) {
			*city(after) = *city(absorbed)
		}
		*country(after) = firstOf(*country(after), *country(absorbed))
	}
	return MergePolicy[T]{
		Give: give,
		Choose: func(after, absorbed *T) {
			own := *after
			*country(after), *city(after) = *country(absorbed), *city(absorbed)
			give(after, &own)
		},
		Take: func(now, merged, before, absorbed *T) {
			TakeUnlessChanged(country)(now, merged, before, absorbed)
			TakeUnlessChanged(city)(now, merged, before, absorbed)
		},
	}
}

// Exactly is the canonical form of an identity that is compared as it is.
func Exactly(identity string) string { return identity }
