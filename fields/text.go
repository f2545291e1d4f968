package fields

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cast"
	"golang.org/x/text/unicode/norm"

	"github.com/ndoto/kundi/words"
)

// Lengths of stored text, in characters.
const (
	MaxNameLength       = 500
	MaxGivenLength      = 200 // first_name and last_name: composed they fit a name
	MaxCityLength       = 200
	MaxIdentifierLength = 255
	MaxCompanyLength    = 255
	MaxDomainLength     = 253 // octets, RFC 1035
	MaxLabelLength      = 100
	MaxTextLength       = 4_000 // text attributes
	MaxLinkLength       = 2_048
	MaxEmailLength      = 254 // octets, RFC 5321
)

// CoerceText turns text, a number or a boolean into text as it is stored: in NFC,
// without blanks at the ends, without control characters, and without what
// pasting brings along unseen (words.CleanText). What shows nothing gives "". The
// second result is as for Coerce.
func CoerceText(raw any) (string, string) {
	text, fault := coerceExact(raw, words.CleanText)
	return norm.NFC.String(text), fault
}

// CoerceLines is CoerceText for a text of several lines: line breaks and tabs are kept as they are,
// and so is what shows nothing within the text.
func CoerceLines(raw any) (string, string) {
	text, fault := scalarText(raw)
	if fault != "" {
		return "", fault
	}
	text = words.CleanLines(text)
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\n\r", r) }) {
		return "", "must not contain control characters other than line breaks and tabs"
	}
	return norm.NFC.String(text), ""
}

// coerceExact is CoerceText without normalisation, for identifiers: two that
// differ in any byte that shows are two.
func coerceExact(raw any, clean func(string) string) (string, string) {
	text, fault := scalarText(raw)
	if fault != "" {
		return "", fault
	}
	text = clean(text)
	if strings.ContainsFunc(text, unicode.IsControl) {
		return "", "must not contain control characters such as line breaks or tabs"
	}
	return text, ""
}

// scalarText is the text of a scalar, or what would be right.
func scalarText(raw any) (text, fault string) {
	text, ok := plainText(raw)
	switch {
	case !ok:
		return "", "must be text"
	case !utf8.ValidString(text):
		return "", "must be text in UTF-8"
	}
	return text, ""
}

// plainText writes a scalar as cast does: 12 as "12", true as "true".
func plainText(raw any) (string, bool) {
	switch raw.(type) {
	case nil, string, json.Number, bool, float64, int, int64, uint32:
		text, err := cast.ToStringE(raw)
		return text, err == nil
	}
	return "", false
}

// checkLimits says what is wrong with the length of a text or the range of a
// number, "" when nothing is.
func checkLimits(f Field, v Value) string {
	switch v.Kind {
	case KindText:
		if limit := maxLength(f); limit > 0 && utf8.RuneCountInString(v.Text) > limit {
			return tooLong(limit)
		}
		return f.Attribute.checkText(v.Text)
	case KindNumber:
		return checkRange(f.Attribute, v.Float)
	}
	return ""
}

func tooLong(limit int) string {
	return fmt.Sprintf("must have at most %d characters", limit)
}

// maxLength is the limit of a field in characters, 0 for none: closed values
// and those whose form already bounds them.
func maxLength(f Field) int {
	if f.Standard != nil {
		return f.Standard.Limit
	}
	switch f.Type {
	case FieldLink:
		return MaxLinkLength
	case FieldMany:
		return MaxLabelLength
	case FieldText:
		return MaxTextLength
	}
	return 0
}
