package storage

import (
	"context"
	"time"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// placeOf is the place of a record in the order of the keys of the history: by kind, then
// by ordinal.
func placeOf(r recordKey) ledger.HistoryPlace {
	return ledger.HistoryPlace(r.number)<<32 | ledger.HistoryPlace(r.ordinal)
}

// recordAt is the record in a place, or the least that may come after it.
func recordAt(p ledger.HistoryPlace) recordKey { return recordKey{byte(p >> 32), uint32(p)} }

// TrimHistory implements ledger.HistoryTrimmer. It reads a page of entries at a time, and
// at least the whole history of one record.
func (s *Store) TrimHistory(
	ctx context.Context, by ledger.Author, from ledger.HistoryPlace, before time.Time,
) (next ledger.HistoryPlace, removed bool, err error) {
	trim := &trimming{before: before}
	first := recordAt(from)
	k := s.kinds.numbers[first.number%ledger.MaxKinds]
	if k == nil {
		return 0, false, internal("There is no such place in the history.", nil)
	}
	r := engine.Range{Prefix: []byte{kindHistory}, From: k.historyPrefix(first.ordinal)}
	for {
		var page engine.Page
		err := s.reading(ctx, func(v engine.View) (err error) {
			page, err = v.Scan(r)
			return err
		})
		if err != nil {
			return 0, removed, err
		}
		for _, p := range page.Pairs {
			if err := trim.look(p); err != nil {
				return 0, removed, readFailure(err)
			}
		}
		if len(trim.strip)+len(trim.remove) > 0 {
			if _, err := s.committer.submit(ctx, by, trim.apply); err != nil {
				return 0, removed, err
			}
			trim.strip, trim.remove, removed = nil, nil, true
		}
		switch {
		case page.Next == nil:
			return 0, removed, nil
		case placeOf(trim.record) > from:
			return placeOf(trim.record), removed, nil
		}
		r.From = page.Next
	}
}

// trimming is what is removed of the history, in the order of keys: record by record, the
// newest entry first.
type trimming struct {
	before time.Time
	record recordKey
	older  bool // it has had an entry from before
	strip  []engine.Pair
	remove [][]byte
}

// look decides what becomes of an entry. The newest from before stays, without its values.
func (t *trimming) look(p engine.Pair) error {
	r, seq, ok := historyPlace(p.Key)
	if !ok {
		return codec.ErrDamaged
	}
	if r != t.record {
		t.record, t.older = r, false
	}
	entry, err := decodeHistory(seq, p.Value)
	if err != nil || !entry.At.Before(t.before) {
		return err
	}
	switch {
	case t.older:
		t.remove = append(t.remove, p.Key)
	case len(entry.Changes) > 0:
		entry.Changes = nil
		t.strip = append(t.strip, engine.Pair{Key: p.Key, Value: encodeHistory(entry)})
	}
	t.older = true
	return nil
}

// apply writes it. A record may have been deleted since it was looked at.
func (t *trimming) apply(tx *tx) error {
	for _, key := range t.remove {
		tx.delete(key)
	}
	for _, p := range t.strip {
		present, err := tx.get(p.Key)
		if err != nil {
			return readFailure(err)
		}
		if present != nil {
			tx.put(p.Key, p.Value)
		}
	}
	return nil
}
