package contacts

import (
	"time"

	"github.com/ndoto/kundi/fields"
)

// partedNow is parted under the names that options and labels have now: some were renamed
// since the merge, and the survivor may not have the new name of one yet.
func partedNow(tx Tx, m *Merge[Contact], survivor *Contact, now time.Time) (after, restored *Contact, err error) {
	kept, present, err := mergeNow(tx, contactKind, taggedContact, m, survivor)
	if err != nil {
		return nil, nil, err
	}
	after, restored = parted(kept, present, now)
	return after, restored, nil
}

// CompanyMergeNow returns a merge of companies, and its survivor as that is now, with the names
// that options and labels have now.
func CompanyMergeNow(tx Tx, m *Merge[Company], survivor *Company) (*Merge[Company], *Company, error) {
	return mergeNow(tx, companyKind, taggedCompany, m, survivor)
}

// mergeNow returns a merge, and its survivor as that is now, with the names that options and
// labels have now.
func mergeNow[T any](tx Tx, k *Kind[T], tag func(*T) tagged, m *Merge[T], survivor *T) (kept *Merge[T], present *T, err error) {
	kept = &Merge[T]{ID: m.ID, Before: k.Clone(m.Before), After: k.Clone(m.After), Absorbed: k.Clone(m.Absorbed)}
	for _, r := range []*T{kept.Before, kept.After, kept.Absorbed} {
		if err := presentNames(tx, k.Entity, tag(r), *k.Stamp(m.After).Version); err != nil {
			return nil, nil, err
		}
	}
	present = k.Clone(survivor)
	return kept, present, presentNames(tx, k.Entity, tag(present), tx.Seq())
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
// names of options that were renamed or spelled anew since.
func withPresentOptions(set *fields.Set, attributes fields.Attributes) fields.Attributes {
	for _, kept := range attributes {
		if a := set.AttributeByNumber(kept.Number); a != nil {
			if v, had := a.PresentOptions(kept.Value); had {
				attributes = attributes.With(a.Number, v)
			}
		}
	}
	return attributes
}
