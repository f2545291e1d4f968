package fields

import "strings"

// coerceDomain takes the name of a host of the public DNS, like acme.example, and keeps
// it in lower case and in the one form that it has (see normalDomain), so that it compares
// as it is. It leaves the www. of a web site out: no address of e-mail has it.
func coerceDomain(text string) (Value, string) {
	const expected = "must be a domain like acme.example, without a scheme, a path or an @"
	if strings.ContainsFunc(text, notInDomain) {
		return Value{}, expected
	}
	name, ok := normalDomain(strings.TrimSuffix(text, "."))
	if !ok || len(name) > MaxDomainLength {
		return Value{}, expected
	}
	return TextValue(withoutWeb(strings.ToLower(name))), ""
}

// withoutWeb is a domain without the www. before it, unless the rest would be no domain.
func withoutWeb(name string) string {
	if rest, found := strings.CutPrefix(name, "www."); found && strings.Contains(rest, ".") {
		return rest
	}
	return name
}

// notInDomain reports whether a character of ASCII is in no domain. IDNA looks at others.
func notInDomain(r rune) bool {
	plain := r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || r == '-' || r == '.'
	return r < 0x80 && !plain
}
