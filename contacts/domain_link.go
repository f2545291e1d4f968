package contacts

import (
	"strings"

	"github.com/ndoto/kundi/fields"
)

// byDomain is who puts contacts into companies by their e-mails.
var byDomain = Author{Source: SourceRule, Name: "link_companies_by_domain"}

// linkByDomain puts a new contact into the company that has the domain of its e-mail,
// unless the settings say otherwise, and returns it as it is then, with that company, nil
// for none.
func linkByDomain(tx Tx, c *Contact) (*Contact, *Company, error) {
	_, domain, found := strings.Cut(fields.ClaimedEmail(c.Email), "@")
	if !found || tx.Schema().Settings.NoDomainLinks {
		return c, nil, nil
	}
	holder, held, err := tx.Holder(Claim{ClaimCompanyDomain, domain})
	if err != nil || !held {
		return c, nil, err
	}
	company, err := companyKind.At(tx, holder)
	if err != nil {
		return nil, nil, err
	}
	after := c.Clone()
	after.Company = holder.Ordinal
	return after, company, tx.As(byDomain, func() error { return contactKind.Update(tx, c, after) })
}
