package fields

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/ndoto/kundi/words"
)

// What is written like a phone number and is none, as faults.
const (
	phoneExtension = expectedPhone + ", without an extension"
	phoneDecimal   = expectedPhone + ", not a number with decimals"
	phonesTwo      = "must be one phone number like +254712345678, not two"
	phoneAddress   = expectedPhone + ", not an IP address"
	phoneDate      = expectedPhone + ", not a date"

	phoneUnassigned = expectedPhone + ": with + and country code, or as it is dialled in the country of the phone region"
)

// maxWrittenPhone bounds a number with its punctuation, in bytes.
const maxWrittenPhone = 64

// writtenPhone is a phone number as somebody wrote it.
type writtenPhone struct {
	text   string // as written, without a link around it
	digits string // of any script, behind a + when it has its country code
	// doubt is what else it may be, as a fault; "" for nothing.
	doubt string
}

func (w writtenPhone) international() bool { return strings.HasPrefix(w.digits, "+") }

// grouped reports whether the digits are in groups, of which only the first may
// be of a single digit.
func (w writtenPhone) grouped() bool {
	groups := strings.FieldsFunc(w.text, func(r rune) bool { return !unicode.IsDigit(r) })
	return len(groups) > 1 && !slices.ContainsFunc(groups[1:], func(group string) bool { return utf8.RuneCountInString(group) < 2 })
}

// readPhone reads a number in any way that people write one, links included, and
// strips the punctuation. Everything else is refused: letters, extensions (which
// E.164 cannot hold) and words around a number, which the library would skip.
func readPhone(text string) (writtenPhone, string) {
	text = narrow(text)
	if number, ok := LinkedPhone(text); ok {
		text = number
	}
	if strings.ContainsAny(text, "xX") {
		text = carrier.ReplaceAllString(text, "${1}0${2}")
	}
	if text == "" || len(text) > maxWrittenPhone {
		return writtenPhone{}, expectedPhone
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			b.WriteRune(r)
		case r == '+' && b.Len() == 0:
			b.WriteByte('+')
		case unicode.Is(unicode.Zs, r), unicode.Is(unicode.Pd, r), strings.ContainsRune("().[]/·‑−ー", r):
		case withExtension.MatchString(text):
			return writtenPhone{}, phoneExtension
		default:
			return writtenPhone{}, expectedPhone
		}
	}
	w := writtenPhone{text: text, digits: b.String()}
	fault, surely := noPhone(text)
	if fault == "" && !w.international() {
		fault = writtenDay(words.Digits(w.digits))
	}
	if surely || fault == phonesTwo {
		return writtenPhone{}, fault
	}
	w.doubt = fault
	return w, ""
}

// narrow writes what has the width of Chinese characters as usual.
func narrow(text string) string {
	if words.IsASCII(text) {
		return text
	}
	return width.Fold.String(text)
}

var (
	withExtension = regexp.MustCompile(`(?i)\d[\d\s().-]{4,}[\s;,]*(?:extension|ext|x|#)[\s.:=]*\d{1,6}$`)
	decimalPhone  = regexp.MustCompile(`^[+-]?\d{4,}\.(?:\d\d?|0+)$|^\d\.\d{5,9}$`)
	dottedFour    = regexp.MustCompile(`^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$`)
	threeGroups   = regexp.MustCompile(`^(\d{1,4})([-./])(\d{1,2})([-./])(\d{1,4})(?: \d\d?)?$`) // a day, and the hour
	// carrier is how Brazilians write that the code of a carrier may be dialled.
	carrier = regexp.MustCompile(`(?i)(^|[ (])0 ?xx ?(\d\d)`)
)

// noPhone says what a text is that has nothing but digits and the punctuation of
// phone numbers, when that is no phone number; surely is false when it may be one
// all the same.
func noPhone(text string) (fault string, surely bool) {
	switch {
	case !strings.ContainsAny(text, "./-"):
		return "", false
	case decimalPhone.MatchString(text):
		return phoneDecimal, true
	case twoNumbers(text):
		return phonesTwo, true
	}
	if parts := dottedFour.FindStringSubmatch(text); parts != nil && isAddress(parts[1:]) {
		return phoneAddress, len(parts[0]) != len("22.33.44.55")
	}
	if parts := threeGroups.FindStringSubmatch(text); parts != nil && parts[2] == parts[4] {
		return isDate(parts[1], parts[3], parts[5])
	}
	return "", false
}

// twoNumbers tells the slash between two numbers, or between the endings of two,
// from the one behind an area code.
func twoNumbers(text string) bool {
	at := strings.LastIndexByte(text, '/')
	if at < 0 {
		return false
	}
	const area, countryAndArea, ending = 6, 10, 3 // digits, at most
	before := area
	if strings.HasPrefix(text, "+") || strings.HasPrefix(text, "00") {
		before = countryAndArea
	}
	// A date has two slashes, and so have Austrian numbers.
	return strings.Count(text, "/") == 1 && (len(words.Digits(text[:at])) > before || len(words.Digits(text[at:])) <= ending)
}

// isAddress reports whether four numbers are those of an IPv4 address.
func isAddress(parts []string) bool {
	for _, part := range parts {
		if n, _ := strconv.Atoi(part); n > 255 || len(part) > 1 && part[0] == '0' {
			return false
		}
	}
	return true
}

// writtenDay is the fault of eight digits that may be a day.
func writtenDay(digits string) (fault string) {
	if len(digits) != len("20261128") {
		return ""
	}
	for _, parts := range [][3]string{{digits[:4], digits[4:6], digits[6:]}, {digits[:2], digits[2:4], digits[4:]}} {
		if fault, _ := isDate(parts[0], parts[1], parts[2]); fault != "" {
			return fault
		}
	}
	return ""
}

// isDate says whether three numbers are a date, in any order that is used; with a
// year of two digits not surely.
func isDate(a, b, c string) (fault string, surely bool) {
	year, day := c, a
	if len(a) == 4 {
		year, day = a, c
	}
	month, _ := strconv.Atoi(b)
	n, _ := strconv.Atoi(day)
	y, _ := strconv.Atoi(year)
	switch {
	case len(day) > 2 || n < 1 || month < 1 || min(n, month) > 12 || max(n, month) > 31:
		return "", false
	case len(year) == 4 && y >= 1900 && y < 2100:
		return phoneDate, true
	case len(year) == 2:
		return phoneDate, false
	}
	return "", false
}
