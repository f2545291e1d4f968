package segments

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Duplicate makes a segment with the description, kind, filter, owner, labels, picked contacts and
// retention of another one. It has no schedule, no snapshots and no earlier versions. With the name "" it is
// called like the other with "(copy)" after it, and a number if that is taken. Errors are as for
// Create, and of KindNotFound. A filter that no longer fits the schema is of KindConflict.
func (s *Service) Duplicate(ctx context.Context, by ledger.Caller, id ledger.ID, name string) (Result, error) {
	if err := s.lockDefinitions(ctx); err != nil {
		return Result{}, err
	}
	defer s.unlockDefinitions()
	if done, repeated, err := ledger.Earlier(ctx, s.store, by, s.now()); err != nil {
		return Result{}, err
	} else if repeated {
		return s.madeBefore(ctx, done)
	}
	for {
		r, err := s.duplicate(ctx, by, id, name)
		if !errors.Is(err, errSchemaChanged) {
			return r, err
		}
	}
}

func (s *Service) duplicate(ctx context.Context, by ledger.Caller, id ledger.ID, name string) (Result, error) {
	original, picked, err := readWhole(ctx, s.store, id)
	if err != nil {
		return Result{}, err
	}
	if name == "" {
		if name, err = s.copyName(ctx, original.Name); err != nil {
			return Result{}, err
		}
	}
	d, err := draftOf(name, original.Description)
	if err != nil {
		return Result{}, err
	}
	now, schema := s.now(), s.store.Schema()
	segment := &Segment{
		ID: s.options.NewID(), Kind: original.Kind, Owner: original.Owner, Labels: original.Labels, Keep: original.Keep,
		CreatedAt: now, UpdatedAt: now, UpdatedBy: by.Author,
	}
	if d["kind"], err = json.Marshal(original.Kind); err != nil {
		return Result{}, err
	}
	if original.Filter != nil {
		d["filter"] = original.Filter
	}
	if _, err := s.decode(ctx, schema, segment.ID, original.Filter, "filter"); err != nil {
		return Result{}, broken(err)
	}
	if _, err := s.apply(ctx, schema, segment, d); err != nil {
		return Result{}, err
	}
	sets := map[PickSet]*roaring.Bitmap{}
	for _, which := range []PickSet{Pinned, Excluded} {
		if set := *picked.set(which); set != nil {
			sets[which] = set
		}
	}
	changed, err := s.repickAll(ctx, segment, sets)
	if err != nil {
		return Result{}, err
	}
	if err := s.checkRoom(ctx); err != nil {
		return Result{}, err
	}
	return s.make(ctx, by, schema, segment, changed, nil)
}

// copyName returns a name for a copy that no segment has.
func (s *Service) copyName(ctx context.Context, name string) (string, error) {
	for n := 1; ; n++ {
		suffix := " (copy)"
		if n > 1 {
			suffix = fmt.Sprintf(" (copy %d)", n)
		}
		runes := []rune(name)
		candidate := words.CleanText(string(runes[:min(len(runes), MaxName-len(suffix))])) + suffix
		holder, err := s.store.Document(ctx, NameDocuments, nameKey(candidate))
		if err != nil || holder == nil {
			return candidate, err
		}
	}
}
