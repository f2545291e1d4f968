package storage

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

const (
	dropAtOnce  = 500 // records removed in one commit
	mostCatchUp = 500 // changes that a closure looks at: others wait for it
	mostTries   = 50  // commits that were overtaken by more, one after the other
)

// errBehind means that more was written than a closure looks at.
var errBehind = errors.New("too much is being written to find the records that no other refers to")

// dropUnused removes the records that go when no other refers to them, such as companies
// that were made for contacts. There is no list in the store of who refers to a record,
// so all are read once, beside the writers; then what was written since, and each commit
// looks at the rest.
func (s *Store) dropUnused(ctx context.Context) error {
	u := unused{kinds: s.kinds, used: references{}}
	if err := s.reading(ctx, u.read); err != nil {
		return err
	}
	for tries := 0; len(u.list) > 0; {
		if err := s.reading(ctx, u.catchUp); err != nil {
			return err
		}
		part := u.list[:min(dropAtOnce, len(u.list))]
		_, err := s.committer.submit(ctx, sweeper, func(t *tx) error { return t.dropUnused(part, u.used, u.seq) })
		switch {
		case err == nil:
			u.list, tries = u.list[len(part):], 0
		case !errors.Is(err, errBehind) || tries == mostTries:
			return err
		default:
			tries++
		}
	}
	return nil
}

// unused are the records that no other referred to at a moment.
type unused struct {
	kinds *kinds
	list  []recordKey
	used  references // by somebody after that
	seq   uint64     // up to which used is known
}

// references are the ordinals that records refer to, by entity.
type references map[fields.Entity]*ordinalSet

func (u references) has(k *kind, ordinal uint32) bool {
	set := u[k.Entity]
	return set != nil && set.has(ordinal)
}

// addOf adds what a record refers to.
func (u references) addOf(k *kind, r ledger.Record) {
	for entity, ordinal := range k.Relations(r) {
		set := u[entity]
		if set == nil {
			set = new(ordinalSet)
			u[entity] = set
		}
		set.add(ordinal)
	}
}

// addMerged adds what an undo of the merge gives back to somebody.
func (u references) addMerged(k *kind, m ledger.Merged) {
	u.addOf(k, m.Absorbed)
	u.addOf(k, m.Before)
}

func (u *unused) read(v engine.View) error {
	s, err := readState(v)
	if err != nil {
		return err
	}
	u.seq = s.Seq
	used := references{}
	if err := u.readReferences(v, used); err != nil {
		return err
	}
	for _, k := range u.kinds.list {
		if !k.MayGo() {
			continue
		}
		if err := eachRecord(v, k, func(r ledger.Record) {
			if ordinal := *k.StampOf(r).Ordinal; k.Unused(r) && !used.has(k, ordinal) {
				u.list = append(u.list, k.at(ordinal))
			}
		}); err != nil {
			return err
		}
	}
	return nil
}

// readReferences reads what all records and merges refer to.
func (u *unused) readReferences(v engine.View, used references) error {
	for _, k := range u.kinds.list {
		if len(k.RefersTo()) == 0 {
			continue
		}
		if err := eachRecord(v, k, func(r ledger.Record) { used.addOf(k, r) }); err != nil {
			return err
		}
	}
	return scan(v, engine.Range{Prefix: []byte{kindMerge}}, func(p engine.Pair) error {
		at, ok := tableRecord(p.Key, 0)
		k := u.kinds.numbers[at.number]
		if !ok || k == nil {
			return codec.ErrDamaged
		}
		m, err := k.decodeMerge(at.ordinal, p.Value)
		if err == nil {
			used.addMerged(k, m)
		}
		return err
	})
}

// eachRecord calls visit for every record of a kind.
func eachRecord(v engine.View, k *kind, visit func(ledger.Record)) error {
	return scan(v, engine.Range{Prefix: []byte{k.Prefix}}, func(p engine.Pair) error {
		ref, ok := k.keyRef(p.Key)
		if !ok {
			return codec.ErrDamaged
		}
		r, err := k.DecodeRecord(ref, p.Value)
		if err == nil {
			visit(r)
		}
		return err
	})
}

// catchUp takes in what was written since.
func (u *unused) catchUp(v engine.View) error {
	s, err := readState(v)
	if err != nil {
		return err
	}
	// A transaction that nobody writes to reads as well as any.
	t := &tx{batch: newBatch(v, tools{kinds: u.kinds}, time.Time{}, s, totals{}, nil)}
	if err := t.usedSince(u.seq, s.Seq, u.used); err != nil {
		return err
	}
	u.seq = s.Seq
	return nil
}

// dropUnused removes those of the records that nobody refers to, as far as is known up to
// change seq, and since.
func (t *tx) dropUnused(list []recordKey, known references, seq uint64) error {
	head, err := readState(t.view)
	if err != nil {
		return err
	}
	if head.Seq-seq > mostCatchUp {
		return errBehind
	}
	since := references{}
	if err := t.usedSince(seq, head.Seq, since); err != nil {
		return err
	}
	for _, at := range list {
		k := t.kinds.numbers[at.number]
		if known.has(k, at.ordinal) || since.has(k, at.ordinal) {
			continue
		}
		r, err := t.record(k, ledger.Ref{Ordinal: at.ordinal})
		if err != nil {
			return err
		}
		if r == nil || !k.Unused(r) {
			continue
		}
		if err := t.deleteRecord(k, r); err != nil {
			return err
		}
	}
	return nil
}

// usedSince adds what all records refer to that were changed after one change, up to
// another, and by the closures before this one in its batch.
func (t *tx) usedSince(after, last uint64, used references) error {
	changes, err := readLog(t.view, after, last)
	if err != nil {
		return err
	}
	for _, c := range slices.Concat(changes, t.changes) {
		k := t.kinds.entities[c.Entity]
		if k == nil || len(k.RefersTo()) == 0 {
			continue
		}
		if c.Op == ledger.OpMerge {
			if m, err := t.mergeOf(k, c.Ordinal); err == nil {
				used.addMerged(k, m)
			} else if fault.KindOf(err) != fault.KindNotFound {
				return err
			}
			continue
		}
		present, err := t.record(k, c.Ref())
		if err != nil {
			return err
		}
		if present != nil {
			used.addOf(k, present)
		}
	}
	return nil
}
