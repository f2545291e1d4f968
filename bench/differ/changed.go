package differ

import (
	"fmt"
	"slices"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/ledger"
)

// changing are the fields of contacts of which filters ask when they changed: one of each type, with the
// column of PostgreSQL that has a value when the contact has one.
var changing = []string{
	"type", "name", "email", "company_id", "labels", "blocked", "last_seen_at", "consent.email",
	"attributes.job_title", "attributes.seats", "attributes.mrr", "attributes.renewal_date", "attributes.interests", "attributes.marketing_consent",
}

// past is a change of a field of a contact, in the order of all.
type past struct {
	contact uint32
	field   string
	at      time.Time
}

// changedFields are the fields of filters that say when others changed.
func changedFields(schema *fields.Schema) (list []fields.Field) {
	for _, name := range changing {
		f, _ := schema.Field(fields.ChangedPrefix + name)
		list = append(list, f)
	}
	return list
}

// happened notes the changes of a contact, which was made when before is nil, and returns their fields.
func (w *world) happened(before, after *contacts.Contact) (names []string) {
	state := before
	if state == nil {
		state = &contacts.Contact{}
	}
	link := func(_ fields.Entity, ordinal uint32) (*ledger.Link, error) {
		return &ledger.Link{Ordinal: ordinal, ID: ledger.ID{byte(ordinal), byte(ordinal >> 8), byte(ordinal >> 16)}, Name: fmt.Sprint(ordinal)}, nil
	}
	list, err := contacts.Kind.Changed(w.schema, state, after, link)
	if err != nil {
		panic(err) // links are known
	}
	for i := range list {
		name := list[i].Field
		names = append(names, name)
		if slices.Contains(changing, name) {
			w.Past = append(w.Past, past{after.Ordinal, name, after.UpdatedAt})
		}
	}
	return names
}

// keepChanges has Kundi's columns keep when fields changed, from what has happened to all contacts.
func (c *Comparison) keepChanges() {
	for _, f := range changedFields(c.world.schema) {
		c.columns.KeepChanges(*f.Changed)
	}
	c.tellPast(nil)
}

// tellPast tells Kundi's columns what has happened to some contacts, nil for all.
func (c *Comparison) tellPast(of []uint32) {
	latest := map[string]map[uint32]time.Time{}
	for _, p := range c.world.Past {
		if latest[p.field] == nil {
			latest[p.field] = map[uint32]time.Time{}
		}
		if of == nil || slices.Contains(of, p.contact) {
			latest[p.field][p.contact] = p.at
		}
	}
	for _, f := range changedFields(c.world.schema) {
		var times []columns.ChangeTime
		for ordinal, at := range latest[f.Changed.Name] {
			times = append(times, columns.ChangeTime{Ordinal: ordinal, At: at.UnixMilli()})
		}
		c.columns.Changed(columns.ChangeKeyOf(*f.Changed), times)
	}
}
