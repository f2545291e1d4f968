package ledger

import (
	"context"
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
	ended, err := p.walk(ctx, r, func(e *HistoryEntry) (bool, error) {
		origin := Origin{Author: e.Author, At: e.At, Seq: e.Seq}
		if e.Op == OpCreate {
			for name := range open {
				origins[name] = origin
			}
			return false, nil
		}
		for i := range e.Changes {
			change := &e.Changes[i]
			f, found := open[change.Field]
			if !found || !change.isOf(f, e.At) {
				continue
			}
			of := origin
			if e.absorbs() > 0 && change.Field != FieldAbsorbed {
				of.Author.Source = SourceMerge
			}
			origins[change.Field] = of
			delete(open, change.Field)
		}
		return len(open) > 0, nil
	})
	if err == nil && ended {
		_, err = p.get(ctx, *p.kind.Stamp(r).ID)
	}
	return origins, err
}

// valued are the fields with a history that have a value of their own.
func (k *Kind[T]) valued(schema *fields.Schema, r *T, links Links) map[string]fields.Field {
	all := map[string]fields.Field{}
	for i := range k.Fields {
		f := &k.Fields[i]
		v := f.ValueOf(r, links)
		if k.hasHistory(f.Field) && !v.IsMissing() && !(f.Type == fields.FieldCheckbox && !v.Bool) {
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
