package storage

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// kind is one kind of records of a store, such as contacts.
type kind struct {
	ledger.AnyKind
	*ledger.Shape
	owner    *kind   // what its records belong to, nil for nothing
	children []*kind // what belongs to its records
}

// recordKey names a record within the store, by the number of its kind.
type recordKey struct {
	number  byte
	ordinal uint32
}

// kinds are those of a store. They never change.
type kinds struct {
	list     []*kind // in order of number
	numbers  [ledger.MaxKinds]*kind
	claims   [256]*kind // by the kind of the claim
	entities map[fields.Entity]*kind
}

// newKinds checks that kinds agree with each other. An error is a mistake in the program.
func newKinds(given ...ledger.AnyKind) (*kinds, error) {
	ks := &kinds{entities: map[fields.Entity]*kind{}}
	prefixes := map[byte]bool{}
	if len(given) == 0 {
		return nil, errors.New("a store needs the kinds of its records")
	}
	for _, any := range given {
		k := &kind{AnyKind: any, Shape: any.Info()}
		switch {
		case k.Number >= ledger.MaxKinds || ks.numbers[k.Number] != nil:
			return nil, fmt.Errorf("the kind %s has the number %d of another, or one too high", k.Entity, k.Number)
		case prefixes[k.Prefix] || reserved(k.Prefix):
			return nil, fmt.Errorf("the kind %s has the prefix %q of another", k.Entity, k.Prefix)
		case k.Version == 0 || k.Plural == "" || ks.entities[k.Entity] != nil:
			return nil, fmt.Errorf("the kind %s is given twice, or without a version or a plural", k.Entity)
		}
		for _, u := range k.Unique {
			if ks.claims[u.Claim] != nil {
				return nil, fmt.Errorf("the kind %s has the claims %d of another", k.Entity, u.Claim)
			}
			ks.claims[u.Claim] = k
		}
		if v := k.ValueClaim; v != 0 {
			if ks.claims[v] != nil {
				return nil, fmt.Errorf("the kind %s has the claims %d of another", k.Entity, v)
			}
			ks.claims[v] = k
		}
		prefixes[k.Prefix], ks.numbers[k.Number], ks.entities[k.Entity] = true, k, k
	}
	for _, k := range ks.numbers {
		if k == nil {
			continue
		}
		if k.Owner != "" {
			if k.owner = ks.entities[k.Owner]; k.owner == nil || k.MayGo() {
				return nil, fmt.Errorf("the kind %s belongs to %s, which is no kind, or goes away by itself", k.Entity, k.Owner)
			}
			k.owner.children = append(k.owner.children, k)
		}
		ks.list = append(ks.list, k)
	}
	for _, k := range ks.list {
		switch {
		case k.owner.under(k):
			return nil, fmt.Errorf("the kind %s belongs to itself", k.Entity)
		case k.Dated && (k.owner == nil || len(k.children) > 0 || k.Absorbs()):
			return nil, fmt.Errorf("the kind %s is dated, and belongs to nothing, owns others or is merged", k.Entity)
		}
	}
	return ks, nil
}

// under reports whether the kind is another one, or belongs to it over others.
func (k *kind) under(other *kind) bool {
	for range ledger.MaxKinds {
		if k == nil || k == other {
			break
		}
		k = k.owner
	}
	return k != nil && k == other
}

// nested reports whether records of the kind belong to some and own others. These are
// looked for by their ordinal alone, so a table says where each is.
func (k *kind) nested() bool { return k.owner != nil && len(k.children) > 0 }

// reserved reports whether a prefix is that of keys that are of no kind of records.
func reserved(prefix byte) bool {
	for _, v := range verifiedTables {
		if v.kind == prefix {
			return true
		}
	}
	return false
}

// of returns the store's own view of a kind, nil for one that it does not have.
func (ks *kinds) of(k ledger.AnyKind) *kind { return ks.numbers[k.Info().Number%ledger.MaxKinds] }

// unique returns what a claim of the kind is on.
func (k *kind) unique(claim ledger.ClaimKind) ledger.Unique {
	for _, u := range k.Unique {
		if u.Claim == claim {
			return u
		}
	}
	return ledger.Unique{Claim: claim, Noun: "unknown value"}
}

// key is that of a record: the prefix, the owner where there is one, the moment of a dated
// kind, the ordinal.
func (k *kind) key(r ledger.Ref) []byte {
	key := k.ownerPrefix(r.Owner)
	if k.Dated {
		key = appendMoment(key, r.At)
	}
	return binary.BigEndian.AppendUint32(key, r.Ordinal)
}

// A moment takes six bytes. They sort as moments do, those before 1970 too.
const (
	momentBytes = 6
	momentZero  = 1 << 47 // what is added: half of what they hold
)

// momentFits reports whether a moment, in milliseconds, is within the years 2490 before to
// 6429 after Christ.
func momentFits(at int64) bool { return at >= -momentZero && at < momentZero }

func appendMoment(b []byte, at int64) []byte {
	n := uint64(at + momentZero)
	return binary.BigEndian.AppendUint32(append(b, byte(n>>40), byte(n>>32)), uint32(n))
}

// readMoment reads momentBytes bytes.
func readMoment(b []byte) int64 {
	return int64(b[0])<<40 + int64(b[1])<<32 + int64(binary.BigEndian.Uint32(b[2:])) - momentZero
}

// ordinalKey is the key of a record that stands alone.
func (k *kind) ordinalKey(ordinal uint32) []byte { return k.key(ledger.Ref{Ordinal: ordinal}) }

// ownerPrefix is what the keys of all records begin with that belong to one, or of all
// records of a kind that stands alone.
func (k *kind) ownerPrefix(owner uint32) []byte {
	key := append(make([]byte, 0, 9+momentBytes), k.Prefix)
	if k.owner != nil {
		key = binary.BigEndian.AppendUint32(key, owner)
	}
	return key
}

// keyRef is the record in a key of key.
func (k *kind) keyRef(key []byte) (r ledger.Ref, ok bool) {
	if k.owner == nil {
		r.Ordinal, ok = keyOrdinal(key)
		return r, ok
	}
	n := 5 // what is before the ordinal
	if k.Dated {
		n += momentBytes
	}
	if len(key) != n+4 {
		return r, false
	}
	r = ledger.Ref{Owner: binary.BigEndian.Uint32(key[1:]), Ordinal: binary.BigEndian.Uint32(key[n:])}
	if k.Dated {
		r.At = readMoment(key[5:])
	}
	return r, true
}

// at names a record in the overlay and in tables.
func (k *kind) at(ordinal uint32) recordKey { return recordKey{k.Number, ordinal} }

// encodeRef is the value of a claim: the ordinal, the owner where there is one, and the moment
// of a dated kind.
func (k *kind) encodeRef(r ledger.Ref) []byte {
	value := encodeNumber(r.Ordinal)
	if k.owner != nil {
		value = binary.BigEndian.AppendUint32(value, r.Owner)
	}
	if k.Dated {
		value = appendMoment(value, r.At)
	}
	return value
}

// decodeRef reads the value of a claim.
func decodeRef(value []byte) (r ledger.Ref, err error) {
	if len(value) == 8+momentBytes {
		r.At = readMoment(value[8:])
		value = value[:8]
	}
	if len(value) == 8 {
		if r.Owner, err = decodeNumber(value[4:]); err != nil {
			return r, err
		}
		value = value[:4]
	}
	r.Ordinal, err = decodeNumber(value)
	return r, err
}

// KindOf implements ledger.Tx.
func (t *tx) KindOf(e fields.Entity) ledger.AnyKind { return t.kinds.named(e) }

// KindOf implements ledger.Reader.
func (s *reader) KindOf(e fields.Entity) ledger.AnyKind { return s.kinds.named(e) }

// named is the kind of an entity as the store was given it, nil for none.
func (ks *kinds) named(e fields.Entity) ledger.AnyKind {
	if k := ks.entities[e]; k != nil {
		return k.AnyKind
	}
	return nil
}

// given are all kinds as the store was given them, in order of number.
func (ks *kinds) given() (list []ledger.AnyKind) {
	for _, k := range ks.list {
		list = append(list, k.AnyKind)
	}
	return list
}
