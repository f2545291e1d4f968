package storage

import (
	"errors"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
)

// The methods of contacts.Tx that know the kind of their records.

var (
	contactKind = contacts.ContactKind.Stored(encodeContact, func(ref contacts.Ref, record []byte) (*contacts.Contact, error) {
		return decodeContact(ref.Ordinal, record)
	})
	companyKind = contacts.CompanyKind.Stored(encodeCompany, func(ref contacts.Ref, record []byte) (*contacts.Company, error) {
		return decodeCompany(ref.Ordinal, record)
	})
)

// usualKinds are those of a store that is given none.
var usualKinds = []contacts.AnyKind{contactKind, companyKind}

// setTyped sets the member of a change that knows the kind of its record.
func setTyped(c *contacts.Change) {
	switch r := c.Record.(type) {
	case *contacts.Contact:
		c.Contact = r
	case *contacts.Company:
		c.Company = r
	}
}

// Contact implements contacts.Tx.
func (t *tx) Contact(ordinal uint32) (*contacts.Contact, error) {
	r, err := t.Record(contactKind, contacts.Ref{Ordinal: ordinal})
	if err != nil {
		return nil, err
	}
	return r.(*contacts.Contact), nil
}

// ContactByID implements contacts.Tx.
func (t *tx) ContactByID(id contacts.ID) (*contacts.Contact, error) {
	ordinal, held, err := t.Holder(contacts.Claim{Kind: contacts.ClaimID, Value: id.String()})
	if err != nil {
		return nil, err
	}
	if !held {
		return nil, fault.NotFound("contact")
	}
	return t.Contact(ordinal)
}

// Holder implements contacts.Tx.
func (t *tx) Holder(c contacts.Claim) (uint32, bool, error) {
	ref, held, err := t.holder(c)
	return ref.Ordinal, held, err
}

// CreateContact implements contacts.Tx.
func (t *tx) CreateContact(c *contacts.Contact) error { return t.worded(t.Create(contactKind, c)) }

// UpdateContact implements contacts.Tx.
func (t *tx) UpdateContact(before, after *contacts.Contact) error {
	return t.worded(t.Update(contactKind, before, after))
}

// DeleteContact implements contacts.Tx.
func (t *tx) DeleteContact(c *contacts.Contact) error { return t.Delete(contactKind, c) }

// MergeContacts implements contacts.Tx.
func (t *tx) MergeContacts(m *contacts.Merge[contacts.Contact]) error {
	return t.worded(contactKind.Absorb(t, m))
}

// Merge implements contacts.Tx.
func (t *tx) Merge(absorbed uint32) (*contacts.Merge[contacts.Contact], error) {
	return contactKind.MergeOf(t, absorbed)
}

// UndoMerge implements contacts.Tx.
func (t *tx) UndoMerge(before, after, restored *contacts.Contact) error {
	return t.worded(t.Restore(contactKind, before, after, restored))
}

// Company implements contacts.Tx.
func (t *tx) Company(ordinal uint32) (*contacts.Company, error) {
	r, err := t.Record(companyKind, contacts.Ref{Ordinal: ordinal})
	if err != nil {
		return nil, err
	}
	return r.(*contacts.Company), nil
}

// CreateCompany implements contacts.Tx.
func (t *tx) CreateCompany(c *contacts.Company) error { return t.worded(t.Create(companyKind, c)) }

// worded makes a conflict of a *contacts.Taken, and leaves other errors as they are.
func (t *tx) worded(err error) error {
	if err == nil {
		return nil
	}
	var taken *contacts.Taken
	if !errors.As(err, &taken) {
		return err
	}
	e := &fault.Error{Kind: fault.KindConflict, Type: "identity-taken", Field: taken.Claim.Field}
	switch taken.Claim.Claim {
	case contacts.ClaimCompanyID, contacts.ClaimCompanyName:
		e.Type, e.Field, e.Message = "company-taken", "company", "Another company has this name."
		return e
	case contacts.ClaimMerge:
		return errMismatch // nobody chooses the id of a merge
	case contacts.ClaimID:
		e.Message = "Another contact has this id."
	case contacts.ClaimEmail:
		e.Message = "Another contact has this e-mail address."
	case contacts.ClaimPhone:
		e.Message = "Another contact has this phone number."
	case contacts.ClaimIdentifier:
		e.Message = "Another contact has this identifier."
	}
	holder, err := t.Contact(taken.Holders[0].Ordinal)
	if err != nil {
		return err
	}
	e.ContactIDs = []contacts.ID{holder.ID}
	return e
}
