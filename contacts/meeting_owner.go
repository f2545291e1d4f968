package contacts

import (
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// PersonAt returns the contact that an ordinal means, as Person does: the one that has it, or that
// has absorbed the one with it, which is the bearer then.
func (s *Service) PersonAt(tx ledger.Tx, ordinal uint32) (ledger.Met, error) {
	c, err := Kind.Meant(tx, ordinal)
	if err == nil && c == nil {
		err = fault.NotFound("contact")
	}
	if err != nil {
		return ledger.Met{}, err
	}
	return ledger.Met{ID: c.ID, Ordinal: c.Ordinal, Ordinals: ledger.Ordinals(Kind, c), Bearer: ordinal, Blocked: c.Blocked && !c.blockOver(s.instant())}, nil
}
