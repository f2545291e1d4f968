package columns

import "github.com/ndoto/kundi/fields"

// Values are some fields of some records.
type Values struct {
	Ordinals []uint32       // of the records
	List     []fields.Value // of each record in turn, as many as there are fields
}

// Of returns the values of the i-th record.
func (v *Values) Of(i int) []fields.Value {
	each := len(v.List) / len(v.Ordinals)
	return v.List[i*each : (i+1)*each]
}

// keeping is a column from which the value of a record can be told as the record shows it.
type keeping interface {
	kept(row uint32) fields.Value
}

// Values reads fields of records with the given ordinals in place of what is in into. Records that are not there are
// left out. It reports false, and reads nothing, if a field is not kept here as records show it, such as one of the
// company. Texts stay valid after the view.
func (v *View) Values(ordinals []uint32, list []fields.Field, into *Values) bool {
	into.Ordinals, into.List = into.Ordinals[:0], into.List[:0]
	var buffer [8]keeping
	columns := buffer[:0]
	for _, f := range list {
		c, ok := v.keeping(f)
		if !ok {
			return false
		}
		columns = append(columns, c)
	}
	for _, row := range ordinals {
		if !v.of.live.Contains(row) {
			continue
		}
		into.Ordinals = append(into.Ordinals, row)
		for _, c := range columns {
			into.List = append(into.List, c.kept(row))
		}
	}
	return true
}

// keeping returns the column that keeps a field.
func (v *View) keeping(f fields.Field) (keeping, bool) {
	if f.Changed != nil || f.Attribute == nil && v.of.standardNamed(f.Name) == nil {
		return nil, false
	}
	switch c := v.field(f).(type) {
	case *numberColumn:
		return c, c.form != counts // of which a missing one is shown as 0
	case *checkboxColumn:
		if threeState(f) {
			return c, true
		}
		return twoStates{c}, true
	case keeping: // one of the company is joined, which none is
		return c, true
	}
	return nil, false
}

// twoStates is a checkbox that is off until it is set.
type twoStates struct{ *checkboxColumn }

func (c twoStates) kept(row uint32) fields.Value { return fields.BoolValue(c.yes.Contains(row)) }

func (t *textColumn) kept(row uint32) fields.Value { return fields.TextValue(t.text(row)) }

func (c *numberColumn) kept(row uint32) fields.Value { return c.value(c.get(row)) }

func (s *setColumn) kept(row uint32) fields.Value { return fields.ListValue(s.list(s.codes.get(row))) }

func (c *checkboxColumn) kept(row uint32) fields.Value {
	switch {
	case c.yes.Contains(row):
		return fields.BoolValue(true)
	case c.no.Contains(row):
		return fields.BoolValue(false)
	}
	return fields.Value{}
}
