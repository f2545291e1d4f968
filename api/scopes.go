package api

import (
	"slices"

	"github.com/ndoto/kundi/access"
)

// open marks a route that is served without a key.
const open = access.Scope("")

// everyone are the scopes of routes that any key may call.
func everyone() []access.Scope { return access.Scopes }

// routeScopes is the one table of who may call what. A route that is not in it
// is not registered, and a test walks all routes of the server against it.
//
// Agents and assistants work on contacts, marketers also shape segments and
// the schema, engines of campaigns only read, and removing people, changing
// the workspace and handing out keys is for administrators.
func routeScopes() map[string][]access.Scope {
	var (
		admin = []access.Scope{access.ScopeAdmin}
	)
	return map[string][]access.Scope{
		"GET /healthz":      {open},
		"GET /readyz":       {open},
		"GET /metrics":      everyone(),
		"GET /openapi.json": everyone(),

		"POST /v1/keys":       admin,
		"GET /v1/keys":        admin,
		"DELETE /v1/keys/:id": admin,
	}
}

// scopesOf returns the scopes of a route. A route without any is a mistake in
// this package, and panics when the server is built.
func (s *server) scopesOf(method, path string) []access.Scope {
	scopes := s.scopes[method+" "+path]
	if len(scopes) == 0 {
		panic("api: " + method + " " + path + " is not in the table of scopes")
	}
	return scopes
}

// allowed reports whether a scope is among those of a route.
func allowed(scopes []access.Scope, scope access.Scope) bool { return slices.Contains(scopes, scope) }
