package storage

import "github.com/ndoto/kundi/contacts"

func companyClaims(c *contacts.Company) []contacts.Claim {
	claims := []contacts.Claim{{Kind: contacts.ClaimCompanyID, Value: companyValue(c, contacts.ClaimCompanyID)}}
	if !c.Twin {
		claims = append(claims, contacts.Claim{Kind: contacts.ClaimCompanyName, Value: companyValue(c, contacts.ClaimCompanyName)})
	}
	return claims
}

func companyValue(c *contacts.Company, kind contacts.ClaimKind) string {
	if kind == contacts.ClaimCompanyID {
		return c.ID.String()
	}
	return contacts.Canonical(c.Name)
}

// movedClaims are the claims that only before has, and only after.
func movedClaims(before, after *contacts.Contact) (released, taken []contacts.Claim) {
	old, fresh := before.Claims(), after.Claims()
	return without(old, fresh), without(fresh, old)
}

// without returns the claims of a that are not in b.
func without(a, b []contacts.Claim) []contacts.Claim {
	if len(b) == 0 {
		return a
	}
	var out []contacts.Claim
next:
	for _, x := range a {
		for _, y := range b {
			if x == y {
				continue next
			}
		}
		out = append(out, x)
	}
	return out
}

func (t *tx) claim(claims []contacts.Claim, ordinal uint32) {
	for _, c := range claims {
		key := t.hasher.key(c)
		t.unclaimed.take(key)
		t.put(key, encodeNumber(ordinal))
		t.totals.Claims++
	}
}

func (t *tx) unclaim(claims []contacts.Claim) {
	for _, c := range claims {
		t.delete(t.hasher.key(c))
		t.totals.Claims--
	}
}

// Holder implements contacts.Tx.
func (t *tx) Holder(c contacts.Claim) (uint32, bool, error) {
	if t.over {
		return 0, false, errOver
	}
	key := t.hasher.key(c)
	if t.unclaimed.free(key) {
		return 0, false, nil
	}
	found, err := t.get(key)
	if err != nil {
		return 0, false, readFailure(err)
	}
	if found == nil {
		t.unclaimed.missed()
		return 0, false, nil
	}
	ordinal, err := decodeNumber(found)
	if err != nil {
		return 0, false, readFailure(err)
	}
	agrees, err := t.holds(ordinal, c)
	if err != nil {
		return 0, false, err
	}
	if !agrees {
		return 0, false, errMismatch
	}
	return ordinal, true, nil
}

// errMismatch means that a claim's holder does not have the claimed value:
// the records are damaged or two values have the same 128-bit hash.
var errMismatch = internal("A claim does not agree with its holder's record.", nil)

// holds reports whether the record of a claim's holder has the value.
func (t *tx) holds(ordinal uint32, claim contacts.Claim) (bool, error) {
	if claim.Kind == contacts.ClaimCompanyID || claim.Kind == contacts.ClaimCompanyName {
		c, err := t.company(ordinal)
		return c != nil && companyValue(c, claim.Kind) == claim.Value, err
	}
	c, err := t.contact(ordinal)
	return c != nil && c.Holds(claim), err
}

// free reports the first of the claims that is held, as a conflict.
func (t *tx) free(claims []contacts.Claim) error {
	for _, c := range claims {
		ordinal, held, err := t.Holder(c)
		if err != nil {
			return err
		}
		if held {
			return t.taken(c.Kind, ordinal)
		}
	}
	return nil
}

// taken is the conflict over a claim that the contact or company holds.
func (t *tx) taken(kind contacts.ClaimKind, ordinal uint32) error {
	e := &contacts.Error{Kind: contacts.KindConflict, Type: "identity-taken"}
	switch kind {
	case contacts.ClaimCompanyID, contacts.ClaimCompanyName:
		e.Type, e.Field, e.Message = "company-taken", "company", "Another company has this name."
		return e
	case contacts.ClaimMerge:
		return errMismatch // nobody chooses the id of a merge
	case contacts.ClaimID:
		e.Field, e.Message = "id", "Another contact has this id."
	case contacts.ClaimEmail:
		e.Field, e.Message = "email", "Another contact has this e-mail address."
	case contacts.ClaimPhone:
		e.Field, e.Message = "phone", "Another contact has this phone number."
	case contacts.ClaimIdentifier:
		e.Field, e.Message = "identifier", "Another contact has this identifier."
	}
	holder, err := t.Contact(ordinal)
	if err != nil {
		return err
	}
	e.ContactIDs = []contacts.ID{holder.ID}
	return e
}
