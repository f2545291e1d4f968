package storage

import "github.com/ndoto/kundi/contacts"

// diff returns what an update changes; see contacts.Kind.Changed.
func (t *tx) diff(before, after *contacts.Contact) ([]contacts.FieldChange, error) {
	return t.schema.Changed(before, after, t.company)
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
