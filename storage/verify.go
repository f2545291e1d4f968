package storage

import (
	"context"
	"math"
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// Verify reads everything that the store holds, as of one commit, and returns
// what does not agree: records with their claims, both ways, and with what is
// said of them elsewhere, and the log with its head. What is in documents is
// for the packages that own them to verify. It takes 28 bytes of memory for
// each claim. Progress, unless nil, is called with what is being read and how
// many of it so far.
//
// Damage that the engine finds itself is an error that wraps
// engine.ErrCorrupt.
func (s *Store) Verify(ctx context.Context, progress func(what string, done uint64)) ([]ledger.Difference, error) {
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
		view: view, kinds: s.kinds, collections: s.collections, hasher: s.hasher, progress: progress,
		counted: map[byte]uint64{}, documents: map[string]uint64{}, numbers: map[string]uint32{},
	}
	if v.state, err = readState(view); err != nil {
		return nil, err
	}
	if v.schema, err = readSchema(view, s.kinds); err != nil {
		return nil, err
	}
	for _, table := range v.tables() {
		if err := v.all(table); err != nil {
			return nil, readFailure(err)
		}
	}
	if err := v.strangers(); err != nil {
		return nil, readFailure(err)
	}
	return v.found.List(), nil
}

// verifiedTable is how the records under one prefix are verified.
type verifiedTable struct {
	kind   byte
	what   string // for the progress
	record func(*verification, engine.Pair)
	after  func(*verification) // what can be said once all were read, nil for nothing
}

// verifiedTables is every kind of key but for the records of kinds, which are read
// beside them. What comes later is compared with what came before.
var verifiedTables = []verifiedTable{
	{kindFormat, "format", (*verification).format, (*verification).formats},
	{kindMaster, "secret", (*verification).master, nil},
	{kindState, "state", (*verification).head, nil},
	{kindCounter, "counters", (*verification).counter, nil},
	{kindDocument, "documents", (*verification).document, (*verification).counters},
	{kindMerge, "merges", (*verification).merge, (*verification).merges},
	{kindOwner, "owners", (*verification).place, (*verification).places},
	{kindClaim, "unique values", (*verification).claim, (*verification).claims},
	{kindTomb, "deleted records", (*verification).tomb, (*verification).graves},
	{kindSweep, "unfinished deletions", (*verification).sweep, (*verification).orphans},
	{kindHistory, "history", (*verification).history, nil},
	{kindLog, "log", (*verification).log, (*verification).logEnd},
	{kindTotals, "totals", (*verification).totals, nil},
}

// tables are the verified tables with the records of the store's kinds before the merges.
// What others refer to comes before them.
func (v *verification) tables() []verifiedTable {
	var records []verifiedTable
	for _, k := range v.kinds.referredFirst() {
		records = append(records, verifiedTable{
			kind: k.Prefix, what: k.Plural,
			record: func(v *verification, p engine.Pair) { v.record(k, p) },
			after:  func(v *verification) { v.of(k).read = true },
		})
	}
	at := slices.IndexFunc(verifiedTables, func(t verifiedTable) bool { return t.kind == kindMerge })
	records[len(records)-1].after = func(v *verification) { v.lateReferences() }
	return slices.Concat(verifiedTables[:at], records, verifiedTables[at:])
}

// referredFirst are the kinds in an order in which each comes after those that it refers
// to, as far as there is one.
func (ks *kinds) referredFirst() (list []*kind) {
	var visit func(k *kind)
	visited := map[*kind]bool{}
	visit = func(k *kind) {
		if k == nil || visited[k] {
			return
		}
		visited[k] = true
		visit(k.owner)
		for _, entity := range k.RefersTo() {
			if !ks.entities[entity].under(k) {
				visit(ks.entities[entity])
			}
		}
		list = append(list, k)
	}
	for _, k := range ks.list {
		visit(k)
	}
	return list
}

// verification is one run of Verify.
type verification struct {
	view        engine.View
	kinds       *kinds
	collections []ledger.Collection // nil for any
	hasher      *claimHasher
	progress    func(what string, done uint64)
	state       state
	schema      *fields.Schema
	found       ledger.Differences

	counted   map[byte]uint64              // keys by kind
	documents map[string]uint64            // likewise
	numbers   map[string]uint32            // last given, by counter
	attribute uint32                       // the highest number of a definition
	seen      [ledger.MaxKinds]seenRecords // by number of the kind
	late      []reference                  // to kinds that were not read yet
	dangling  []reference                  // to what is not there, but may have been deleted
	left      []reference                  // to owners that are not there
	expected  []heldClaim                  // in order of key once claims are read
	sorted    bool
	lastSeq   uint64 // of the log so far, 0 for none
}

// seenRecords are the ordinals of one kind that were met so far.
type seenRecords struct {
	read     bool // all of the kind
	there    ordinalSet
	absorbed ordinalSet // what records say they have absorbed
	merged   ordinalSet // what merges say was absorbed
	buried   ordinalSet
	swept    ordinalSet
	left     ordinalSet        // of those there, the ones whose owner is not, or is one of these
	placed   map[uint32]uint32 // owners of those that own others, until their table is read
}

func (v *verification) of(k *kind) *seenRecords { return &v.seen[k.Number] }

// reference is that of one record to another.
type reference struct {
	from, to recordKey
}

// heldClaim is a claim that the records ask for.
type heldClaim struct {
	key  [18]byte
	ref  ledger.Ref
	left bool // by a record whose owner is gone, so that others may have it
}

// all reads the records of a kind and tells of the progress.
func (v *verification) all(k verifiedTable) error {
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
		if !slices.ContainsFunc(v.tables(), func(t verifiedTable) bool { return t.kind == found }) {
			v.found.Add("kinds of records that are not known")
		}
		kind = int(found) + 1
	}
	return nil
}

// expect notes the claims that a record must have.
func (v *verification) expect(claims []ledger.Claim, ref ledger.Ref, left bool) {
	for _, c := range claims {
		v.expected = append(v.expected, heldClaim{[18]byte(v.hasher.key(c)), ref, left})
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
