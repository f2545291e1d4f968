package contacts

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// MaxBlockReason is how long the reason of a block may be, in characters.
const MaxBlockReason = 500

const refusedBlock = "cannot be sent; block or unblock the contact instead"

// Block is what there is to say of a block.
type Block struct {
	Reason string    // one line, "" for none
	Until  time.Time // when it is over by itself, zero for never
	// At and By are when it got this reason and end, and who gave them. They are zero where an
	// older program blocked the contact.
	At time.Time
	By ledger.Author
}

// Block returns the block of a contact, nil when it is not blocked.
func (c *Contact) Block() *Block {
	if !c.Blocked {
		return nil
	}
	return &Block{Reason: c.BlockReason, Until: c.BlockUntil, At: c.BlockedAt, By: ledger.Author{Source: c.BlockSource, Name: c.BlockActor}}
}

// setBlock gives a contact a block, or takes it away, which is nil.
func (c *Contact) setBlock(b *Block) {
	c.Blocked = b != nil
	if b == nil {
		b = &Block{}
	}
	c.BlockReason, c.BlockUntil, c.BlockedAt, c.BlockSource, c.BlockActor = b.Reason, b.Until, b.At, b.By.Source, b.By.Name
}

// blockOver reports whether the contact has a block that is over.
func (c *Contact) blockOver(now time.Time) bool {
	return c.Blocked && !c.BlockUntil.IsZero() && !c.BlockUntil.After(now)
}

// lastsLonger reports whether one end of a block is later than another; the zero time is none.
func lastsLonger(a, b time.Time) bool { return !b.IsZero() && (a.IsZero() || a.After(b)) }

// blocks go together. Of two blocks the one that lasts longer wins, with its reason. An undo gives
// the survivor back what it had, unless somebody has changed the block since.
var blocks = ledger.MergePolicy[Contact]{
	Give: func(after, absorbed *Contact) {
		if absorbed.Blocked && (!after.Blocked || lastsLonger(absorbed.BlockUntil, after.BlockUntil)) {
			after.setBlock(absorbed.Block())
		}
	},
	Take: func(now, merged, before, _ *Contact) {
		if sameBlock(now, merged) {
			now.setBlock(before.Block())
		}
	},
}

func sameBlock(a, b *Contact) bool {
	return a.Blocked == b.Blocked && a.BlockReason == b.BlockReason && a.BlockUntil.Equal(b.BlockUntil) &&
		a.BlockedAt.Equal(b.BlockedAt) && a.BlockSource == b.BlockSource && a.BlockActor == b.BlockActor
}

// Block blocks a contact; version is as for Patch. The draft may have a reason and an until, a
// moment to come. Of one that is blocked already it replaces both. A nil draft says nothing of
// them, so one that is blocked already stays as it is.
func (s *Service) Block(ctx context.Context, by ledger.Caller, id ledger.ID, d fields.Draft, version uint64) (Result, error) {
	now := s.instant()
	block, faults := readBlock(s.store.Schema(), d, now)
	invalid := fault.Invalid("invalid-request", "The block is not valid.", faults)
	if invalid != nil && by.Receipt == nil {
		return Result{}, invalid
	}
	block.At, block.By = now, ledger.Author{Source: by.Source, Name: by.Name}
	return s.changeBlock(ctx, by, id, version, now, func(before *Contact) (*Block, error) {
		present := before.Block()
		if before.blockOver(now) {
			present = nil
		}
		if present != nil && (d == nil || present.Reason == block.Reason && present.Until.Equal(block.Until)) {
			return present, invalid
		}
		return block, invalid
	})
}

// Unblock lets a contact in again; version is as for Patch. Nothing is written when it is not
// blocked. It lifts everything that stays blocked on account of the contact, see keepBlocks.
func (s *Service) Unblock(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (Result, error) {
	return s.changeBlock(ctx, by, id, version, s.instant(), func(*Contact) (*Block, error) { return nil, nil })
}

// changeBlock gives a contact the block that it shall have, nil for none.
func (s *Service) changeBlock(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64, now time.Time, shall func(*Contact) (*Block, error)) (Result, error) {
	return s.once(ctx, by, now, func(tx ledger.Tx) (Result, error) {
		before, err := Kind.ByID(tx, id)
		if err != nil {
			return Result{}, err
		}
		if err := ledger.CheckVersion(version, before.Version); err != nil {
			return Result{}, err
		}
		block, err := shall(before)
		if err != nil {
			return Result{}, err
		}
		after := before.Clone()
		if after.setBlock(block); sameBlock(before, after) {
			return s.resultOf(tx, ledger.StatusUnchanged, before)
		}
		if after, err = putBlockOf(tx, before, block, now); err != nil {
			return Result{}, err
		}
		return s.resultOf(tx, ledger.StatusUpdated, after)
	})
}

// readBlock reads the draft of a block.
func readBlock(schema *fields.Schema, d fields.Draft, now time.Time) (*Block, []fault.Fault) {
	block, faults, known := &Block{}, []fault.Fault(nil), 0
	for _, name := range []string{"reason", "until"} {
		raw, sent := d[name]
		if !sent {
			continue
		}
		known++
		v, wrong := schema.Coerce(Kind.Named("block."+name).Field, raw)
		switch {
		case wrong != "":
		case name == "reason":
			block.Reason = v.Text
		case !v.IsMissing():
			if block.Until = time.UnixMilli(v.Int).UTC(); !block.Until.After(now) {
				wrong = "must be in the future"
			}
		}
		if wrong != "" {
			faults = append(faults, fault.Fault{Path: name, Detail: wrong})
		}
	}
	if known < len(d) {
		faults = append(faults, fault.Fault{Path: "", Detail: "has a member that no block has; the members are " + strings.Join([]string{"reason", "until"}, ", ")})
	}
	return block, faults
}

// putBlockOf writes that a contact has another block, nil for none.
func putBlockOf(tx ledger.Tx, before *Contact, block *Block, now time.Time) (*Contact, error) {
	if block == nil {
		if err := liftBlocks(tx, before); err != nil {
			return nil, err
		}
	}
	after := before.Clone()
	after.setBlock(block)
	after.UpdatedAt = now
	if err := Kind.Update(tx, before, after); err != nil {
		return nil, err
	}
	return after, moveBlockEnds(tx, [][2]*Contact{{before, after}})
}

// moveBlockEnds sets when blocks are over after changes of contacts, which are pairs of before and
// after; nil is for none. What is kept of a person ends with the block of the person.
func moveBlockEnds(tx ledger.Tx, changes [][2]*Contact) error {
	for _, c := range changes {
		ref := ledger.Ref{Ordinal: cmp.Or(c[0], c[1]).Ordinal}
		if err := ledger.MoveAlarm(tx, fields.EntityContact, ref, c[0].blockEnd(), c[1].blockEnd()); err != nil {
			return err
		}
		if c[1] == nil || !c[1].Blocked || c[0] != nil && c[0].Blocked && c[0].BlockUntil.Equal(c[1].BlockUntil) && len(c[0].Absorbed) == len(c[1].Absorbed) {
			continue
		}
		groups, err := blockGroupsOf(tx, c[1])
		if err != nil {
			return err
		}
		for _, number := range groups {
			if err := moveGroupEnd(tx, number, c[1].BlockUntil); err != nil {
				return err
			}
		}
	}
	return nil
}

// blockEnd is when the block of a contact is over, zero for never and for no contact.
func (c *Contact) blockEnd() time.Time {
	if c == nil || !c.Blocked {
		return time.Time{}
	}
	return c.BlockUntil
}

// EndBlock lets in a contact whose block is over, in a closure; another one stays as it is.
func (s *Service) EndBlock(tx ledger.Tx, r ledger.Ref, now time.Time) error {
	c, err := Kind.At(tx, r)
	if fault.KindOf(err) == fault.KindNotFound {
		return nil // it was deleted or merged
	}
	if err != nil || !c.blockOver(now) {
		return err
	}
	_, err = putBlockOf(tx, c, nil, now)
	return err
}

// heedBlocks blocks a contact that has taken an address which stays blocked: one that
// it did not have before (nil for a new contact). Of several blocks it gets the one that lasts
// longest. It returns the state after it.
func heedBlocks(tx ledger.Tx, before, c *Contact, now time.Time) (*Contact, error) {
	if c.Blocked {
		return c, nil
	}
	var block *Block
	for i := range c.identities() {
		if before != nil && before.Holds(i.claim) {
			continue
		}
		until, blocked, err := staysBlocked(tx, i.claim, now)
		if err != nil {
			return nil, err
		}
		if blocked && (block == nil || lastsLonger(until, block.Until)) {
			block = &Block{Until: until, At: now, By: ledger.Author{Source: ledger.SourceSystem, Name: "the " + i.noun() + " is blocked"}}
		}
	}
	if block == nil {
		return c, nil
	}
	after := c.Clone()
	after.setBlock(block)
	if err := tx.As(block.By, func() error { return Kind.Update(tx, c, after) }); err != nil {
		return nil, err
	}
	return after, moveBlockEnds(tx, [][2]*Contact{{c, after}})
}

// keepGivenUp lets what a blocked contact is about to give up stay blocked.
func keepGivenUp(tx ledger.Tx, before, after *Contact, now time.Time) error {
	if !before.Blocked || before.blockOver(now) {
		return nil
	}
	shared := after.sharedClaims()
	had, has := slices.DeleteFunc(before.addresses(), func(c ledger.Claim) bool { return slices.Contains(shared, c) }), after.addresses()
	if !slices.ContainsFunc(had, func(c ledger.Claim) bool { return !slices.Contains(has, c) }) {
		return nil
	}
	return keepBlocks(tx, before, append(had, has...), now)
}

// addresses are the claims by which a contact, or one it has absorbed, is known to
// those outside. Shared ones are none: a family line is not a person.
func (c *Contact) addresses() []ledger.Claim {
	return slices.DeleteFunc(c.Claims(), func(c ledger.Claim) bool {
		return c.Kind != ClaimEmail && c.Kind != ClaimPhone && c.Kind != ClaimIdentifier && c.Kind != ClaimIdentity
	})
}
