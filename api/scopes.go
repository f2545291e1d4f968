package api

import (
	"github.com/ndoto/kundi/access"

	"github.com/ndoto/kundi/api/wire"
)

// everyone are the scopes of routes that any key may call.
func everyone() []access.Scope { return access.Scopes }

// routeScopes is the one table of who may call what. A route that is not in it
// is not registered, and a test walks all routes of the server against it.
//
// Agents and assistants work on contacts, agents and marketers on companies, marketers also shape segments and
// the schema; who talks with people are agents and assistants. Engines of campaigns read, and take the snapshots that they pull. Who is one person and who is not
// to be served is for people who talk to them to say. Removing people, changing
// the workspace, handing out keys and saying who may sign in is for administrators.
func routeScopes() map[string][]access.Scope {
	var (
		admin     = []access.Scope{access.ScopeAdmin}
		agents    = []access.Scope{access.ScopeAgent, access.ScopeAdmin}
		hosts     = []access.Scope{access.ScopeAgent, access.ScopeMarketer, access.ScopeAdmin} // of companies
		marketers = []access.Scope{access.ScopeMarketer, access.ScopeAdmin}
		pullers   = []access.Scope{access.ScopeMarketer, access.ScopeCampaign, access.ScopeAdmin}
		writers   = []access.Scope{access.ScopeAgent, access.ScopeMarketer, access.ScopeAI, access.ScopeAdmin}
	)
	scribes := []access.Scope{access.ScopeAgent, access.ScopeAI, access.ScopeAdmin} // of what is said with and about people
	return map[string][]access.Scope{
		"GET /healthz":      {wire.Open},
		"GET /readyz":       {wire.Open},
		"GET /metrics":      everyone(),
		"GET /openapi.json": everyone(),

		"POST /v1/contacts":        writers,
		"POST /v1/contacts/upsert": writers,
		"POST /v1/contacts/batch":  writers,
		"GET /v1/contacts":         everyone(),
		"GET /v1/contacts/:id":     everyone(),
		"PATCH /v1/contacts/:id":   writers,

		"GET /v1/contacts/by/:field/:value": everyone(),

		"DELETE /v1/contacts/:id":            admin,
		"GET /v1/contacts/:id/personal-data": admin,

		"GET /v1/contacts/:id/history":  everyone(),
		"POST /v1/contacts/:id/merge":   agents,
		"POST /v1/merges/:id/undo":      agents,
		"POST /v1/contacts/:id/block":   agents,
		"DELETE /v1/contacts/:id/block": agents,
		"GET /v1/blocks":                everyone(),
		"DELETE /v1/blocks":             agents,

		"GET /v1/contacts/:id/consent":          everyone(),
		"PUT /v1/contacts/:id/consent/:channel": agents,
		"POST /v1/suppressions/batch":           pullers,
		"GET /v1/suppressions":                  everyone(),
		"DELETE /v1/suppressions":               pullers,

		"GET /v1/search": everyone(),

		"POST /v1/contacts/search":  everyone(),
		"GET /v1/contacts/search":   everyone(),
		"GET /v1/contacts/suggest":  everyone(),
		"POST /v1/contacts/similar": everyone(),
		"POST /v1/contacts/count":   everyone(),
		"POST /v1/filters/print":    everyone(),
		"POST /v1/filters/parse":    everyone(),

		"POST /v1/companies":             hosts,
		"GET /v1/companies":              everyone(),
		"GET /v1/companies/:id":          everyone(),
		"GET /v1/companies/:id/contacts": everyone(),
		"GET /v1/companies/:id/history":  everyone(),
		"POST /v1/companies/:id/merge":   agents,
		"POST /v1/companies/search":      everyone(),
		"POST /v1/companies/count":       everyone(),
		"PATCH /v1/companies/:id":        hosts,
		"DELETE /v1/companies/:id":       hosts,

		"POST /v1/conversations":              scribes,
		"GET /v1/conversations":               everyone(),
		"GET /v1/conversations/:id":           everyone(),
		"PATCH /v1/conversations/:id":         scribes,
		"POST /v1/conversations/search":       everyone(),
		"GET /v1/conversations/search":        everyone(),
		"POST /v1/conversations/count":        everyone(),
		"GET /v1/conversations/:id/messages":  everyone(),
		"POST /v1/conversations/:id/messages": scribes,
		"GET /v1/contacts/:id/conversations":  everyone(),
		"GET /v1/contacts/:id/quarantine":     everyone(),
		"POST /v1/quarantine/:id/release":     agents,

		"POST /v1/contacts/:id/notes":   scribes,
		"GET /v1/contacts/:id/notes":    everyone(),
		"GET /v1/contacts/:id/timeline": everyone(),
		"GET /v1/notes/:id":             everyone(),
		"GET /v1/notes/search":          everyone(),
		"GET /v1/notes/:id/versions":    everyone(),
		"PATCH /v1/notes/:id":           scribes,
		"DELETE /v1/notes/:id":          scribes,

		"POST /v1/segments":                         marketers,
		"GET /v1/segments":                          everyone(),
		"GET /v1/segments/:id":                      everyone(),
		"POST /v1/segments/preview":                 everyone(),
		"POST /v1/schedules/preview":                everyone(),
		"GET /v1/segments/:id/explain":              everyone(),
		"PATCH /v1/segments/:id":                    marketers,
		"DELETE /v1/segments/:id":                   marketers,
		"GET /v1/segments/:id/members":              everyone(),
		"POST /v1/segments/:id/members":             marketers,
		"POST /v1/segments/:id/exclusions":          marketers,
		"POST /v1/segments/combine":                 everyone(),
		"GET /v1/contacts/:id/segments":             everyone(),
		"POST /v1/segments/:id/duplicate":           marketers,
		"GET /v1/segments/:id/versions":             everyone(),
		"POST /v1/segments/:id/versions/:n/restore": marketers,
		"GET /v1/segments/:id/changes":              everyone(),
		"GET /v1/segments/:id/sizes":                everyone(),
		"GET /v1/segments/:id/events":               everyone(),
		"GET /v1/segments/:id/runs":                 everyone(),
		"POST /v1/segments/:id/refresh":             pullers,
		"GET /v1/segments/:id/snapshots":            everyone(),
		"GET /v1/segments/:id/snapshots/:n":         everyone(),
		"GET /v1/segments/:id/snapshots/:n/members": everyone(),

		"POST /v1/audiences":              pullers,
		"GET /v1/audiences":               everyone(),
		"GET /v1/audiences/:id":           everyone(),
		"DELETE /v1/audiences/:id":        marketers,
		"GET /v1/audiences/:id/members":   everyone(),
		"GET /v1/audiences/:id/held-back": everyone(),
		"POST /v1/audiences/:id/ack":      pullers,
		"POST /v1/audiences/:id/events":   pullers,

		"POST /v1/attributes":                    marketers,
		"POST /v1/attributes/:key/rename-option": marketers,
		"GET /v1/attributes":                     everyone(),
		"GET /v1/attributes/:key":                everyone(),
		"GET /v1/attributes/:key/uses":           everyone(),
		"PATCH /v1/attributes/:key":              marketers,
		"DELETE /v1/attributes/:key":             admin,

		"POST /v1/labels/rename":  marketers,
		"GET /v1/labels/renaming": everyone(),

		"GET /v1/settings":   everyone(),
		"PATCH /v1/settings": admin,

		"POST /v1/keys":       admin,
		"GET /v1/keys":        admin,
		"PATCH /v1/keys/:id":  admin,
		"DELETE /v1/keys/:id": admin,

		"POST /v1/people":                admin,
		"GET /v1/people":                 admin,
		"GET /v1/people/:id":             admin,
		"PATCH /v1/people/:id":           admin,
		"DELETE /v1/people/:id":          admin,
		"POST /v1/people/:id/invitation": admin,

		"POST /v1/session":         {wire.Open},
		"GET /v1/session":          everyone(),
		"DELETE /v1/session":       everyone(),
		"DELETE /v1/sessions":      everyone(),
		"PATCH /v1/session":        everyone(),
		"GET /v1/sessions":         everyone(),
		"DELETE /v1/sessions/:id":  everyone(),
		"PUT /v1/session/password": everyone(),
	}
}
