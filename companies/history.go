package companies

import (
	"context"
	"time"

	"github.com/ndoto/kundi/contacts"
)

// GetAt returns a company as Get would have done at a moment, as contacts.Past.At does.
func (s *Service) GetAt(ctx context.Context, id contacts.ID, at time.Time) (*contacts.Company, error) {
	c, _, err := s.past.At(ctx, id, at)
	return c, err
}

// History returns changes of a company, as contacts.Past.History does.
func (s *Service) History(ctx context.Context, id contacts.ID, field string, before uint64, limit int) (list []contacts.HistoryEntry, next uint64, err error) {
	return s.past.History(ctx, id, field, before, limit)
}

// Provenance returns where the values of a company come from, as contacts.Past.Provenance
// does.
func (s *Service) Provenance(ctx context.Context, c *contacts.Company) (map[string]contacts.Origin, error) {
	return s.past.Provenance(ctx, c, nil)
}
