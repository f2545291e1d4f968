package filtertest

import (
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// changedNames are fields that have a history, of each type that differs in the columns.
var changedNames = []string{
	"type", "name", "email", "company_id", "labels", "channels", "blocked", "last_seen_at", "consent.email",
	"attributes.text", "attributes.number", "attributes.currency", "attributes.checkbox", "attributes.three_state", "attributes.many",
}

// changedAtOnce is of how many fields the filters of a world ask when they changed.
const changedAtOnce = 3

// changes are when some fields of contacts changed.
type changes struct {
	fields []fields.Field              // those that changed
	at     map[uint32]map[string]int64 // by ordinal and name of the field, in milliseconds since 1970
}

// DrawChanges draws when some fields of the contacts changed. From then on filters ask for it. A value that
// is missing may have been taken away.
func (w *World) DrawChanges(t *rapid.T) {
	w.changes = changes{at: map[uint32]map[string]int64{}}
	for _, name := range rapid.Permutation(changedNames).Draw(t, "changed")[:changedAtOnce] {
		f, _ := w.Schema.Field(name)
		w.changes.fields = append(w.changes.fields, f)
	}
	for _, c := range w.Contacts {
		for _, f := range w.changes.fields {
			if has(c, f) || rapid.IntRange(0, 3).Draw(t, "taken away") == 0 {
				w.setChanged(c, f.Name, pick(t, w.pools.moments))
			}
		}
	}
}

// ChangedFields are those of which filters ask when they changed.
func (w *World) ChangedFields() []fields.Field { return w.changes.fields }

// ChangedAt is when a field of a contact changed, in milliseconds since 1970. ok is false for never.
func (w *World) ChangedAt(ordinal uint32, name string) (ms int64, ok bool) {
	ms, ok = w.changes.at[ordinal][name]
	return ms, ok
}

// Made notes that a contact was made as it is, when it says that it was last changed.
func (w *World) Made(c *contacts.Contact) {
	delete(w.changes.at, c.Ordinal)
	for _, f := range w.changes.fields {
		if has(c, f) {
			w.setChanged(c, f.Name, c.UpdatedAt.UnixMilli())
		}
	}
}

// Changed notes that fields of a contact were changed, by their names, when it says so.
func (w *World) Changed(c *contacts.Contact, names []string) {
	for _, name := range names {
		w.setChanged(c, name, c.UpdatedAt.UnixMilli())
	}
}

func (w *World) setChanged(c *contacts.Contact, name string, ms int64) {
	if w.changes.at == nil {
		return
	}
	if w.changes.at[c.Ordinal] == nil {
		w.changes.at[c.Ordinal] = map[string]int64{}
	}
	w.changes.at[c.Ordinal][name] = ms
}

// has reports whether a contact has a value of its own in a field.
func has(c *contacts.Contact, f fields.Field) bool {
	if f.Name == "company_id" {
		return c.Company != 0
	}
	v := contacts.Kind.Facts(c).Value(f)
	unset := f.Type == fields.FieldCheckbox && !v.Bool && (f.Attribute == nil || !f.Attribute.ThreeState)
	return !v.IsMissing() && !unset
}

// asked are the fields of filters that say when others changed.
func (c changes) asked(s *fields.Schema) (list []fields.Field) {
	for _, f := range c.fields {
		asked, _ := s.Field(fields.ChangedPrefix + f.Name)
		list = append(list, asked)
	}
	return list
}

// add gives facts of a contact when its fields changed.
func (c changes) add(ordinal uint32, derived map[string]fields.Value) map[string]fields.Value {
	for _, f := range c.fields {
		if ms, ok := c.at[ordinal][f.Name]; ok {
			if derived == nil {
				derived = map[string]fields.Value{}
			}
			derived[fields.ChangedPrefix+f.Name] = fields.IntValue(ms)
		}
	}
	return derived
}
