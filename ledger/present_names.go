package ledger

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
)

// MergeNow returns a merge, and its survivor as that is now, with the names that options and
// labels have now.
func (k *Kind[T]) MergeNow(tx Tx, m *Merge[T], survivor *T) (kept *Merge[T], present *T, err error) {
	kept = &Merge[T]{ID: m.ID, Before: k.Clone(m.Before), After: k.Clone(m.After), Absorbed: k.Clone(m.Absorbed)}
	for _, r := range []*T{kept.Before, kept.After, kept.Absorbed} {
		if err := presentNames(tx, k.Entity, k.tagged(r), *k.Stamp(m.After).Version); err != nil {
			return nil, nil, err
		}
	}
	present = k.Clone(survivor)
	return kept, present, presentNames(tx, k.Entity, k.tagged(present), tx.Seq())
}

// presentNames gives a record, which is nobody else's, the names that options and labels
// have now: those of labels as they were renamed since a change, or are being renamed.
func presentNames(tx Tx, e fields.Entity, t Tagged, since uint64) error {
	set := tx.Schema().Of(e)
	labels, err := presentLabels(tx, *t.Labels, since)
	if err != nil {
		return err
	}
	*t.Labels = labels
	t.beNamedAsIn(set)
	return nil
}

// beNamedAsIn gives a record, which is nobody else's, the names of options of now, and of a
// label that is being renamed.
func (t Tagged) beNamedAsIn(set *fields.Set) {
	if field, ok := set.Field(LabelsKey); ok {
		*t.Labels = field.Present(fields.ListValue(*t.Labels)).List
	}
	*t.Attributes = withPresentOptions(set, *t.Attributes)
}

// named returns a record with the names that are being given to options and labels. It may
// get from another one what the sweep has not come to, when the sweep has passed it already.
func (k *Kind[T]) named(tx Tx, r *T) *T {
	if k.Labels == nil || k.Attributes == nil {
		return r
	}
	set, named := tx.Schema().Of(k.Entity), k.Clone(r)
	k.tagged(named).beNamedAsIn(set)
	return named
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

// Tagged is what a record has by names that can be renamed, and where.
type Tagged struct {
	Ref
	Attributes *fields.Attributes
	Labels     *[]string
	UpdatedAt  *time.Time
}

func (k *Kind[T]) tagged(r *T) Tagged {
	stamp := k.Stamp(r)
	return Tagged{stamp.Ref(), k.Attributes(r), k.Labels(r), stamp.UpdatedAt}
}

// Value is that of an attribute, or for the number 0 the labels.
func (t Tagged) Value(number uint32) fields.Value {
	if number == 0 {
		return fields.ListValue(*t.Labels)
	}
	return t.Attributes.Get(number)
}

// Set gives a record that is nobody else's another value.
func (t Tagged) Set(number uint32, v fields.Value) {
	if number == 0 {
		*t.Labels = v.List
		return
	}
	*t.Attributes = t.Attributes.With(number, v)
}

// LabelsKey is the name of the field of labels, and the key of their renamings.
const LabelsKey = "labels"

// formerKey is the key of the one document of LabelNames.
const formerKey = "former"

// maxFormerLabels is how many renamings of labels are remembered, the newest, for records
// that come back from a merge.
const maxFormerLabels = 1_000

// formerLabel is a label that was renamed.
type formerLabel struct {
	From string `json:"from"`
	To   string `json:"to"`
	Seq  uint64 `json:"seq"` // of the change
}

// formerLabels are the renamings that are remembered, oldest first.
func formerLabels(tx Tx) (list []formerLabel, err error) {
	raw, err := tx.Document(LabelNames, formerKey)
	if err == nil && raw != nil {
		err = json.Unmarshal(raw, &list)
	}
	return list, err
}

// presentLabels are labels that were kept aside since a change, as by a merge, with the
// names that they have now.
func presentLabels(tx Tx, labels []string, since uint64) ([]string, error) {
	former, err := formerLabels(tx)
	if err != nil {
		return nil, err
	}
	v := fields.ListValue(labels)
	for _, f := range former {
		if f.Seq > since {
			v, _ = (&fields.Renaming{From: f.From, To: f.To}).Present(v)
		}
	}
	return v.List, nil
}

// VerifyLabelNames reads the renamings of labels.
func VerifyLabelNames(ctx context.Context, store DocumentReader, found *Differences) error {
	return EachDocument(ctx, store, LabelNames, "", func(d Document) error {
		var list []formerLabel
		bad := DecodeDocument(d.Value, &list) != nil || d.Key != formerKey
		for _, f := range list {
			bad = bad || f.From == "" || f.To == "" || f.Seq == 0
		}
		if bad {
			found.Add("former names of labels that cannot be read")
		}
		return nil
	})
}

// RememberLabel keeps a renaming. This is its entry in the log.
func RememberLabel(tx Tx, r fields.Renaming) error {
	list, err := formerLabels(tx)
	if err != nil {
		return err
	}
	list = append(list, formerLabel{r.From, r.To, tx.Seq()})
	list = slices.Delete(list, 0, max(0, len(list)-maxFormerLabels))
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return tx.PutDocument(LabelNames, formerKey, raw)
}
