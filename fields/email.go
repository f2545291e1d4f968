package fields

import (
	"net/mail"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"github.com/ndoto/kundi/words"
)

const expectedEmail = "must be one e-mail address like name@example.com"

// CoerceEmail takes a plain address, also in a link or angle brackets: no
// display name, comment, quoted local part or address literal. It is kept as
// typed but for the form of an international domain.
func CoerceEmail(text string) (Value, string) {
	text = bareEmail(text)
	if len(text) > MaxEmailLength {
		return Value{}, "must be an e-mail address of at most 254 bytes"
	}
	local, domain := splitAddress(text)
	domain, ok := normalDomain(domain)
	text = local + "@" + domain
	if !ok || len(local) > 64 || len(text) > MaxEmailLength {
		return Value{}, expectedEmail
	}
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text {
		return Value{}, expectedEmail
	}
	return TextValue(text), ""
}

// bareEmail takes off what an address is copied with: angle brackets, mailto: with
// what the message shall be, and the full stop of a whole domain.
func bareEmail(text string) string {
	text = plainAt(text)
	if strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">") {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	const scheme = "mailto:"
	if len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
		text, _, _ = strings.Cut(text[len(scheme):], "?")
		if plain, err := url.PathUnescape(text); err == nil && utf8.ValidString(plain) {
			text = words.VisibleText(words.CleanText(norm.NFC.String(plain)))
		}
	}
	return strings.TrimSuffix(text, ".")
}

// plainAt writes the wide @ of some keyboards as the plain one.
func plainAt(text string) string {
	if strings.Contains(text, "@") {
		return text
	}
	return strings.NewReplacer("＠", "@", "﹫", "@").Replace(text)
}

// splitAddress cuts at the last @; without one, all is local.
func splitAddress(text string) (local, domain string) {
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		return text[:at], text[at+1:]
	}
	return text, ""
}

// normalDomain returns a domain of the public DNS in the one form in which it is
// kept: with its Unicode letters (UTS 46), also when it was written as xn--, in
// full width or with an ideographic full stop. One of ASCII stays as typed. ok
// says that it is valid under IDNA, has at least two labels and does not end in a
// number.
func normalDomain(name string) (normal string, ok bool) {
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil || !isDomain(ascii) {
		return name, false
	}
	if !international(name) {
		return name, true
	}
	normal, err = idna.Lookup.ToUnicode(ascii)
	return normal, err == nil
}

// international reports whether a domain has another form than the one it is in.
func international(name string) bool {
	if !words.IsASCII(name) {
		return true
	}
	const prefix = len("xn--")
	for i := 0; i+prefix <= len(name); i++ {
		if name[i+2] == '-' && strings.EqualFold(name[i:i+prefix], "xn--") {
			return true
		}
	}
	return false
}

// isDomain reports whether a name in ASCII has the shape of a domain.
func isDomain(ascii string) bool {
	if len(ascii) > 253 || strings.HasSuffix(ascii, ".") {
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

// CanonicalEmail is the form under which e-mails compare: by case only, without
// what shows nothing, the domain in its one form. It takes what is no address, too.
func CanonicalEmail(s string) string {
	if !international(s) {
		return strings.ToLower(s)
	}
	s = words.VisibleText(s)
	local, domain := splitAddress(plainAt(s))
	if domain == "" {
		return strings.ToLower(s)
	}
	if normal, ok := normalDomain(domain); ok {
		domain = normal
	}
	return strings.ToLower(local + "@" + domain)
}

// ClaimedEmail is the form under which e-mails are unique: what is stored has
// the one form of its domain. What an older folder has twice, in two forms,
// stays two (storage: renewal.go).
func ClaimedEmail(stored string) string { return strings.ToLower(stored) }

// EmailPart is the form in which a part of an e-mail is looked for: as
// CanonicalEmail has the whole, where that can be told. Labels of a domain must
// be whole to be read as xn--.
func EmailPart(part string) string {
	part = strings.ToLower(plainAt(part))
	if !international(part) {
		return part
	}
	local, domain := splitAddress(part)
	if len(local) == len(part) {
		return partOfDomain(part)
	}
	return local + "@" + strings.ToLower(norm.NFKC.String(partOfDomain(domain)))
}

var fullStops = strings.NewReplacer("。", ".", "．", ".", "｡", ".")

// partOfDomain writes full stops as dots and xn-- labels in Unicode.
func partOfDomain(part string) string {
	labels := strings.Split(fullStops.Replace(part), ".")
	for i, label := range labels {
		if u, err := idna.Punycode.ToUnicode(label); err == nil && u != "" && utf8.ValidString(u) {
			labels[i] = u
		}
	}
	return strings.Join(labels, ".")
}
