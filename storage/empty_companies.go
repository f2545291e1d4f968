package storage

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage/engine"
)

const (
	dropAtOnce  = 500 // companies removed in one commit
	mostCatchUp = 500 // changes that a closure looks at: others wait for it
	mostTries   = 50  // commits that were overtaken by more, one after the other
)

// errBehind means that more was written than a closure looks at.
var errBehind = errors.New("too much is being written to find the companies without contacts")

// dropCompanies removes the companies that have no contacts, unless they were made
// on purpose. There is no list of a company's contacts in the store, so all are
// read once, beside the writers; then what was written since, and each commit
// looks at the rest.
func (s *Store) dropCompanies(ctx context.Context) error {
	var e emptyCompanies
	if err := s.reading(ctx, e.read); err != nil {
		return err
	}
	for tries := 0; len(e.ordinals) > 0; {
		if err := s.reading(ctx, e.catchUp); err != nil {
			return err
		}
		part := e.ordinals[:min(dropAtOnce, len(e.ordinals))]
		_, err := s.committer.submit(ctx, sweeper, func(t *tx) error { return t.dropCompanies(part, e.joined, e.seq) })
		switch {
		case err == nil:
			e.ordinals, tries = e.ordinals[len(part):], 0
		case !errors.Is(err, errBehind) || tries == mostTries:
			return err
		default:
			tries++
		}
	}
	return nil
}

// emptyCompanies are the companies that had no contacts at a moment.
type emptyCompanies struct {
	ordinals []uint32
	joined   ordinalSet // by somebody after that
	seq      uint64     // up to which joined is known
}

func (e *emptyCompanies) read(v engine.View) error {
	s, err := readState(v)
	if err != nil {
		return err
	}
	e.seq = s.Seq
	var used ordinalSet
	err = scan(v, engine.Range{Prefix: []byte{kindContact}}, func(p engine.Pair) error {
		ordinal, _ := keyOrdinal(p.Key)
		c, err := decodeContact(ordinal, p.Value)
		if err == nil {
			used.add(c.Company)
		}
		return err
	})
	if err != nil {
		return err
	}
	err = scan(v, engine.Range{Prefix: []byte{kindMerge}}, func(p engine.Pair) error {
		ordinal, _ := keyOrdinal(p.Key)
		m, err := decodeMerge(ordinal, p.Value)
		if err == nil {
			used.addMerged(m)
		}
		return err
	})
	if err != nil {
		return err
	}
	return scan(v, engine.Range{Prefix: []byte{kindCompany}}, func(p engine.Pair) error {
		ordinal, _ := keyOrdinal(p.Key)
		c, err := decodeCompany(ordinal, p.Value)
		if err == nil && !c.Kept && !used.has(ordinal) {
			e.ordinals = append(e.ordinals, ordinal)
		}
		return err
	})
}

// addMerged adds the companies that an undo of the merge gives back to somebody.
func (s *ordinalSet) addMerged(m *contacts.Merge) {
	s.add(m.Absorbed.Company)
	s.add(m.Before.Company)
}

// catchUp takes in what was written since.
func (e *emptyCompanies) catchUp(v engine.View) error {
	s, err := readState(v)
	if err != nil {
		return err
	}
	// A transaction that nobody writes to reads as well as any.
	t := &tx{batch: newBatch(v, nil, nil, nil, time.Time{}, s, totals{}, nil)}
	if err := t.joinedSince(e.seq, s.Seq, &e.joined); err != nil {
		return err
	}
	e.seq = s.Seq
	return nil
}

// dropCompanies removes those of the companies that nobody has joined, as far as
// is known up to change seq, and since.
func (t *tx) dropCompanies(ordinals []uint32, known ordinalSet, seq uint64) error {
	head, err := readState(t.view)
	if err != nil {
		return err
	}
	if head.Seq-seq > mostCatchUp {
		return errBehind
	}
	var since ordinalSet
	if err := t.joinedSince(seq, head.Seq, &since); err != nil {
		return err
	}
	for _, ordinal := range ordinals {
		if known.has(ordinal) || since.has(ordinal) {
			continue
		}
		c, err := t.company(ordinal)
		if err != nil {
			return err
		}
		if c != nil && !c.Kept {
			t.deleteCompany(c)
		}
	}
	return nil
}

// joinedSince adds the companies of all contacts that were changed after one
// change, up to another, and by the closures before this one in its batch.
func (t *tx) joinedSince(after, last uint64, joined *ordinalSet) error {
	changes, err := readLog(t.view, after, last)
	if err != nil {
		return err
	}
	for _, c := range slices.Concat(changes, t.changes) {
		if c.Entity != contacts.EntityContact {
			continue
		}
		if c.Op == contacts.OpMerge {
			if m, err := t.Merge(c.Ordinal); err == nil {
				joined.addMerged(m)
			} else if contacts.KindOf(err) != contacts.KindNotFound {
				return err
			}
			continue
		}
		present, err := t.contact(c.Ordinal)
		if err != nil {
			return err
		}
		if present != nil {
			joined.add(present.Company)
		}
	}
	return nil
}
