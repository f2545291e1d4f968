package contacts

import (
	"context"
	"slices"
	"time"

	"github.com/ndoto/kundi/ledger"
)

// Block blocks a contact or lets it in again; version is as for Patch. Nothing is
// written when it is so already. Letting it in lifts everything that stays blocked on
// account of it, see keepBlocks.
func (s *Service) Block(ctx context.Context, by ledger.Caller, id ledger.ID, blocked bool, version uint64) (Result, error) {
	now := s.instant()
	return s.once(ctx, by, now, func(tx ledger.Tx) (Result, error) {
		before, err := Kind.ByID(tx, id)
		if err != nil {
			return Result{}, err
		}
		if err := ledger.CheckVersion(version, before.Version); err != nil {
			return Result{}, err
		}
		if before.Blocked == blocked {
			return s.resultOf(tx, ledger.StatusUnchanged, before)
		}
		after, err := setBlocked(tx, before, blocked, now)
		if err != nil {
			return Result{}, err
		}
		return s.resultOf(tx, ledger.StatusUpdated, after)
	})
}

func setBlocked(tx ledger.Tx, before *Contact, blocked bool, now time.Time) (*Contact, error) {
	if !blocked {
		if err := liftBlocks(tx, before); err != nil {
			return nil, err
		}
	}
	after := before.Clone()
	after.Blocked, after.UpdatedAt = blocked, now
	return after, Kind.Update(tx, before, after)
}

// heedBlocks blocks a contact that has taken an address which stays blocked: one that
// it did not have before (nil for a new contact). It returns the state after it.
func heedBlocks(tx ledger.Tx, before, c *Contact) (*Contact, error) {
	if c.Blocked {
		return c, nil
	}
	for i := range c.identities() {
		if before != nil && before.Holds(i.claim) {
			continue
		}
		blocked, err := tx.Blocked(i.claim)
		if err != nil {
			return nil, err
		}
		if blocked {
			after := c.Clone()
			after.Blocked = true
			why := ledger.Author{Source: ledger.SourceSystem, Name: "the " + i.noun() + " is blocked"}
			return after, tx.As(why, func() error { return Kind.Update(tx, c, after) })
		}
	}
	return c, nil
}

// keepGivenUp lets what a blocked contact is about to give up stay blocked.
func keepGivenUp(tx ledger.Tx, before, after *Contact, now time.Time) error {
	if !before.Blocked {
		return nil
	}
	shared := after.sharedClaims()
	had, has := slices.DeleteFunc(before.addresses(), func(c ledger.Claim) bool { return slices.Contains(shared, c) }), after.addresses()
	if !slices.ContainsFunc(had, func(c ledger.Claim) bool { return !slices.Contains(has, c) }) {
		return nil
	}
	return keepBlocks(tx, before.Ordinal, append(had, has...), now)
}

// addresses are the claims by which a contact, or one it has absorbed, is known to
// those outside. Shared ones are none: a family line is not a person.
func (c *Contact) addresses() []ledger.Claim {
	return slices.DeleteFunc(c.Claims(), func(c ledger.Claim) bool {
		return c.Kind != ClaimEmail && c.Kind != ClaimPhone && c.Kind != ClaimIdentifier && c.Kind != ClaimIdentity
	})
}
