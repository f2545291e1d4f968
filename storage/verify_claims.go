package storage

import (
	"bytes"
	"slices"

	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// claim takes the claims that must be there side by side with one that is,
// both in order of key.
func (v *verification) claim(p engine.Pair) {
	v.sortExpected()
	for len(v.expected) > 0 && bytes.Compare(v.expected[0].key[:], p.Key) < 0 {
		v.lacking(v.expected[0])
		v.expected = v.expected[1:]
	}
	ref, err := decodeRef(p.Value)
	if err != nil || len(v.expected) == 0 || !bytes.Equal(v.expected[0].key[:], p.Key) {
		v.found.Add(v.claimWord(p.Key)+" taken for somebody who does not have it", ref.Ordinal)
		return
	}
	v.held(ref)
}

// held compares the holder of the first claim that must be there with all who have it. One
// who is there comes before those whose owner is gone, of whom any may hold it.
func (v *verification) held(ref ledger.Ref) {
	first := v.expected[0]
	n := 1
	for n < len(v.expected) && v.expected[n].key == first.key {
		n++
	}
	having := v.expected[:n]
	v.expected = v.expected[n:]
	known := first.ref == ref || first.left && slices.ContainsFunc(having, func(c heldClaim) bool { return c.ref == ref })
	if !known {
		v.found.Add(v.claimWord(first.key[:])+" taken for somebody else", first.ref.Ordinal)
	}
	for _, c := range having[1:] {
		if !c.left {
			v.found.Add(v.claimWord(c.key[:])+" that several have", c.ref.Ordinal)
		}
	}
}

func (v *verification) sortExpected() {
	if !v.sorted {
		slices.SortFunc(v.expected, func(a, b heldClaim) int {
			switch c := bytes.Compare(a.key[:], b.key[:]); {
			case c != 0 || a.left == b.left:
				return c
			case a.left:
				return 1
			default:
				return -1
			}
		})
		v.sorted = true
	}
}

// claims tells of those that are behind all that are there.
func (v *verification) claims() {
	for _, c := range v.expected {
		v.lacking(c)
	}
}

func (v *verification) lacking(c heldClaim) {
	if c.left {
		return // somebody took it and gave it up since
	}
	v.found.Add(v.claimWord(c.key[:])+" not taken for the one who has it", c.ref.Ordinal)
}

// claimWord says what the key of a claim is about.
func (v *verification) claimWord(key []byte) string {
	if len(key) > 1 {
		if k := v.kinds.claims[key[1]]; k != nil && ledger.ClaimKind(key[1]) == k.ValueClaim {
			return "value of an attribute"
		} else if k != nil {
			return k.unique(ledger.ClaimKind(key[1])).Noun
		}
	}
	return "unknown value"
}
