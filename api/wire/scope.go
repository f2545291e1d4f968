package wire

import (
	"slices"
	"strings"

	"github.com/ndoto/kundi/access"
)

// Open marks a route that is served without a key.
const Open = access.Scope("")

// scopesOf returns the scopes of a route. A route without any is a mistake in
// this package, and panics when the server is built.
func (s *Server) scopesOf(method, path string) []access.Scope {
	scopes := s.scopes[method+" "+path]
	if len(scopes) == 0 {
		panic("wire: " + method + " " + path + " is not in the table of scopes")
	}
	return scopes
}

// notAllowed says which scopes a route needs, and which one a caller has.
func notAllowed(scopes []access.Scope, p access.Principal) string {
	needs, has := "This needs a key of the scope ", "The key has"
	if p.Kind == access.KindPerson {
		needs, has = "This needs the scope ", "You have"
	}
	return needs + alternatives(scopes) + ". " + has + " the scope " + string(p.Scope) + "."
}

// alternatives lists scopes: "agent, marketer or admin".
func alternatives(scopes []access.Scope) string {
	names := make([]string, len(scopes))
	for i, scope := range scopes {
		names[i] = string(scope)
	}
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// allowed reports whether a scope is among those of a route.
func allowed(scopes []access.Scope, scope access.Scope) bool { return slices.Contains(scopes, scope) }
