package storage

import (
	"bytes"
	"maps"
	"slices"

	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

func (v *verification) format(p engine.Pair) {
	ok := false
	switch {
	case bytes.Equal(p.Key, keyFormat):
		version, err := decodeNumber(p.Value)
		ok = err == nil && version == formatVersion
	case bytes.Equal(p.Key, keyVersions):
		versions, err := v.kinds.decodeVersions(p.Value)
		ok = err == nil && versions == v.kinds.versions()
	}
	if !ok {
		v.found.Add("format versions that cannot be read")
	}
}

// formats checks that both keys of the format are there.
func (v *verification) formats() {
	if v.counted[kindFormat] < 2 {
		v.found.Add("format versions that are missing")
	}
}

func (v *verification) master(p engine.Pair) {
	if !bytes.Equal(p.Key, keyMaster) || len(p.Value) != masterBytes {
		v.found.Add("secrets that cannot be read")
	}
}

func (v *verification) head(p engine.Pair) {
	if _, err := decodeState(p.Value); !bytes.Equal(p.Key, keyState) || err != nil {
		v.found.Add("states that cannot be read")
	}
}

func (v *verification) counter(p engine.Pair) {
	last, err := decodeNumber(p.Value)
	if err != nil || len(p.Key) == 1 {
		v.found.Add("counters that cannot be read")
		return
	}
	v.numbers[string(p.Key[1:])] = last
}

// known reports whether there is a collection with a name. Without a list of them there is.
func (v *verification) known(collection string) bool {
	return v.collections == nil || slices.ContainsFunc(v.collections, func(c ledger.Collection) bool { return c.Name == collection })
}

// document checks that the collection is one that its owner verifies.
func (v *verification) document(p engine.Pair) {
	name, key, ok := bytes.Cut(p.Key[1:], []byte{0})
	collection := string(name)
	if !ok || len(key) == 0 || !v.known(collection) {
		v.found.Add("documents of a collection that is not known")
		return
	}
	v.documents[collection]++
	if collection != ledger.AttributeDefinitions.Name {
		return
	}
	if d, err := decodeDefinition(p.Value); err == nil {
		v.attribute = max(v.attribute, d.Number)
	}
}

// counters compares each counter with the highest number that it has given.
func (v *verification) counters() {
	if v.numbers[ledger.AttributeCounter] < v.attribute {
		v.found.Add("counters below a number that they have given")
	}
	for name := range v.numbers {
		if name != ledger.AttributeCounter {
			v.found.Add("counters that are not known")
		}
	}
}

// totals compares the counts that every commit carries on with what was read.
func (v *verification) totals(p engine.Pair) {
	said, err := decodeTotals(p.Value)
	if !bytes.Equal(p.Key, keyTotals) || err != nil {
		v.found.Add("record of counts that cannot be read")
		return
	}
	for _, k := range v.kinds.list {
		v.compare(k.Plural, said.of(k) == v.counted[k.Prefix])
	}
	v.compare("claims", said.Claims == v.counted[kindClaim])
	v.compare("documents", maps.Equal(said.Documents, v.documents))
}

func (v *verification) compare(what string, equal bool) {
	if !equal {
		v.found.Add("wrong count of " + what)
	}
}
