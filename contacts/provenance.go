package contacts

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fields"
)

// Origin is where the present value of a field comes from.
type Origin struct {
	Author Author // SourceMerge, and who merged, for a value of another contact
	At     time.Time
	Seq    uint64 // of the change
}

// Provenance returns where the values of a contact, which must be the state that the store
// has or had, come from: by the names of fields, of those that have a value and are in its
// history. A value that came before what the history keeps has none.
//
// The error is of fault.KindNotFound when the contact was deleted meanwhile.
func (s *Service) Provenance(ctx context.Context, c *Contact, company *Company) (map[string]Origin, error) {
	open := valued(s.store.Schema(), c, company)
	origins := make(map[string]Origin, len(open))
	ended, err := s.walk(ctx, c, func(e *HistoryEntry) (bool, error) {
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
		err = s.still(ctx, c.ID)
	}
	return origins, err
}

// valued are the fields with a history that have a value of their own.
func valued(schema *fields.Schema, c *Contact, company *Company) map[string]fields.Field {
	all := map[string]fields.Field{}
	for _, f := range StandardFields {
		v := ValueOf(f, c, company)
		if hasHistory(f) && !v.IsMissing() && !(f.Type == fields.FieldCheckbox && !v.Bool) {
			all[f.Name] = f
		}
	}
	if len(c.Absorbed) > 0 {
		all[FieldAbsorbed] = fields.Field{Name: FieldAbsorbed, Type: fields.FieldMany}
	}
	for _, a := range c.Attributes {
		if definition := schema.AttributeByNumber(a.Number); definition != nil {
			f, _ := schema.Field(fields.AttributePrefix + definition.Key)
			all[f.Name] = f
		}
	}
	return all
}
