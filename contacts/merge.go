package contacts

import (
	"context"
	"fmt"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// newMerge merges one contact into another. What the survivor has stays; what
// it lacks comes from the other: each standard field and attribute by itself,
// the names together. Labels, channels, e-mails, phone numbers and identities are united, the further type, the
// earlier creation and the later sight win, and who was blocked stays blocked: of two blocks the one that lasts longer.
// Of the chosen fields the survivor gets what the other has.
func newMerge(id ledger.ID, survivor, absorbed *Contact, chosen ledger.Choice, now time.Time) (*ledger.Merge[Contact], error) {
	after := Kind.Combine(survivor, absorbed, chosen)
	resolveType(after)
	after.Absorbed = append(after.Absorbed, absorbed.Absorbed...)
	kept := absorbed.self()
	kept.Merge, kept.MergedAt = id, now
	after.Absorbed = append(after.Absorbed, kept)
	after.UpdatedAt = now
	return &ledger.Merge[Contact]{ID: id, Before: survivor, After: after, Absorbed: absorbed}, after.checkMerged()
}

// checkMerged reports what a contact would have too much of.
func (c *Contact) checkMerged() error {
	switch {
	case len(c.Absorbed) > ledger.MaxAbsorbed:
		return ledger.MergeLimit(fmt.Sprintf("%d merged contacts", ledger.MaxAbsorbed))
	case len(c.MoreEmails) >= MaxAddresses:
		return ledger.MergeLimit(fmt.Sprintf("%d e-mails", MaxAddresses))
	case len(c.MorePhones) >= MaxAddresses:
		return ledger.MergeLimit(fmt.Sprintf("%d phone numbers", MaxAddresses))
	case len(c.Identities) > MaxAddresses:
		return ledger.MergeLimit(fmt.Sprintf("%d identities", MaxAddresses))
	case len(c.Labels) > fields.MaxLabels:
		return ledger.MergeLimit(fmt.Sprintf("%d labels", fields.MaxLabels))
	case c.Size() > MaxContactSize:
		return ledger.MergeLimit(fmt.Sprintf("%d KiB of text", MaxContactSize>>10))
	}
	return nil
}

// parted returns the survivor, as it is now, and the absorbed contact as they are
// without the merge: what the merge gave is taken back unless it was changed
// since, and what both claim is the absorbed one's. A block that was lifted since
// stays lifted of both.
func parted(m *ledger.Merge[Contact], survivor *Contact, now time.Time) (after, restored *Contact) {
	restored = m.Absorbed.Clone()
	after = Kind.Part(survivor, m.After, m.Before, m.Absorbed)
	if !survivor.Blocked || restored.blockOver(now) { // who has borne it
		restored.setBlock(nil)
	}
	if after.blockOver(now) {
		after.setBlock(nil)
	}
	takeAlong(restored, survivor)
	after.Absorbed = after.Absorbed[:len(after.Absorbed)-1-len(m.Absorbed.Absorbed)]
	if after.Name == "" && !after.named() {
		after.Name = survivor.Name // somebody took the rest away
	}
	resolveType(after)
	after.UpdatedAt, restored.UpdatedAt = now, now
	return after, restored
}

// Merge is MergeChosen where nothing is chosen.
func (s *Service) Merge(ctx context.Context, by ledger.Caller, id, other ledger.ID, version uint64) (Result, error) {
	return s.MergeChosen(ctx, by, id, ledger.MergeOrder{Other: other, Version: version})
}

// MergeChosen merges one contact into another: the other one of the order is absorbed by id. Its id,
// e-mail, phone and identifier mean the survivor from then on. When the two are one already,
// nothing is written.
//
// Errors are of fault.KindNotFound, fault.KindInvalid (the other is nobody, or the same, or a choice is
// none), fault.KindConflict (a limit, see ledger.MaxAbsorbed) and fault.KindPrecondition.
func (s *Service) MergeChosen(ctx context.Context, by ledger.Caller, id ledger.ID, o ledger.MergeOrder) (Result, error) {
	if err := Kind.CheckOther(id, o); err != nil {
		return Result{}, err
	}
	merge, now := s.newID(), s.instant()
	return s.once(ctx, by, now, func(tx ledger.Tx) (Result, error) {
		result, _, err := s.merge(tx, merge, id, o, now)
		return result, err
	})
}

// RehearseMerge returns what MergeChosen would, and writes nothing: the survivor with the version that
// it has, and the contact that would be absorbed, nil when the two are one already. The merge has
// no id.
func (s *Service) RehearseMerge(ctx context.Context, by ledger.Caller, id ledger.ID, o ledger.MergeOrder) (result Result, absorbed *Contact, err error) {
	now := s.instant()
	result.Seq, absorbed, err = Kind.RehearseMerge(ctx, s.store, by.Author, id, o, func(tx ledger.Tx) (record **Contact, m *ledger.Merge[Contact], err error) {
		result, m, err = s.merge(tx, ledger.ID{}, id, o, now)
		return &result.Contact, m, err
	})
	return result, absorbed, err
}

// merge carries an order out. Without a merge the two are one already.
func (s *Service) merge(tx ledger.Tx, merge, id ledger.ID, o ledger.MergeOrder, now time.Time) (Result, *ledger.Merge[Contact], error) {
	survivor, absorbed, chosen, err := Kind.Ordered(tx, id, o)
	if err != nil {
		return Result{}, nil, err
	}
	if survivor.Ordinal == absorbed.Ordinal {
		result, err := s.resultOf(tx, ledger.StatusUnchanged, survivor)
		return result, nil, err
	}
	m, err := newMerge(merge, survivor, absorbed, chosen, now)
	if err != nil {
		return Result{}, nil, err
	}
	if company, err := s.companies.At(tx, m.After.Company); err != nil {
		return Result{}, nil, err
	} else if company == nil && m.After.Company == survivor.Company {
		m.After.Company = absorbed.Company // the survivor's own was deleted
	} else if company == nil {
		m.After.Company = survivor.Company // the chosen one was
	}
	if m.After.Suppressed, err = suppressedOf(tx, m.After); err != nil {
		return Result{}, nil, err
	}
	if err := Kind.Absorb(tx, m); err != nil {
		return Result{}, nil, err
	}
	if err := reshareAll(tx, [][2]*Contact{{absorbed, nil}, {survivor, m.After}}); err != nil {
		return Result{}, nil, err
	}
	if err := moveBlockEnds(tx, [][2]*Contact{{absorbed, nil}, {survivor, m.After}}); err != nil {
		return Result{}, nil, err
	}
	result, err := s.resultOf(tx, ledger.StatusUpdated, m.After)
	return result, m, err
}

// resultOf is the result of a use case that left a contact so.
func (s *Service) resultOf(tx ledger.Tx, status ledger.Status, c *Contact) (Result, error) {
	company, err := s.companies.At(tx, c.Company)
	return Result{Status: status, ID: c.ID, Contact: c, Company: company}, err
}

// UndoMerge makes the contact that a merge absorbed one of its own again, as it
// was, and returns it; a block that was lifted since stays lifted. What the merge gave the survivor is taken back unless it
// was changed since; what has come to the survivor since stays there. Of several
// merges the newest is undone first.
//
// Errors are of fault.KindNotFound (no such merge, or undone already) and fault.KindConflict:
// "later-merge", with the merge to undo before, and "identity-taken" when
// somebody else has got an identity that the survivor had.
func (s *Service) UndoMerge(ctx context.Context, by ledger.Caller, merge ledger.ID) (Result, error) {
	now := s.instant()
	return s.once(ctx, by, now, func(tx ledger.Tx) (Result, error) {
		survivor, m, err := Kind.ToUndo(tx, ledger.Claim{Kind: ClaimMerge, Value: merge.String()})
		if err != nil {
			return Result{}, err
		}
		kept, present, err := Kind.MergeNow(tx, m, survivor)
		if err != nil {
			return Result{}, err
		}
		after, restored := parted(kept, present, now)
		if err := unblockParted(tx, survivor, after, restored); err != nil {
			return Result{}, err
		}
		if err := partConsents(tx, present, kept, after, restored); err != nil {
			return Result{}, err
		}
		if err := Kind.Restore(tx, survivor, after, restored); err != nil {
			return Result{}, conflict(tx, err)
		}
		if err := reshareAll(tx, [][2]*Contact{{survivor, after}, {nil, restored}}); err != nil {
			return Result{}, err
		}
		if err := moveBlockEnds(tx, [][2]*Contact{{survivor, after}, {nil, restored}}); err != nil {
			return Result{}, err
		}
		if _, err := heedBlocks(tx, survivor, after, now); err != nil {
			return Result{}, err
		}
		return s.resultOf(tx, ledger.StatusUpdated, restored)
	})
}

// unblockParted lifts what stays blocked of either of two contacts that part, if that
// one is blocked no more.
func unblockParted(tx ledger.Tx, before, after, restored *Contact) error {
	if before.Blocked && !after.Blocked {
		if err := liftBlocks(tx, after); err != nil {
			return err
		}
	}
	if restored.Blocked {
		return nil
	}
	for _, address := range restored.addresses() {
		if _, err := liftBlock(tx, address); err != nil {
			return err
		}
	}
	return nil
}
