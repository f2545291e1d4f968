package storage

import (
	"context"
	"math"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// History implements ledger.Histories.
func (s *reader) History(ctx context.Context, shape *ledger.Shape, ordinal uint32, before uint64, limit int) ([]ledger.HistoryEntry, error) {
	k, err := s.shaped(shape)
	if err != nil {
		return nil, err
	}
	r := engine.Range{Prefix: k.historyPrefix(ordinal)}
	if before > 0 {
		r.From = k.historyKey(ordinal, before-1)
	}
	return s.historyIn(ctx, k, r, limit)
}

// HistoryAfter implements ledger.Histories. The newest entry has the lowest key.
func (s *reader) HistoryAfter(ctx context.Context, shape *ledger.Shape, ordinal uint32, after uint64, limit int) ([]ledger.HistoryEntry, error) {
	k, err := s.shaped(shape)
	if err != nil || after == math.MaxUint64 {
		return nil, err
	}
	return s.historyIn(ctx, k, engine.Range{Prefix: k.historyPrefix(ordinal), From: k.historyKey(ordinal, after+1), Reverse: true}, limit)
}

// historyIn returns up to limit entries of a range of keys.
func (s *reader) historyIn(ctx context.Context, k *kind, r engine.Range, limit int) (list []ledger.HistoryEntry, err error) {
	err = s.reading(ctx, func(v engine.View) error {
		return scanLimit(v, r, limit, func(p engine.Pair) error {
			_, seq, ok := historyPlace(p.Key)
			if !ok {
				return codec.ErrDamaged
			}
			entry, err := k.history(seq, p.Value)
			list = append(list, entry)
			return err
		})
	})
	return list, err
}

// WalkHistory implements ledger.Histories. Most walks are short: 64 changes are all that most
// records have, and a page for people. So pages grow on the way.
func (s *reader) WalkHistory(
	ctx context.Context, shape *ledger.Shape, ordinal uint32, version uint64, visit func(*ledger.HistoryEntry) (more bool, err error),
) (ended bool, err error) {
	k, err := s.shaped(shape)
	if err != nil {
		return false, err
	}
	r := engine.Range{Prefix: k.historyPrefix(ordinal), From: k.historyKey(ordinal, version), Limit: 64}
	err = s.reading(ctx, func(v engine.View) error {
		for ; ; r.Limit = min(4*r.Limit, engine.MaxPageKeys) {
			page, err := v.Scan(r)
			if err != nil {
				return err
			}
			if more, err := k.visitHistory(page.Pairs, visit); err != nil || !more {
				return err
			}
			if page.Next == nil {
				ended = true
				return nil
			}
			r.From = page.Next
		}
	})
	return ended, err
}

// WalkHistories shows the changes of the records with ordinals from first to last to visit: one record after
// the other, in the order of their ordinals, and newest first of each. When visit returns false, it is
// shown nothing more of the record. All that is shown is of one state of the store. An entry is good until
// visit returns; its values may be kept. Reading all histories so takes a tenth of a walk each.
func (s *reader) WalkHistories(
	ctx context.Context, shape *ledger.Shape, first, last uint32, visit func(ordinal uint32, e *ledger.HistoryEntry) (more bool, err error),
) error {
	k, err := s.shaped(shape)
	if err != nil || first > last {
		return err
	}
	r := engine.Range{Prefix: k.historyPrefix(first), From: k.historyPrefix(first)}
	if first != last {
		r.Prefix = r.Prefix[:len(r.Prefix)-4] // all ordinals
	}
	w := historiesWalk{kind: k, last: last, visit: visit}
	return s.reading(ctx, func(v engine.View) error {
		for {
			page, err := v.Scan(r)
			if err != nil {
				return err
			}
			if err := w.show(page.Pairs); err != nil || w.ended || page.Next == nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			r.From = page.Next
		}
	})
}

// historiesWalk is a WalkHistories under way.
type historiesWalk struct {
	kind  *kind
	last  uint32
	visit func(ordinal uint32, e *ledger.HistoryEntry) (more bool, err error)

	entry ledger.HistoryEntry
	done  uint32 // the record of which nothing more is shown; 0 for none
	ended bool
}

// show shows the entries of a page.
func (w *historiesWalk) show(pairs []engine.Pair) error {
	for _, p := range pairs {
		of, seq, ok := historyPlace(p.Key)
		switch {
		case !ok:
			return codec.ErrDamaged
		case of.number != w.kind.Number || of.ordinal > w.last:
			w.ended = true
			return nil
		case of.ordinal == w.done:
			continue
		}
		if err := w.kind.readHistory(&w.entry, seq, p.Value); err != nil {
			return err
		}
		more, err := w.visit(of.ordinal, &w.entry)
		if err != nil {
			return err
		}
		if !more {
			w.done = of.ordinal
		}
	}
	return nil
}

// visitHistory shows the entries of a page until visit returns false or an error.
func (k *kind) visitHistory(pairs []engine.Pair, visit func(*ledger.HistoryEntry) (more bool, err error)) (more bool, err error) {
	var entry ledger.HistoryEntry
	for _, p := range pairs {
		_, seq, ok := historyPlace(p.Key)
		if !ok {
			return false, codec.ErrDamaged
		}
		if err := k.readHistory(&entry, seq, p.Value); err != nil {
			return false, err
		}
		if more, err := visit(&entry); err != nil || !more {
			return false, err
		}
	}
	return true, nil
}
