package companies

import (
	"context"
	"fmt"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Merge merges one company into another: other is absorbed by id, whose version is as for
// Patch. What the survivor has stays; what it lacks comes from the other. Domains and labels
// are united, and the earlier creation wins. The other's id, name, domains and identifier mean
// the survivor from then on, and its contacts are the survivor's. No contact is written. When
// the other was absorbed before, nothing is written.
//
// Errors are of fault.KindNotFound, fault.KindInvalid (other is nobody, the same, or has
// absorbed this one), fault.KindConflict (a limit) and fault.KindPrecondition.
func (s *Service) Merge(ctx context.Context, by ledger.Caller, id, other ledger.ID, version uint64) (Result, error) {
	if id == other {
		return Result{}, Kind.InvalidMerge("must be the id of another company")
	}
	merge := s.editor.NewID()
	return s.editor.Once(ctx, by, func(tx ledger.Tx, now time.Time) (Result, error) {
		survivor, absorbed, err := Kind.ToMerge(tx, id, other, version)
		if err != nil {
			return Result{}, err
		}
		switch {
		case survivor.Ordinal != absorbed.Ordinal:
		case survivor.ID == other:
			return Result{}, Kind.InvalidMerge("must not be the company into which this one was merged: both are one already")
		default:
			return Result{Status: ledger.StatusUnchanged, ID: survivor.ID, Record: survivor}, nil
		}
		m, err := newMerge(merge, survivor, absorbed, now)
		if err != nil {
			return Result{}, err
		}
		if err := Kind.Absorb(tx, m); err != nil {
			return Result{}, conflict(tx, err)
		}
		return Result{Status: ledger.StatusUpdated, ID: m.After.ID, Record: m.After}, nil
	})
}

// newMerge merges one company into another.
func newMerge(id ledger.ID, survivor, absorbed *Company, now time.Time) (*ledger.Merge[Company], error) {
	after := Kind.Combine(survivor, absorbed)
	kept := ledger.Absorbed{Ordinal: absorbed.Ordinal, ID: absorbed.ID, Merge: id, MergedAt: now, Name: absorbed.Name, Identifier: absorbed.Identifier}
	if absorbed.Twin && (survivor.Twin || words.Canonical(absorbed.Name) != words.Canonical(survivor.Name)) {
		kept.Name = "" // it means a third company
	}
	after.Absorbed = append(append(after.Absorbed, absorbed.Absorbed...), kept)
	after.UpdatedAt, after.Kept = now, true
	return &ledger.Merge[Company]{ID: id, Before: survivor, After: after, Absorbed: absorbed}, checkMerged(after)
}

// checkMerged reports what a company would have too much of.
func checkMerged(c *Company) error {
	switch {
	case len(c.Absorbed) > ledger.MaxAbsorbed:
		return ledger.MergeLimit(fmt.Sprintf("%d merged companies", ledger.MaxAbsorbed))
	case len(c.Labels) > fields.MaxLabels:
		return ledger.MergeLimit(fmt.Sprintf("%d labels", fields.MaxLabels))
	case len(c.Domains) > fields.MaxDomains:
		return ledger.MergeLimit(fmt.Sprintf("%d domains", fields.MaxDomains))
	case c.Size() > MaxSize:
		return ledger.MergeLimit(fmt.Sprintf("%d KiB of text", MaxSize>>10))
	}
	return nil
}

// UndoMerge makes the company that a merge absorbed one of its own again, as it was, and
// returns it. Its contacts are its own again, but for those that have got another company
// since. What the merge gave the survivor is taken back unless it was changed since; contacts
// that have come to the survivor since stay there. Of several merges the newest is undone
// first. Both companies stay without contacts.
//
// Errors are of fault.KindNotFound (no such merge, or undone already) and fault.KindConflict:
// "later-merge", with the merge to undo before, and "company-taken" when another company has
// got a value that one of the two had.
func (s *Service) UndoMerge(ctx context.Context, by ledger.Caller, merge ledger.ID) (Result, error) {
	return s.editor.Once(ctx, by, func(tx ledger.Tx, now time.Time) (Result, error) {
		survivor, m, err := Kind.ToUndo(tx, ledger.Claim{Kind: ClaimMerge, Value: merge.String()})
		if err != nil {
			return Result{}, err
		}
		kept, present, err := Kind.MergeNow(tx, m, survivor)
		if err != nil {
			return Result{}, err
		}
		after, restored := part(kept, present, now)
		if err := Kind.Restore(tx, survivor, after, restored); err != nil {
			return Result{}, conflict(tx, err)
		}
		return Result{Status: ledger.StatusUpdated, ID: restored.ID, Record: restored}, nil
	})
}

// part returns the survivor of a merge, as it is now, and the absorbed company as they are
// without the merge. What both claim is the absorbed one's.
func part(m *ledger.Merge[Company], survivor *Company, now time.Time) (after, restored *Company) {
	restored = m.Absorbed.Clone()
	after = Kind.Part(survivor, m.After, m.Before, m.Absorbed)
	after.Absorbed = after.Absorbed[:len(after.Absorbed)-1-len(m.Absorbed.Absorbed)]
	after.Twin = m.Before.Twin && after.Name == m.Before.Name
	for _, c := range []*Company{after, restored} {
		c.UpdatedAt, c.Kept = now, true
	}
	return after, restored
}
