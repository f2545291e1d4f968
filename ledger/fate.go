package ledger

import "context"

// Fate is what has become of a record.
type Fate struct {
	Record   Record // nil when there is none any more
	ID       ID     // that it has or had; zero when nothing is left of it, or when it never was
	Survivor uint32 // ordinal of the record that it was merged into, 0 for none
}

// Remains reads what is left of records that are gone, of the newest durable state.
type Remains interface {
	// Buried returns what is known of deleted records, in the order of the ordinals, the zero
	// Grave for those that were never deleted.
	Buried(ctx context.Context, s *Shape, ordinals []uint32) ([]Grave, error)
	// Redirects returns what has become of records that were merged into others, in the
	// order of the ordinals, the zero Redirect for all others.
	Redirects(ctx context.Context, s *Shape, ordinals []uint32) ([]Redirect, error)
}

// FateReader reads records, and what has become of those that are gone.
type FateReader interface {
	Records
	Remains
}

// FatesOf returns what has become of the records of a kind that stands alone, in the order of their
// ordinals. The records are the caller's own.
func FatesOf(ctx context.Context, r FateReader, k AnyKind, ordinals []uint32) ([]Fate, error) {
	present, err := ListOf(ctx, r, k, ordinals)
	if err != nil {
		return nil, err
	}
	list := make([]Fate, len(ordinals))
	var gone []uint32
	var places []int // of the gone ones in list
	for i, record := range present {
		if record == nil {
			gone, places = append(gone, ordinals[i]), append(places, i)
			continue
		}
		list[i] = Fate{Record: record, ID: *k.StampOf(record).ID}
	}
	if len(gone) == 0 {
		return list, nil
	}
	graves, err := r.Buried(ctx, k.Info(), gone)
	if err != nil {
		return nil, err
	}
	redirects, err := r.Redirects(ctx, k.Info(), gone)
	if err != nil {
		return nil, err
	}
	for i, place := range places {
		list[place].ID = graves[i].ID
		if redirects[i].Survivor != 0 {
			list[place].ID, list[place].Survivor = redirects[i].ID, redirects[i].Survivor
		}
	}
	return list, nil
}
