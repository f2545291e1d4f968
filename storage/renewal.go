package storage

import (
	"context"
	"fmt"
	"io"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage/engine"
)

// renewal brings the values of an older folder into the form in which they are
// unique now: e-mails with an international domain and numbers of an older plan
// in records, claims and merges, and the claims of the names of companies.
//
// What two contacts have in two forms of one value stays theirs: the first keeps
// or gets the claim, the other keeps the form it has. Of companies with one name,
// the later claims none (Company.Twin).
//
// It writes as it goes, and doing it again does nothing: cut off, it is done at
// the next start.
type renewal struct {
	ctx    context.Context
	engine engine.Engine
	view   engine.View // of the folder before
	hasher *claimHasher
	random io.Reader
	head   engine.BatchID
	totals totals

	claims map[string]uint32 // by key: those that have changed; 0 for none
	batch  engine.Batch
	bytes  int
}

// Bounds of one batch of a renewal, well below the engine's.
const (
	renewalKeys  = engine.MaxBatchKeys / 4
	renewalBytes = engine.MaxBatchBytes / 4
)

// run renews everything and leaves the last batch to the caller.
func (r *renewal) run() error {
	if err := r.companies(); err != nil {
		return err
	}
	err := scan(r.view, engine.Range{Prefix: []byte{kindContact}}, func(p engine.Pair) error {
		ordinal, _ := keyOrdinal(p.Key)
		c, err := decodeContact(ordinal, p.Value)
		if err != nil {
			return err
		}
		return r.contact(c)
	})
	if err != nil {
		return err
	}
	return scan(r.view, engine.Range{Prefix: []byte{kindMerge}}, func(p engine.Pair) error {
		ordinal, _ := keyOrdinal(p.Key)
		m, err := decodeMerge(ordinal, p.Value)
		if err != nil {
			return err
		}
		return r.merge(ordinal, m)
	})
}

// contact renews what a contact and those that it has absorbed are known by,
// unless another has it already.
func (r *renewal) contact(before *contacts.Contact) error {
	after, changed := before.Clone(), false
	for claim, value := range after.Renewable() {
		renewed := claim.Renewed()
		if renewed == claim {
			continue
		}
		holder, err := r.holder(renewed)
		if err != nil {
			return err
		}
		if holder == 0 || holder == after.Ordinal {
			*value, changed = renewed.Value, true
		}
	}
	if !changed {
		return nil
	}
	released, taken := movedClaims(before, after)
	for _, c := range released {
		r.release(r.hasher.key(c))
	}
	for _, c := range taken {
		r.take(r.hasher.key(c), after.Ordinal)
	}
	return r.put(contactKey(after.Ordinal), encodeContact(after))
}

// merge renews the states that a merge keeps, but for what stayed with somebody
// in its older form.
func (r *renewal) merge(ordinal uint32, m *contacts.Merge) error {
	changed := false
	for _, c := range []*contacts.Contact{m.After, m.Absorbed, m.Before} {
		for claim, value := range c.Renewable() {
			renewed := claim.Renewed()
			if renewed == claim {
				continue
			}
			holder, err := r.holder(claim)
			if err != nil {
				return err
			}
			if holder == 0 {
				*value, changed = renewed.Value, true
			}
		}
	}
	if !changed {
		return nil
	}
	return r.put(mergeKey(ordinal), encodeMerge(m))
}

// companies makes the claims of companies' names anew where the fold is another
// than the one they were made with.
func (r *renewal) companies() error {
	claimed := map[uint32][]byte{}
	prefix := []byte{kindClaim, byte(contacts.ClaimCompanyName)}
	err := scan(r.view, engine.Range{Prefix: prefix}, func(p engine.Pair) error {
		ordinal, err := decodeNumber(p.Value)
		claimed[ordinal] = p.Key
		return err
	})
	if err != nil {
		return err
	}
	return scan(r.view, engine.Range{Prefix: []byte{kindCompany}}, func(p engine.Pair) error {
		ordinal, _ := keyOrdinal(p.Key)
		c, err := decodeCompany(ordinal, p.Value)
		if err != nil {
			return err
		}
		return r.company(c, claimed[ordinal])
	})
}

// company gives a company the claim of its name in place of the one it has, nil
// for none.
func (r *renewal) company(c *contacts.Company, claimed []byte) error {
	key := r.hasher.key(contacts.Claim{Kind: contacts.ClaimCompanyName, Value: companyValue(c, contacts.ClaimCompanyName)})
	if c.Twin || string(key) == string(claimed) {
		return nil
	}
	holder, err := r.holderOf(key)
	if err != nil {
		return err
	}
	if claimed != nil {
		r.release(claimed)
	}
	if holder == 0 {
		r.take(key, c.Ordinal)
		return r.flushFull()
	}
	c.Twin = true
	r.totals.Claims--
	return r.put(companyKey(c.Ordinal), encodeCompany(c))
}

// holder is who has a value, 0 for nobody.
func (r *renewal) holder(c contacts.Claim) (uint32, error) {
	return r.holderOf(r.hasher.key(c.Claimed()))
}

func (r *renewal) holderOf(key []byte) (uint32, error) {
	if ordinal, changed := r.claims[string(key)]; changed {
		return ordinal, nil
	}
	value, err := r.view.Get(key)
	if err != nil || value == nil {
		return 0, err
	}
	return decodeNumber(value)
}

func (r *renewal) take(key []byte, ordinal uint32) {
	r.claims[string(key)] = ordinal
	value := encodeNumber(ordinal)
	r.batch.Put = append(r.batch.Put, engine.Pair{Key: key, Value: value})
	r.bytes += len(key) + len(value)
}

func (r *renewal) release(key []byte) {
	r.claims[string(key)] = 0
	r.batch.Delete = append(r.batch.Delete, key)
	r.bytes += len(key)
}

// put writes a record, and with it the claims that were changed before.
func (r *renewal) put(key, record []byte) error {
	r.batch.Put = append(r.batch.Put, engine.Pair{Key: key, Value: record})
	r.bytes += len(key) + len(record)
	return r.flushFull()
}

func (r *renewal) flushFull() error {
	if len(r.batch.Put)+len(r.batch.Delete) < renewalKeys && r.bytes < renewalBytes {
		return nil
	}
	return r.flush()
}

// flush applies what has been gathered, with the totals as they are then.
func (r *renewal) flush(more ...engine.Pair) error {
	b := r.batch
	b.Expect = r.head
	b.Put = append(append(b.Put, engine.Pair{Key: keyTotals, Value: r.totals.encode()}), more...)
	if _, err := io.ReadFull(r.random, b.ID[:]); err != nil {
		return fmt.Errorf("reading randomness: %w", err)
	}
	if err := r.engine.Apply(r.ctx, b); err != nil {
		return err
	}
	r.head, r.batch, r.bytes = b.ID, engine.Batch{}, 0
	return nil
}
