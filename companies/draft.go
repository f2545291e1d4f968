package companies

import (
	"fmt"
	"slices"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// patch is a draft that was checked against a schema.
type patch struct {
	schema  *fields.Schema
	changes *ledger.Changes[Company]
	faults  []fault.Fault // of the draft alone
}

// answeredOnly are the members of an answer that are no fields.
var answeredOnly = map[string]string{
	ledger.FieldAbsorbed: "cannot be sent; merge companies instead", "version": "is set by the server and cannot be sent",
}

// readDraft checks a draft: a merge patch of a company, whose members are named as in
// filters.
func readDraft(schema *fields.Schema, d fields.Draft) *patch {
	changes, faults := Kind.ReadDraft(schema, d, answeredOnly)
	if name, sent := changes.Value("name"); sent && !name.IsMissing() && words.Canonical(name.Text) == "" {
		faults = append(faults, fault.Fault{Path: "name", Detail: "must have letters or digits"})
	}
	if _, valid := changes.Value("domains"); valid {
		faults = append(faults, publicDomains(schema, d["domains"])...)
	}
	return &patch{schema, changes, faults}
}

// publicDomains are the faults of domains that a mail provider has whose addresses anybody can
// have.
func publicDomains(schema *fields.Schema, raw any) (faults []fault.Fault) {
	members, _ := fields.Members(raw)
	of, _ := schema.Of(fields.EntityCompany).Field("domains")
	for i, member := range members {
		if domain, _ := schema.CoerceMember(of, member); isPublicMail(domain.Text) {
			faults = append(faults, fault.Fault{
				Path: fmt.Sprintf("domains[%d]", i), Detail: "must not be the domain of a public mail provider, like gmail.com: people of many companies have addresses there",
			})
		}
	}
	return faults
}

// apply returns a company with the changes of the patch, a new one when base is nil, or all
// that is wrong with the draft and with the company that it makes.
func (p *patch) apply(base *Company) (*Company, error) {
	c, whole := p.changes.Apply(base)
	if name, _ := p.changes.Value("name"); base == nil && name.IsMissing() {
		whole = append(whole, fault.Fault{Path: "name", Detail: "must be given"})
	}
	if c != nil && c.Size() > MaxSize {
		whole = append(whole, fault.Fault{Detail: fmt.Sprintf("must have at most %d KiB of text", MaxSize>>10)})
	}
	faults := slices.Clone(p.faults)
	for _, f := range whole {
		if f.Path == "" || !slices.ContainsFunc(p.faults, func(known fault.Fault) bool { return known.Path == f.Path }) {
			faults = append(faults, f)
		}
	}
	return c, invalid(faults)
}

func invalid(faults []fault.Fault) error {
	return fault.Invalid("invalid-company", "The company is not valid.", faults)
}
