package contacts

import (
	"strings"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Patch is a Draft that was checked against a schema: values in stored form,
// ready to be applied to any contact. It is immutable and safe for several
// goroutines.
type Patch struct {
	schema     *fields.Schema
	standard   []assignment
	attributes fields.Attributes // in order of Number; a missing value removes
	clear      bool              // remove all attributes first
	company    companyChange
	lists      map[*addressKind]*sentAddresses
	// keepPrimary says that a list of addresses changes the primary one only if it says so, or
	// does not have it: the contact was found by what was sent.
	keepPrimary bool
	keepShared  bool                       // of a row, which does not say which addresses are shared
	added       map[*addressKind][]Address // of a row: what a contact gets beside what it has
	bare        bool                       // nothing is required of it: who made it knows nothing else
}

// assignment gives a standard field a value; a missing value removes.
type assignment struct {
	field *ledger.FieldOf[Contact]
	value fields.Value
}

// companyChange says which company a contact shall belong to: none of the
// members for "as before".
type companyChange struct {
	id    ledger.ID
	name  string
	path  string // under which the name was sent
	clear bool
}

// NewPatch checks a draft against the schema and returns all its faults, by
// paths like "email" and "attributes.mrr". The path of the draft itself is "".
func NewPatch(s *fields.Schema, d fields.Draft) (*Patch, []fault.Fault) {
	r := draftReader{draft: d, patch: &Patch{schema: s, lists: map[*addressKind]*sentAddresses{}}}
	r.readStandard()
	r.readConsent()
	r.readLists()
	r.checkPrimary()
	r.readCompany()
	r.readAttributes()
	if r.known < len(d) {
		r.fault("", "has a member that no contact has; the members are "+strings.Join(writableMembers(), ", "))
	}
	return r.patch, r.faults
}

// ApplyDraft checks a draft and applies it to a contact (nil for a new one); see
// Patch and Patch.Apply. The company of the draft is left to the store.
func ApplyDraft(s *fields.Schema, base *Contact, d fields.Draft) (*Contact, []fault.Fault) {
	p, faults := NewPatch(s, d)
	if len(faults) > 0 {
		return nil, faults
	}
	return p.Apply(base)
}

// writableMembers are the members of a draft, for messages.
func writableMembers() []string {
	var names []string
	for i := range Kind.Fields {
		if f := &Kind.Fields[i]; f.Standard.Settable() && !isConsent(f) {
			names = append(names, f.Name)
		}
	}
	return append(names, consentMember, "company", "attributes")
}

const refusedFigure = "follows from the conversations and cannot be sent"

// answeredOnly are the members of an answer that are no fields of the record.
var answeredOnly = [...]struct{ name, refusal string }{
	{ledger.FieldAbsorbed, "cannot be sent; merge contacts instead"},
	{"block", refusedBlock},
	{"identifiers", "cannot be sent; merge contacts instead, or send identifier"},
	{"version", ledger.RefusedByServer},
	{"conversations_count", refusedFigure},
	{"open_conversations", refusedFigure},
	{"last_message_at", refusedFigure},
	{"first_reply_at", refusedFigure},
	{"last_reply_at", refusedFigure},
}

const notACompany = "must be the id of a company"

const notAName = "is an id; send it as company_id"

// draftReader collects the patch and the faults of one draft.
type draftReader struct {
	draft  fields.Draft
	patch  *Patch
	known  int // members of the draft that a contact has
	faults []fault.Fault
}

func (r *draftReader) fault(path, detail string) {
	r.faults = append(r.faults, fault.Fault{Path: path, Detail: detail})
}

// member returns a member of the draft and counts it as known.
func (r *draftReader) member(name string) (any, bool) {
	raw, sent := r.draft[name]
	if sent {
		r.known++
	}
	return raw, sent
}

func (r *draftReader) readStandard() {
	set := r.patch.schema.Of(fields.EntityContact)
	for i := range Kind.Fields {
		f := &Kind.Fields[i]
		if f.Get == nil || f.Standard.Unfiltered || f.HasExactMembers() || isConsent(f) { // see readCompany, readLists and readConsent, or of filters only
			continue
		}
		raw, sent := r.member(f.Name)
		if !sent {
			continue
		}
		if f.Standard.Access == fields.ReadOnly {
			r.fault(f.Name, f.Standard.Refusal)
			continue
		}
		v, wrong := r.patch.schema.Read(set.Present(f.Field), raw)
		if r.faults = append(r.faults, wrong...); len(wrong) > 0 {
			continue
		}
		r.patch.standard = append(r.patch.standard, assignment{f, v})
	}
	for _, m := range answeredOnly {
		if _, sent := r.member(m.name); sent {
			r.fault(m.name, m.refusal)
		}
	}
}

func (r *draftReader) readAttributes() {
	raw, sent := r.member("attributes")
	if !sent {
		return
	}
	r.patch.clear = raw == nil
	attributes, faults := ledger.ReadAttributes(r.patch.schema, fields.EntityContact, raw)
	r.patch.attributes, r.faults = attributes, append(r.faults, faults...)
}

func (r *draftReader) readCompany() {
	id, hasID := r.member("company_id")
	company, hasCompany := r.member("company")
	switch {
	case hasID && hasCompany:
		r.fault("company_id", "must not be sent together with company")
	case hasID:
		r.companyByID("company_id", id)
	case hasCompany:
		r.companyBy(company)
	}
}

// companyBy reads "Acme", {"name": "Acme"}, {"id": "..."}, null, or a company as answers have
// it, {"id": "...", "name": "Acme"}: then the id decides, and nobody reads the name.
func (r *draftReader) companyBy(raw any) {
	object, ok := raw.(map[string]any)
	if !ok {
		r.companyByName("company", raw)
		return
	}
	id, hasID := object["id"]
	name, hasName := object["name"]
	known := 0
	for _, has := range []bool{hasID, hasName} {
		if has {
			known++
		}
	}
	switch {
	case known == 0 || known < len(object):
		r.fault("company", "must be a name, or an object with an id or a name and nothing else")
	case hasID && !(hasName && fields.Blank(id)):
		r.companyByID("company.id", id)
	default:
		r.companyByName("company.name", name)
	}
}

func (r *draftReader) companyByName(path string, raw any) {
	f, _ := r.patch.schema.Field("company.name")
	v, fault := r.patch.schema.Coerce(f, raw)
	if fault == "" && !v.IsMissing() && words.Canonical(v.Text) == "" {
		fault = "must have letters or digits"
	}
	if fault != "" {
		r.fault(path, fault)
		return
	}
	r.patch.company = companyChange{clear: true}
	if !v.IsMissing() {
		r.patch.company = companyChange{name: v.Text, path: path}
	}
}

func (r *draftReader) companyByID(path string, raw any) {
	if fields.Blank(raw) {
		r.patch.company.clear = true
		return
	}
	text, _ := raw.(string)
	id, err := uuid.Parse(words.VisibleText(text))
	if err != nil || id == uuid.Nil {
		r.fault(path, notACompany)
		return
	}
	r.patch.company.id = id
}
