package audiences

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/fields"
)

// choose finds out who of a snapshot has a row, and counts the others by reason. held are those of the
// reasons in Listed.
func (s *Service) choose(ctx context.Context, a *Audience, members *roaring.Bitmap) (rows *roaring.Bitmap, held map[Reason]*roaring.Bitmap, err error) {
	a.HeldBack, a.HeldNoted, held = map[Reason]uint64{}, true, map[Reason]*roaring.Bitmap{}
	standing, err := s.index.Standing(ctx, members, a.Channel)
	if err != nil {
		return nil, nil, err
	}
	members.AndNot(standing.Deleted)
	members.AndNot(standing.Merged)
	merged := standing.Merged.GetCardinality()
	deleted := standing.Deleted.GetCardinality()
	// Who was merged since is taken as who absorbed it, once.
	if fresh := roaring.AndNot(standing.Survivors, members); !fresh.IsEmpty() {
		members.Or(fresh)
		merged -= fresh.GetCardinality()
		if standing, err = s.index.Standing(ctx, members, a.Channel); err != nil {
			return nil, nil, err
		}
		deleted += standing.Deleted.GetCardinality() // meanwhile
		merged += standing.Merged.GetCardinality()
	}
	a.Seq = standing.Seq
	count(a.HeldBack, Deleted, deleted)
	count(a.HeldBack, Merged, merged)
	members.AndNot(standing.Deleted)
	members.AndNot(standing.Merged)
	hold := func(why Reason, set *roaring.Bitmap) {
		held[why] = roaring.And(members, set)
		count(a.HeldBack, why, held[why].GetCardinality())
		members.AndNot(set)
	}
	hold(Blocked, standing.Blocked)
	hold(Unsubscribed, standing.Unsubscribed)
	hold(Suppressed, standing.Suppressed)
	hold(Unreachable, standing.Unreachable)
	excluded, err := s.excluded(ctx, &a.Exclude)
	if err != nil {
		return nil, nil, err
	}
	hold(Excluded, excluded)
	recent, err := s.recent(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	hold(RecentCampaign, recent)
	if a.Channel == "" {
		return members, held, nil
	}
	second, err := s.people.SecondOfAddress(ctx, members, a.Channel)
	if err != nil {
		return nil, nil, err
	}
	hold(DoubleAddress, second)
	return members, held, nil
}

// excluded returns who is in the segments now, or has a row in the audiences that something is sent
// to.
func (s *Service) excluded(ctx context.Context, e *Exclude) (*roaring.Bitmap, error) {
	all := roaring.New()
	for _, id := range e.Segments {
		set, err := s.segments.MembersNow(ctx, id)
		if err != nil {
			return nil, err
		}
		all.Or(set)
	}
	for _, id := range e.Audiences {
		other, err := s.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := s.addRows(ctx, all, other, ""); err != nil {
			return nil, err
		}
	}
	return s.present(ctx, all)
}

// recent returns whom another audience had within the period of the frequency guard, or to whom
// something was delivered.
func (s *Service) recent(ctx context.Context, a *Audience) (*roaring.Bitmap, error) {
	all := roaring.New()
	if a.Exclude.Within == "" {
		return all, nil
	}
	since, wrong := s.calendar.Before(a.Exclude.Within, a.CreatedAt)
	if wrong != "" {
		return nil, fmt.Errorf("the period of an audience %s", wrong)
	}
	met := map[string]bool{a.Campaign: true}
	counts := func(other *Audience) bool {
		return !other.CreatedAt.Before(since) && (len(a.Exclude.Campaigns) == 0 || slices.Contains(a.Exclude.Campaigns, other.Campaign))
	}
	for after := uuid.Nil; ; {
		page, more, err := s.List(ctx, Search{}, after, readAtATime)
		if err != nil {
			return nil, err
		}
		for _, other := range page {
			after, met[other.Campaign] = other.ID, true
			if !counts(other) {
				continue
			}
			if err := s.addRows(ctx, all, other, ""); err != nil {
				return nil, err
			}
		}
		if !more {
			break
		}
	}
	reached, err := s.people.ReachedSince(ctx, since, a.Exclude.Campaigns)
	if err != nil {
		return nil, err
	}
	all.Or(reached)
	if a.UnknownCampaigns, err = s.unknown(ctx, a.Exclude.Campaigns, met); err != nil {
		return nil, err
	}
	return s.present(ctx, all)
}

// unknown returns those campaigns that are in no set of known ones, and by which nothing was ever
// delivered.
func (s *Service) unknown(ctx context.Context, campaigns []string, known map[string]bool) (list []string, err error) {
	for _, name := range campaigns {
		if known[name] {
			continue
		}
		reached, err := s.people.ReachedSince(ctx, time.UnixMilli(0), []string{name})
		if err != nil {
			return nil, err
		}
		if reached.IsEmpty() {
			list = append(list, name)
		}
	}
	return list, nil
}

// present replaces those of a set who were merged since by who absorbed them.
func (s *Service) present(ctx context.Context, set *roaring.Bitmap) (*roaring.Bitmap, error) {
	if set.IsEmpty() {
		return set, nil
	}
	standing, err := s.index.Standing(ctx, set, "")
	if err != nil {
		return nil, err
	}
	set.Or(standing.Survivors)
	return set, nil
}

// arrange puts the contacts into rows: their order, and the group of each. Hold-outs come last, so the
// rows that something is sent to have no gaps.
func (s *Service) arrange(a *Audience, set *roaring.Bitmap) []row {
	rows := make([]row, 0, set.GetCardinality())
	for it := set.Iterator(); it.HasNext(); {
		rows = append(rows, row{ordinal: it.Next()})
	}
	a.Groups = []Group{{}}
	if a.Limit > 0 || len(a.Split) > 0 {
		salt := fields.SaltOf(a.Campaign)
		for i, seed := range s.index.Seeds(set) {
			rows[i].draw = salt.Mix(seed)
		}
	}
	if a.Limit > 0 {
		slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(a.draw, b.draw), cmp.Compare(a.ordinal, b.ordinal)) })
		rows = rows[:min(len(rows), int(a.Limit))]
	}
	if len(a.Split) > 0 {
		a.Groups = make([]Group, 0, len(a.Split)+1)
		for _, share := range a.Split {
			a.Groups = append(a.Groups, Group{Name: share.Name})
		}
		a.Groups = append(a.Groups, Group{Name: HoldOut})
		for i := range rows {
			rows[i].group = groupOf(a.Split, rows[i].draw)
		}
		last := uint8(len(a.Split))
		slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.group/last, b.group/last) })
	}
	for i := range rows {
		a.Groups[rows[i].group].Count++
	}
	a.Count = uint32(len(rows))
	return rows
}

// row is a row before it is stored.
type row struct {
	ordinal uint32
	group   uint8
	draw    uint64 // see fields.Salt.Mix
}

// groupOf returns the group of a draw: fields.Bucket of the contact and the campaign decides.
func groupOf(shares []Share, draw uint64) uint8 {
	bucket, end := int(draw%fields.Buckets), 0
	for i, share := range shares {
		if end += share.Hundredths; bucket < end {
			return uint8(i)
		}
	}
	return uint8(len(shares))
}
