package contacts

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// fakeStore is the store in a few maps. It runs every closure twice and drops
// the first run, as the real one may.
type fakeStore struct {
	Histories // nil but for MergeOf
	mu        sync.Mutex
	state     fakeState
	// refuseOver makes a closure that writes more contacts than this too
	// large; 0 is no limit.
	refuseOver int
	// failAfter lets so many closures succeed, then fails all; -1 is never.
	failAfter int
	failure   *fault.Error // what it fails with; unavailable when nil
	crowded   bool         // others always wait
}

type fakeState struct {
	seq       uint64
	schema    *fields.Schema
	contacts  map[uint32]*Contact
	companies map[uint32]*Company
	documents map[string][]byte
	counters  map[string]uint32
	merges    map[uint32]Merged
}

func (s fakeState) clone() fakeState {
	s.contacts, s.companies = maps.Clone(s.contacts), maps.Clone(s.companies)
	s.documents, s.counters = maps.Clone(s.documents), maps.Clone(s.counters)
	s.merges = maps.Clone(s.merges)
	return s
}

func newFakeStore() *fakeStore {
	return &fakeStore{failAfter: -1, state: fakeState{
		schema:    NewSchema(fields.DefaultSettings(), nil),
		contacts:  map[uint32]*Contact{},
		companies: map[uint32]*Company{},
		documents: map[string][]byte{},
		counters:  map[string]uint32{},
		merges:    map[uint32]Merged{},
	}}
}

func (f *fakeStore) Update(_ context.Context, _ Author, closure func(Tx) error) (uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failAfter == 0 {
		if f.failure != nil {
			return 0, f.failure
		}
		return 0, &fault.Error{Kind: fault.KindUnavailable, Type: "unavailable", Message: "The store is gone."}
	}
	if f.failAfter > 0 {
		f.failAfter--
	}
	dropped := &fakeTx{fakeState: f.state.clone(), crowded: f.crowded}
	if err := closure(dropped); err != nil {
		return 0, err
	}
	tx := &fakeTx{fakeState: f.state.clone(), crowded: f.crowded}
	if err := closure(tx); err != nil {
		return 0, err
	}
	if f.refuseOver > 0 && tx.written > f.refuseOver {
		return 0, &fault.Error{Kind: fault.KindTooLarge, Type: "too-large", Message: "That is too large."}
	}
	f.state = tx.fakeState
	return f.state.seq, nil
}

type fakeTx struct {
	fakeState
	written int
	crowded bool
}

func (t *fakeTx) Crowded() bool { return t.crowded }

func (t *fakeTx) Schema() *fields.Schema { return t.schema }
func (t *fakeTx) Seq() uint64            { return t.seq + 1 }

func (t *fakeTx) Record(k AnyKind, r Ref) (Record, error) {
	if c := t.contacts[r.Ordinal]; c != nil && k == contactKind {
		return c, nil
	}
	if c := t.companies[r.Ordinal]; c != nil && k == companyKind {
		return c, nil
	}
	return nil, fault.NotFound(string(k.Info().Entity))
}

func (t *fakeTx) Holder(c Claim) (Ref, bool, error) {
	for ordinal, x := range t.contacts {
		if x.Holds(c) {
			return Ref{Ordinal: ordinal}, true, nil
		}
	}
	for ordinal, x := range t.companies {
		held := map[ClaimKind]string{ClaimCompanyID: x.ID.String(), ClaimCompanyName: words.Canonical(x.Name)}
		if held[c.Kind] == c.Value {
			return Ref{Ordinal: ordinal}, true, nil
		}
	}
	return Ref{}, false, nil
}

// free is a *Taken over the claims that others than the record itself hold.
func (t *fakeTx) free(k AnyKind, r Record) error {
	var taken *Taken
	for _, c := range k.ClaimsOf(r) {
		holder, held, _ := t.Holder(c)
		if !held || holder == k.StampOf(r).Ref() {
			continue
		}
		if taken == nil {
			i := slices.IndexFunc(k.Info().Unique, func(u Unique) bool { return u.Claim == c.Kind })
			taken = &Taken{Claim: k.Info().Unique[i], Entity: k.Info().Entity}
		}
		if !slices.Contains(taken.Holders, holder) {
			taken.Holders = append(taken.Holders, holder)
		}
	}
	if taken == nil {
		return nil
	}
	return taken
}

func (t *fakeTx) put(k AnyKind, r Record) {
	t.seq++
	stamp := k.StampOf(r)
	*stamp.Version = t.seq
	if c, is := r.(*Contact); is {
		t.written++
		t.contacts[*stamp.Ordinal] = c
	} else {
		t.companies[*stamp.Ordinal] = r.(*Company)
	}
}

func (t *fakeTx) Create(k AnyKind, r Record) error {
	if err := t.free(k, r); err != nil {
		return err
	}
	*k.StampOf(r).Ordinal = t.number(string(k.Info().Entity))
	t.put(k, r)
	return nil
}

func (t *fakeTx) Update(k AnyKind, before, after Record) error {
	if present, err := t.Record(k, k.StampOf(before).Ref()); err != nil || present != before {
		return fmt.Errorf("not the present state")
	}
	if err := t.free(k, after); err != nil {
		return err
	}
	t.put(k, after)
	return nil
}

func (t *fakeTx) Delete(_ AnyKind, r Record) error {
	t.seq++
	delete(t.contacts, r.(*Contact).Ordinal)
	return nil
}

func (t *fakeTx) Absorb(k AnyKind, m Merged) error {
	absorbed := *k.StampOf(m.Absorbed).Ordinal
	delete(t.contacts, absorbed)
	t.merges[absorbed] = m
	err := t.Update(k, m.Before, m.After)
	t.seq++
	return err
}

func (t *fakeTx) MergeOf(_ AnyKind, absorbed uint32) (Merged, error) { return t.merges[absorbed], nil }

func (t *fakeTx) Restore(k AnyKind, before, after, restored Record) error {
	err := t.Update(k, before, after)
	t.put(k, restored)
	delete(t.merges, *k.StampOf(restored).Ordinal)
	return err
}

func (t *fakeTx) Attempt(do func() error) error {
	before, written := t.fakeState.clone(), t.written
	err := do()
	if err != nil {
		t.fakeState, t.written = before, written
	}
	return err
}

func (t *fakeTx) BlockKey(c Claim) string { return fakeBlockKey(c) }

func fakeBlockKey(c Claim) string { return fmt.Sprintf("%d %s", c.Kind, c.Value) }

func (t *fakeTx) Blocked(c Claim) (bool, error) {
	return t.documents[string(Blocks)+"/"+t.BlockKey(c)] != nil, nil
}

func (t *fakeTx) As(_ Author, change func() error) error { return change() }

func (t *fakeTx) Document(c Collection, key string) ([]byte, error) {
	return t.documents[string(c)+"/"+key], nil
}

func (t *fakeTx) PutDocument(c Collection, key string, document []byte) error {
	t.documents[string(c)+"/"+key] = document
	return t.documentChanged(c)
}

func (t *fakeTx) PutDefinition(a *fields.AttributeDefinition, document []byte) error {
	return t.PutDocument(AttributeDefinitions, a.Document(), document)
}

func (t *fakeTx) DeleteDocument(c Collection, key string) error {
	delete(t.documents, string(c)+"/"+key)
	return t.documentChanged(c)
}

func (t *fakeTx) documentChanged(c Collection) error {
	if c.Logged() {
		t.seq++
	}
	if c != AttributeDefinitions && c != SettingsDoc && c != Renamings {
		return nil
	}
	settings := fields.DefaultSettings()
	if raw := t.documents[string(SettingsDoc)+"/workspace"]; raw != nil {
		if err := json.Unmarshal(raw, &settings); err != nil {
			return err
		}
	}
	var attributes []*fields.AttributeDefinition
	for key, raw := range t.documents {
		if strings.HasPrefix(key, string(AttributeDefinitions)+"/") {
			a := new(fields.AttributeDefinition)
			if err := json.Unmarshal(raw, a); err != nil {
				return err
			}
			attributes = append(attributes, a)
		}
	}
	slices.SortFunc(attributes, func(a, b *fields.AttributeDefinition) int { return int(a.Number) - int(b.Number) })
	t.schema = NewSchema(settings, attributes)
	for key, document := range t.documents {
		if key, ok := strings.CutPrefix(key, string(Renamings)+"/"); ok {
			r, err := fields.ReadRenaming(document)
			if err != nil {
				return err
			}
			t.schema = t.schema.WithRenaming(key, r)
		}
	}
	return nil
}

func (t *fakeTx) NextNumber(counter string) (uint32, error) { return t.number(counter), nil }

func (t *fakeTx) Last(k AnyKind) uint32 { return t.counters[string(k.Info().Entity)] }

func (t *fakeTx) number(counter string) uint32 {
	t.counters[counter]++
	return t.counters[counter]
}

func (f *fakeStore) read() *fakeTx {
	f.mu.Lock()
	defer f.mu.Unlock()
	return &fakeTx{fakeState: f.state.clone(), crowded: f.crowded}
}

func (f *fakeStore) Schema() *fields.Schema { return f.read().schema }
func (f *fakeStore) Head() uint64           { return f.read().seq }

func (f *fakeStore) Holder(_ context.Context, c Claim) (Ref, bool, error) {
	return f.read().Holder(c)
}

// kinds are the kinds by their entities.
var kinds = map[fields.Entity]AnyKind{fields.EntityContact: contactKind, fields.EntityCompany: companyKind}

func (f *fakeStore) Read(_ context.Context, s *Shape, refs []Ref, visit func(int, []byte) error) error {
	tx := f.read()
	for i, ref := range refs {
		r, err := tx.Record(kinds[s.Entity], ref)
		if err == nil {
			err = visit(i, kinds[s.Entity].EncodeRecord(r))
		}
		if err != nil && fault.KindOf(err) != fault.KindNotFound {
			return err
		}
	}
	return nil
}

func (f *fakeStore) Scan(_ context.Context, s *Shape, from Ref, limit int, visit func(Ref, []byte) error) error {
	tx := f.read()
	for ordinal := max(from.Ordinal, 1); limit > 0 && ordinal <= tx.counters[string(s.Entity)]; ordinal++ {
		ref := Ref{Ordinal: ordinal}
		r, err := tx.Record(kinds[s.Entity], ref)
		if err != nil {
			continue
		}
		if err := visit(ref, kinds[s.Entity].EncodeRecord(r)); err != nil {
			return err
		}
		limit--
	}
	return nil
}

func (f *fakeStore) Owned(context.Context, *Shape, []uint32, uint32, int, func(Record) error) error {
	return nil
}

func (f *fakeStore) BlockKey(c Claim) string { return fakeBlockKey(c) }

func (f *fakeStore) Document(_ context.Context, c Collection, key string) ([]byte, error) {
	return f.read().Document(c, key)
}

func (f *fakeStore) Documents(_ context.Context, c Collection, prefix, after string, limit int) (list []Document, err error) {
	documents := f.read().documents
	for _, key := range slices.Sorted(maps.Keys(documents)) {
		name, ours := strings.CutPrefix(key, string(c)+"/")
		if ours && name > after && strings.HasPrefix(name, prefix) && len(list) < limit {
			list = append(list, Document{Key: name, Value: documents[key]})
		}
	}
	return list, nil
}

func (f *fakeStore) Changes(context.Context, uint64, int) ([]Change, error) { return nil, nil }

func (f *fakeStore) MergeOf(_ context.Context, _ AnyKind, absorbed uint32) (Merged, bool, error) {
	m, found := f.read().merges[absorbed]
	return m, found, nil
}

func (f *fakeStore) TrimHistory(context.Context, Author, HistoryPlace, time.Time) (HistoryPlace, bool, error) {
	return 0, false, nil
}

// workbench is a Service over a fakeStore, with a clock that the test moves.
type workbench struct {
	*Service
	store *fakeStore
	clock time.Time
	t     *testing.T
}

var tester = Author{Source: SourceAPI, Name: "test"}

func newWorkbench(t *testing.T, options ...Option) *workbench {
	w := &workbench{store: newFakeStore(), clock: time.Date(2026, 11, 22, 10, 0, 0, 123456789, time.UTC), t: t}
	n := 0
	ids := func() ID {
		n++
		return uuid.MustParse(fmt.Sprintf("019a0000-0000-7000-8000-%012d", n))
	}
	w.Service = NewService(w.store, func() time.Time { return w.clock }, ids, options...)
	return w
}

func (w *workbench) mustCreate(d fields.Draft) *Contact {
	w.t.Helper()
	r, err := w.Create(w.t.Context(), tester, d)
	require.NoError(w.t, err)
	return r.Contact
}

func (w *workbench) define(d fields.Draft) *fields.AttributeDefinition {
	w.t.Helper()
	made, err := w.DefineAttribute(w.t.Context(), tester, d)
	require.NoError(w.t, err)
	return made.Attribute
}

// problem returns err as an *Error of the kind.
func problem(t *testing.T, kind fault.ErrorKind, err error) *fault.Error {
	t.Helper()
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, kind, e.Kind, e.Error())
	return e
}

// paths are those of the faults, sorted.
func paths(faults []fault.Fault) []string {
	list := make([]string, len(faults))
	for i, f := range faults {
		list[i] = f.Path
	}
	slices.Sort(list)
	return list
}
