package contacts

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// FileRules say how the rows of a file are to be read. The zero value takes
// what a request may send, and the forms that only files have.
type FileRules struct {
	// Lenient leaves out a field that cannot be taken, instead of the row, as
	// long as something is left to know the person by; see Result.LeftOut.
	Lenient bool `json:"lenient,omitempty"`
	// SharedPhones leaves out a phone number that belongs to another contact,
	// instead of the row: several people of the file may have it.
	SharedPhones bool `json:"shared_phones,omitempty"`
	// CompanyNames says that the name of a row may be that of its company because
	// it has no other: then it names nobody who has a name.
	CompanyNames bool `json:"company_names,omitempty"`
	// LocalTimes reads instants without an offset in the zone of the workspace.
	LocalTimes bool `json:"local_times,omitempty"`
	// DayOrder is how days like 3/4/2026 are written, "" when nobody knows.
	DayOrder DayOrder `json:"day_order,omitempty"`
	// PhoneRegion is the region of phone numbers without a country code in rows
	// that name no country: ISO 3166 alpha-2, "" for that of the workspace.
	PhoneRegion string `json:"phone_region,omitempty"`
}

// Import upserts 1 to MaxBatch rows of a file as Batch upserts drafts. These
// are different:
//
//   - The texts of a draft may have the forms of files; see FileRules.
//   - A member "id" with the id of a contact says whose row it is. Any other
//     text there is the row's identifier, unless the row has one.
//   - created_at is for a contact that is made; one that is there keeps its own.
//   - A phone number alone does not make the row of one person that of another
//     with whom they share it: where both have an e-mail or an identifier and it
//     is not the same, the number is taken.
func (s *Service) Import(ctx context.Context, by ledger.Author, drafts []fields.Draft, rules FileRules) (BatchResult, error) {
	return s.batch(ctx, ledger.Caller{Author: by}, drafts, &rules)
}

// rowKeys are the members by which a row belongs to a contact.
var rowKeys = []string{"id", "identifier", "email", "phone", "emails", "phones", "identities"}

// checkRow checks the draft as a row of a file.
func (i *item) checkRow(schema *fields.Schema) {
	draft, faults := i.rules.read(schema, i.draft)
	draft, added := takeFurther(draft)
	patch, more := i.rowPatch(schema, draft, added)
	faults = append(faults, more...)
	i.patch, i.faults, i.leftOut = patch, faults, nil
	if len(faults) == 0 || !i.rules.Lenient {
		return
	}
	left := leaveOut(draft, more)
	switch patch, more = i.rowPatch(schema, left, added); {
	case len(more) > 0:
	case i.keyed(left):
		i.patch, i.faults, i.leftOut = patch, nil, faults
	default:
		i.faults = withoutKey(faults)
	}
}

// rowPatch checks the draft of a row, with the addresses that it adds.
func (i *item) rowPatch(schema *fields.Schema, d fields.Draft, added map[*addressKind][]Address) (*Patch, []fault.Fault) {
	patch, faults := NewPatch(schema, i.keyless(d))
	patch.added, patch.keepShared = added, true
	return patch, faults
}

// lastKey is why a row is refused although fields may be left out.
const lastKey = "and --lenient does not leave it out: without it the row has no id, identifier, email or phone"

// withoutKey says of the keys that are faulty why they are not left out.
func withoutKey(faults []fault.Fault) []fault.Fault {
	faults = slices.Clone(faults)
	for i, f := range faults {
		if slices.Contains(rowKeys, f.Path) {
			faults[i].Detail += ", " + lastKey
		}
	}
	return faults
}

// keyed reports whether a draft still has something to know the person by, if
// the row had anything.
func (i *item) keyed(left fields.Draft) bool {
	has := func(d fields.Draft) bool {
		return slices.ContainsFunc(rowKeys, func(key string) bool { return !fields.Blank(d[key]) })
	}
	return has(left) || !has(i.draft)
}

// keyless takes the member "id" out of a draft: the id of a contact is kept in
// the item, anything else is the identifier.
func (i *item) keyless(d fields.Draft) fields.Draft {
	raw, sent := d["id"]
	i.rowID, i.rowIDText = ledger.ID{}, ""
	if !sent {
		return d
	}
	d = maps.Clone(d)
	delete(d, "id")
	text, _ := raw.(string)
	if id, err := uuid.Parse(text); err == nil && len(text) == len(id.String()) {
		i.rowID, i.rowIDText = id, text
	} else if fields.Blank(d["identifier"]) {
		d["identifier"] = raw
	}
	return d
}

// leaveOut returns a draft without the members that have faults.
func leaveOut(d fields.Draft, faults []fault.Fault) fields.Draft {
	d = maps.Clone(d)
	if attributes, ok := d["attributes"].(map[string]any); ok {
		d["attributes"] = maps.Clone(attributes)
	}
	if said, ok := d[consentMember].(map[string]any); ok {
		d[consentMember] = maps.Clone(said)
	}
	for _, f := range faults {
		remove(d, f.Path)
	}
	return d
}

// importRow finds the contact whose row it is, or makes it.
func (w *writing) importRow() (result Result, err error) {
	named, err := w.ofID()
	if err != nil {
		return Result{}, err
	}
	if named != nil {
		if err := w.keepForms(named); err != nil {
			return Result{}, err
		}
	}
	if err := w.resolvePhone(named); err != nil {
		return Result{}, err
	}
	if err := w.resolveFurther(named); err != nil {
		return Result{}, err
	}
	if err := w.resolveCompany(); err != nil {
		return Result{}, err
	}
	if named != nil {
		w.keepOwn(named)
		if err = w.keepAsMade(named); err == nil {
			result, err = w.change(named)
		}
	} else {
		result, err = w.upsert()
	}
	result.LeftOut = w.item.leftOut
	return result, err
}

// keepAsMade takes out of the draft what only a contact that is made gets from a
// row: when it was made, and that a checkbox is false which is false as it is. It also takes out
// what changes nothing that is shown, see keepAsShown.
func (w *writing) keepAsMade(match *Contact) error {
	w.omit("created_at")
	w.omitFalse(match)
	w.keepUnsubscribed(match)
	if w.item.rules.CompanyNames && match.Name != "" && w.isNamedByCompany() {
		w.omit("name")
	}
	return w.keepAsShown(match)
}

// isNamedByCompany reports whether the name of the row is that of its company.
func (w *writing) isNamedByCompany() bool {
	name, sent := w.item.patch.sent("name")
	return sent && name.Text == w.item.patch.company.name
}

// ofID returns the contact that the row names by its id, nil for none. An id
// that is none here is the identifier of a row without one.
func (w *writing) ofID() (*Contact, error) {
	if w.item.rowID == (ledger.ID{}) {
		return nil, nil
	}
	before, err := Kind.ByID(w.tx, w.item.rowID)
	if err == nil || fault.KindOf(err) != fault.KindNotFound {
		return before, err
	}
	if _, sent := w.item.patch.sent("identifier"); sent {
		return nil, nil
	}
	patch := *w.item.patch
	patch.standard = append(slices.Clone(patch.standard), assignment{Kind.Named("identifier"), fields.TextValue(w.item.rowIDText)})
	w.item.patch = &patch
	return nil, nil
}

// ofKeys returns the contact that has the identifier, else the e-mail, else the
// phone number of the row, nil for none.
func (w *writing) ofKeys() (*Contact, error) {
	for i := range w.sent().identities() {
		holder, held, err := w.tx.Holder(i.claim)
		if err != nil {
			return nil, err
		}
		if held {
			return Kind.At(w.tx, holder)
		}
	}
	return nil, nil
}

// resolvePhone refuses a phone number of somebody else than whose row it is, or
// leaves it out when the rules say so and the row has another key. Named is the
// contact that the row names by its id, nil for none.
func (w *writing) resolvePhone(named *Contact) error {
	phone, _ := w.item.patch.sent("phone")
	if phone.IsMissing() {
		return nil
	}
	sent := w.sent()
	holder, held, err := w.tx.Holder(phones.claimOn(phone.Text))
	if err != nil || !held {
		return err
	}
	match := named
	if match == nil {
		if match, err = w.ofKeys(); err != nil {
			return err
		}
	}
	if match.is(holder.Ordinal) && (named != nil || !sent.isOther(match)) {
		return nil
	}
	conflict := taken(w.tx, "phone", []ledger.Ref{holder})
	known := named != nil || sent.Email != "" || sent.Identifier != ""
	if fault.KindOf(conflict) != fault.KindConflict || !w.item.rules.mayLeaveOut() || !known {
		if refusal, ok := conflict.(*fault.Error); ok && w.item.rules.Lenient && !known {
			refusal.Message = strings.TrimSuffix(refusal.Message, ".") + ", " + lastKey + "."
		}
		return conflict
	}
	w.omit("phone")
	w.leaveOut("phone", "belongs to another contact")
	return nil
}

// omitFalse takes out of the patch that a checkbox is false which is not set and
// so false already: exports do not tell the two apart.
func (w *writing) omitFalse(match *Contact) {
	patch := *w.item.patch
	patch.attributes = slices.DeleteFunc(slices.Clone(patch.attributes), func(a fields.Attribute) bool {
		definition := patch.schema.AttributeByNumber(a.Number)
		return definition.Type == fields.AttributeCheckbox && !definition.ThreeState && a.Value.Kind == fields.KindBool && !a.Value.Bool && match.Attributes.Get(a.Number).IsMissing()
	})
	w.item.patch = &patch
}

// resolveCompany leaves out the id of a company that is none, when the rules say
// so; otherwise it is refused later.
func (w *writing) resolveCompany() error {
	id := w.item.patch.company.id
	if id == (ledger.ID{}) || !w.item.rules.Lenient {
		return nil
	}
	if company, err := w.companies.WithID(w.tx, id); err != nil || company != nil {
		return err
	}
	patch := *w.item.patch
	patch.company = companyChange{}
	w.item.patch = &patch
	w.leaveOut("company_id", notACompany)
	return nil
}

// leaveOut reports a field that is left out.
func (w *writing) leaveOut(field, why string) {
	w.item.leftOut = append(slices.Clone(w.item.leftOut), fault.Fault{Path: field, Detail: why})
}

func (c *Contact) is(ordinal uint32) bool { return c != nil && c.Ordinal == ordinal }

// isOther reports whether neither an identifier nor an e-mail of the row is
// one of the contact's, though both have some.
func (c *Contact) isOther(match *Contact) bool {
	identifier := ledger.Claim{Kind: ClaimIdentifier, Value: c.Identifier}
	if slices.ContainsFunc(emails.claims(c, nil), match.Holds) || match.Holds(identifier) {
		return false
	}
	return c.Email != "" && match.Email != "" || c.Identifier != "" && match.Identifier != ""
}

// omit takes a field out of the patch.
func (w *writing) omit(field string) {
	patch := *w.item.patch
	patch.omit(field)
	w.item.patch = &patch
}
