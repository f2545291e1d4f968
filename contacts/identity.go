package contacts

import (
	"errors"
	"iter"
	"slices"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// identity is one of the values by which a contact is unique.
type identity struct {
	field string
	claim ledger.Claim
}

// noun is what the value is called in the singular.
func (i identity) noun() string {
	if i.field == "identities" {
		return "identity"
	}
	return i.field
}

// identities are those that the contact has, in the order in which an upsert
// looks for a match. Shared addresses are none.
func (c *Contact) identities() iter.Seq[identity] {
	return func(yield func(identity) bool) {
		if c.Identifier != "" && !yield(identity{"identifier", ledger.Claim{Kind: ClaimIdentifier, Value: c.Identifier}}) {
			return
		}
		for _, k := range addressKinds {
			for _, claim := range k.claims(c, nil) {
				if !yield(identity{k.one, claim}) {
					return
				}
			}
		}
		for _, i := range c.Identities {
			if !yield(identity{"identities", i.claim()}) {
				return
			}
		}
	}
}

// sent is a contact with nothing but the identities in the draft.
func (w *writing) sent() *Contact {
	c := &Contact{}
	for _, a := range w.item.patch.standard {
		switch a.field.Name {
		case "identifier", "identities":
			Kind.Assign(c, nil, a.field, a.value)
		}
	}
	w.item.patch.assignAddresses(c)
	return c
}

// upsert finds the contact that the draft is about, or makes it.
func (w *writing) upsert() (Result, error) {
	sent := w.sent()
	match, err := w.match(sent)
	if err != nil {
		return Result{}, err
	}
	if match == 0 {
		return w.create()
	}
	before, err := Kind.Get(w.tx, match)
	if err != nil {
		return Result{}, err
	}
	if sent.Identifier != "" && before.Identifier != "" && !before.Holds(ledger.Claim{Kind: ClaimIdentifier, Value: sent.Identifier}) {
		return Result{}, otherIdentifier(before, sent)
	}
	w.keepOwn(before)
	if w.item.rules != nil {
		if err := w.keepAsMade(before); err != nil {
			return Result{}, err
		}
	}
	return w.update(before)
}

// keepOwn takes out of the draft by what the match is known beside its first value, or through a
// contact that it has absorbed: it was sent to find the match, not to replace its own.
func (w *writing) keepOwn(match *Contact) {
	patch := *w.item.patch
	patch.keepPrimary = true
	own, sent := match.self(), w.sent()
	if own.Identifier != "" && sent.Identifier != "" && own.Identifier != sent.Identifier && match.Holds(ledger.Claim{Kind: ClaimIdentifier, Value: sent.Identifier}) {
		patch.omit("identifier")
	}
	for _, k := range addressKinds {
		v, one := patch.sent(k.one)
		primary := *k.primary(match)
		if !one || patch.lists[k] != nil || v.IsMissing() || primary == "" || k.form(primary) == k.form(v.Text) {
			continue
		}
		if k.find(*k.more(match), v.Text) >= 0 || match.Holds(k.claimOn(v.Text)) {
			patch.omit(k.one)
		}
	}
	w.item.patch = &patch
}

// omit takes a field out of a patch that is nobody else's.
func (p *Patch) omit(field string) {
	p.standard = slices.DeleteFunc(slices.Clone(p.standard), func(a assignment) bool { return a.field.Name == field })
}

// keepForms takes out of the draft what the contact has in an older form, the
// present one of which is another's since an older folder: it changes nothing.
func (w *writing) keepForms(before *Contact) error {
	own := before.self()
	for i := range w.sent().identities() {
		had := ledger.Claim{Kind: i.claim.Kind, Value: claimed(&own, i.claim.Kind)}
		if had == i.claim || claimedForm(renewedClaim(had)) != i.claim {
			continue
		}
		holder, held, err := w.tx.Holder(i.claim)
		if err != nil {
			return err
		}
		if held && holder.Ordinal != before.Ordinal {
			w.omit(i.field)
		}
	}
	return nil
}

// match returns the one contact that holds the keys sent, 0 for none. With it
// the keys are known to be free or the contact's own.
func (w *writing) match(sent *Contact) (uint32, error) {
	var holders []ledger.Ref
	field := ""
	for i := range sent.identities() {
		holder, held, err := w.tx.Holder(i.claim)
		if err != nil {
			return 0, err
		}
		if held && !slices.Contains(holders, holder) {
			if holders = append(holders, holder); len(holders) == 2 {
				field = i.field // the first that disagrees
			}
		}
	}
	switch len(holders) {
	case 0:
		return 0, nil
	case 1:
		return holders[0].Ordinal, nil
	}
	return 0, taken(w.tx, field, holders)
}

// otherIdentifier is the conflict between a draft and the contact that has its
// e-mail or phone number, but another identifier than the draft.
func otherIdentifier(match, sent *Contact) error {
	field := ""
	for i := range sent.identities() {
		if i.field != "identifier" && match.Holds(i.claim) {
			field = i.noun()
			break
		}
	}
	return &fault.Error{
		Kind: fault.KindConflict, Type: "identity-taken", Field: "identifier", ContactIDs: []ledger.ID{match.ID},
		Message: "The contact that has the " + field + " has another identifier.",
	}
}

// conflict words a *Taken of a contact, and leaves other errors as they are.
func conflict(tx ledger.Tx, err error) error {
	t, is := errors.AsType[*ledger.Taken](err)
	if !is || t.Entity != fields.EntityContact || t.Claim.Field == "" {
		return err
	}
	return taken(tx, t.Claim.Field, t.Holders)
}

// taken is the conflict over a field, with the contacts that have it.
func taken(tx ledger.Tx, field string, holders []ledger.Ref) error {
	e := &fault.Error{
		Kind: fault.KindConflict, Type: "identity-taken", Field: field,
		Message: "The " + identity{field: field}.noun() + " belongs to another contact.",
	}
	if fields.IsAttribute(field) {
		e.Message = "The value of " + field + " belongs to another contact."
	}
	for _, holder := range holders {
		c, err := Kind.At(tx, holder)
		if err != nil {
			return err
		}
		e.ContactIDs = append(e.ContactIDs, c.ID)
	}
	return e
}
