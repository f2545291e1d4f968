package contacts

import (
	"cmp"
	"iter"
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// The unique values of contacts.
const (
	ClaimID         ledger.ClaimKind = 1
	ClaimEmail      ledger.ClaimKind = 2
	ClaimPhone      ledger.ClaimKind = 3
	ClaimIdentifier ledger.ClaimKind = 4
	ClaimMerge      ledger.ClaimKind = 7 // the id of a merge, held by the contact that it left
	ClaimValue      ledger.ClaimKind = 9 // the value of an attribute, see fields.ClaimedForm
	ClaimIdentity   ledger.ClaimKind = 13
)

// claimedForm is the claim on a value as contacts have it.
func claimedForm(c ledger.Claim) ledger.Claim {
	if c.Kind == ClaimEmail {
		c.Value = fields.ClaimedEmail(c.Value)
	}
	return c
}

// renewedClaim returns a stored e-mail, phone or identifier in the form that it would
// get now.
func renewedClaim(c ledger.Claim) ledger.Claim {
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
// absorbed, which renewedClaim may change, each with what is claimed by it. It is for
// a contact that is nobody else's.
func (c *Contact) Renewable() iter.Seq2[ledger.Claim, *string] {
	return func(yield func(ledger.Claim, *string) bool) {
		each := func(email, phone, identifier *string) bool {
			return (*email == "" || yield(ledger.Claim{Kind: ClaimEmail, Value: *email}, email)) && (*phone == "" || yield(ledger.Claim{Kind: ClaimPhone, Value: *phone}, phone)) &&
				(*identifier == "" || yield(ledger.Claim{Kind: ClaimIdentifier, Value: *identifier}, identifier))
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
var contactClaims = []ledger.ClaimKind{ClaimIdentifier, ClaimEmail, ClaimPhone, ClaimID, ClaimMerge}

// Claims are the unique values of a contact, each once: its own, then those of
// the contacts that it has absorbed, which still mean it. A nil contact has
// none.
func (c *Contact) Claims() []ledger.Claim {
	if c == nil {
		return nil
	}
	own := c.self()
	claims := appendClaims(&own, make([]ledger.Claim, 0, 4+len(c.MoreEmails)+len(c.MorePhones)+len(c.Identities)))
	for _, k := range addressKinds {
		if len(*k.more(c)) > 0 {
			claims = appendOnce(claims, k.claims(c, nil))
		}
	}
	for _, i := range c.Identities {
		claims = append(claims, i.claim())
	}
	for i := range c.Absorbed {
		claims = appendClaims(&c.Absorbed[i], claims)
	}
	return claims
}

// Holds reports whether a claim is one of the contact's Claims.
func (c *Contact) Holds(claim ledger.Claim) bool {
	if claim.Value == "" {
		return false
	}
	own := c.self()
	return claimed(&own, claim.Kind) == claim.Value || slices.Contains(emails.claims(c, nil), claim) || slices.Contains(phones.claims(c, nil), claim) ||
		slices.ContainsFunc(c.Identities, func(i Identity) bool { return i.claim() == claim }) ||
		slices.ContainsFunc(c.Absorbed, func(a ledger.Absorbed) bool { return claimed(&a, claim.Kind) == claim.Value })
}

// Bearer returns the ordinal of the contact that has a claim: the absorbed one that had it, or
// with which it came, else the contact's own. Where one had absorbed another, and both had it, it
// is that other one, which has it when all is undone.
func (c *Contact) Bearer(claim ledger.Claim) uint32 {
	of := c.cameWith(claim)
	for i := range c.Absorbed { // a contact stands behind those that it had absorbed
		if a := &c.Absorbed[i]; a.Ordinal == of || claimed(a, claim.Kind) == claim.Value {
			return a.Ordinal
		}
	}
	return c.Ordinal
}

// cameWith returns with whom the address or identity came that claims something, 0 for nobody.
func (c *Contact) cameWith(claim ledger.Claim) uint32 {
	for _, k := range addressKinds {
		for _, a := range k.of(c) {
			if !a.Shared && k.claimOn(a.Value) == claim {
				return a.Of
			}
		}
	}
	for _, i := range c.Identities {
		if i.claim() == claim {
			return i.Of
		}
	}
	return 0
}

// appendOnce appends the claims that a list does not have.
func appendOnce(list, more []ledger.Claim) []ledger.Claim {
	for _, claim := range more {
		if !slices.Contains(list, claim) {
			list = append(list, claim)
		}
	}
	return list
}

// self is the contact as another would keep it that absorbed it: with what it claims.
func (c *Contact) self() ledger.Absorbed {
	a := ledger.Absorbed{Ordinal: c.Ordinal, ID: c.ID, Name: c.Name, Identifier: c.Identifier}
	if !c.EmailShared {
		a.Email = c.Email
	}
	if !c.PhoneShared {
		a.Phone = c.Phone
	}
	return a
}

// appendClaims appends what a contact claims and the list does not have.
func appendClaims(a *ledger.Absorbed, list []ledger.Claim) []ledger.Claim {
	for _, kind := range contactClaims {
		if claim := (ledger.Claim{Kind: kind, Value: claimed(a, kind)}); claim.Value != "" && !slices.Contains(list, claim) {
			list = append(list, claim)
		}
	}
	return list
}

// claimed is what a contact claims of a kind, normalised, "" for nothing.
func claimed(a *ledger.Absorbed, kind ledger.ClaimKind) string {
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
		if a.Merge != (ledger.ID{}) {
			return a.Merge.String()
		}
	}
	return ""
}
