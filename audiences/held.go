package audiences

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fault"
)

// Held returns whom a reason of Listed held back when an audience was made, as many as a.HeldBack says.
// The set is the caller's own. The error is of KindGone for an audience that did not note it.
func (s *Service) Held(ctx context.Context, a *Audience, why Reason) (*roaring.Bitmap, error) {
	if !a.HeldNoted {
		return nil, &fault.Error{
			Kind: fault.KindGone, Type: "held-back-not-noted",
			Message: "The audience was made by an older version of Kundi, which did not note whom it held back.",
		}
	}
	return s.set(ctx, heldPrefix(a.ID, why))
}

// HeldBack says how many rows of a group, or with "" of all but HoldOut, are left out now, by reason.
func (s *Service) HeldBack(ctx context.Context, a *Audience, group string) (map[Reason]uint64, error) {
	standing, err := s.standing(ctx, a, group)
	if err != nil {
		return nil, err
	}
	by := map[Reason]uint64{}
	count(by, Deleted, standing.Deleted.GetCardinality())
	count(by, Merged, standing.Merged.GetCardinality())
	for why, set := range standing.listed() {
		count(by, why, set.GetCardinality())
	}
	return by, nil
}

// LeftOut returns whose rows are left out now for a reason of Listed, of all groups but HoldOut: as many
// as HeldBack says. The set is the caller's own.
func (s *Service) LeftOut(ctx context.Context, a *Audience, why Reason) (*roaring.Bitmap, error) {
	standing, err := s.standing(ctx, a, "")
	if err != nil {
		return nil, err
	}
	if set := standing.listed()[why]; set != nil {
		return set, nil
	}
	return roaring.New(), nil
}

// listed are those of whom rows are left out, by the reason. Who has only lost an address is not.
func (s *Standing) listed() map[Reason]*roaring.Bitmap {
	return map[Reason]*roaring.Bitmap{Blocked: s.Blocked, Unsubscribed: s.Unsubscribed, Suppressed: s.Suppressed}
}

// standing is how the contacts of a group are now, or with "" those of all groups but HoldOut.
func (s *Service) standing(ctx context.Context, a *Audience, group string) (Standing, error) {
	all := roaring.New()
	if err := s.addRows(ctx, all, a, group); err != nil {
		return Standing{}, err
	}
	return s.index.Standing(ctx, all, a.Channel)
}
