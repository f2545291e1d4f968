package storage

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// Changes implements ledger.Reader. It never runs ahead of Head. Callers share the Fields of a change,
// so they must not be changed.
func (s *Store) Changes(ctx context.Context, after uint64, limit int) (list []ledger.Change, err error) {
	head := s.Head()
	if after >= head || limit <= 0 {
		return nil, nil
	}
	last := min(head, after+uint64(limit))
	if list, ok := s.tail.read(after, last); ok {
		return list, ctx.Err()
	}
	err = s.reading(ctx, func(v engine.View) error {
		list, err = readLog(v, after, last)
		return err
	})
	return list, err
}

// readLog returns the changes from after, excluded, to last, included, or an
// error of KindGone when one of them is not there.
func readLog(v engine.View, after, last uint64) ([]ledger.Change, error) {
	var list []ledger.Change
	r := engine.Range{Prefix: []byte{kindLog}, From: logKey(after + 1), Limit: 16}
	for next := after + 1; next <= last; {
		page, err := v.Scan(r)
		if err != nil {
			return nil, err
		}
		for _, p := range page.Pairs {
			changes, err := decodePack(p.Value)
			if err != nil {
				return nil, err
			}
			for _, c := range changes {
				if c.Seq < next || c.Seq > last {
					continue
				}
				if c.Seq != next {
					return nil, errGone
				}
				list = append(list, c)
				next++
			}
		}
		if page.Next == nil && next <= last {
			return nil, errGone
		}
		r.From = page.Next
	}
	return list, nil
}

var errGone = &fault.Error{
	Kind: fault.KindGone, Type: "log-gone",
	Message: "The log no longer reaches back that far; start again from the present state.",
}

// missedChanges returns the log after a number with the newest state of what
// each change is about.
func (ks *kinds) missedChanges(v engine.View, after uint64) ([]ledger.Change, error) {
	s, err := readState(v)
	if err != nil || s.Seq <= after {
		return nil, err
	}
	changes, err := readLog(v, after, s.Seq)
	if err != nil {
		return nil, err
	}
	t := &tx{batch: newBatch(v, tools{kinds: ks}, time.Time{}, s, totals{}, nil)}
	for i, c := range changes {
		if c.Op.Removes() {
			continue
		}
		if k := ks.entities[c.Entity]; k != nil {
			if changes[i].Record, err = t.record(k, c.Ref()); err != nil {
				return nil, err
			}
		}
	}
	return changes, nil
}

// touchesSchema reports whether a change is of a document that makes up the
// schema.
func touchesSchema(changes []ledger.Change) bool {
	for _, c := range changes {
		switch string(c.Entity) {
		case ledger.AttributeDefinitions.Name, ledger.SettingsDoc.Name:
			return true
		}
	}
	return false
}

// TrimLog removes the log before a sequence number, as far as whole commits
// allow. Followers that have not read it get an error of KindGone.
func (s *Store) TrimLog(ctx context.Context, before uint64) error {
	by := ledger.Author{Source: ledger.SourceSystem}
	for more := true; more; {
		var trimmed uint64
		_, err := s.committer.submit(ctx, by, func(t *tx) error {
			page, err := t.view.Scan(engine.Range{Prefix: []byte{kindLog}, Limit: 100})
			if err != nil {
				return readFailure(err)
			}
			more = page.Next != nil
			for _, p := range page.Pairs {
				last, ok := logSeq(p.Key)
				if !ok || last >= before {
					more = false
					break
				}
				t.delete(p.Key)
				trimmed = last
			}
			return nil
		})
		if err != nil {
			return err
		}
		s.tail.drop(trimmed + 1)
	}
	return nil
}
