package filter

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/ndoto/kundi/fields"
)

// operand writes one value of a rule.
func (p printer) operand(r *Rule, i int) string {
	v := r.Values[i]
	text := v.Text
	if i < len(r.spelled) && r.spelled[i] != "" {
		text = r.spelled[i]
	}
	switch r.Field.Type {
	case fields.FieldOption:
		if r.Field.Plain() == "country" {
			return countryName(text)
		}
		return word(text)
	case fields.FieldSegment:
		if p.segmentName != nil {
			if name := p.segmentName(v.Text); name != "" {
				return strconv.Quote(name)
			}
		}
		return v.Text
	case fields.FieldMany, fields.FieldID, fields.FieldPhone:
		return word(text)
	case fields.FieldText, fields.FieldLink, fields.FieldEmail:
		return strconv.Quote(cut(text))
	}
	return numeric(r, i)
}

// writtenLetters is how many characters of a text are written.
const writtenLetters = 80

func cut(text string) string {
	if utf8.RuneCountInString(text) <= writtenLetters {
		return text
	}
	return string([]rune(text)[:writtenLetters]) + "…"
}

// word writes an option, a label or an id. It has quotes only where it could be taken for
// words of the sentence.
func word(text string) string {
	padded := " " + text + " "
	if strings.ContainsAny(text, `,()"`) || strings.Contains(padded, " and ") || strings.Contains(padded, " or ") || strings.Contains(padded, " nor ") {
		return strconv.Quote(cut(text))
	}
	return cut(text)
}

// numeric writes a number, an amount, a day or a moment.
func numeric(r *Rule, i int) string {
	if r.isDay(i) || r.Field.Type == fields.FieldDate {
		return dayInWords(time.Unix(r.Values[i].Int*secondsOfDay, 0).UTC())
	}
	if r.Field.Type == fields.FieldInstant {
		return momentInWords(time.UnixMilli(r.Values[i].Int).UTC())
	}
	written := grouped(fmt.Sprint(r.Field.JSON(r.Values[i])))
	a := r.Field.Attribute
	switch {
	case a == nil:
		return written
	case a.Type == fields.AttributeCurrency:
		return written + " " + a.Currency
	case a.Type == fields.AttributePercentage:
		return written + "%"
	}
	return written
}

const secondsOfDay = 24 * 60 * 60

// dayInWords writes 5 March 2026.
func dayInWords(t time.Time) string { return t.Format("2 January 2006") }

// momentInWords writes 5 March 2026, 07:00 UTC, with seconds if there are any.
func momentInWords(t time.Time) string {
	clock := "15:04"
	switch {
	case t.Nanosecond() != 0:
		clock = "15:04:05.000"
	case t.Second() != 0:
		clock = "15:04:05"
	}
	return dayInWords(t) + t.Format(", "+clock+" UTC")
}

// grouped writes 12,000 for 12000. Numbers below 10,000 stay as they are, because they may
// be years.
func grouped(number string) string {
	whole, rest, _ := strings.Cut(number, ".")
	digits := strings.TrimPrefix(whole, "-")
	if len(digits) < 5 || strings.Trim(digits, "0123456789") != "" {
		return number
	}
	sign := whole[:len(whole)-len(digits)]
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if rest != "" {
		rest = "." + rest
	}
	return sign + digits + rest
}

func countryName(code string) string {
	region, err := language.ParseRegion(strings.ToUpper(code))
	if err != nil {
		return strings.ToUpper(code)
	}
	return display.English.Regions().Name(region)
}

// standardLabels are what people call those standard fields whose name says it badly.
var standardLabels = map[string]string{
	"id":                  "ID",
	"company_id":          "Company ID",
	"company.name":        "Company",
	"segment":             "Contact",
	"conversations_count": "Number of conversations",
	"open_conversations":  "Number of open conversations",
	"contacts_count":      "Number of contacts",
	"messages_count":      "Number of messages",
	"inbound_count":       "Number of inbound messages",
	"author.source":       "Author",
	"reachable":           "Reachable channels",
	"at":                  "Time", // of a campaign event
}

// fieldLabel is what people call a field.
func fieldLabel(f fields.Field) string {
	if f.Changed != nil {
		return "Last change of " + lowerFirst(fieldLabel(*f.Changed))
	}
	if name, ok := f.OfCompany(); ok && name != "name" {
		f.Name = name
		return "Company " + lowerFirst(fieldLabel(f))
	}
	if f.Attribute != nil {
		if f.Attribute.Label != "" {
			return f.Attribute.Label
		}
		return f.Attribute.Key
	}
	if label, ok := standardLabels[f.Name]; ok {
		return label
	}
	if channel, ok := strings.CutPrefix(f.Name, "consent."); ok {
		return "Consent on " + strings.ReplaceAll(channel, "_", " ")
	}
	words := strings.TrimSuffix(strings.NewReplacer("_", " ", ".", " ").Replace(f.Name), " at")
	return strings.ToUpper(words[:1]) + words[1:]
}

// lowerFirst writes a label in the middle of a phrase; one of capitals stays.
func lowerFirst(label string) string {
	first, size := utf8.DecodeRuneInString(label)
	if second, _ := utf8.DecodeRuneInString(label[size:]); unicode.IsUpper(second) {
		return label
	}
	return string(unicode.ToLower(first)) + label[size:]
}
