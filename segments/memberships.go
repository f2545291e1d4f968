package segments

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// Membership is a segment that a contact is in.
type Membership struct {
	ID       ledger.ID
	Name     string
	Kind     Kind
	Archived bool
	// Pinned says that the contact was picked for the segment.
	Pinned bool
}

// Memberships returns up to limit segments that a contact is in now, whose id is greater than after
// (uuid.Nil for the first page), oldest first. more says whether others follow. Segments whose
// filter no longer fits the schema are left out. If there is no such contact, the error is of
// KindNotFound.
func (s *Service) Memberships(ctx context.Context, contact ledger.ID, which Which, after ledger.ID, limit int) (list []Membership, more bool, err error) {
	ordinal, _, err := s.people.Ordinal(ctx, "id", contact.String())
	if err != nil {
		return nil, false, err
	}
	ordinals, err := s.ordinalsOf(ctx, ordinal)
	if err != nil {
		return nil, false, err
	}
	var all *membershipFilters
	var passes []bool
	err = s.index.Steady(ctx, func(schema *fields.Schema) (err error) {
		if all, err = s.membershipFilters(ctx, schema); err == nil {
			passes, err = s.index.Passing(ctx, ordinal, all.roots, all.repeated, s.env(schema))
		}
		return err
	})
	if err != nil {
		return nil, false, err
	}
	for i, one := range all.list {
		if !passes[i] || !which.has(one.segment) || after != uuid.Nil && one.segment.ID.String() <= after.String() {
			continue
		}
		if len(list) == limit {
			return list, true, nil
		}
		list = append(list, Membership{
			ID: one.segment.ID, Name: one.segment.Name, Kind: one.segment.Kind, Archived: one.segment.Archived,
			Pinned: one.picked.pinned != nil && slices.ContainsFunc(ordinals, one.picked.pinned.Contains),
		})
	}
	return list, false, nil
}

// ordinalsOf returns the ordinal of a contact and of those that it has absorbed, or an error of
// KindNotFound.
func (s *Service) ordinalsOf(ctx context.Context, ordinal uint32) ([]uint32, error) {
	k := s.store.KindOf(fields.EntityContact)
	found, err := ledger.ListOf(ctx, s.store, k, []uint32{ordinal}) // no contact has the ordinal 0
	if err != nil {
		return nil, err
	}
	if found[0] == nil {
		return nil, fault.NotFound("contact")
	}
	ordinals := []uint32{ordinal}
	for _, absorbed := range k.AbsorbedOf(found[0]) {
		ordinals = append(ordinals, absorbed.Ordinal)
	}
	return ordinals, nil
}

// membershipFilters are the filters of all segments, decoded. They are not changed.
type membershipFilters struct {
	schema  *fields.Schema
	changes uint64 // of definitions, before they were read
	list    []membershipFilter

	roots    []filter.Node       // of list, in its order
	repeated map[filter.Node]int // see filter.Repeated
}

// membershipFilter is the filter of the members of one segment.
type membershipFilter struct {
	segment *Segment
	picked  picks
}

// maxKeptFilters is about how many bytes of memory the filters of all segments may take with the
// picked contacts, if they are to be kept. Larger ones are read each time. A filter takes about
// decodedSize times as much as its JSON.
const (
	maxKeptFilters = 64 << 20
	decodedSize    = 8
)

// membershipFilters decodes the filters of all segments, unless neither the schema nor a definition
// has changed since that was done.
func (s *Service) membershipFilters(ctx context.Context, schema *fields.Schema) (*membershipFilters, error) {
	changes := s.changes.Load()
	if known := s.filters.Load(); known != nil && known.schema == schema && known.changes == changes {
		return known, nil
	}
	whole, size := map[string]membershipFilter{}, uint64(0)
	all := &membershipFilters{schema: schema, changes: changes}
	var ids []ledger.ID
	if err := s.each(ctx, func(segment *Segment) error { ids = append(ids, segment.ID); return nil }); err != nil {
		return nil, err
	}
	for _, id := range ids {
		segment, picked, err := readWhole(ctx, s.store, id)
		if fault.KindOf(err) == fault.KindNotFound {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		size += decodedSize * uint64(len(segment.Filter))
		for _, set := range []PickSet{Pinned, Excluded} {
			if b := *picked.set(set); b != nil {
				size += b.GetSizeInBytes()
			}
		}
		one := membershipFilter{segment, picked}
		whole[id.String()], all.list = one, append(all.list, one)
	}
	named := func(id string) (filter.Saved, bool, error) {
		one, there := whole[id]
		if !there {
			return filter.Saved{}, false, nil
		}
		return one.segment.saved(one.picked), true, nil
	}
	decoder := filter.Decoder{Schema: schema, Segments: named}.ForSegments()
	all.list = slices.DeleteFunc(all.list, func(one membershipFilter) bool {
		f, err := decoder.Decode(one.segment.ID.String(), one.segment.saved(one.picked), "filter")
		if err != nil { // it does not fit the schema any more
			return true
		}
		all.roots = append(all.roots, f.Root)
		return false
	})
	for i := range all.list {
		segment := *all.list[i].segment
		segment.Filter, all.list[i].segment = nil, &segment // it is decoded
	}
	all.repeated = filter.Repeated(&filter.Group{Rules: all.roots})
	if size <= maxKeptFilters {
		s.filters.Store(all)
	}
	return all, nil
}
