package contacts

import (
	"cmp"
	"iter"
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// ClaimKind says which unique field a claim is on.
type ClaimKind uint8

// The unique fields.
const (
	ClaimID ClaimKind = iota + 1
	ClaimEmail
	ClaimPhone
	ClaimIdentifier
	ClaimCompanyID
	ClaimCompanyName
	ClaimMerge // the id of a merge, held by the contact that it left
	ClaimCompanyDomain
	ClaimContactValue // the value of an attribute of contacts, see fields.ClaimedForm
	ClaimCompanyIdentifier
	ClaimCompanyMerge // the id of a merge of companies, held by the one that it left
	ClaimCompanyValue // likewise of companies
)

// Claim is a value that at most one contact (or company) holds.
type Claim struct {
	Kind  ClaimKind
	Value string // normalised: lower-case e-mail, E.164, Canonical name
}

// Claimed is the claim on a value as contacts have it.
func (c Claim) Claimed() Claim {
	if c.Kind == ClaimEmail {
		c.Value = fields.ClaimedEmail(c.Value)
	}
	return c
}

// Renewed returns a stored e-mail, phone or identifier in the form that it would
// get now.
func (c Claim) Renewed() Claim {
	switch c.Kind {
	case ClaimEmail:
		if v, fault := fields.CoerceEmail(words.VisibleText(c.Value)); fault == "" {
			c.Value = v.Text
		}
	case ClaimPhone:
		c.Value = fields.RenewedPhone(c.Value)
	case ClaimIdentifier:
		c.Value = cmp.Or(words.VisibleText(c.Value), c.Value)
	}
	return c
}

// Renewable returns the values of a contact, its own and those that it has
// absorbed, which Renewed may change, each with what is claimed by it. It is for
// a contact that is nobody else's.
func (c *Contact) Renewable() iter.Seq2[Claim, *string] {
	return func(yield func(Claim, *string) bool) {
		each := func(email, phone, identifier *string) bool {
			return (*email == "" || yield(Claim{ClaimEmail, *email}, email)) && (*phone == "" || yield(Claim{ClaimPhone, *phone}, phone)) &&
				(*identifier == "" || yield(Claim{ClaimIdentifier, *identifier}, identifier))
		}
		more := each(&c.Email, &c.Phone, &c.Identifier)
		for i := 0; more && i < len(c.Absorbed); i++ {
			a := &c.Absorbed[i]
			more = each(&a.Email, &a.Phone, &a.Identifier)
		}
	}
}

// contactClaims are the kinds that contacts have, in the order in which
// conflicts are reported.
var contactClaims = []ClaimKind{ClaimIdentifier, ClaimEmail, ClaimPhone, ClaimID, ClaimMerge}

// Claims are the unique values of a contact, each once: its own, then those of
// the contacts that it has absorbed, which still mean it. A nil contact has
// none.
func (c *Contact) Claims() []Claim {
	if c == nil {
		return nil
	}
	own := c.self()
	claims := own.claims(make([]Claim, 0, 4))
	for i := range c.Absorbed {
		claims = c.Absorbed[i].claims(claims)
	}
	return claims
}

// Holds reports whether a claim is one of the contact's Claims.
func (c *Contact) Holds(claim Claim) bool {
	if claim.Value == "" {
		return false
	}
	own := c.self()
	return own.claimed(claim.Kind) == claim.Value ||
		slices.ContainsFunc(c.Absorbed, func(a Absorbed) bool { return a.claimed(claim.Kind) == claim.Value })
}

// self is the contact as another would keep it that absorbed it.
func (c *Contact) self() Absorbed {
	return Absorbed{Ordinal: c.Ordinal, ID: c.ID, Name: c.Name, Email: c.Email, Phone: c.Phone, Identifier: c.Identifier}
}

// claims appends what a contact claims and the list does not have.
func (a *Absorbed) claims(list []Claim) []Claim {
	for _, kind := range contactClaims {
		if claim := (Claim{kind, a.claimed(kind)}); claim.Value != "" && !slices.Contains(list, claim) {
			list = append(list, claim)
		}
	}
	return list
}

// claimed is what a contact claims of a kind, normalised, "" for nothing.
func (a *Absorbed) claimed(kind ClaimKind) string {
	switch kind {
	case ClaimID:
		return a.ID.String()
	case ClaimEmail:
		return fields.ClaimedEmail(a.Email)
	case ClaimPhone:
		return a.Phone
	case ClaimIdentifier:
		return a.Identifier
	case ClaimMerge:
		if a.Merge != (ID{}) {
			return a.Merge.String()
		}
	}
	return ""
}
