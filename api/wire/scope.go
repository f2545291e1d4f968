package wire

import (
	"slices"

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

// allowed reports whether a scope is among those of a route.
func allowed(scopes []access.Scope, scope access.Scope) bool { return slices.Contains(scopes, scope) }
