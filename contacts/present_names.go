package contacts

import (
	"time"

	"github.com/ndoto/kundi/fields"
)

// partedNow is parted under the names that options and labels have now: some were renamed
// since the merge, and the survivor may not have the new name of one yet.
func partedNow(tx Tx, m *Merge[Contact], survivor *Contact, now time.Time) (after, restored *Contact, err error) {
	kept := *m
	kept.Before, kept.After, kept.Absorbed = m.Before.Clone(), m.After.Clone(), m.Absorbed.Clone()
	for _, c := range []*Contact{kept.Before, kept.After, kept.Absorbed} {
		if err := presentNames(tx, fields.EntityContact, taggedContact(c), m.After.Version); err != nil {
			return nil, nil, err
		}
	}
	present := survivor.Clone()
	if err := presentNames(tx, fields.EntityContact, taggedContact(present), tx.Seq()); err != nil {
		return nil, nil, err
	}
	after, restored = parted(&kept, present, now)
	return after, restored, nil
}

// presentNames gives a record, which is nobody else's, the names that options and labels
// have now: those of labels as they were renamed since a change, or are being renamed.
func presentNames(tx Tx, e fields.Entity, t tagged, since uint64) error {
	set := tx.Schema().Of(e)
	labels, err := presentLabels(tx, *t.labels, since)
	if err != nil {
		return err
	}
	if field, ok := set.Field(labelsKey); ok {
		labels = field.Present(fields.ListValue(labels)).List
	}
	*t.labels, *t.attributes = labels, withPresentOptions(set, *t.attributes)
	return nil
}

// withPresentOptions returns attributes that were kept aside, as by a merge, with the present
// names of options that were renamed since.
func withPresentOptions(set *fields.Set, attributes fields.Attributes) fields.Attributes {
	for _, kept := range attributes {
		a := set.AttributeByNumber(kept.Number)
		if a == nil {
			continue
		}
		for _, former := range a.Former {
			if v, had := attributes.Get(a.Number).Renamed(former.Name, former.Option); had {
				attributes = attributes.With(a.Number, v)
			}
		}
	}
	return attributes
}
