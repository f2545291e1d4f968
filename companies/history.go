package companies

import (
	"context"
	"time"

	"github.com/ndoto/kundi/ledger"
)

// GetAt returns a company as Get would have done at a moment, as ledger.Past.At does.
func (s *Service) GetAt(ctx context.Context, id ledger.ID, at time.Time) (*Company, error) {
	c, _, err := s.past.At(ctx, id, at)
	return c, err
}

// History returns changes of a company, as ledger.Past.History does.
func (s *Service) History(ctx context.Context, id ledger.ID, field string, before uint64, limit int) (list []ledger.HistoryEntry, next uint64, err error) {
	return s.past.History(ctx, id, field, before, limit)
}

// Provenance returns where the values of a company come from, as ledger.Past.Provenance
// does.
func (s *Service) Provenance(ctx context.Context, c *Company) (map[string]ledger.Origin, error) {
	return s.past.Provenance(ctx, c, nil)
}
