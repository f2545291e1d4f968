package companies

import (
	"context"
	"fmt"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Merge is MergeChosen where nothing is chosen.
func (s *Service) Merge(ctx context.Context, by ledger.Caller, id, other ledger.ID, version uint64) (Result, error) {
	return s.MergeChosen(ctx, by, id, ledger.MergeOrder{Other: other, Version: version})
}

// MergeChosen merges one company into another: the other one of the order is absorbed by id. What the
// survivor has stays, but for what is chosen; what it lacks comes from the other. Domains and labels
// are united, and the earlier creation wins. The other's id, name, domains and identifier mean
// the survivor from then on, and its contacts are the survivor's. No contact is written. When
// the other was absorbed before, nothing is written.
//
// Errors are of fault.KindNotFound, fault.KindInvalid (the other is nobody, the same, or has
// absorbed this one, or a choice is none), fault.KindConflict (a limit) and fault.KindPrecondition.
func (s *Service) MergeChosen(ctx context.Context, by ledger.Caller, id ledger.ID, o ledger.MergeOrder) (Result, error) {
	if err := Kind.CheckOther(id, o); err != nil {
		return Result{}, err
	}
	merge := s.editor.NewID()
	return s.editor.Once(ctx, by, func(tx ledger.Tx, now time.Time) (Result, error) {
		result, _, err := s.merge(tx, merge, id, o, now)
		return result, err
	})
}

// RehearseMerge returns what MergeChosen would, and writes nothing: the survivor with the version that
// it has, and the company that would be absorbed, nil when it was absorbed before. The merge has
// no id.
func (s *Service) RehearseMerge(ctx context.Context, by ledger.Caller, id ledger.ID, o ledger.MergeOrder) (result Result, absorbed *Company, err error) {
	now := s.editor.Instant()
	result.Seq, absorbed, err = Kind.RehearseMerge(ctx, s.editor.Store, by.Author, id, o, func(tx ledger.Tx) (record **Company, m *ledger.Merge[Company], err error) {
		result, m, err = s.merge(tx, ledger.ID{}, id, o, now)
		return &result.Record, m, err
	})
	return result, absorbed, err
}

// merge carries an order out. Without a merge the two are one already.
func (s *Service) merge(tx ledger.Tx, merge, id ledger.ID, o ledger.MergeOrder, now time.Time) (Result, *ledger.Merge[Company], error) {
	survivor, absorbed, chosen, err := Kind.Ordered(tx, id, o)
	if err != nil {
		return Result{}, nil, err
	}
	switch {
	case survivor.Ordinal != absorbed.Ordinal:
	case survivor.ID == o.Other:
		return Result{}, nil, Kind.InvalidMerge("must not be the company into which this one was merged: both are one already")
	default:
		return Result{Status: ledger.StatusUnchanged, ID: survivor.ID, Record: survivor}, nil, nil
	}
	m, err := newMerge(merge, survivor, absorbed, chosen, now)
	if err != nil {
		return Result{}, nil, err
	}
	if err := Kind.Absorb(tx, m); err != nil {
		return Result{}, nil, conflict(tx, err)
	}
	return Result{Status: ledger.StatusUpdated, ID: m.After.ID, Record: m.After}, m, nil
}

// newMerge merges one company into another.
func newMerge(id ledger.ID, survivor, absorbed *Company, chosen ledger.Choice, now time.Time) (*ledger.Merge[Company], error) {
	after := Kind.Combine(survivor, absorbed, chosen)
	same := words.Canonical(absorbed.Name) == words.Canonical(survivor.Name)
	kept := ledger.Absorbed{Ordinal: absorbed.Ordinal, ID: absorbed.ID, Merge: id, MergedAt: now, Name: absorbed.Name, Identifier: absorbed.Identifier}
	if absorbed.Twin && (survivor.Twin || !same) {
		kept.Name = "" // it means a third company
	}
	if after.Name != survivor.Name {
		after.Twin = absorbed.Twin && (survivor.Twin || !same)
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
