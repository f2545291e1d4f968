package contacts

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

const (
	expectedPhone       = "must be a phone number like +254712345678"
	expectedPhoneRegion = expectedPhone + ": with + and country code, since the workspace has no phone region"
)

// coercePhone gives the E.164 form. A number without country code is read in
// the region. Any number of a possible length is taken, assigned or not:
// numbering plans change faster than libraries, and test numbers are no
// mistake.
func coercePhone(text, region string) (Value, string) {
	digits, international, ok := phoneCharacters(text)
	if !ok {
		return Value{}, expectedPhone
	}
	if !international && region == "" {
		return Value{}, expectedPhoneRegion
	}
	e164, ok := formatE164(digits, region)
	if ok && e164 != digits {
		// The library drops what it takes for a trunk prefix also after the
		// country code; a number that would shrink at every reading is none.
		again, stable := formatE164(e164, region)
		ok = stable && again == e164
	}
	if !ok {
		return Value{}, expectedPhone
	}
	return TextValue(e164), ""
}

func formatE164(digits, region string) (string, bool) {
	number, err := phonenumbers.Parse(digits, region)
	if err != nil || phonenumbers.IsPossibleNumberWithReason(number) != phonenumbers.IS_POSSIBLE {
		return "", false
	}
	return phonenumbers.Format(number, phonenumbers.E164), true
}

// DialledDigits returns the digits of E.164 that a number has which was written
// for people or dialled: with + or 00 or 011 before the country code, or
// without one in a region, which may be "". It returns "" for what is no
// number.
func DialledDigits(typed, region string) string {
	digits, international, ok := phoneCharacters(typed)
	if !ok {
		return ""
	}
	if region == "" && !international {
		rest, found := strings.CutPrefix(digits, "00")
		if !found {
			if rest, found = strings.CutPrefix(digits, "011"); !found {
				return ""
			}
		}
		digits = "+" + rest
	}
	e164, ok := formatE164(digits, region)
	if !ok {
		return ""
	}
	return e164[1:]
}

// phoneCharacters strips the punctuation that people write into phone numbers
// and refuses everything else: letters, extensions (which E.164 cannot hold)
// and words around a number, which the library would skip.
func phoneCharacters(text string) (digits string, international, ok bool) {
	text = strings.TrimPrefix(text, "tel:")
	if text == "" || len(text) > 64 {
		return "", false, false
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			b.WriteRune(r)
		case (r == '+' || r == '＋') && b.Len() == 0:
			b.WriteByte('+')
		case unicode.Is(unicode.Zs, r), unicode.Is(unicode.Pd, r), strings.ContainsRune("().[]/·‑", r):
		default:
			return "", false, false
		}
	}
	digits = b.String()
	return digits, strings.HasPrefix(digits, "+"), true
}

// knownPhoneRegion reports whether numbers of a country can be read without
// their country code.
func knownPhoneRegion(code string) bool {
	return IsCountry(code) && phonenumbers.GetCountryCodeForRegion(code) != 0
}
