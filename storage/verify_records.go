package storage

import (
	"github.com/google/uuid"
	"github.com/ndoto/kundi/ledger"

	"github.com/ndoto/kundi/storage/engine"
)

// record verifies one of a kind.
func (v *verification) record(k *kind, p engine.Pair) {
	ref, ok := k.keyRef(p.Key)
	r, err := k.DecodeRecord(ref, p.Value)
	if !ok || err != nil {
		v.found.Add(string(k.Entity)+" records that cannot be read", ref.Ordinal)
		return
	}
	seen := v.of(k)
	seen.there.add(ref.Ordinal)
	left := v.owner(k, ref)
	v.expect(k.ClaimsOf(r), ref, left)
	for _, c := range k.valueClaims(v.schema, r) {
		v.expect([]ledger.Claim{c.Claim}, ref, left || !c.Sure)
	}
	for _, a := range k.AbsorbedOf(r) {
		if left {
			seen.left.add(a.Ordinal)
		}
		if seen.absorbed.has(a.Ordinal) {
			v.found.Add("merged "+k.Plural+" that several have absorbed", a.Ordinal)
		}
		seen.absorbed.add(a.Ordinal)
	}
	if ref.Ordinal > v.state.last(k) || *k.StampOf(r).Version > v.state.Seq {
		v.found.Add(k.Plural+" newer than the head of the log", ref.Ordinal)
	}
	if left {
		return // what it refers to may have been cleared before it
	}
	for entity, ordinal := range k.Relations(r) {
		v.refers(reference{from: k.at(ref.Ordinal), to: v.kinds.entities[entity].at(ordinal)})
	}
}

// refers checks that what a record refers to is there, or leaves it for later: until its
// kind is read, and until those are known that were deleted.
func (v *verification) refers(r reference) {
	switch to := &v.seen[r.to.number]; {
	case !to.read:
		v.late = append(v.late, r)
	case to.there.has(r.to.ordinal) || to.absorbed.has(r.to.ordinal):
	default:
		v.dangling = append(v.dangling, r)
	}
}

// astray tells of a record that refers to nothing.
func (v *verification) astray(r reference) {
	from, missing := v.kinds.numbers[r.from.number], v.kinds.numbers[r.to.number]
	v.found.Add(from.Plural+" of a "+string(missing.Entity)+" that does not exist", r.from.ordinal)
}

// lateReferences checks what was left once all kinds are read.
func (v *verification) lateReferences() {
	for _, k := range v.kinds.list {
		v.of(k).read = true
	}
	for _, r := range v.late {
		v.refers(r)
	}
}

// danglingReferences checks those that refer to what is not there: it must have been
// deleted.
func (v *verification) danglingReferences() {
	for _, r := range v.dangling {
		if !v.seen[r.to.number].buried.has(r.to.ordinal) {
			v.astray(r)
		}
	}
}

func (v *verification) merge(p engine.Pair) {
	k, r, ok := v.tableRecord(p.Key)
	if !ok {
		v.found.Add("merges that cannot be read", r.ordinal)
		return
	}
	if _, err := k.decodeMerge(r.ordinal, p.Value); err != nil {
		v.found.Add("merges that cannot be read", r.ordinal)
	}
	v.of(k).merged.add(r.ordinal)
	if v.of(k).there.has(r.ordinal) {
		v.found.Add(k.Plural+" that are marked as merged", r.ordinal)
	}
}

// merges compares what records have absorbed with the merges that are kept.
func (v *verification) merges() {
	for _, k := range v.kinds.list {
		seen := v.of(k)
		for ordinal := range v.state.last(k) + 1 {
			if seen.absorbed.has(ordinal) != seen.merged.has(ordinal) {
				v.found.Add("merged "+k.Plural+" without their merge or survivor", ordinal)
			}
		}
	}
}

// tableRecord is the record in a key of tableKey. Without one that there can be it is
// that of the first kind with the ordinal 0.
func (v *verification) tableRecord(key []byte) (k *kind, r recordKey, ok bool) {
	if r, ok = tableRecord(key, 0); ok && v.kinds.numbers[r.number] != nil {
		return v.kinds.numbers[r.number], r, true
	}
	return v.kinds.list[0], v.kinds.list[0].at(0), false
}

func (v *verification) tomb(p engine.Pair) {
	k, r, ok := v.tableRecord(p.Key)
	if ok && v.of(k).there.has(r.ordinal) {
		v.found.Add(k.Plural+" that are marked as deleted", r.ordinal)
	}
	g, err := decodeTomb(p.Value)
	if !ok || err != nil || g.ID.Variant() != uuid.RFC4122 || r.ordinal > v.state.last(k) {
		v.found.Add("marks of deleted "+k.Plural+" that cannot be read", r.ordinal)
	}
	v.of(k).buried.add(r.ordinal)
}

// graves looks for records that were given an ordinal and are nowhere.
func (v *verification) graves() {
	v.danglingReferences()
	for _, k := range v.kinds.list {
		if !k.History || k.Mislaid {
			continue
		}
		seen := v.of(k)
		for ordinal := uint32(1); ordinal <= v.state.last(k); ordinal++ {
			if !seen.there.has(ordinal) && !seen.merged.has(ordinal) && !seen.buried.has(ordinal) {
				v.found.Add(k.Plural+" that are gone without having been deleted", ordinal)
			}
		}
	}
}

func (v *verification) sweep(p engine.Pair) {
	k, r, ok := v.tableRecord(p.Key)
	seen := v.of(k)
	if !ok || len(p.Value) > 0 || seen.there.has(r.ordinal) {
		v.found.Add("marks of unfinished deletions that cannot be read", r.ordinal)
	}
	seen.swept.add(r.ordinal)
}

func (v *verification) history(p engine.Pair) {
	r, seq, ok := historyPlace(p.Key)
	k := v.kinds.numbers[r.number]
	if !ok || k == nil {
		v.found.Add("history that cannot be read")
		return
	}
	if _, err := decodeHistory(seq, p.Value); err != nil {
		v.found.Add("history that cannot be read", r.ordinal)
	}
	if seen := v.of(k); !seen.there.has(r.ordinal) && !seen.absorbed.has(r.ordinal) && !seen.swept.has(r.ordinal) {
		v.found.Add("history of "+k.Plural+" that do not exist", r.ordinal)
	}
	if seq > v.state.Seq {
		v.found.Add("history newer than the head of the log", r.ordinal)
	}
}

// log checks that the log is without gaps from where it starts.
func (v *verification) log(p engine.Pair) {
	changes, err := decodePack(p.Value)
	if err != nil || len(changes) == 0 {
		v.found.Add("log records that cannot be read")
		return
	}
	if v.lastSeq > 0 && changes[0].Seq != v.lastSeq+1 {
		v.found.Add("gaps in the log")
	}
	v.lastSeq = changes[len(changes)-1].Seq
	if seq, ok := logSeq(p.Key); !ok || seq != v.lastSeq {
		v.found.Add("log records in the wrong place")
	}
}

// logEnd checks that it reaches the head: trimming leaves the newest.
func (v *verification) logEnd() {
	if v.lastSeq != v.state.Seq {
		v.found.Add("end of the log that is not its head")
	}
}
