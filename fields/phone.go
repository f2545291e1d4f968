package fields

import (
	"cmp"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/ndoto/kundi/words"
)

const (
	expectedPhone       = "must be a phone number like +254712345678"
	ExpectedPhoneRegion = expectedPhone + ": with + and country code, since the workspace has no phone region"
)

// CoercePhone gives the E.164 form. With + and country code, any number of a
// possible length is taken, assigned or not: numbering plans change faster than
// libraries, and test numbers are no mistake. Without +, most of what has digits
// would have a possible length, days and ids too: see national and dialled.
func CoercePhone(text, region string) (Value, string) {
	w, fault := readPhone(text)
	if fault != "" {
		return Value{}, fault
	}
	e164, fault := w.e164(region)
	if fault != "" {
		return Value{}, fault
	}
	return TextValue(e164), ""
}

func (w writtenPhone) e164(region string) (e164, fault string) {
	if w.international() {
		if e164, ok := stableE164(w.digits, region); ok {
			return e164, ""
		}
		return "", expectedPhone
	}
	// No plan has national numbers that begin with 00; with 011 some have.
	if e164, ok := w.dialled("00", region); ok {
		return e164, ""
	}
	if e164, ok := w.national(region); ok {
		return e164, ""
	}
	if e164, ok := w.dialled("011", region); ok {
		return e164, ""
	}
	if region == "" {
		return "", ExpectedPhoneRegion
	}
	return "", cmp.Or(w.doubt, phoneUnassigned)
}

// national reads a number in a region. It must be assigned or be written as
// numbers are in its country. What may be something else must be both.
func (w writtenPhone) national(region string) (e164 string, ok bool) {
	if region == "" {
		return "", false
	}
	e164, ok = stableE164(w.digits, region)
	if !ok {
		return "", false
	}
	digits, n := words.Digits(w.digits), NationalOf(e164[1:])
	if IsAssigned(e164) {
		return e164, w.doubt == "" || n.Bare || strings.HasPrefix(digits, n.Trunk)
	}
	// A 0 before a bare number is one that was dialled in former times.
	dialled := n.Trunk != "" && digits == n.Trunk+n.Rest
	bare := n.Bare && (digits == n.Rest || digits == "0"+n.Rest) && w.grouped()
	usual := dialled || bare || digits == e164[1:]
	return e164, usual && w.doubt == "" && n.usualLength(e164) && !strings.HasPrefix(n.Rest, "0")
}

// dialled reads a number behind what is dialled for another country. It must be
// IsAssigned, unless the prefix is that of the region or there is no region. A shorter
// one is rather a national number, such as those of Delhi with 011.
func (w writtenPhone) dialled(prefix, region string) (e164 string, ok bool) {
	const shortest = 10 // with its country code
	rest, found := strings.CutPrefix(words.Digits(w.digits), prefix)
	if !found || len(rest) < shortest {
		return "", false
	}
	e164, ok = stableE164("+"+rest, "")
	if !ok || region == "" || IsAssigned(e164) {
		return e164, ok
	}
	own, ok := formatE164(w.digits, region)
	return e164, ok && own == e164
}

// stableE164 refuses a number that would be another at the next reading: the
// library drops what it takes for a trunk prefix also after the country code.
func stableE164(digits, region string) (string, bool) {
	e164, ok := formatE164(digits, region)
	if !ok || e164 == digits {
		return e164, ok
	}
	again, ok := formatE164(e164, region)
	return e164, ok && again == e164
}

func formatE164(digits, region string) (string, bool) {
	number, err := phonenumbers.Parse(digits, region)
	if err != nil {
		return "", false
	}
	number = renumbered(number)
	if !possible(number) {
		return "", false
	}
	return phonenumbers.Format(number, phonenumbers.E164), true
}

func possible(number *phonenumbers.PhoneNumber) bool {
	return phonenumbers.IsPossibleNumberWithReason(number) == phonenumbers.IS_POSSIBLE
}

// IsAssigned reports whether the numbering plan of its country has an E.164
// number.
func IsAssigned(e164 string) bool {
	number, err := phonenumbers.Parse(e164, "")
	return err == nil && phonenumbers.IsValidNumber(number)
}

// HasDialledDigits reports whether a text has as many digits as a number that somebody
// dials.
func HasDialledDigits(text string) bool {
	n := len(words.Digits(text))
	return 7 <= n && n <= 15
}

// IsPhone reports whether a text with + and country code is a phone number.
func IsPhone(text string) bool {
	_, fault := CoercePhone(words.VisibleText(words.CleanText(text)), "")
	return fault == ""
}

// DialledDigits returns the digits of E.164 that a number has which was written
// for people or dialled: with + or 00 or 011 before the country code, or
// without one in a region, which may be "". It returns "" for what is no
// number.
func DialledDigits(typed, region string) string {
	v, fault := CoercePhone(typed, region)
	if fault != "" {
		return ""
	}
	return v.Text[1:]
}

// PhonePart returns the digits of a part of a number, without the 0 in brackets that
// is not dialled after a country code.
func PhonePart(text string) string { return words.Digits(strings.ReplaceAll(text, "(0)", "")) }

// IsPhoneRegion reports whether numbers of a country can be read without
// their country code.
func IsPhoneRegion(code string) bool {
	return IsCountry(code) && phonenumbers.GetCountryCodeForRegion(code) != 0
}

// maxPhoneDigits is the length of the longest number (15 digits, E.164) with
// the prefix that is dialled before it.
const maxPhoneDigits = 20

// UnfinishedPhone returns the digits of what may become a phone number; ok is false
// when it cannot.
func UnfinishedPhone(typed string) (digits string, ok bool) {
	w, fault := readPhone(typed)
	if fault != "" || len(w.digits) > maxPhoneDigits {
		return "", false
	}
	return words.Digits(w.digits), true
}
