package contacts

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// CompanyDirectory finds companies for records that belong to them. A company that there is
// not is nil.
type CompanyDirectory struct{}

// At returns the company that an ordinal means: nil also when it was deleted, which leaves
// those that belong to it as they are.
func (CompanyDirectory) At(tx RecordTx, ordinal uint32) (*Link, error) {
	c, err := companyKind.Meant(tx, ordinal)
	if err != nil || c == nil {
		return nil, err
	}
	return companyKind.LinkOf(c), nil
}

// WithID returns the company that an id means.
func (CompanyDirectory) WithID(tx Tx, id ID) (*Link, error) {
	return companyLink(companyKind.ByID(tx, id))
}

// OfDomain returns the company that has a domain.
func (CompanyDirectory) OfDomain(tx Tx, domain string) (*Link, error) {
	return companyLink(companyKind.ByClaim(tx, Claim{ClaimCompanyDomain, domain}))
}

// Named returns the company with a name. When there is none it makes one, which goes away
// with the last that belongs to it. It has the defaults of the attributes of companies.
// Nothing is required of it: who names it knows nothing else.
func (CompanyDirectory) Named(tx Tx, name string, now time.Time, newID func() ID) (*Link, error) {
	found, err := companyLink(companyKind.ByClaim(tx, Claim{ClaimCompanyName, words.Canonical(name)}))
	if err != nil || found != nil {
		return found, err
	}
	made := &Company{ID: newID(), Name: name, CreatedAt: now, UpdatedAt: now}
	made.Attributes, _ = tx.Schema().Of(fields.EntityCompany).Complete(nil, nil, true, nil)
	return companyLink(made, companyKind.Create(tx, made))
}

// Read returns the company that an ordinal means, in the newest durable state.
func (CompanyDirectory) Read(ctx context.Context, r MeantReader, ordinal uint32) (*Link, error) {
	if ordinal == 0 {
		return nil, nil
	}
	list, err := companyKind.ListMeant(ctx, r, []uint32{ordinal})
	if err != nil || list[0] == nil {
		return nil, err
	}
	return companyKind.LinkOf(list[0]), nil
}

// companyLink is what others show of a company, nil for one that was not found.
func companyLink(c *Company, err error) (*Link, error) {
	switch {
	case err == nil:
		return companyKind.LinkOf(c), nil
	case fault.KindOf(err) == fault.KindNotFound:
		return nil, nil
	}
	return nil, err
}
