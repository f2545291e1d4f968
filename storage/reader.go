package storage

import (
	"context"
	"encoding/binary"
	"math"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage/engine"
)

// scan calls visit for every pair of a range, page by page.
func scan(v engine.View, r engine.Range, visit func(engine.Pair) error) error {
	return scanLimit(v, r, math.MaxInt, visit)
}

// scanLimit is scan for at most limit pairs.
func scanLimit(v engine.View, r engine.Range, limit int, visit func(engine.Pair) error) error {
	for limit > 0 {
		r.Limit = min(limit, engine.MaxPageKeys)
		page, err := v.Scan(r)
		if err != nil {
			return err
		}
		for _, p := range page.Pairs {
			if err := visit(p); err != nil {
				return err
			}
		}
		if page.Next == nil {
			return nil
		}
		limit -= len(page.Pairs)
		r.From = page.Next
	}
	return nil
}

// reading runs read on the newest durable snapshot.
func (s *Store) reading(ctx context.Context, read func(engine.View) error) error {
	v, err := s.engine.View(ctx)
	if err != nil {
		return readFailure(err)
	}
	defer v.Close()
	return readFailure(read(v))
}

// Schema implements contacts.Reader.
func (s *Store) Schema() *contacts.Schema { return s.schema.Load() }

// Head implements contacts.Reader. Every follower knows the changes up to it.
func (s *Store) Head() uint64 { return s.head.Load() }

// Holder implements contacts.Reader.
func (s *Store) Holder(ctx context.Context, c contacts.Claim) (ordinal uint32, held bool, err error) {
	err = s.reading(ctx, func(v engine.View) error {
		// A transaction that nobody writes to reads as well as any.
		t := &tx{batch: newBatch(v, tools{kinds: s.kinds, hasher: s.hasher}, s.committer.clock(), state{}, totals{}, nil)}
		ordinal, held, err = t.Holder(c)
		return err
	})
	return ordinal, held, err
}

// Contacts implements contacts.Reader. The contacts are the caller's own.
func (s *Store) Contacts(ctx context.Context, ordinals []uint32) ([]*contacts.Contact, error) {
	return many(ctx, s, ordinals, s.kinds.of(contactKind).ordinalKey, decodeContact)
}

// Companies implements contacts.Reader.
func (s *Store) Companies(ctx context.Context, ordinals []uint32) ([]*contacts.Company, error) {
	return many(ctx, s, ordinals, s.kinds.of(companyKind).ordinalKey, decodeCompany)
}

// Deleted returns the ids that deleted contacts had, in the order of the
// ordinals, uuid.Nil for those that were never deleted. An id is all that is
// kept of a deleted contact.
func (s *Store) Deleted(ctx context.Context, ordinals []uint32) ([]contacts.ID, error) {
	found, err := many(ctx, s, ordinals, s.kinds.of(contactKind).tombKey, decodeTomb)
	if err != nil {
		return nil, err
	}
	ids := make([]contacts.ID, len(ordinals))
	for i, id := range found {
		if id != nil {
			ids[i] = *id
		}
	}
	return ids, nil
}

// Redirects returns what has become of contacts that were merged into others, in
// the order of the ordinals, the zero Redirect for all others.
func (s *Store) Redirects(ctx context.Context, ordinals []uint32) ([]contacts.Redirect, error) {
	k := s.kinds.of(contactKind)
	redirects := make([]contacts.Redirect, len(ordinals))
	err := s.reading(ctx, func(v engine.View) error {
		for i, ordinal := range ordinals {
			for next := ordinal; ; next = redirects[i].Survivor {
				record, err := v.Get(k.mergeKey(next))
				if err != nil {
					return err
				}
				if record == nil {
					break
				}
				m, err := k.decodeMerge(next, record)
				if err != nil {
					return err
				}
				if next == ordinal {
					redirects[i].ID = *k.StampOf(m.Absorbed).ID
				}
				redirects[i].Survivor = *k.StampOf(m.After).Ordinal
			}
		}
		return nil
	})
	return redirects, err
}

func decodeTomb(_ uint32, record []byte) (*contacts.ID, error) {
	id, err := uuid.FromBytes(record)
	if err != nil {
		return nil, errRecord
	}
	return &id, nil
}

// many reads the records of several ordinals, nil for those without one.
func many[T any](ctx context.Context, s *Store, ordinals []uint32, key func(uint32) []byte,
	decode func(uint32, []byte) (*T, error)) (list []*T, err error) {
	list = make([]*T, len(ordinals))
	err = s.reading(ctx, func(v engine.View) error {
		records, err := recordsOf(v, ordinals, key)
		if err != nil {
			return err
		}
		for i, record := range records {
			if record == nil {
				continue
			}
			if list[i], err = decode(ordinals[i], record); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Ordinals that ascend by at most farthest lie together; fewestScanned of them
// or more are scanned. Getting 1,000 one by one takes 6 ms and more, scanning
// them 2.
const (
	farthest      = 3
	fewestScanned = 20
)

// recordsOf reads the values of several ordinals, nil for those without one.
func recordsOf(v engine.View, ordinals []uint32, key func(uint32) []byte) ([][]byte, error) {
	records := make([][]byte, len(ordinals))
	var alone []int // places in records
	var keys [][]byte
	for from := 0; from < len(ordinals); {
		to := from + together(ordinals[from:])
		if to-from >= fewestScanned {
			if err := scanOf(v, ordinals[from:to], key, records[from:to]); err != nil {
				return nil, err
			}
			from = to
		}
		for ; from < to; from++ {
			alone, keys = append(alone, from), append(keys, key(ordinals[from]))
		}
	}
	values, err := v.GetMany(keys)
	if err != nil {
		return nil, err
	}
	for i, place := range alone {
		records[place] = values[i]
	}
	return records, nil
}

// together returns how many of the first ordinals lie together.
func together(ordinals []uint32) int {
	n := 1
	for n < len(ordinals) && ordinals[n] > ordinals[n-1] && ordinals[n]-ordinals[n-1] <= farthest {
		n++
	}
	return n
}

// scanOf fills records with the values of ordinals that lie together.
func scanOf(v engine.View, ordinals []uint32, key func(uint32) []byte, records [][]byte) error {
	first, last := key(ordinals[0]), ordinals[len(ordinals)-1]
	head := first[:len(first)-4] // what is before the ordinal
	r := engine.Range{Prefix: head, From: first}
	next := 0
	return scanLimit(v, r, int(last-ordinals[0])+1, func(p engine.Pair) error {
		if len(p.Key) != len(first) {
			return nil // of another kind, behind all of this one
		}
		ordinal := binary.BigEndian.Uint32(p.Key[len(head):])
		for next < len(ordinals) && ordinals[next] < ordinal {
			next++
		}
		if next < len(ordinals) && ordinals[next] == ordinal {
			records[next] = p.Value
		}
		return nil
	})
}

// ScanContacts implements contacts.Reader.
func (s *Store) ScanContacts(ctx context.Context, from uint32, limit int) ([]*contacts.Contact, error) {
	return scanOrdinals(ctx, s, s.kinds.of(contactKind), from, limit, decodeContact)
}

// ScanCompanies implements contacts.Reader.
func (s *Store) ScanCompanies(ctx context.Context, from uint32, limit int) ([]*contacts.Company, error) {
	return scanOrdinals(ctx, s, s.kinds.of(companyKind), from, limit, decodeCompany)
}

// scanOrdinals reads the records of a kind in order of ordinal.
func scanOrdinals[T any](ctx context.Context, s *Store, k *kind, from uint32, limit int,
	decode func(uint32, []byte) (*T, error)) (list []*T, err error) {
	r := engine.Range{Prefix: []byte{k.Prefix}, From: k.ordinalKey(from)}
	err = s.reading(ctx, func(v engine.View) error {
		return scanLimit(v, r, limit, func(p engine.Pair) error {
			ordinal, ok := keyOrdinal(p.Key)
			if !ok {
				return errRecord
			}
			record, err := decode(ordinal, p.Value)
			list = append(list, record)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Document implements contacts.Reader.
func (s *Store) Document(ctx context.Context, c contacts.Collection, key string) (document []byte, err error) {
	err = s.reading(ctx, func(v engine.View) error {
		document, err = v.Get(documentKey(c, key))
		return err
	})
	return document, err
}

// Documents implements contacts.Reader.
func (s *Store) Documents(ctx context.Context, c contacts.Collection, prefix, after string, limit int) (list []contacts.Document, err error) {
	r := engine.Range{Prefix: documentKey(c, prefix)}
	if after != "" {
		r.From = append(documentKey(c, after), 0) // the least key above
	}
	err = s.reading(ctx, func(v engine.View) error {
		return scanLimit(v, r, limit, func(p engine.Pair) error {
			list = append(list, contacts.Document{Key: documentName(c, p.Key), Value: p.Value})
			return nil
		})
	})
	return list, err
}
