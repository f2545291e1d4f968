package access

import "github.com/ndoto/kundi/ledger"

// Scope says what a key is for. The table of scopes in package api says which
// scope may call which route.
type Scope string

// The scopes.
const (
	ScopeAgent    Scope = "agent"    // people who answer contacts
	ScopeMarketer Scope = "marketer" // people who build segments
	ScopeCampaign Scope = "campaign" // programs that read the members of segments
	ScopeAI       Scope = "ai"       // AI assistants
	ScopeAdmin    Scope = "admin"    // may call every route
)

// Scopes lists every Scope.
var Scopes = []Scope{ScopeAgent, ScopeMarketer, ScopeCampaign, ScopeAI, ScopeAdmin}

// SetsConsents reports whether a key of this scope may note what people have said about being
// written to, also that they agree again.
func (s Scope) SetsConsents() bool { return s == ScopeAgent || s == ScopeAdmin }

// Source returns the source that the history has for changes made with a key of
// this scope.
func (s Scope) Source() ledger.Source {
	switch s {
	case ScopeAgent:
		return ledger.SourceAgent
	case ScopeAI:
		return ledger.SourceAI
	default:
		return ledger.SourceAPI
	}
}
