package storage

import (
	"context"
	"math"
	"slices"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage/engine"
)

// Verify reads everything that the store holds, as of one commit, and returns
// what does not agree: records with their claims, both ways, and with what is
// said of them elsewhere, and the log with its head. What is in documents is
// for the packages that own them to verify. It takes 24 bytes of memory for
// each claim. Progress, unless nil, is called with what is being read and how
// many of it so far.
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
	v := verification{
		view: view, hasher: s.hasher, progress: progress,
		counted: map[byte]uint64{}, documents: map[contacts.Collection]uint64{}, numbers: map[string]uint32{},
	}
	if v.state, err = readState(view); err != nil {
		return nil, err
	}
	for _, kind := range verifiedKinds {
		if err := v.all(kind); err != nil {
			return nil, readFailure(err)
		}
	}
	if err := v.strangers(); err != nil {
		return nil, readFailure(err)
	}
	return v.found.List(), nil
}

// verifiedKind is how the records of one kind of key are verified.
type verifiedKind struct {
	kind   byte
	what   string // for the progress
	record func(*verification, engine.Pair)
	after  func(*verification) // what can be said once all were read, nil for nothing
}

// verifiedKinds is every kind of key. What comes later is compared with what
// came before.
var verifiedKinds = []verifiedKind{
	{kindFormat, "format", (*verification).format, (*verification).formats},
	{kindMaster, "secret", (*verification).master, nil},
	{kindState, "state", (*verification).head, nil},
	{kindCounter, "counters", (*verification).counter, nil},
	{kindDocument, "documents", (*verification).document, (*verification).counters},
	{kindCompany, "companies", (*verification).company, nil},
	{kindContact, "contacts", (*verification).contact, nil},
	{kindMerge, "merges", (*verification).merge, (*verification).merges},
	{kindClaim, "unique values", (*verification).claim, (*verification).claims},
	{kindTomb, "deleted contacts", (*verification).tomb, (*verification).graves},
	{kindSweep, "unfinished deletions", (*verification).sweep, nil},
	{kindHistory, "history", (*verification).history, nil},
	{kindLog, "log", (*verification).log, (*verification).logEnd},
	{kindTotals, "totals", (*verification).totals, nil},
}

// verification is one run of Verify.
type verification struct {
	view     engine.View
	hasher   *claimHasher
	progress func(what string, done uint64)
	state    state
	found    contacts.Differences

	counted   map[byte]uint64                // keys by kind
	documents map[contacts.Collection]uint64 // likewise
	numbers   map[string]uint32              // last given, by counter
	attribute uint32                         // the highest number of a definition
	seen      [maxKinds]seenRecords          // by number of the kind
	expected  []heldClaim                    // in order of key once claims are read
	sorted    bool
	lastSeq   uint64 // of the log so far, 0 for none
}

// seenRecords are the ordinals of one kind that were met so far.
type seenRecords struct {
	there    ordinalSet
	absorbed ordinalSet // what records say they have absorbed
	merged   ordinalSet // what merges say was absorbed
	buried   ordinalSet
	swept    ordinalSet
}

func (v *verification) of(k *shape) *seenRecords { return &v.seen[k.number] }

// heldClaim is a claim that the records ask for.
type heldClaim struct {
	key     [18]byte
	ordinal uint32
}

// all reads the records of a kind and tells of the progress.
func (v *verification) all(k verifiedKind) error {
	done := uint64(0)
	err := scan(v.view, engine.Range{Prefix: []byte{k.kind}}, func(p engine.Pair) error {
		k.record(v, p)
		v.counted[k.kind]++
		if done++; done%engine.MaxPageKeys == 0 {
			v.progress(k.what, done)
		}
		return nil
	})
	if err == nil && k.after != nil {
		k.after(v)
	}
	return err
}

// strangers looks for records of kinds that there are not, passing over the
// others.
func (v *verification) strangers() error {
	for kind := 0; kind <= math.MaxUint8; {
		page, err := v.view.Scan(engine.Range{From: []byte{byte(kind)}, Limit: 1})
		if err != nil || len(page.Pairs) == 0 {
			return err
		}
		found := page.Pairs[0].Key[0]
		if !slices.ContainsFunc(verifiedKinds, func(k verifiedKind) bool { return k.kind == found }) {
			v.found.Add("kinds of records that are not known")
		}
		kind = int(found) + 1
	}
	return nil
}

// expect notes the claims that a record must have.
func (v *verification) expect(claims []contacts.Claim, ordinal uint32) {
	for _, c := range claims {
		v.expected = append(v.expected, heldClaim{[18]byte(v.hasher.key(c)), ordinal})
	}
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
