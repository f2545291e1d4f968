package ledger

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// Changes are what a draft changes of a record of a kind: values in the form in which they
// are stored. They are made by ReadDraft, never change, and are safe for several goroutines.
type Changes[T any] struct {
	kind       *Kind[T]
	set        *fields.Set // the fields that the draft was checked against
	assigned   []setting[T]
	attributes fields.Attributes // in order of Number; a missing value removes
	clear      bool              // remove all attributes first
}

// setting gives a field a value; a missing value removes.
type setting[T any] struct {
	field *FieldOf[T]
	value fields.Value
}

// ReadDraft checks a draft, a merge patch of a record, against a schema and returns all its
// faults, by paths like "name" and "attributes.tier". others are the members of an answer
// that are no fields, and why a draft cannot have each.
func (k *Kind[T]) ReadDraft(s *fields.Schema, d fields.Draft, others map[string]string) (*Changes[T], []fault.Fault) {
	c := &Changes[T]{kind: k, set: s.Of(k.Entity)}
	var faults []fault.Fault
	refuse := func(path, detail string) { faults = append(faults, fault.Fault{Path: path, Detail: detail}) }
	known := 0
	for i := range k.Fields {
		f := &k.Fields[i]
		raw, sent := d[f.Name]
		if !sent {
			continue
		}
		if f.Ref != nil { // it is written by other members
			continue
		}
		known++
		if !f.Standard.Settable() {
			refuse(f.Name, cmp.Or(f.Standard.Refusal, RefusedByServer))
			continue
		}
		v, wrong := s.Read(c.set.Present(f.Field), raw)
		if faults = append(faults, wrong...); len(wrong) > 0 {
			continue
		}
		c.assigned = append(c.assigned, setting[T]{f, v})
	}
	for _, name := range slices.Sorted(maps.Keys(others)) {
		if _, sent := d[name]; sent {
			known++
			refuse(name, others[name])
		}
	}
	if raw, sent := d["attributes"]; sent && k.Attributes != nil {
		known++
		c.clear = raw == nil
		var wrong []fault.Fault
		c.attributes, wrong = ReadAttributes(s, k.Entity, raw)
		faults = append(faults, wrong...)
	}
	if known < len(d) {
		refuse("", "has a member that no "+string(k.Entity)+" has; the members are "+strings.Join(k.writable(), ", "))
	}
	return c, faults
}

// writable are the members of a draft, for messages.
func (k *Kind[T]) writable() (names []string) {
	for i := range k.Fields {
		if k.Fields[i].Standard.Settable() {
			names = append(names, k.Fields[i].Name)
		}
	}
	if k.Attributes != nil {
		names = append(names, "attributes")
	}
	return names
}

// Value returns what the draft has for a standard field, and whether it has it.
func (c *Changes[T]) Value(name string) (fields.Value, bool) {
	for _, a := range c.assigned {
		if a.field.Name == name {
			return a.value, true
		}
	}
	return fields.Value{}, false
}

// Apply returns base, which it leaves alone, with the changes, a new record when base is
// nil, or the faults that only show on the whole record.
func (c *Changes[T]) Apply(base *T) (*T, []fault.Fault) {
	r := new(T)
	if base != nil {
		r = c.kind.Clone(base)
	}
	var faults []fault.Fault
	for _, a := range c.assigned {
		if wrong := c.kind.Assign(r, base, a.field, a.value); wrong != "" {
			faults = append(faults, fault.Fault{Path: a.field.Name, Detail: wrong})
		}
	}
	if c.kind.Attributes != nil {
		attributes := c.kind.Attributes(r)
		had := *attributes
		if c.clear {
			*attributes = c.set.Emptied(had)
		}
		var lacking []fault.Fault
		*attributes, lacking = c.set.Complete(had, MergeAttributes(*attributes, c.attributes), base == nil, c.attributes)
		faults = append(faults, lacking...)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return r, nil
}

// ReadAttributes reads the custom attributes of a draft of a record, in order of Number.
func ReadAttributes(s *fields.Schema, of fields.Entity, raw any) (fields.Attributes, []fault.Fault) {
	if raw == nil {
		return nil, nil
	}
	object, ok := raw.(map[string]any)
	if !ok {
		return nil, []fault.Fault{{Path: "attributes", Detail: "must be an object"}}
	}
	var list fields.Attributes
	var faults []fault.Fault
	known := 0
	for _, a := range s.Of(of).Attributes() {
		raw, sent := object[a.Key]
		if !sent {
			continue
		}
		known++
		if a.Archived {
			faults = append(faults, fault.Fault{Path: fields.AttributePrefix + a.Key, Detail: fields.ArchivedRefusal})
			continue
		}
		f, _ := s.Of(of).Field(fields.AttributePrefix + a.Key)
		v, wrong := s.Read(f, raw)
		if faults = append(faults, wrong...); len(wrong) > 0 {
			continue
		}
		list = append(list, fields.Attribute{Number: a.Number, Value: v})
	}
	if known < len(object) {
		faults = append(faults, fault.Fault{Path: "attributes", Detail: unknownAttribute(s, of, object)})
	}
	slices.SortFunc(list, func(a, b fields.Attribute) int { return cmp.Compare(a.Number, b.Number) })
	return list, faults
}

// unknownAttribute says what is wrong with a key that is no attribute of some records.
func unknownAttribute(s *fields.Schema, of fields.Entity, object map[string]any) string {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if s.Of(of).Attribute(key) != nil {
			continue
		}
		if elsewhere := s.OfAnother(of, key); elsewhere != "" {
			return elsewhere
		}
	}
	return "has a key that is no attribute of " + s.Plural(of) + "; define it first"
}
