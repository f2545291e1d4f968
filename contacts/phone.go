package contacts

import (
	"cmp"

	"github.com/nyaruka/phonenumbers"
)

const (
	expectedPhone       = "must be a phone number like +254712345678"
	expectedPhoneRegion = expectedPhone + ": with + and country code, since the workspace has no phone region"
)

// coercePhone gives the E.164 form. A number without country code is read in
// the region. Any number of a possible length is taken, assigned or not:
// numbering plans change faster than libraries, and test numbers are no
// mistake. Only what may as well be a date or an address must be assigned.
func coercePhone(text, region string) (Value, string) {
	w, fault := readPhone(text)
	if fault != "" {
		return Value{}, fault
	}
	if !w.international() && region == "" {
		return Value{}, expectedPhoneRegion
	}
	e164, ok := formatE164(w.digits, region)
	if ok && e164 != w.digits {
		// The library drops what it takes for a trunk prefix also after the
		// country code; a number that would shrink at every reading is none.
		again, stable := formatE164(e164, region)
		ok = stable && again == e164
	}
	if !ok {
		return Value{}, cmp.Or(w.doubt, expectedPhone)
	}
	if w.doubt != "" && !assigned(e164) {
		return Value{}, w.doubt
	}
	return TextValue(e164), ""
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

// assigned reports whether the numbering plan of its country has an E.164
// number.
func assigned(e164 string) bool {
	number, err := phonenumbers.Parse(e164, "")
	return err == nil && phonenumbers.IsValidNumber(number)
}

// soughtPhone reads a number by which somebody is asked for. It takes what
// coercePhone takes, and also 00 or 011 in the place of the +, in any region, when
// that makes an assigned number.
func soughtPhone(text, region string) (Value, string) {
	v, fault := coercePhone(text, region)
	if fault == "" {
		return v, ""
	}
	w, unread := readPhone(text)
	if unread != "" {
		return Value{}, fault
	}
	e164, ok := w.fromAbroad()
	if !ok {
		return Value{}, fault
	}
	return TextValue(e164), ""
}

// fromAbroad reads an assigned number that was dialled with 00 or 011.
func (w writtenPhone) fromAbroad() (e164 string, ok bool) {
	if !w.dialled() {
		return "", false
	}
	e164, ok = formatE164(w.digits, "")
	return e164, ok && assigned(e164)
}

// dialable reports whether a text has as many digits as a number that somebody
// dials.
func dialable(text string) bool {
	n := len(Digits(text))
	return 7 <= n && n <= 15
}

// IsPhone reports whether a text with + and country code is a phone number.
func IsPhone(text string) bool {
	_, fault := coercePhone(VisibleText(CleanText(text)), "")
	return fault == ""
}

// DialledDigits returns the digits of E.164 that a number has which was written
// for people or dialled: with + or 00 or 011 before the country code, or
// without one in a region, which may be "". It returns "" for what is no
// number.
func DialledDigits(typed, region string) string {
	w, fault := readPhone(typed)
	if fault != "" {
		return ""
	}
	if region == "" && !w.international() && !w.dialled() {
		return ""
	}
	e164, ok := formatE164(w.digits, region)
	if !ok {
		e164, ok = w.fromAbroad()
	}
	if !ok || w.doubt != "" && !assigned(e164) {
		return ""
	}
	return e164[1:]
}

// knownPhoneRegion reports whether numbers of a country can be read without
// their country code.
func knownPhoneRegion(code string) bool {
	return IsCountry(code) && phonenumbers.GetCountryCodeForRegion(code) != 0
}
