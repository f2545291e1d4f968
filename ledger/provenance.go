package ledger

import (
	"context"
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
)

// Origin is where the present value of a field comes from.
type Origin struct {
	Author Author // SourceMerge, and who merged, for a value of another record
	At     time.Time
	Seq    uint64 // of the change
}

// Provenance returns where the values of a record, which must be the state that the store
// has or had, come from: by the names of fields, of those that have a value and are in its
// history. A value that came before what the history keeps has none. links are what the
// record refers to.
//
// The error is of fault.KindNotFound when the record was deleted meanwhile.
func (p *Past[T]) Provenance(ctx context.Context, r *T, links Links) (map[string]Origin, error) {
	open := p.kind.valued(p.store.Schema(), r, links)
	origins := make(map[string]Origin, len(open))
	stamp := p.kind.Stamp(r)
	ended, err := p.store.WalkHistory(ctx, &p.kind.Shape, *stamp.Ordinal, *stamp.Version, func(e *HistoryEntry) (bool, error) {
		if e.Op == OpCreate {
			for name := range open {
				origins[name] = e.originOf(name)
			}
			return false, nil
		}
		for i := range e.Changes {
			change := &e.Changes[i]
			f, found := open[change.Field]
			if !found || !change.isOf(f, e.At) {
				continue
			}
			origins[change.Field] = e.originOf(change.Field)
			delete(open, change.Field)
		}
		return len(open) > 0, nil
	})
	if err == nil && ended {
		_, err = p.get(ctx, *stamp.ID)
	}
	return origins, err
}

// originOf is where the value comes from that an entry gave a field.
func (e *HistoryEntry) originOf(field string) Origin {
	origin := Origin{Author: e.Author, At: e.At, Seq: e.Seq}
	if e.absorbs() > 0 && field != FieldAbsorbed {
		origin.Author.Source = SourceMerge
	}
	return origin
}

// LinkOrigins is where that comes from what others show of a record that they refer to. An
// Origin is zero where the history says nothing of it.
type LinkOrigins struct {
	Merge Origin // of the merge through which they refer to it; zero without one
	Name  Origin
}

// LinkOrigins returns them of a record that an ordinal means, or meant. link is what Past.LinkAt
// or Kind.LinkOf returned: a state that the record has or had.
func (p *Past[T]) LinkOrigins(ctx context.Context, ordinal uint32, link *Link) (origins LinkOrigins, err error) {
	if link.Version == 0 {
		return LinkOrigins{}, nil // it was deleted, and its history with it
	}
	if origins.Merge, err = p.mergeOrigin(ctx, ordinal, link); err != nil {
		return LinkOrigins{}, err
	}
	_, err = p.store.WalkHistory(ctx, &p.kind.Shape, link.Ordinal, link.Version, func(e *HistoryEntry) (bool, error) {
		if e.Op != OpCreate && !slices.ContainsFunc(e.Changes, func(c FieldChange) bool { return c.Field == nameField }) {
			return true, nil
		}
		origins.Name = e.originOf(nameField)
		return false, nil
	})
	return origins, err
}

// mergeOrigin is where the newest of the merges comes from that led from an ordinal to what it
// means.
func (p *Past[T]) mergeOrigin(ctx context.Context, ordinal uint32, link *Link) (newest Origin, err error) {
	for last := uint64(0); ordinal != 0 && ordinal != link.Ordinal; {
		merge, into, err := p.mergedInto(ctx, ordinal, link.Version+1) // the entry of the survivor is the one before
		if err != nil || into == 0 || merge <= last {                  // the last where clocks do not tell the order of merges
			return newest, err
		}
		page, err := p.store.History(ctx, &p.kind.Shape, into, merge, 1)
		if err != nil {
			return newest, err
		}
		if len(page) > 0 && page[0].absorbs() > 0 {
			newest = newest.Later(page[0].originOf(nameField))
		}
		ordinal, last = into, merge
	}
	return newest, nil
}

// mergedInto returns the ordinal of the record into which one was merged, by the newest merge up
// to a number, and the number of its entry. The ordinal is 0 where nothing says so.
func (p *Past[T]) mergedInto(ctx context.Context, ordinal uint32, last uint64) (merge uint64, into uint32, err error) {
	_, err = p.store.WalkHistory(ctx, &p.kind.Shape, ordinal, last, func(e *HistoryEntry) (more bool, err error) {
		if e.Op == OpMerge {
			merge, into = e.Seq, e.Into
		}
		return e.Op != OpMerge, nil
	})
	if err != nil || merge == 0 || into != 0 {
		return merge, into, err
	}
	m, err := p.kind.ReadMerge(ctx, p.store, ordinal) // for an entry of an older program
	if err != nil || m == nil || *p.kind.Stamp(m.After).Version >= merge {
		return 0, 0, err
	}
	return merge, *p.kind.Stamp(m.After).Ordinal, nil
}

// Later is the later one of two origins by number.
func (o Origin) Later(other Origin) Origin {
	if other.Seq > o.Seq {
		return other
	}
	return o
}

// valued are the fields with a history that have a value of their own.
func (k *Kind[T]) valued(schema *fields.Schema, r *T, links Links) map[string]fields.Field {
	all := map[string]fields.Field{}
	for i := range k.Fields {
		f := &k.Fields[i]
		v := f.ValueOf(r, links)
		alone := f.Standard.Unfiltered && len(v.List) == 1 // the field of the first one tells
		if k.hasHistory(f.Field) && !v.IsMissing() && !alone && !(f.Type == fields.FieldCheckbox && !v.Bool) {
			all[f.Name] = f.Field
		}
	}
	if len(k.AbsorbedOf(r)) > 0 {
		all[FieldAbsorbed] = fields.Field{Name: FieldAbsorbed, Type: fields.FieldMany}
	}
	if k.Attributes == nil {
		return all
	}
	for _, a := range *k.Attributes(r) {
		if definition := schema.Of(k.Entity).AttributeByNumber(a.Number); definition != nil {
			f, _ := schema.Of(k.Entity).Field(fields.AttributePrefix + definition.Key)
			all[f.Name] = f
		}
	}
	return all
}

// ValueOf is the value of the field, which may be one of what the record refers to.
func (f *FieldOf[T]) ValueOf(r *T, links Links) fields.Value {
	switch {
	case f.Get != nil:
		return f.Get(r)
	case f.Ref != nil:
		return links[f.To].id()
	case f.To != "":
		return links[f.To].name()
	}
	return fields.Value{}
}
