package contacts

import (
	"context"
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// pastOf returns the use cases of the past of contacts.
func (s *Service) pastOf() *ledger.Past[Contact] {
	get := func(ctx context.Context, id ledger.ID) (*Contact, error) {
		c, _, err := s.Get(ctx, id)
		return c, err
	}
	return ledger.NewPast(Kind, s.store, s.now, get, func(ctx context.Context, c *Contact, known ledger.Links, at time.Time) (ledger.Links, error) {
		company, err := s.companies.ReadAt(ctx, s.store, c.Company, known[fields.EntityCompany], at)
		return linked(company), err
	})
}

// linked is what a contact refers to.
func linked(company *ledger.Link) ledger.Links {
	if company == nil {
		return nil
	}
	return ledger.Links{fields.EntityCompany: company}
}

// GetAt returns a contact with its company (nil for none) as Get would have done at a
// moment, as Past.At does. A company that was deleted since may have no name.
func (s *Service) GetAt(ctx context.Context, id ledger.ID, at time.Time) (*Contact, *ledger.Link, error) {
	c, links, err := s.past.At(ctx, id, at)
	if err != nil {
		return nil, nil, err
	}
	return c, links[fields.EntityCompany], s.blockedThen(ctx, c)
}

// blockedThen says of a contact, which is as it was after a change, when it had got its block and
// who had given it, if the history knows.
func (s *Service) blockedThen(ctx context.Context, c *Contact) error {
	block := c.Block()
	if block == nil {
		c.setBlock(nil)
		return nil
	}
	block.At, block.By = time.Time{}, ledger.Author{}
	_, err := s.store.WalkHistory(ctx, &Kind.Shape, c.Ordinal, c.Version, func(e *ledger.HistoryEntry) (more bool, err error) {
		if !slices.ContainsFunc(e.Changes, ofBlock) {
			return true, nil
		}
		if !slices.ContainsFunc(e.Changes, func(c ledger.FieldChange) bool { return c.Field == ledger.FieldAbsorbed }) { // a merge brings what somebody else gave
			block.At, block.By = e.At, e.Author
		}
		return false, nil
	})
	c.setBlock(block)
	return err
}

// ofBlock reports whether a change is one of a block.
func ofBlock(c ledger.FieldChange) bool {
	return c.Field == "blocked" || c.Field == "block.reason" || c.Field == "block.until"
}

// History returns changes of a contact, as Past.History does.
func (s *Service) History(ctx context.Context, id ledger.ID, field string, before uint64, limit int) (list []ledger.HistoryEntry, next uint64, err error) {
	return s.past.History(ctx, id, field, before, limit)
}

// Provenance returns where the values of a contact, of a company (nil for none), come from,
// as Past.Provenance does. What it shows of its company comes from whoever had the last word on
// that: who gave it the company, who merged that into another, or who gave the company its name.
func (s *Service) Provenance(ctx context.Context, c *Contact, company *ledger.Link) (map[string]ledger.Origin, error) {
	origins, err := s.past.Provenance(ctx, c, linked(company))
	if err != nil || company == nil {
		return origins, err
	}
	of, err := s.companies.Origins(ctx, s.store, c.Company, company)
	if err != nil {
		return nil, err
	}
	id := origins["company_id"].Later(of.Merge)
	for field, origin := range map[string]ledger.Origin{"company_id": id, "company.name": origins["company.name"].Later(id).Later(of.Name)} {
		if origin.Seq != 0 {
			origins[field] = origin
		}
	}
	return origins, nil
}
