package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// renewal brings the values of an older folder into the form that they would get
// now: e-mails, phone numbers and identifiers in records, claims and merges, the
// claims of the names of companies, texts, and the options of lists.
//
// What two contacts have in two forms of one value stays theirs: who has the
// present form keeps the claim, or else the first gets it; the other keeps the form
// it has. So it is with two that were merged. Of companies with one name, the other
// claims none (Company.Twin).
//
// It writes as it goes, and doing it again does nothing: cut off, it is done at
// the next start.
type renewal struct {
	ctx    context.Context
	kinds  *kinds
	engine engine.Engine
	view   engine.View // of the folder before
	hasher *claimHasher
	random io.Reader
	head   engine.BatchID
	totals totals

	options fields.RenewedOptions
	twins   twins
	claims  map[string]uint32 // by key: those that have changed; 0 for none
	batch   engine.Batch
	bytes   int
}

// Bounds of one batch of a renewal, well below the engine's.
const (
	renewalKeys  = engine.MaxBatchKeys / 4
	renewalBytes = engine.MaxBatchBytes / 4
)

// renewalFull is how many keys make a batch of a renewal full. Only a test that cuts
// a renewal off sets another number.
var renewalFull = renewalKeys

// run renews everything and leaves the last batch to the caller. What has twins goes
// first, and merges come last.
func (r *renewal) run() error {
	if err := r.definitions(); err != nil {
		return err
	}
	for _, pass := range []func(*kind, *ledger.AnyRenewal) error{r.folded, r.records, r.merges} {
		for _, k := range r.kinds.list {
			older := k.Renewal()
			if older == nil {
				continue
			}
			if err := pass(k, older); err != nil {
				return err
			}
		}
	}
	return nil
}

// each reads all records of a kind.
func (r *renewal) each(k *kind, visit func(ledger.Record) error) error {
	return scan(r.view, engine.Range{Prefix: []byte{k.Prefix}}, func(p engine.Pair) error {
		ref, _ := k.keyRef(p.Key)
		record, err := k.DecodeRecord(ref, p.Value)
		if err != nil {
			return err
		}
		return visit(record)
	})
}

// records renews the texts and unique values of all records of a kind.
func (r *renewal) records(k *kind, older *ledger.AnyRenewal) error {
	if older.Texts == nil {
		return nil
	}
	return r.each(k, func(record ledger.Record) error { return r.record(k, older, record) })
}

// merges renews what the merges of a kind keep.
func (r *renewal) merges(k *kind, older *ledger.AnyRenewal) error {
	if older.Texts == nil {
		return nil
	}
	return scan(r.view, engine.Range{Prefix: []byte{kindMerge}}, func(p engine.Pair) error {
		at, ok := tableRecord(p.Key, 0)
		if !ok || at.number != k.Number {
			return nil
		}
		m, err := k.decodeMerge(at.ordinal, p.Value)
		if err != nil {
			return err
		}
		return r.merge(k, older, at.ordinal, m)
	})
}

// definitions renews the options of lists, before the contacts that have them.
func (r *renewal) definitions() error {
	return scan(r.view, engine.Range{Prefix: collectionPrefix(ledger.AttributeDefinitions)}, func(p engine.Pair) error {
		d, err := decodeDefinition(p.Value)
		if err != nil || !r.options.Renew(d) {
			return err
		}
		document, err := json.Marshal(d)
		if err != nil {
			return err
		}
		return r.put(p.Key, document)
	})
}

// record renews the texts of a record, and what it and those that it has
// absorbed are known by, unless that is another's already, or was its own in
// another form: undoing a merge gives each of two its own again.
func (r *renewal) record(k *kind, older *ledger.AnyRenewal, before ledger.Record) error {
	after := older.Clone(before)
	changed := older.Texts(after, r.options)
	stamp := k.StampOf(after)
	given := map[ledger.Claim]ledger.Claim{} // what was renewed, by what it is now
	for claim, value := range older.Values(after) {
		renewed := older.Renewed(claim)
		if renewed == claim {
			continue
		}
		holder, err := r.other(older, claim, renewed)
		if err != nil {
			return err
		}
		if holder != 0 && holder != *stamp.Ordinal {
			if err := r.twins.form(r.view, k, claim.Kind, *stamp.ID, holder); err != nil {
				return err
			}
		}
		was, taken := given[older.Claimed(renewed)]
		if holder != 0 || taken && was != older.Claimed(claim) {
			continue
		}
		given[older.Claimed(renewed)] = older.Claimed(claim)
		*value, changed = renewed.Value, true
	}
	if !changed {
		return nil
	}
	released, taken := movedClaims(k.ClaimsOf(before), k.ClaimsOf(after))
	for _, c := range released {
		r.release(r.hasher.key(c))
	}
	for _, c := range taken {
		r.take(r.hasher.key(c), *stamp.Ordinal)
	}
	return r.put(k.key(stamp.Ref()), k.EncodeRecord(after))
}

// other is who has a value in its form of now, 0 for nobody, and where that is the
// same to claims.
func (r *renewal) other(older *ledger.AnyRenewal, claim, renewed ledger.Claim) (uint32, error) {
	if older.Claimed(claim) == older.Claimed(renewed) {
		return 0, nil
	}
	return r.holder(older.Claimed(renewed))
}

// merge renews the states that a merge keeps, but for what stayed with somebody
// in its older form.
func (r *renewal) merge(k *kind, older *ledger.AnyRenewal, ordinal uint32, m ledger.Merged) error {
	changed := false
	for _, record := range []ledger.Record{m.After, m.Absorbed, m.Before} {
		changed = older.Texts(record, r.options) || changed
		for claim, value := range older.Values(record) {
			renewed := older.Renewed(claim)
			if renewed == claim {
				continue
			}
			holder, err := r.holder(older.Claimed(claim))
			if err != nil {
				return err
			}
			if holder == 0 || older.Claimed(claim) == older.Claimed(renewed) {
				*value, changed = renewed.Value, true
			}
		}
	}
	if !changed {
		return nil
	}
	return r.put(k.mergeKey(ordinal), k.encodeMerge(m))
}

// folded makes the claims of a kind that may have twins anew where the fold is another
// than the one they were made with.
func (r *renewal) folded(k *kind, older *ledger.AnyRenewal) error {
	if older.Twin == nil {
		return nil
	}
	claimed := map[uint32][]byte{}
	prefix := []byte{kindClaim, byte(older.Folded)}
	err := scan(r.view, engine.Range{Prefix: prefix}, func(p engine.Pair) error {
		ordinal, err := decodeNumber(p.Value)
		claimed[ordinal] = p.Key
		return err
	})
	if err != nil {
		return err
	}
	return r.each(k, func(record ledger.Record) error {
		return r.twin(k, older, record, claimed[*k.StampOf(record).Ordinal])
	})
}

// twin gives a record the folded claim in place of the one it has, nil for none, or makes
// it a twin of the one who has that claim.
func (r *renewal) twin(k *kind, older *ledger.AnyRenewal, record ledger.Record, claimed []byte) error {
	stamp := k.StampOf(record)
	if *older.Twin(record) {
		r.twins.spelling(k, *stamp.ID)
		return nil
	}
	claims := k.ClaimsOf(record)
	key := r.hasher.key(claims[slices.IndexFunc(claims, func(c ledger.Claim) bool { return c.Kind == older.Folded })])
	if string(key) == string(claimed) {
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
		r.take(key, *stamp.Ordinal)
		return r.flushFull()
	}
	*older.Twin(record) = true
	r.twins.spelling(k, *stamp.ID)
	r.totals.Claims--
	return r.put(k.key(stamp.Ref()), k.EncodeRecord(record))
}

// holder is who has a claim, 0 for nobody.
func (r *renewal) holder(c ledger.Claim) (uint32, error) {
	return r.holderOf(r.hasher.key(c))
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
	if len(r.batch.Put)+len(r.batch.Delete) < renewalFull && r.bytes < renewalBytes {
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
