package contacts

import (
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// byDomain is who puts contacts into companies by their e-mails.
var byDomain = ledger.Author{Source: ledger.SourceRule, Name: "link_companies_by_domain"}

// linkByDomain puts a new contact into the company that has the domain of its e-mail,
// unless the settings say otherwise, and returns it as it is then, with that company, nil
// for none.
func (w *writing) linkByDomain(c *Contact) (*Contact, *ledger.Link, error) {
	_, domain, found := strings.Cut(fields.ClaimedEmail(c.Email), "@")
	if !found || w.tx.Schema().Settings.NoDomainLinks {
		return c, nil, nil
	}
	company, err := w.companies.OfDomain(w.tx, domain)
	if err != nil || company == nil {
		return c, nil, err
	}
	after := c.Clone()
	after.Company = company.Ordinal
	return after, company, w.tx.As(byDomain, func() error { return Kind.Update(w.tx, c, after) })
}
