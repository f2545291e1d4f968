package fields

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// webSchemes are the schemes of a link whose definition names none.
var webSchemes = []string{"http", "https"}

// coerceLink takes a whole URL with one of the attribute's schemes and keeps
// it as typed.
func coerceLink(text string, a *AttributeDefinition) (Value, string) {
	schemes := webSchemes
	if a != nil && len(a.Schemes) > 0 {
		schemes = a.Schemes
	}
	expected := "must be a link that starts with " + strings.Join(schemes, ": or ") + ":"
	u, err := url.Parse(text)
	if err != nil || strings.ContainsFunc(text, unicode.IsSpace) {
		return Value{}, expected
	}
	scheme := strings.ToLower(u.Scheme)
	if !slices.Contains(schemes, scheme) {
		return Value{}, expected
	}
	if slices.Contains(webSchemes, scheme) && u.Hostname() == "" {
		return Value{}, expected + " and names a host"
	}
	return TextValue(text), ""
}
