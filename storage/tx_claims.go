package storage

import (
	"slices"

	"github.com/ndoto/kundi/ledger"
)

// movedClaims are the claims that only a record before has, and only the one after.
func movedClaims(old, fresh []ledger.Claim) (released, taken []ledger.Claim) {
	return without(old, fresh), without(fresh, old)
}

// without returns the claims of a that are not in b.
func without(a, b []ledger.Claim) []ledger.Claim {
	if len(b) == 0 {
		return a
	}
	var out []ledger.Claim
next:
	for _, x := range a {
		for _, y := range b {
			if x == y {
				continue next
			}
		}
		out = append(out, x)
	}
	return out
}

func (t *tx) claim(k *kind, claims []ledger.Claim, ref ledger.Ref) {
	for _, c := range claims {
		key := t.hasher.key(c)
		t.unclaimed.take(key)
		t.put(key, k.encodeRef(ref))
		t.totals.Claims++
	}
}

func (t *tx) unclaim(claims []ledger.Claim) {
	for _, c := range claims {
		t.delete(t.hasher.key(c))
		t.totals.Claims--
	}
}

// Holder implements ledger.Tx. Nobody holds what belongs to one whose owner is gone.
func (t *tx) Holder(c ledger.Claim) (ledger.Ref, bool, error) {
	ref, held, err := t.claimed(c)
	if err != nil || !held {
		return ledger.Ref{}, false, err
	}
	if there, err := t.ownerStands(t.kinds.claims[c.Kind], ref); err != nil || !there {
		return ledger.Ref{}, false, err
	}
	return ref, true, nil
}

// claimed returns the record that a claim was taken for, whose owner may be gone.
func (t *tx) claimed(c ledger.Claim) (ref ledger.Ref, held bool, err error) {
	if t.over {
		return ref, false, errOver
	}
	key := t.hasher.key(c)
	if t.unclaimed.free(key) {
		return ref, false, nil
	}
	found, err := t.get(key)
	if err != nil {
		return ref, false, readFailure(err)
	}
	if found == nil {
		t.unclaimed.missed()
		return ref, false, nil
	}
	if ref, err = decodeRef(found); err != nil {
		return ref, false, readFailure(err)
	}
	agrees, err := t.holds(ref, c)
	if err != nil {
		return ledger.Ref{}, false, err
	}
	if !agrees {
		return ledger.Ref{}, false, errMismatch
	}
	return ref, true, nil
}

// errMismatch means that a claim's holder does not have the claimed value:
// the records are damaged or two values have the same 128-bit hash.
var errMismatch = internal("A claim does not agree with its holder's record.", nil)

// holds reports whether the record of a claim's holder has the value.
func (t *tx) holds(ref ledger.Ref, claim ledger.Claim) (bool, error) {
	k := t.kinds.claims[claim.Kind]
	if k == nil {
		return false, nil
	}
	r, err := t.raw(k, ref)
	if err != nil || r == nil {
		return false, err
	}
	if claim.Kind == k.ValueClaim {
		return k.hasValue(r, claim), nil
	}
	return k.Holds(r, claim), nil
}

// free reports claims that are held, as a *ledger.Taken. When there are none it releases
// those that were left by records whose owner is gone.
func (t *tx) free(k *kind, claims []ledger.Claim) error {
	var taken *ledger.Taken
	var left []ledger.Claim
	for _, c := range claims {
		ref, held, err := t.claimed(c)
		if err != nil {
			return err
		}
		if !held {
			continue
		}
		there, err := t.ownerStands(k, ref)
		if err != nil {
			return err
		}
		if !there {
			left = append(left, c)
			continue
		}
		if taken == nil {
			taken = &ledger.Taken{Claim: t.uniqueOf(k, c), Entity: k.Entity}
		}
		if !slices.Contains(taken.Holders, ref) {
			taken.Holders = append(taken.Holders, ref)
		}
		if h := (ledger.Held{Claim: t.uniqueOf(k, c), Holder: ref}); !slices.Contains(taken.Held, h) {
			taken.Held = append(taken.Held, h)
		}
	}
	if taken == nil {
		t.unclaim(left)
		return nil // and no typed nil
	}
	return taken
}
