package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"github.com/ndoto/kundi/fields"
)

// jsonValues writes one JSON object a line, as jsonRows does for contacts: the names in order, the attributes in an
// object of their own, the id whichever fields were chosen, and whether somebody is blocked if so.
type jsonValues struct {
	text    *bytes.Buffer
	encoder *json.Encoder // writes into text
	members []jsonMember
}

// jsonMember is a member of the object of a contact.
type jsonMember struct {
	name   string // with its quotes and colon
	of     int    // which of the values it has
	field  fields.Field
	chosen bool         // else it is left out unless somebody is blocked
	inner  []jsonMember // of an object in its place, nil for none
}

// newJSONValues writes into text. The first of the fields were chosen, and behind them are others, id and blocked among
// them.
func newJSONValues(text *bytes.Buffer, list []fields.Field, chosen int) *jsonValues {
	w := &jsonValues{text: text, encoder: newJSONEncoder(text)}
	attributes := jsonMember{name: `"attributes":`}
	for i, field := range list {
		m := jsonMember{of: i, field: field, chosen: i < chosen || field.Name == "id"}
		switch {
		case field.Attribute != nil:
			m.name = `"` + field.Attribute.Key + `":`
			attributes.inner = append(attributes.inner, m)
		case !slices.ContainsFunc(list[:i], func(f fields.Field) bool { return f.Name == field.Name }):
			m.name = `"` + field.Plain() + `":`
			w.members = append(w.members, m)
		}
	}
	if attributes.inner != nil {
		w.members = append(w.members, attributes)
	}
	byName := func(a, b jsonMember) int { return cmp.Compare(a.name, b.name) }
	slices.SortFunc(attributes.inner, byName)
	slices.SortFunc(w.members, byName)
	return w
}

func (w *jsonValues) writeValues(values []fields.Value) error {
	if err := w.object(w.members, values); err != nil {
		return err
	}
	return w.text.WriteByte('\n')
}

// object writes those of the members that have a value.
func (w *jsonValues) object(members []jsonMember, values []fields.Value) error {
	w.text.WriteByte('{')
	first := true
	for i := range members {
		m := &members[i]
		if !m.isShown(values) {
			continue
		}
		if !first {
			w.text.WriteByte(',')
		}
		first = false
		w.text.WriteString(m.name)
		if err := w.value(m, values); err != nil {
			return err
		}
	}
	w.text.WriteByte('}')
	return nil
}

func (m *jsonMember) isShown(values []fields.Value) bool {
	if m.inner != nil {
		return true
	}
	v := &values[m.of]
	switch {
	case !m.chosen:
		return v.Bool
	case v.IsMissing():
		return m.field.Type == fields.FieldMany && m.field.Attribute == nil
	}
	return true
}

func (w *jsonValues) value(m *jsonMember, values []fields.Value) error {
	if m.inner != nil {
		return w.object(m.inner, values)
	}
	v := &values[m.of]
	switch {
	case v.IsMissing():
		w.text.WriteString("[]")
	case v.Kind == fields.KindText && isPlain(v.Text):
		w.text.WriteByte('"')
		w.text.WriteString(v.Text)
		w.text.WriteByte('"')
	default:
		if err := w.encoder.Encode(shown(m.field, *v)); err != nil {
			return err
		}
		w.text.Truncate(w.text.Len() - 1) // the line break
	}
	return nil
}

// isPlain reports whether JSON has a text as it is.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c > '~' {
			return false
		}
	}
	return true
}

func (w *jsonValues) flush() error { return nil }
