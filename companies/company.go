package companies

import (
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// The unique values of companies.
const (
	ClaimID         ledger.ClaimKind = 5
	ClaimName       ledger.ClaimKind = 6
	ClaimDomain     ledger.ClaimKind = 8
	ClaimIdentifier ledger.ClaimKind = 10
	ClaimMerge      ledger.ClaimKind = 11 // the id of a merge, held by the company that it left
	ClaimValue      ledger.ClaimKind = 12 // the value of an attribute, see fields.ClaimedForm
)

// Company is an organisation that contacts belong to. As of a Contact, empty members
// mean "has none", and one that came out of the store is shared.
type Company struct {
	Ordinal uint32 // dense, given once by the store, never reused, from 1
	ID      ledger.ID

	Name       string   // unique by Canonical
	Domains    []string // of its e-mail addresses and web sites, see fields.coerceDomain; unique
	Identifier string   // exact; the customer's own id of the company; unique

	Country string // ISO 3166 alpha-2, upper case
	City    string

	Labels     []string          // unique by Canonical, first spelling kept, in the order given
	Attributes fields.Attributes // by definitions of companies

	// Absorbed are the companies that were merged into this one, in the order in which
	// they came to it, with their names and identifiers.
	Absorbed []ledger.Absorbed

	// Instants have millisecond precision and are in UTC. UpdatedAt is CreatedAt in what
	// older programs stored.
	CreatedAt time.Time
	UpdatedAt time.Time

	// Version is the sequence number of the change that wrote this state.
	Version uint64
	// Kept says that somebody made the company on purpose: it stays when it has
	// no contacts any more. Others were made for a contact that named them.
	Kept bool
	// Twin says that another company has the name in another spelling, from a
	// folder in which the two were not one yet. Whoever names it means the other.
	Twin bool
}

// Clone returns a deep copy.
func (c *Company) Clone() *Company {
	d := *c
	d.Domains = append([]string(nil), c.Domains...)
	d.Labels = append([]string(nil), c.Labels...)
	d.Attributes = append(fields.Attributes(nil), c.Attributes...)
	d.Absorbed = append([]ledger.Absorbed(nil), c.Absorbed...)
	return &d
}

// Claims are the unique values of a company, each once: its own, then those of the
// companies that it has absorbed, which still mean it.
func (c *Company) Claims() []ledger.Claim {
	claims := make([]ledger.Claim, 0, 4)
	add := func(kind ledger.ClaimKind, value string) {
		if claim := (ledger.Claim{Kind: kind, Value: value}); value != "" && !slices.Contains(claims, claim) {
			claims = append(claims, claim)
		}
	}
	add(ClaimID, c.ID.String())
	if !c.Twin {
		add(ClaimName, words.Canonical(c.Name))
	}
	for _, domain := range c.Domains {
		add(ClaimDomain, domain)
	}
	add(ClaimIdentifier, c.Identifier)
	for i := range c.Absorbed {
		a := &c.Absorbed[i]
		add(ClaimID, a.ID.String())
		add(ClaimName, words.Canonical(a.Name))
		add(ClaimIdentifier, a.Identifier)
		if a.Merge != (ledger.ID{}) {
			add(ClaimMerge, a.Merge.String())
		}
	}
	return claims
}

// MaxSize bounds the text of one company, in bytes of UTF-8.
const MaxSize = 256 << 10

// Size is the number of bytes of text that the company holds, that of the companies which
// it has absorbed included.
func (c *Company) Size() int {
	n := Kind.Size(c)
	for i := range c.Absorbed {
		n += len(c.Absorbed[i].Name) + len(c.Absorbed[i].Identifier)
	}
	return n
}
