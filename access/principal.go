package access

import "github.com/ndoto/kundi/ledger"

// PrincipalKind says what a Principal is.
type PrincipalKind string

// The kinds of principals.
const (
	KindKey    PrincipalKind = "key"    // a program, or a person who has signed in with a key
	KindPerson PrincipalKind = "person" // a person who has signed in
	KindOwner  PrincipalKind = "owner"  // the owner of the data folder, who needs no key
)

// Principal is who makes a request, and what they may do.
type Principal struct {
	Kind   PrincipalKind
	ID     ledger.ID // of the key or the person, zero for the owner
	Name   string
	Email  string // of a person
	Scope  Scope
	Limits Limits // zero for the owner, whom nothing limits
}

// Owner is the principal of the owner of the data folder.
func Owner() Principal { return Principal{Kind: KindOwner, Name: "owner", Scope: ScopeAdmin} }

// Author returns the author of changes that the principal makes. Those of a person are an
// agent's, whatever their scope.
func (p Principal) Author() ledger.Author {
	source := p.Scope.Source()
	if p.Kind == KindPerson {
		source = ledger.SourceAgent
	}
	return ledger.Author{Source: source, Name: p.Name, Key: p.ID, NoResubscribing: !p.Scope.SetsConsents()}
}
