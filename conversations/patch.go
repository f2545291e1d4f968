package conversations

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// answeredOnly are the members of an answer that no draft can have.
var answeredOnly = map[string]string{
	"id": ledger.RefusedByServer, "version": ledger.RefusedByServer,
}

// Patch applies a merge patch to a conversation. A version other than 0 must be that of the
// conversation, else the error is of fault.KindPrecondition; every message gives it another one. A
// patch that changes nothing writes nothing. A draft that is wrong is an error of
// fault.KindInvalid.
func (s *Service) Patch(ctx context.Context, by ledger.Caller, id ledger.ID, d fields.Draft, version uint64) (Result, error) {
	p := readPatch(s.store.Schema(), d)
	if by.Receipt == nil {
		if err := invalid(p.faults); err != nil {
			return Result{}, err
		}
	}
	return s.editor.Once(ctx, by, func(tx ledger.Tx, now time.Time) (Result, error) {
		before, err := Kind.ByID(tx, id)
		if err != nil {
			return Result{}, err
		}
		if err := ledger.CheckVersion(version, before.Version); err != nil {
			return Result{}, err
		}
		fresh := p
		if tx.Schema() != p.schema {
			fresh = readPatch(tx.Schema(), d)
		}
		after, err := fresh.apply(before, now)
		if err != nil {
			return Result{}, err
		}
		if Kind.Same(before, after) {
			return Result{Status: ledger.StatusUnchanged, ID: before.ID, Record: before}, nil
		}
		after.UpdatedAt = now
		return Result{Status: ledger.StatusUpdated, ID: after.ID, Record: after}, put(tx, before, after)
	})
}

// patch is a draft that was checked against a schema.
type patch struct {
	schema  *fields.Schema
	changes *ledger.Changes[Conversation]
	faults  []fault.Fault
}

func readPatch(s *fields.Schema, d fields.Draft) *patch {
	changes, faults := Kind.ReadDraft(s, d, answeredOnly)
	if v, sent := changes.Value("satisfaction"); sent && !v.IsMissing() && (v.Float < 1 || v.Float > MaxSatisfaction || v.Float != math.Trunc(v.Float)) {
		faults = append(faults, fault.Fault{Path: "satisfaction", Detail: fmt.Sprintf("must be a whole number from 1 to %d", MaxSatisfaction)})
	}
	return &patch{s, changes, faults}
}

// apply returns the conversation after the patch, or all that is wrong with it.
func (p *patch) apply(before *Conversation, now time.Time) (*Conversation, error) {
	if err := invalid(p.faults); err != nil {
		return nil, err
	}
	after, faults := p.changes.Apply(before)
	if len(faults) > 0 {
		return nil, invalid(faults)
	}
	until, _ := p.changes.Value("snoozed_until")
	return after, invalid(settle(before, after, !until.IsMissing(), now))
}

// settle makes the times of a conversation agree with its status, and returns what is wrong with
// the change. until says that it sets snoozed_until.
func settle(before, after *Conversation, until bool, now time.Time) (faults []fault.Fault) {
	if before.Status == Resolved && after.Status == Snoozed {
		return []fault.Fault{{Path: "status", Detail: "must not go from resolved to snoozed; open it first"}}
	}
	changed := before.Status != after.Status || !before.SnoozedUntil.Equal(after.SnoozedUntil)
	switch {
	case after.Status != Snoozed && until:
		return []fault.Fault{{Path: "snoozed_until", Detail: "must come with the status snoozed"}}
	case after.Status != Snoozed:
		after.SnoozedUntil = time.Time{}
	case after.SnoozedUntil.IsZero():
		return []fault.Fault{{Path: "snoozed_until", Detail: "must be given: a conversation is snoozed until then"}}
	case changed && !after.SnoozedUntil.After(now):
		return []fault.Fault{{Path: "snoozed_until", Detail: "must be in the future"}}
	}
	switch {
	case after.Status != Resolved:
		after.ResolvedAt = time.Time{}
	case before.Status != Resolved:
		after.ResolvedAt = now
	}
	return nil
}

// Wake opens a conversation, in a closure, when its snooze is over at a moment. Any other it leaves
// as it is.
func Wake(tx ledger.Tx, ref ledger.Ref, now time.Time) error {
	before, err := Kind.At(tx, ref)
	switch {
	case err != nil && fault.KindOf(err) == fault.KindNotFound:
		return nil
	case err != nil:
		return err
	case before.Status != Snoozed || before.SnoozedUntil.After(now):
		return nil
	}
	after := before.Clone()
	after.open()
	after.UpdatedAt = now
	return put(tx, before, after)
}

// open opens a conversation.
func (c *Conversation) open() {
	c.Status, c.ResolvedAt, c.SnoozedUntil = Open, time.Time{}, time.Time{}
}

func invalid(faults []fault.Fault) error {
	return fault.Invalid("invalid-conversation", "The conversation is not valid.", faults)
}
