package contacts

import "slices"

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
)

// Claim is a value that at most one contact (or company) holds.
type Claim struct {
	Kind  ClaimKind
	Value string // normalised: lower-case e-mail, E.164, Canonical name
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
	claims := make([]Claim, 0, 4)
	for _, kind := range contactClaims {
		if v := c.claimed(kind); v != "" {
			claims = append(claims, Claim{kind, v})
		}
	}
	for i := range c.Absorbed {
		for _, kind := range contactClaims {
			if v := c.Absorbed[i].claimed(kind); v != "" && !slices.Contains(claims, Claim{kind, v}) {
				claims = append(claims, Claim{kind, v})
			}
		}
	}
	return claims
}

// Holds reports whether a claim is one of the contact's Claims.
func (c *Contact) Holds(claim Claim) bool {
	if claim.Value == "" {
		return false
	}
	if c.claimed(claim.Kind) == claim.Value {
		return true
	}
	for i := range c.Absorbed {
		if c.Absorbed[i].claimed(claim.Kind) == claim.Value {
			return true
		}
	}
	return false
}

// claimed is what the contact itself claims, normalised, "" for nothing.
func (c *Contact) claimed(kind ClaimKind) string {
	switch kind {
	case ClaimID:
		return c.ID.String()
	case ClaimEmail:
		return CanonicalEmail(c.Email)
	case ClaimPhone:
		return c.Phone
	case ClaimIdentifier:
		return c.Identifier
	}
	return ""
}

func (a *Absorbed) claimed(kind ClaimKind) string {
	switch kind {
	case ClaimID:
		return a.ID.String()
	case ClaimEmail:
		return CanonicalEmail(a.Email)
	case ClaimPhone:
		return a.Phone
	case ClaimIdentifier:
		return a.Identifier
	case ClaimMerge:
		return a.Merge.String()
	}
	return ""
}
