package storage

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// totals is how many records of each kind there are. Every commit carries them
// on, so that a record which the engine lost does not go unnoticed: Verify counts
// all, and Count compares the sum with what the engine says it has at most.
type totals struct {
	Records   [ledger.MaxKinds]uint64 // by number of the kind
	Claims    uint64
	Documents map[string]uint64 // by the name of their collection; never changed in place; without zeros
}

// withDocuments returns the totals with some more documents of a collection, or
// some less.
func (t totals) withDocuments(name string, more int) totals {
	t.Documents = maps.Clone(t.Documents)
	if t.Documents == nil {
		t.Documents = map[string]uint64{}
	}
	if t.Documents[name] += uint64(more); t.Documents[name] == 0 {
		delete(t.Documents, name)
	}
	return t
}

// of is how many records of the kind there are.
func (t *totals) of(k *kind) uint64 { return t.Records[k.Number] }

func (t totals) equal(u totals) bool {
	return t.Records == u.Records && t.Claims == u.Claims && maps.Equal(t.Documents, u.Documents)
}

// records is the sum of all.
func (t totals) records() uint64 {
	sum := t.Claims
	for _, n := range t.Records {
		sum += n
	}
	for _, n := range t.Documents {
		sum += n
	}
	return sum
}

// collections lists the names of the collections that have documents, in order.
func (t totals) collections() []string {
	return slices.Sorted(maps.Keys(t.Documents))
}

func (t totals) encode() []byte {
	e := codec.New(codecNewest, 128)
	e.Uvarint(t.Claims)
	writeByKind(&e, &t.Records)
	e.Uvarint(uint64(len(t.Documents)))
	for _, c := range t.collections() {
		e.String(c)
		e.Uvarint(t.Documents[c])
	}
	return e.B
}

// decodeTotals reads totals of any version.
func decodeTotals(record []byte) (totals, error) {
	d, err := codec.Open(record, codecNewest)
	if err != nil {
		return totals{}, err
	}
	var t totals
	if record[0] < codecKinds {
		t.Records[firstKind], t.Records[secondKind], t.Claims = d.Uvarint(), d.Uvarint(), d.Uvarint()
	} else {
		t.Claims = d.Uvarint()
		if err := readByKind(&d, &t.Records); err != nil {
			return totals{}, err
		}
	}
	for range d.Count(2) {
		c := d.String()
		n := d.Uvarint()
		if t.Documents == nil {
			t.Documents = map[string]uint64{}
		}
		t.Documents[c] = n
	}
	if err := d.Finish(); err != nil {
		return totals{}, err
	}
	return t, nil
}

// readTotals reads the totals of a view.
func readTotals(v engine.View) (totals, error) {
	record, err := v.Get(keyTotals)
	if err != nil {
		return totals{}, err
	}
	return decodeTotals(record)
}

// countTotals counts all records of a view, some million a minute.
func (ks *kinds) countTotals(v engine.View) (totals, error) {
	var t totals
	counts := map[byte]*uint64{kindClaim: &t.Claims}
	for _, k := range ks.list {
		counts[k.Prefix] = &t.Records[k.Number]
	}
	for kind, count := range counts {
		err := scan(v, engine.Range{Prefix: []byte{kind}}, func(engine.Pair) error {
			*count++
			return nil
		})
		if err != nil {
			return totals{}, err
		}
	}
	documents := map[string]uint64{}
	err := scan(v, engine.Range{Prefix: []byte{kindDocument}}, func(p engine.Pair) error {
		c, ok := keyCollection(p.Key)
		if !ok {
			return fmt.Errorf("%w: the key of a document", engine.ErrCorrupt)
		}
		documents[c]++
		return nil
	})
	if len(documents) > 0 {
		t.Documents = documents
	}
	return t, err
}
