package contacts

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fields"
)

// pastOf returns the use cases of the past of contacts.
func (s *Service) pastOf() *Past[Contact] {
	get := func(ctx context.Context, id ID) (*Contact, error) {
		c, _, err := s.Get(ctx, id)
		return c, err
	}
	return NewPast(contactKind, s.store, s.now, get, func(ctx context.Context, c *Contact) (Links, error) {
		company, err := s.companyOf(ctx, c)
		return companyLink(company), err
	})
}

// companyLink is what a contact refers to.
func companyLink(company *Company) Links {
	if company == nil {
		return nil
	}
	return Links{fields.EntityCompany: {ID: company.ID, Name: company.Name}}
}

// GetAt returns a contact with its company (nil for none) as Get would have done at a
// moment, as Past.At does. Of the company the id and name are known.
func (s *Service) GetAt(ctx context.Context, id ID, at time.Time) (*Contact, *Company, error) {
	c, links, err := s.past.At(ctx, id, at)
	if err != nil {
		return nil, nil, err
	}
	link := links[fields.EntityCompany]
	if link == nil {
		return c, nil, nil
	}
	return c, &Company{Ordinal: c.Company, ID: link.ID, Name: link.Name}, nil
}

// History returns changes of a contact, as Past.History does.
func (s *Service) History(ctx context.Context, id ID, field string, before uint64, limit int) (list []HistoryEntry, next uint64, err error) {
	return s.past.History(ctx, id, field, before, limit)
}

// Provenance returns where the values of a contact, of a company (nil for none), come from,
// as Past.Provenance does.
func (s *Service) Provenance(ctx context.Context, c *Contact, company *Company) (map[string]Origin, error) {
	return s.past.Provenance(ctx, c, companyLink(company))
}
