package storage

import (
	"context"
	"math"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// scan calls visit for every pair of a range, page by page.
func scan(v engine.View, r engine.Range, visit func(engine.Pair) error) error {
	return scanLimit(v, r, math.MaxInt, visit)
}

// scanPages is scan until visit returns an error, with pages of r.Limit pairs.
func scanPages(v engine.View, r engine.Range, visit func(engine.Pair) error) error {
	for {
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
		r.From = page.Next
	}
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
func (s *reader) reading(ctx context.Context, read func(engine.View) error) error {
	v, err := s.views.View(ctx)
	if err != nil {
		return readFailure(err)
	}
	defer v.Close()
	return readFailure(read(v))
}

// readOnly is a transaction that nobody writes to, which reads as well as any.
func (s *reader) readOnly(v engine.View) *tx {
	return &tx{batch: newBatch(v, tools{kinds: s.kinds, hasher: s.hasher}, s.clock(), state{}, totals{}, nil)}
}

// Schema implements ledger.Reader.
func (s *Store) Schema() *fields.Schema { return s.schema.Load() }

// Head implements ledger.Reader. Every follower knows the changes up to it.
func (s *Store) Head() uint64 { return s.head.Load() }

// Holder implements ledger.Reader.
func (s *reader) Holder(ctx context.Context, c ledger.Claim) (holder ledger.Ref, held bool, err error) {
	err = s.reading(ctx, func(v engine.View) error {
		holder, held, err = s.readOnly(v).Holder(c)
		return err
	})
	return holder, held, err
}

// Document implements ledger.Reader.
func (s *reader) Document(ctx context.Context, c ledger.Collection, key string) (document []byte, err error) {
	err = s.reading(ctx, func(v engine.View) error {
		document, err = v.Get(documentKey(c, key))
		return err
	})
	return document, err
}

// Documents implements ledger.Reader.
func (s *reader) Documents(ctx context.Context, c ledger.Collection, prefix, after string, limit int) (list []ledger.Document, err error) {
	r := engine.Range{Prefix: documentKey(c, prefix)}
	if after != "" {
		r.From = append(documentKey(c, after), 0) // the least key above
	}
	err = s.reading(ctx, func(v engine.View) error {
		return scanLimit(v, r, limit, func(p engine.Pair) error {
			list = append(list, ledger.Document{Key: documentName(c, p.Key), Value: p.Value})
			return nil
		})
	})
	return list, err
}

// LatestDocuments implements ledger.Reader.
func (s *reader) LatestDocuments(ctx context.Context, c ledger.Collection, prefix, before string, limit int) (list []ledger.Document, err error) {
	r := engine.Range{Prefix: documentKey(c, prefix), Reverse: true}
	if before != "" {
		r.From = documentKey(c, before)
	}
	err = s.reading(ctx, func(v engine.View) error {
		return scanLimit(v, r, limit+1, func(p engine.Pair) error { // one more: the scan begins at before
			if key := documentName(c, p.Key); key != before && len(list) < limit {
				list = append(list, ledger.Document{Key: key, Value: p.Value})
			}
			return nil
		})
	})
	return list, err
}
