package fields

import "encoding/json"

// JSON returns a value of the field as it is answered, ready for
// encoding/json: text as string, numbers and money (in major units) as
// json.Number with the fewest digits, dates as "YYYY-MM-DD", instants as RFC
// 3339 in UTC with milliseconds, many-valued fields as []string (one member
// as string), checkboxes as bool, a missing value as nil. Coerce takes every
// one of them back.
func (f Field) JSON(v Value) any {
	switch v.Kind {
	case KindText:
		return v.Text
	case KindNumber:
		return json.Number(formatNumber(v.Float))
	case KindBool:
		return v.Bool
	case KindList:
		return v.List
	case KindInt:
		return f.integerJSON(v.Int)
	}
	return nil
}

func (f Field) integerJSON(n int64) any {
	switch f.Type {
	case FieldDate:
		return FormatDay(n)
	case FieldInstant:
		return FormatInstant(n)
	}
	places := 0
	if f.Attribute != nil {
		places, _ = CurrencyExponent(f.Attribute.Currency)
	}
	return json.Number(formatMoney(n, places))
}
