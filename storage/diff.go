package storage

import "github.com/ndoto/kundi/contacts"

// diff returns what an update changes, field by field as filters name them:
// the standard fields in their order, what was absorbed, then the attributes of the schema in
// order of number. updated_at changes with every update and is left out;
// attributes whose definition is gone are invisible.
func (t *tx) diff(before, after *contacts.Contact) ([]contacts.FieldChange, error) {
	var from, to *contacts.Company
	if before.Company != after.Company {
		var err error
		if from, err = t.company(before.Company); err != nil {
			return nil, err
		}
		if to, err = t.company(after.Company); err != nil {
			return nil, err
		}
	}
	var changed []contacts.FieldChange
	for _, f := range contacts.StandardFields {
		if f.Name == "updated_at" {
			continue
		}
		changed = appendChange(changed, f.Name, f.Of(before, from), f.Of(after, to))
	}
	changed = appendChange(changed, contacts.FieldAbsorbed, absorbedIDs(before), absorbedIDs(after))
	for _, a := range t.schema.Attributes() {
		changed = appendChange(changed, contacts.AttributePrefix+a.Key, before.Attributes.Get(a.Number), after.Attributes.Get(a.Number))
	}
	return changed, nil
}

// absorbedIDs are the ids of the contacts that one has absorbed.
func absorbedIDs(c *contacts.Contact) contacts.Value {
	var ids []string
	for i := range c.Absorbed {
		ids = append(ids, c.Absorbed[i].ID.String())
	}
	return contacts.ListValue(ids)
}

func appendChange(changed []contacts.FieldChange, name string, from, to contacts.Value) []contacts.FieldChange {
	if from.Equal(to) {
		return changed
	}
	return append(changed, contacts.FieldChange{Field: name, Old: from, New: to})
}

func fieldNames(changed []contacts.FieldChange) []string {
	if len(changed) == 0 {
		return nil
	}
	names := make([]string, len(changed))
	for i, c := range changed {
		names[i] = c.Field
	}
	return names
}
