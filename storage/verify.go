package storage

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage/engine"
)

// Verify reads everything that the store holds, as of one commit, and returns
// what does not agree: records with their claims, both ways, and with what is
// said of them elsewhere, and the log with its head. It takes 24 bytes of
// memory for each claim. Progress, unless nil, is called with what is being
// read and how many of it so far.
//
// Damage that the engine finds itself is an error that wraps
// engine.ErrCorrupt.
func (s *Store) Verify(ctx context.Context, progress func(what string, done uint64)) ([]contacts.Difference, error) {
	if err := s.Sound(); err != nil {
		return nil, err
	}
	view, err := s.engine.View(ctx)
	if err != nil {
		return nil, readFailure(err)
	}
	defer view.Close()
	if progress == nil {
		progress = func(string, uint64) {}
	}
	v := verification{view: view, hasher: s.hasher, progress: progress, counted: map[byte]uint64{}}
	if v.state, err = readState(view); err != nil {
		return nil, err
	}
	for _, check := range []func() error{v.companyRecords, v.contactRecords, v.merges, v.claims, v.tombs, v.history, v.log, v.totals} {
		if err := check(); err != nil {
			return nil, readFailure(err)
		}
	}
	return v.found.List(), nil
}

// verification is one run of Verify.
type verification struct {
	view     engine.View
	hasher   *claimHasher
	progress func(what string, done uint64)
	state    state
	counted  map[byte]uint64 // keys by kind
	found    contacts.Differences

	people    ordinalSet
	absorbed  ordinalSet // what contacts say they have absorbed
	merged    ordinalSet // what merges say was absorbed
	companies ordinalSet
	expected  []heldClaim
}

// heldClaim is a claim that the records ask for.
type heldClaim struct {
	key     [18]byte
	ordinal uint32
}

// each visits a kind of keys and tells of the progress.
func (v *verification) each(kind byte, what string, visit func(engine.Pair)) error {
	done := uint64(0)
	return scan(v.view, engine.Range{Prefix: []byte{kind}}, func(p engine.Pair) error {
		visit(p)
		v.counted[kind]++
		if done++; done%engine.MaxPageKeys == 0 {
			v.progress(what, done)
		}
		return nil
	})
}

// expect notes the claims that a record must have.
func (v *verification) expect(claims []contacts.Claim, ordinal uint32) {
	for _, c := range claims {
		v.expected = append(v.expected, heldClaim{[18]byte(v.hasher.key(c)), ordinal})
	}
}

func (v *verification) companyRecords() error {
	return v.each(kindCompany, "companies", func(p engine.Pair) {
		ordinal, ok := keyOrdinal(p.Key)
		c, err := decodeCompany(ordinal, p.Value)
		if !ok || err != nil {
			v.found.Add("company records that cannot be read", ordinal)
			return
		}
		v.companies.add(ordinal)
		v.expect(companyClaims(c), ordinal)
		if ordinal > v.state.Companies || c.Version > v.state.Seq {
			v.found.Add("companies newer than the head of the log", ordinal)
		}
	})
}

func (v *verification) contactRecords() error {
	return v.each(kindContact, "contacts", func(p engine.Pair) {
		ordinal, ok := keyOrdinal(p.Key)
		c, err := decodeContact(ordinal, p.Value)
		if !ok || err != nil {
			v.found.Add("contact records that cannot be read", ordinal)
			return
		}
		v.people.add(ordinal)
		v.expect(c.Claims(), ordinal)
		for i := range c.Absorbed {
			if v.absorbed.has(c.Absorbed[i].Ordinal) {
				v.found.Add("merged contacts that several have absorbed", c.Absorbed[i].Ordinal)
			}
			v.absorbed.add(c.Absorbed[i].Ordinal)
		}
		if ordinal > v.state.Contacts || c.Version > v.state.Seq {
			v.found.Add("contacts newer than the head of the log", ordinal)
		}
		if c.Company != 0 && !v.companies.has(c.Company) {
			v.found.Add("contacts of a company that does not exist", ordinal)
		}
	})
}

// merges compares what contacts have absorbed with the merges that are kept.
func (v *verification) merges() error {
	err := v.each(kindMerge, "merges", func(p engine.Pair) {
		ordinal, _ := keyOrdinal(p.Key)
		if _, err := decodeMerge(ordinal, p.Value); err != nil {
			v.found.Add("merges that cannot be read", ordinal)
		}
		v.merged.add(ordinal)
		if v.people.has(ordinal) {
			v.found.Add("contacts that are marked as merged", ordinal)
		}
	})
	for ordinal := range v.state.Contacts + 1 {
		if v.absorbed.has(ordinal) != v.merged.has(ordinal) {
			v.found.Add("merged contacts without their merge or survivor", ordinal)
		}
	}
	return err
}

// claims walks the claims that are there and those that must be side by side,
// both in order of key.
func (v *verification) claims() error {
	slices.SortFunc(v.expected, func(a, b heldClaim) int { return bytes.Compare(a.key[:], b.key[:]) })
	rest := v.expected
	err := v.each(kindClaim, "unique values", func(p engine.Pair) {
		for len(rest) > 0 && bytes.Compare(rest[0].key[:], p.Key) < 0 {
			v.lacking(rest[0])
			rest = rest[1:]
		}
		ordinal, err := decodeNumber(p.Value)
		if err != nil || len(rest) == 0 || !bytes.Equal(rest[0].key[:], p.Key) {
			v.found.Add(claimWord(p.Key)+" taken for somebody who does not have it", ordinal)
			return
		}
		if rest[0].ordinal != ordinal {
			v.found.Add(claimWord(p.Key)+" taken for somebody else", rest[0].ordinal)
		}
		held := rest[0].key
		for rest = rest[1:]; len(rest) > 0 && rest[0].key == held; rest = rest[1:] {
			v.found.Add(claimWord(p.Key)+" that several have", rest[0].ordinal)
		}
	})
	for _, c := range rest {
		v.lacking(c)
	}
	return err
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

func (v *verification) tombs() error {
	return v.each(kindTomb, "deleted contacts", func(p engine.Pair) {
		ordinal, _ := keyOrdinal(p.Key)
		if v.people.has(ordinal) {
			v.found.Add("contacts that are marked as deleted", ordinal)
		}
		if _, err := decodeTomb(ordinal, p.Value); err != nil {
			v.found.Add("marks of deleted contacts that cannot be read", ordinal)
		}
	})
}

func (v *verification) history() error {
	swept := map[uint32]bool{}
	sweeps, err := readSweeps(v.view)
	if err != nil {
		return err
	}
	for _, ordinal := range sweeps {
		swept[ordinal] = true
	}
	return v.each(kindHistory, "history", func(p engine.Pair) {
		seq, ok := historySeq(p.Key)
		if !ok {
			v.found.Add("history that cannot be read")
			return
		}
		ordinal, _ := keyOrdinal(p.Key[:5])
		if _, err := decodeHistory(seq, p.Value); err != nil {
			v.found.Add("history that cannot be read", ordinal)
		}
		if !v.people.has(ordinal) && !v.absorbed.has(ordinal) && !swept[ordinal] {
			v.found.Add("history of contacts that do not exist", ordinal)
		}
		if seq > v.state.Seq {
			v.found.Add("history newer than the head of the log", ordinal)
		}
	})
}

// log checks that the log is without gaps from where it starts to the head.
func (v *verification) log() error {
	last, any := uint64(0), false
	err := v.each(kindLog, "log", func(p engine.Pair) {
		changes, err := decodePack(p.Value)
		if err != nil || len(changes) == 0 {
			v.found.Add("log records that cannot be read")
			return
		}
		if any && changes[0].Seq != last+1 {
			v.found.Add("gaps in the log")
		}
		last, any = changes[len(changes)-1].Seq, true
		if seq, ok := logSeq(p.Key); !ok || seq != last {
			v.found.Add("log records in the wrong place")
		}
	})
	if any && last != v.state.Seq {
		v.found.Add("end of the log that is not its head")
	}
	return err
}

// ordinalSet is a set of ordinals, a bit each.
type ordinalSet struct{ words []uint64 }

func (s *ordinalSet) add(ordinal uint32) {
	for int(ordinal/64) >= len(s.words) {
		s.words = append(s.words, 0)
	}
	s.words[ordinal/64] |= 1 << (ordinal % 64)
}

func (s *ordinalSet) has(ordinal uint32) bool {
	return int(ordinal/64) < len(s.words) && s.words[ordinal/64]&(1<<(ordinal%64)) != 0
}

// totals compares the counts that every commit carries on with what was read.
func (v *verification) totals() error {
	said, err := readTotals(v.view)
	if err != nil {
		v.found.Add("record of counts that cannot be read")
		return nil
	}
	documents := map[contacts.Collection]uint64{}
	err = v.each(kindDocument, "documents", func(p engine.Pair) {
		c, _ := keyCollection(p.Key)
		documents[c]++
	})
	if len(documents) == 0 {
		documents = nil
	}
	read := totals{Contacts: v.counted[kindContact], Companies: v.counted[kindCompany], Claims: v.counted[kindClaim], Documents: documents}
	for _, count := range []struct {
		what  string
		equal bool
	}{
		{"contacts", said.Contacts == read.Contacts},
		{"companies", said.Companies == read.Companies},
		{"claims", said.Claims == read.Claims},
		{"documents", maps.Equal(said.Documents, read.Documents)},
	} {
		if !count.equal {
			v.found.Add("wrong count of " + count.what)
		}
	}
	return err
}
