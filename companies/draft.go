package companies

import (
	"fmt"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// answeredOnly are the members of an answer that are no fields.
var answeredOnly = map[string]string{
	ledger.FieldAbsorbed: "cannot be sent; merge companies instead", "version": "is set by the server and cannot be sent",
}

// checkDraft returns what is wrong with a draft beside its values.
func checkDraft(schema *fields.Schema, d fields.Draft, changes *ledger.Changes[Company]) (faults []fault.Fault) {
	if name, sent := changes.Value("name"); sent && !name.IsMissing() {
		switch {
		case words.Canonical(name.Text) == "":
			faults = append(faults, fault.Fault{Path: "name", Detail: "must have letters or digits"})
		case ledger.IsID(name.Text):
			faults = append(faults, fault.Fault{Path: "name", Detail: "is an id; send what people call the company"})
		}
	}
	return append(faults, publicDomains(schema, d["domains"])...)
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

// checkSize returns the fault of a company with too much text.
func checkSize(c *Company) []fault.Fault {
	if c.Size() <= MaxSize {
		return nil
	}
	return []fault.Fault{{Detail: fmt.Sprintf("must have at most %d KiB of text", MaxSize>>10)}}
}
