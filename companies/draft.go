package companies

import (
	"fmt"
	"slices"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// patch is a draft that was checked against a schema.
type patch struct {
	schema  *fields.Schema
	changes *contacts.Changes[contacts.Company]
}

// answeredOnly are the members of an answer that are no fields.
var answeredOnly = map[string]string{
	contacts.FieldAbsorbed: "cannot be sent; merge companies instead", "version": "is set by the server and cannot be sent",
}

// readDraft checks a draft: a merge patch of a company, whose members are named as in
// filters. The patch is there with an error too, for its schema.
func readDraft(schema *fields.Schema, d fields.Draft) (*patch, error) {
	changes, faults := contacts.CompanyKind.ReadDraft(schema, d, answeredOnly)
	if name, sent := changes.Value("name"); sent && !name.IsMissing() && words.Canonical(name.Text) == "" {
		faults = append(faults, fault.Fault{Path: "name", Detail: "must have letters or digits"})
	}
	if domains, sent := changes.Value("domains"); sent && slices.ContainsFunc(domains.List, isPublicMail) {
		faults = append(faults, fault.Fault{
			Path: "domains", Detail: "must not have the domain of a public mail provider, like gmail.com: people of many companies have addresses there",
		})
	}
	return &patch{schema, changes}, invalid(faults)
}

// apply returns a company with the changes of the patch, a new one when base is nil.
func (p *patch) apply(base *contacts.Company) (*contacts.Company, error) {
	c, faults := p.changes.Apply(base)
	if len(faults) > 0 {
		return nil, invalid(faults)
	}
	if c.Name == "" {
		faults = append(faults, fault.Fault{Path: "name", Detail: "must be given"})
	}
	if c.Size() > contacts.MaxCompanySize {
		faults = append(faults, fault.Fault{Detail: fmt.Sprintf("must have at most %d KiB of text", contacts.MaxCompanySize>>10)})
	}
	return c, invalid(faults)
}

func invalid(faults []fault.Fault) error {
	return fault.Invalid("invalid-company", "The company is not valid.", faults)
}
