package filtertest

import (
	"time"

	"pgregory.net/rapid"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
)

// owners is how many contacts of a world have most of what belongs to any: so some have several.
const owners = 6

// DrawOwned draws conversations, notes and campaign events of the n contacts of a world, which has none yet.
func (w *World) DrawOwned(t *rapid.T, n int) {
	w.owned = map[uint32]map[fields.Entity][]ledger.Facts{}
	for i := range n {
		c := w.conversation(t, uint32(i+1))
		w.Conversations = append(w.Conversations, c)
		w.own(c.Owner, fields.EntityConversation, conversations.Kind.Facts(c))
	}
	for i := range n / 2 {
		note := w.note(t, uint32(i+1))
		w.Notes = append(w.Notes, note)
		w.own(note.Owner, fields.EntityNote, notes.Kind.Facts(note))
	}
	for i := range n / 2 {
		e := w.event(t, uint32(i+1))
		w.Events = append(w.Events, e)
		w.own(e.Owner, fields.EntityCampaignEvent, audiences.EventsKind.Facts(e))
	}
}

func (w *World) own(owner uint32, of fields.Entity, x ledger.Facts) {
	if w.owned[owner] == nil {
		w.owned[owner] = map[fields.Entity][]ledger.Facts{}
	}
	w.owned[owner][of] = append(w.owned[owner][of], x)
}

// ownedBy is what belongs to a contact and to whom it has absorbed.
func (w *World) ownedBy(c *contacts.Contact) map[fields.Entity][]ledger.Facts {
	all := map[fields.Entity][]ledger.Facts{}
	add := func(ordinal uint32) {
		for of, list := range w.owned[ordinal] {
			all[of] = append(all[of], list...)
		}
	}
	add(c.Ordinal)
	for _, a := range c.Absorbed {
		add(a.Ordinal)
	}
	return all
}

// owner draws a contact, or one that it may have absorbed.
func (w *World) owner(t *rapid.T) uint32 {
	ordinal := uint32(rapid.IntRange(1, owners).Draw(t, "owner"))
	if rapid.IntRange(0, 3).Draw(t, "of an absorbed one") == 0 {
		ordinal += w.distance
	}
	return ordinal
}

func (w *World) conversation(t *rapid.T, ordinal uint32) *conversations.Conversation {
	set := w.Schema.Of(fields.EntityConversation)
	c := &conversations.Conversation{Ordinal: ordinal, Owner: w.owner(t), Version: uint64(ordinal)}
	for _, f := range conversations.Kind.Fields {
		if f.Set == nil || f.Standard.Unfiltered && f.Name != "last_inbound_at" {
			continue
		}
		if required := f.Standard.Required || f.Name == "channel"; !required && rapid.IntRange(0, 3).Draw(t, "missing") == 0 {
			continue
		}
		if f.Type == fields.FieldNumber {
			f.Set(c, fields.NumberValue(float64(rapid.IntRange(1, 5).Draw(t, f.Name))))
			continue
		}
		f.Set(c, w.storedIn(t, f.Field))
	}
	for _, a := range set.Attributes() {
		f, _ := set.Field(fields.AttributePrefix + a.Key)
		if rapid.Bool().Draw(t, "has attribute") {
			c.Attributes = c.Attributes.With(a.Number, w.storedIn(t, f))
		}
	}
	return c
}

func (w *World) note(t *rapid.T, ordinal uint32) *notes.Note {
	n := &notes.Note{
		Ordinal: ordinal, Owner: w.owner(t), Version: uint64(ordinal), Pinned: rapid.Bool().Draw(t, "pinned"),
		Text: rapid.SampledFrom(texts).Draw(t, "text") + "\n" + rapid.SampledFrom(texts).Draw(t, "text"),
	}
	for _, f := range notes.Kind.Fields {
		switch f.Name {
		case "author.source", "created_at":
			f.Set(n, w.storedIn(t, f.Field))
		}
	}
	n.UpdatedAt = n.CreatedAt.Add(time.Second)
	return n
}

func (w *World) event(t *rapid.T, ordinal uint32) *audiences.Event {
	e := &audiences.Event{Ordinal: ordinal, Owner: w.owner(t), Version: uint64(ordinal), Row: ordinal}
	for _, f := range audiences.EventsKind.Fields {
		f.Set(e, w.storedIn(t, f.Field))
	}
	return e
}

// storedIn draws a value of a field in the form in which it is stored.
func (w *World) storedIn(t *rapid.T, f fields.Field) fields.Value {
	v, fault := w.Schema.Coerce(f, w.pools.value(t, f))
	if fault != "" {
		t.Fatalf("a drawn value of %s %s", f.Name, fault)
	}
	return v
}

// Related draws, for every field about related records and every word, a filter of one rule,
// and one for every field and word that may be inside of its where, in a fixed order.
func (w *World) Related(t *rapid.T) (filters []*filter.Filter) {
	for _, f := range contacts.StandardFields {
		if f.Type != fields.FieldRelated {
			continue
		}
		for _, word := range filter.Operators(f) {
			filters = append(filters, w.decode(t, groupOf(w.ruleOf(t, f, word))))
		}
		for _, of := range w.fieldsOf(f.Standard.Records) {
			for _, word := range filter.Operators(of) {
				where := groupOf(w.ruleOf(t, of, word))
				filters = append(filters, w.decode(t, groupOf(map[string]any{"field": f.Name, "operator": "any", "where": where})))
			}
		}
	}
	return filters
}

// relate draws the rest of a rule on related records.
func (w *World) relate(t *rapid.T, rule map[string]any, f fields.Field, word string) {
	if word != "any" && word != "none" {
		rule["value"] = rapid.IntRange(0, 3).Draw(t, "count")
	}
	if rapid.IntRange(0, 3).Draw(t, "where") > 0 {
		rule["where"] = w.groupOver(t, 2, func(t *rapid.T) any {
			of := rapid.SampledFrom(w.fieldsOf(f.Standard.Records)).Draw(t, "field")
			return w.ruleOf(t, of, rapid.SampledFrom(filter.Operators(of)).Draw(t, "operator"))
		})
	}
}

// fieldsOf are what the filter of a where may ask, but for the owner.
func (w *World) fieldsOf(of fields.Entity) (all []fields.Field) {
	standard := conversations.StandardFields
	switch of {
	case fields.EntityNote:
		standard = notes.Kind.StandardFields()
	case fields.EntityCampaignEvent:
		standard = audiences.EventsKind.StandardFields()
	}
	for _, f := range standard {
		if f.Name != "contact_id" {
			all = append(all, f)
		}
	}
	set := w.Schema.Of(of)
	for _, a := range set.Attributes() {
		f, _ := set.Field(fields.AttributePrefix + a.Key)
		all = append(all, f)
	}
	return all
}
