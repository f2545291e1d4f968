package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// shaped returns the store's own view of a kind.
func (s *reader) shaped(shape *ledger.Shape) (*kind, error) {
	if k := s.kinds.numbers[shape.Number%ledger.MaxKinds]; k != nil && k.Entity == shape.Entity {
		return k, nil
	}
	return nil, internal(fmt.Sprintf("The store has no records of the kind %s.", shape.Entity), nil)
}

// Read implements ledger.Records.
func (s *reader) Read(ctx context.Context, shape *ledger.Shape, refs []ledger.Ref, visit func(i int, record []byte) error) error {
	k, err := s.shaped(shape)
	if err != nil {
		return err
	}
	if k.owner == nil {
		return s.readValues(ctx, refs, k.key, visit)
	}
	return s.reading(ctx, func(v engine.View) error {
		owners := s.tenants(v, k)
		return eachValue(v, refs, k.key, func(i int, record []byte) error {
			if there, err := owners.there(refs[i]); err != nil || !there {
				return err
			}
			return visit(i, record)
		})
	})
}

// readValues calls visit for each record that has a value under a key.
func (s *reader) readValues(ctx context.Context, refs []ledger.Ref, key func(ledger.Ref) []byte, visit func(i int, value []byte) error) error {
	return s.reading(ctx, func(v engine.View) error { return eachValue(v, refs, key, visit) })
}

// eachValue is readValues of a view.
func eachValue(v engine.View, refs []ledger.Ref, key func(ledger.Ref) []byte, visit func(i int, value []byte) error) error {
	values, err := valuesOf(v, refs, key)
	if err != nil {
		return err
	}
	for i, value := range values {
		if value == nil {
			continue
		}
		if err := visit(i, value); err != nil {
			return err
		}
	}
	return nil
}

// Scan implements ledger.Records.
func (s *reader) Scan(ctx context.Context, shape *ledger.Shape, from ledger.Ref, limit int, visit func(ledger.Ref, []byte) error) error {
	k, err := s.shaped(shape)
	if err != nil {
		return err
	}
	if limit <= 0 {
		return nil
	}
	r := engine.Range{Prefix: []byte{k.Prefix}, From: k.key(from), Limit: limit}
	return s.reading(ctx, func(v engine.View) error {
		owners, visited := s.tenants(v, k), 0
		err := scanPages(v, r, func(p engine.Pair) error {
			ref, ok := k.keyRef(p.Key)
			if !ok {
				return codec.ErrDamaged
			}
			if there, err := owners.there(ref); err != nil || !there {
				return err
			}
			if err := visit(ref, p.Value); err != nil {
				return err
			}
			if visited++; visited == limit {
				return errEnough
			}
			return nil
		})
		if errors.Is(err, errEnough) {
			return nil
		}
		return err
	})
}

// Owned implements ledger.Records.
func (s *reader) Owned(ctx context.Context, shape *ledger.Shape, owners []uint32, w ledger.Window, visit func(ledger.Record) error) error {
	k, err := s.shaped(shape)
	if err != nil {
		return err
	}
	return s.reading(ctx, func(v engine.View) error {
		list, err := s.readOnly(v).ownedBy(k, owners, w)
		for i := 0; err == nil && i < len(list); i++ {
			err = visit(list[i])
		}
		return err
	})
}

// Buried implements ledger.Histories.
func (s *reader) Buried(ctx context.Context, shape *ledger.Shape, ordinals []uint32) ([]ledger.Grave, error) {
	k, err := s.shaped(shape)
	if err != nil {
		return nil, err
	}
	graves := make([]ledger.Grave, len(ordinals))
	err = s.readValues(ctx, refsOf(ordinals), func(r ledger.Ref) []byte { return k.tombKey(r.Ordinal) }, func(i int, tomb []byte) error {
		g, err := decodeTomb(tomb)
		graves[i] = g
		return err
	})
	if err != nil {
		return nil, err
	}
	return graves, nil
}

// Redirects implements ledger.Histories.
func (s *reader) Redirects(ctx context.Context, shape *ledger.Shape, ordinals []uint32) ([]ledger.Redirect, error) {
	k, err := s.shaped(shape)
	if err != nil {
		return nil, err
	}
	redirects := make([]ledger.Redirect, len(ordinals))
	err = s.reading(ctx, func(v engine.View) (err error) {
		for i, ordinal := range ordinals {
			if redirects[i], err = k.redirect(v, ordinal); err != nil {
				return err
			}
		}
		return nil
	})
	return redirects, err
}

// redirect follows the merges of a record.
func (k *kind) redirect(v engine.View, ordinal uint32) (r ledger.Redirect, err error) {
	for next := ordinal; ; next = r.Survivor {
		record, err := v.Get(k.mergeKey(next))
		if err != nil || record == nil {
			return r, err
		}
		m, err := k.decodeMerge(next, record)
		if err != nil {
			return r, err
		}
		if next == ordinal {
			r.ID = *k.StampOf(m.Absorbed).ID
		}
		r.Survivor = *k.StampOf(m.After).Ordinal
	}
}

// MergeOf implements ledger.Histories.
func (s *reader) MergeOf(ctx context.Context, any ledger.AnyKind, absorbed uint32) (m ledger.Merged, found bool, err error) {
	k, err := s.shaped(any.Info())
	if err != nil {
		return m, false, err
	}
	err = s.reading(ctx, func(v engine.View) error {
		record, err := v.Get(k.mergeKey(absorbed))
		if err != nil || record == nil {
			return err
		}
		found = true
		m, err = k.decodeMerge(absorbed, record)
		return err
	})
	return m, found, err
}

// refsOf names records that stand alone.
func refsOf(ordinals []uint32) []ledger.Ref {
	refs := make([]ledger.Ref, len(ordinals))
	for i, ordinal := range ordinals {
		refs[i].Ordinal = ordinal
	}
	return refs
}

// A scan costs what getting every farthest record costs: getting 1,000 one by one takes 6 ms and more,
// scanning them 2. To begin one costs as much as scanning worthBeginning. So records are scanned where at
// least fewestScanned are wanted, and every farthest one.
const (
	farthest       = 3
	worthBeginning = 30
	fewestScanned  = 20
)

// valuesOf reads the values that several records have under a key, nil for those
// without one.
func valuesOf(v engine.View, refs []ledger.Ref, key func(ledger.Ref) []byte) ([][]byte, error) {
	values := make([][]byte, len(refs))
	var alone []int // places in values
	var keys [][]byte
	for from := 0; from < len(refs); {
		to := from + runLength(refs[from:])
		if to-from >= fewestScanned {
			if err := scanOf(v, refs[from:to], key, values[from:to]); err != nil {
				return nil, err
			}
			from = to
		}
		for ; from < to; from++ {
			alone, keys = append(alone, from), append(keys, key(refs[from]))
		}
	}
	found, err := v.GetMany(keys)
	if err != nil {
		return nil, err
	}
	for i, place := range alone {
		values[place] = found[i]
	}
	return values, nil
}

// runLength returns how many of the first records lie so close together that they are best scanned.
func runLength(refs []ledger.Ref) int {
	length, saved, most := 1, 0, 0 // what a scan saves, in records that it goes through
	for n := 1; n < len(refs) && saved > most-worthBeginning; n++ {
		before, next := refs[n-1], refs[n]
		if next.Owner != before.Owner || next.At != before.At || next.Ordinal <= before.Ordinal {
			break
		}
		saved += farthest - int(next.Ordinal-before.Ordinal)
		if saved >= most {
			length, most = n+1, saved
		}
	}
	return length
}

// scanOf fills values with those of records that lie together.
func scanOf(v engine.View, refs []ledger.Ref, key func(ledger.Ref) []byte, values [][]byte) error {
	first, last := key(refs[0]), refs[len(refs)-1].Ordinal
	head := first[:len(first)-4] // what is before the ordinal
	r := engine.Range{Prefix: head, From: first}
	next := 0
	return scanLimit(v, r, int(last-refs[0].Ordinal)+1, func(p engine.Pair) error {
		if len(p.Key) != len(first) {
			return nil // of another kind, behind all of this one
		}
		ordinal := binary.BigEndian.Uint32(p.Key[len(head):])
		for next < len(refs) && refs[next].Ordinal < ordinal {
			next++
		}
		if next < len(refs) && refs[next].Ordinal == ordinal {
			values[next] = p.Value
		}
		return nil
	})
}
