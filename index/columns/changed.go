package columns

import (
	"encoding/binary"
	"slices"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// ChangeKey names a field of contacts, of which it is kept when it changed. The Number is that of a
// custom attribute, 0 for a standard field: a key may be that of another attribute some day.
type ChangeKey struct {
	Name   string
	Number uint32
}

// ChangeKeyOf is the key of a field.
func ChangeKeyOf(f fields.Field) ChangeKey {
	key := ChangeKey{Name: f.Name}
	if f.Attribute != nil {
		key.Number = f.Attribute.Number
	}
	return key
}

// changeColumn has when a field changed for the last time, in milliseconds since 1970. A value that was
// there from the beginning changed when the contact was made.
type changeColumn struct {
	numberColumn
	field fields.Field
}

// KeepChanges begins to keep when a field changes, from now on. What was before is told by Changed.
func (t *Tables) KeepChanges(f fields.Field) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.people.changed == nil {
		t.people.changed = make(map[ChangeKey]*changeColumn)
	}
	t.people.changed[ChangeKeyOf(f)] = &changeColumn{field: f}
}

// DropChanges ends what KeepChanges began.
func (t *Tables) DropChanges(key ChangeKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.people.changed, key)
}

// ChangeTime is when a field of a contact changed, in milliseconds since 1970.
type ChangeTime struct {
	Ordinal uint32
	At      int64
	// FromMaking says that the history has no change of the field. So it changed when the contact was
	// made, if it has a value.
	FromMaking bool
}

// Changed tells when a field changed. A later time that is known already stays.
func (t *Tables) Changed(key ChangeKey, times []ChangeTime) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.people.changed[key]
	if c == nil {
		return
	}
	for _, one := range times {
		if t.people.live.Contains(one.Ordinal) && (!one.FromMaking || t.people.hasValue(c.field, one.Ordinal)) && c.get(one.Ordinal) < one.At {
			t.changes(t.people, one.Ordinal)
			c.put(one.Ordinal, one.At)
		}
	}
}

// ChangedAt returns when fields of a contact changed, by the names of the fields that say so. It leaves
// out those that are not kept, and those that never had a value.
func (t *Tables) ChangedAt(named []fields.Field, ordinal uint32) map[string]fields.Value {
	t.mu.RLock()
	defer t.mu.RUnlock()
	times := make(map[string]fields.Value, len(named))
	for _, f := range named {
		if c := t.people.changeColumnOf(f); c != nil && c.get(ordinal) != none {
			times[f.Name] = fields.IntValue(c.get(ordinal))
		}
	}
	return times
}

// Returned returns the contacts that came back when a merge was undone, in that order. When their fields
// changed is known from their history only. So it is of those that were replayed.
func (t *Tables) Returned() []uint32 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return slices.Clone(t.people.returned)
}

// Mended forgets the first n contacts of Returned, when Changed has told when their fields changed.
func (t *Tables) Mended(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.people.returned = slices.Delete(t.people.returned, 0, n)
}

// Made returns when contacts were made, in milliseconds since 1970. Their ids say it (RFC 9562, version 7), whatever
// created_at was sent; created_at counts for an id of another kind.
func (t *Tables) Made(ordinals []uint32) []int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	made, created, ids := make([]int64, len(ordinals)), columnOf[*numberColumn](t.people, "created_at"), columnOf[*textColumn](t.people, "id")
	for i, ordinal := range ordinals {
		if id, err := uuid.Parse(ids.text(ordinal)); err == nil && id.Version() == 7 {
			made[i] = int64(binary.BigEndian.Uint64(id[:8]) >> 16)
		} else {
			made[i] = created.get(ordinal)
		}
	}
	return made
}

// Standing returns the contacts after an ordinal, at most a number of them.
func (t *Tables) Standing(after uint32, most int) (ordinals []uint32) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	it := t.people.live.Iterator()
	it.AdvanceIfNeeded(after + 1)
	for it.HasNext() && len(ordinals) < most {
		ordinals = append(ordinals, it.Next())
	}
	return ordinals
}

// noteChange keeps when the fields of a contact changed by a change that is known in full, and written
// already. That is the moment that the contact itself says, as in its history: the commit is a little later.
func (t *table) noteChange(c *ledger.Change) {
	if len(t.changed) == 0 {
		return
	}
	if c.Op == ledger.OpRestore {
		t.mendChange(c.Ordinal)
		return
	}
	at := columnOf[*numberColumn](t, "updated_at").get(c.Ordinal)
	for _, column := range t.changed {
		if c.Op == ledger.OpUpdate && slices.Contains(c.Fields, column.field.Name) || c.Op == ledger.OpCreate && t.hasValue(column.field, c.Ordinal) {
			column.put(c.Ordinal, at)
		}
	}
}

// mendChange says that a row may have changed in fields that nobody has told of.
func (t *table) mendChange(row uint32) {
	if len(t.changed) > 0 {
		t.returned = append(t.returned, row)
	}
}

// forgetChanges takes away when the fields of a row changed.
func (t *table) forgetChanges(row uint32) {
	for _, column := range t.changed {
		column.put(row, none)
	}
}

// hasValue reports whether a row has a value in a field of its own. A checkbox that is false until it is set has
// none while it is false.
func (t *table) hasValue(f fields.Field, row uint32) bool {
	for _, r := range t.relations {
		if name, ok := r.declared.Field(f.Name); ok && name == "id" {
			return r.of.get(row) != 0
		}
	}
	var c column
	if f.Attribute == nil {
		if c = t.named(ownPrefix + f.Name); c == nil { // what follows from others is no value of its own
			c = t.named(f.Name)
		}
	} else if i, found := t.attributeAt(f.Attribute.Number, kindOf(f.Type)); found {
		c = t.attributes[i].column
	}
	switch c := c.(type) {
	case *textColumn:
		return c.present.Contains(row)
	case *setColumn:
		return c.present.Contains(row)
	case *numberColumn:
		return c.get(row) != none
	case *choiceColumn:
		return !c.holds(row, c.unset)
	case *checkboxColumn:
		return c.yes.Contains(row) || c.no.Contains(row) && f.Attribute != nil && f.Attribute.ThreeState
	}
	return false
}

// changeColumnOf returns the column of a field of changes, nil for a field of another kind and for one that is
// not kept.
func (t *table) changeColumnOf(f fields.Field) *changeColumn {
	if f.Changed == nil {
		return nil
	}
	return t.changed[ChangeKeyOf(*f.Changed)]
}
