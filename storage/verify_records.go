package storage

import (
	"bytes"
	"slices"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage/engine"
)

func (v *verification) company(p engine.Pair) {
	ordinal, ok := keyOrdinal(p.Key)
	c, err := decodeCompany(ordinal, p.Value)
	if !ok || err != nil {
		v.found.Add("company records that cannot be read", ordinal)
		return
	}
	v.of(&companyShape).there.add(ordinal)
	v.expect(companyClaims(c), ordinal)
	if ordinal > v.state.last(&companyShape) || c.Version > v.state.Seq {
		v.found.Add("companies newer than the head of the log", ordinal)
	}
}

func (v *verification) contact(p engine.Pair) {
	ordinal, ok := keyOrdinal(p.Key)
	c, err := decodeContact(ordinal, p.Value)
	if !ok || err != nil {
		v.found.Add("contact records that cannot be read", ordinal)
		return
	}
	v.of(&contactShape).there.add(ordinal)
	v.expect(c.Claims(), ordinal)
	for i := range c.Absorbed {
		if v.of(&contactShape).absorbed.has(c.Absorbed[i].Ordinal) {
			v.found.Add("merged contacts that several have absorbed", c.Absorbed[i].Ordinal)
		}
		v.of(&contactShape).absorbed.add(c.Absorbed[i].Ordinal)
	}
	if ordinal > v.state.last(&contactShape) || c.Version > v.state.Seq {
		v.found.Add("contacts newer than the head of the log", ordinal)
	}
	if c.Company != 0 && !v.of(&companyShape).there.has(c.Company) {
		v.found.Add("contacts of a company that does not exist", ordinal)
	}
}

func (v *verification) merge(p engine.Pair) {
	r, ok := tableRecord(p.Key, 0)
	if !ok {
		v.found.Add("merges that cannot be read", r.ordinal)
		return
	}
	k := kindOf(r.number)
	if _, err := decodeMerge(r.ordinal, p.Value); err != nil {
		v.found.Add("merges that cannot be read", r.ordinal)
	}
	v.of(k).merged.add(r.ordinal)
	if v.of(k).there.has(r.ordinal) {
		v.found.Add(k.plural+" that are marked as merged", r.ordinal)
	}
}

// merges compares what records have absorbed with the merges that are kept.
func (v *verification) merges() {
	for _, k := range shapes {
		seen := v.of(k)
		for ordinal := range v.state.last(k) + 1 {
			if seen.absorbed.has(ordinal) != seen.merged.has(ordinal) {
				v.found.Add("merged "+k.plural+" without their merge or survivor", ordinal)
			}
		}
	}
}

// claim takes the claims that must be there side by side with one that is,
// both in order of key.
func (v *verification) claim(p engine.Pair) {
	v.sortExpected()
	for len(v.expected) > 0 && bytes.Compare(v.expected[0].key[:], p.Key) < 0 {
		v.lacking(v.expected[0])
		v.expected = v.expected[1:]
	}
	ordinal, err := decodeNumber(p.Value)
	if err != nil || len(v.expected) == 0 || !bytes.Equal(v.expected[0].key[:], p.Key) {
		v.found.Add(claimWord(p.Key)+" taken for somebody who does not have it", ordinal)
		return
	}
	held := v.expected[0]
	if held.ordinal != ordinal {
		v.found.Add(claimWord(p.Key)+" taken for somebody else", held.ordinal)
	}
	for v.expected = v.expected[1:]; len(v.expected) > 0 && v.expected[0].key == held.key; v.expected = v.expected[1:] {
		v.found.Add(claimWord(p.Key)+" that several have", v.expected[0].ordinal)
	}
}

func (v *verification) sortExpected() {
	if !v.sorted {
		slices.SortFunc(v.expected, func(a, b heldClaim) int { return bytes.Compare(a.key[:], b.key[:]) })
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
	v.found.Add(claimWord(c.key[:])+" not taken for the one who has it", c.ordinal)
}

// claimWord says what the key of a claim is about.
func claimWord(key []byte) string {
	if len(key) < 2 {
		return "unknown value"
	}
	switch contacts.ClaimKind(key[1]) {
	case contacts.ClaimID:
		return "id"
	case contacts.ClaimEmail:
		return "e-mail"
	case contacts.ClaimPhone:
		return "phone number"
	case contacts.ClaimIdentifier:
		return "identifier"
	case contacts.ClaimMerge:
		return "merge"
	case contacts.ClaimCompanyID:
		return "company id"
	case contacts.ClaimCompanyName:
		return "company name"
	}
	return "unknown value"
}

func (v *verification) tomb(p engine.Pair) {
	r, ok := tableRecord(p.Key, 0)
	k := kindOf(r.number)
	if ok && v.of(k).there.has(r.ordinal) {
		v.found.Add(k.plural+" that are marked as deleted", r.ordinal)
	}
	id, err := decodeTomb(r.ordinal, p.Value)
	if !ok || err != nil || id.Variant() != uuid.RFC4122 || r.ordinal > v.state.last(k) {
		v.found.Add("marks of deleted "+k.plural+" that cannot be read", r.ordinal)
	}
	v.of(k).buried.add(r.ordinal)
}

// graves looks for records that were given an ordinal and are nowhere.
func (v *verification) graves() {
	for _, k := range shapes {
		if !k.tombs {
			continue
		}
		seen := v.of(k)
		for ordinal := uint32(1); ordinal <= v.state.last(k); ordinal++ {
			if !seen.there.has(ordinal) && !seen.merged.has(ordinal) && !seen.buried.has(ordinal) {
				v.found.Add(k.plural+" that are gone without having been deleted", ordinal)
			}
		}
	}
}

func (v *verification) sweep(p engine.Pair) {
	r, ok := tableRecord(p.Key, 0)
	seen := &v.seen[r.number]
	if !ok || len(p.Value) > 0 || seen.there.has(r.ordinal) {
		v.found.Add("marks of unfinished deletions that cannot be read", r.ordinal)
	}
	seen.swept.add(r.ordinal)
}

func (v *verification) history(p engine.Pair) {
	r, seq, ok := historyPlace(p.Key)
	if !ok {
		v.found.Add("history that cannot be read")
		return
	}
	if _, err := decodeHistory(seq, p.Value); err != nil {
		v.found.Add("history that cannot be read", r.ordinal)
	}
	if seen := &v.seen[r.number]; !seen.there.has(r.ordinal) && !seen.absorbed.has(r.ordinal) && !seen.swept.has(r.ordinal) {
		v.found.Add("history of "+kindOf(r.number).plural+" that do not exist", r.ordinal)
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
