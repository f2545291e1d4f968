package contacts

import (
	"net/mail"
	"strings"

	"golang.org/x/net/idna"
)

const expectedEmail = "must be one e-mail address like name@example.com"

// coerceEmail takes a plain address: no display name, comment, quoted local
// part or address literal. It is kept as typed.
func coerceEmail(text string) (Value, string) {
	if len(text) > MaxEmailLength {
		return Value{}, "must be an e-mail address of at most 254 bytes"
	}
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text {
		return Value{}, expectedEmail
	}
	at := strings.LastIndexByte(text, '@')
	if at > 64 || !isDomain(text[at+1:]) {
		return Value{}, expectedEmail
	}
	return TextValue(text), ""
}

// isDomain reports whether name is a domain of the public DNS: valid under
// IDNA, at least two labels, the last not a number.
func isDomain(name string) bool {
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil || len(ascii) > 253 || strings.HasSuffix(ascii, ".") {
		return false
	}
	dot := strings.LastIndexByte(ascii, '.')
	if dot <= 0 || onlyDigits(ascii[dot+1:]) {
		return false
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return true
}
