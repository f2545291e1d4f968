package access

import "github.com/ndoto/kundi/contacts"

// Scope is what a key is for, and so what it may do. Package api holds the one
// table that says which scope may call which route.
type Scope string

// The scopes.
const (
	ScopeAgent    Scope = "agent"    // people who answer contacts
	ScopeMarketer Scope = "marketer" // people who build segments
	ScopeCampaign Scope = "campaign" // engines that pull audiences
	ScopeAI       Scope = "ai"       // assistants
	ScopeAdmin    Scope = "admin"    // everything
)

// Scopes lists every Scope.
var Scopes = []Scope{ScopeAgent, ScopeMarketer, ScopeCampaign, ScopeAI, ScopeAdmin}

// Source is what the changes made with a key of this scope are recorded as.
func (s Scope) Source() contacts.Source {
	switch s {
	case ScopeAgent:
		return contacts.SourceAgent
	case ScopeAI:
		return contacts.SourceAI
	default:
		return contacts.SourceAPI
	}
}
