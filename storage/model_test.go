package storage_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	_ "github.com/ndoto/kundi/repeatable"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// model is the simplest store there is. It learns of every closure that was
// answered, in the order of the log.
type model struct {
	contacts  map[uint32]*contacts.Contact
	emails    map[string]uint32
	documents map[string]string
	ordinals  uint32
	seq       uint64
	histories map[uint32]int
}

func newModel() *model {
	return &model{map[uint32]*contacts.Contact{}, map[string]uint32{}, map[string]string{}, 0, 0, map[uint32]int{}}
}

// step is one closure of the random history, with what it will have done.
type step struct {
	op    string
	slot  int // which of the step's writer's contacts
	email string
	key   string
	value string
	fail  bool // the closure fails after its writes
}

var genStep = rapid.Custom(func(t *rapid.T) step {
	return step{
		op:    rapid.SampledFrom([]string{"create", "create", "update", "update", "delete", "put", "remove", "none"}).Draw(t, "op"),
		slot:  rapid.IntRange(0, 3).Draw(t, "slot"),
		email: fmt.Sprintf("%c@example.com", 'a'+rune(rapid.IntRange(0, 7).Draw(t, "email"))),
		key:   rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "key"),
		value: rapid.StringN(0, 5, -1).Draw(t, "value"),
		fail:  rapid.IntRange(0, 9).Draw(t, "fail") == 0,
	}
})

// result is what a step did, told by its closure.
type result struct {
	seq      uint64
	before   *contacts.Contact // that an update or delete replaced
	after    *contacts.Contact // that a create or update wrote
	key      string            // of a document put or removed
	value    *string
	conflict bool
}

var errStep = fmt.Errorf("the step fails")

// run carries out a step against the store.
func (s step) run(store *storage.Store, own []uint32) (result, error) {
	var r result
	seq, err := store.Update(context.Background(), api, func(tx ledger.Tx) error {
		r = result{}
		if err := s.write(tx, own, &r); err != nil {
			return err
		}
		if s.fail {
			return errStep
		}
		return nil
	})
	r.seq = seq
	if isTaken(err) {
		r.conflict = true
		return r, nil
	}
	if s.fail && err == errStep {
		return result{}, nil
	}
	return r, err
}

func (s step) write(tx ledger.Tx, own []uint32, r *result) error {
	switch s.op {
	case "create":
		r.after = person("new", s.email)
		return contacts.Kind.Create(tx, r.after)
	case "put":
		r.key, r.value = s.key, &s.value
		return tx.PutDocument(segmentDocuments, s.key, []byte(s.value))
	case "remove":
		if document, err := tx.Document(segmentDocuments, s.key); err != nil || document == nil {
			return err
		}
		r.key = s.key
		return tx.DeleteDocument(segmentDocuments, s.key)
	case "update", "delete":
		if s.slot >= len(own) {
			return nil
		}
		c, err := contacts.Kind.Get(tx, own[s.slot])
		if fault.KindOf(err) == fault.KindNotFound && err != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if s.op == "delete" {
			r.before = c
			return contacts.Kind.Delete(tx, c)
		}
		after := c.Clone()
		after.Email, after.Name = s.email, s.value
		if err := contacts.Kind.Update(tx, c, after); err != nil {
			return err
		}
		r.before, r.after = c, after
	}
	return nil
}

// learn applies a result, checking on the way what must hold at its place in
// the log.
func (m *model) learn(t *rapid.T, r result) {
	if r.conflict || r.before == nil && r.after == nil && r.key == "" {
		return
	}
	m.seq++
	require.Equal(t, m.seq, r.seq, "sequence numbers are dense")
	if r.before != nil {
		require.Equal(t, m.contacts[r.before.Ordinal], r.before, "an update sees the newest state")
		delete(m.emails, r.before.Email)
		delete(m.contacts, r.before.Ordinal)
	}
	if r.after != nil {
		if r.before == nil {
			m.ordinals++
			require.Equal(t, m.ordinals, r.after.Ordinal, "ordinals are dense")
		}
		require.Equal(t, m.seq, r.after.Version)
		require.NotContains(t, m.emails, r.after.Email, "an e-mail has one holder")
		m.emails[r.after.Email] = r.after.Ordinal
		m.contacts[r.after.Ordinal] = r.after
		m.histories[r.after.Ordinal]++
	} else if r.before != nil {
		m.histories[r.before.Ordinal] = 0
	}
	switch {
	case r.key == "":
	case r.value == nil:
		delete(m.documents, r.key)
	default:
		m.documents[r.key] = *r.value
	}
}

// compare holds the store against the model.
func (m *model) compare(t *rapid.T, s *storage.Store) {
	ctx := context.Background()
	require.Equal(t, m.seq, s.Head())
	want := make([]*contacts.Contact, 0)
	for _, ordinal := range slices.Sorted(maps.Keys(m.contacts)) {
		want = append(want, m.contacts[ordinal])
	}
	got, err := contacts.Kind.Scan(ctx, s, ledger.Ref{}, 10_000)
	require.NoError(t, err)
	require.Equal(t, want, append([]*contacts.Contact{}, got...))

	documents, err := s.Documents(ctx, segmentDocuments, "", "", 100)
	require.NoError(t, err)
	held := map[string]string{}
	for _, d := range documents {
		held[d.Key] = string(d.Value)
	}
	require.Equal(t, m.documents, held)

	for ordinal := uint32(1); ordinal <= m.ordinals; ordinal++ {
		entries, err := s.History(ctx, &contacts.Kind.Shape, ordinal, 0, 10_000)
		require.NoError(t, err)
		require.Len(t, entries, m.histories[ordinal])
	}
	log, err := s.Changes(ctx, 0, 100_000)
	require.NoError(t, err)
	require.Len(t, log, int(m.seq))
	_, err = s.Update(ctx, api, func(tx ledger.Tx) error {
		for c := 'a'; c <= 'h'; c++ {
			email := fmt.Sprintf("%c@example.com", c)
			holder, _, err := tx.Holder(ledger.Claim{Kind: contacts.ClaimEmail, Value: email})
			if err != nil || holder.Ordinal != m.emails[email] {
				return fmt.Errorf("a claim of the store is not the model's: %w", err)
			}
		}
		return nil
	})
	require.NoError(t, err)
}

// TestRandomHistories lets several writers run random steps at once, replays
// their results in the order of their numbers in the model, and compares, over
// several lives of the store.
func TestRandomHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		region := new(memory.Region)
		runHistory(rt, func() (engine.Engine, error) { return region.Open() })
	})
}

// TestRandomHistoryOnDisk does the same once, with Badger and more steps.
func TestRandomHistoryOnDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	ran := false
	rapid.Check(t, func(rt *rapid.T) {
		if ran {
			return
		}
		ran = true
		runHistory(rt, func() (engine.Engine, error) { return badgerEngine(t, dir), nil })
	})
}

func runHistory(t *rapid.T, open func() (engine.Engine, error)) {
	m := newModel()
	var ordinals []uint32
	for range rapid.IntRange(1, 3).Draw(t, "lives") {
		e, err := open()
		require.NoError(t, err)
		s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e})
		require.NoError(t, err)
		m.compare(t, s)
		writers := rapid.SliceOfN(rapid.SliceOfN(genStep, 0, 12), 1, 4).Draw(t, "writers")
		for _, r := range runWriters(t, s, writers, &ordinals) {
			m.learn(t, r)
		}
		m.compare(t, s)
		require.NoError(t, s.Close())
	}
}

// runWriters runs each list of steps in a goroutine and returns the results in
// order of sequence number. Writers share the contacts of earlier lives.
func runWriters(t *rapid.T, s *storage.Store, writers [][]step, ordinals *[]uint32) []result {
	var mu sync.Mutex
	var results []result
	var failed error
	var wg sync.WaitGroup
	for _, steps := range writers {
		own := slices.Clone(*ordinals)
		wg.Go(func() {
			for _, st := range steps {
				r, err := st.run(s, own)
				mu.Lock()
				if err != nil {
					failed = err
				}
				results = append(results, r)
				mu.Unlock()
				if r.after != nil && r.before == nil && !r.conflict {
					own = append(own, r.after.Ordinal)
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, failed)
	for _, r := range results {
		if r.after != nil && r.before == nil && !r.conflict {
			*ordinals = append(*ordinals, r.after.Ordinal)
		}
	}
	slices.SortStableFunc(results, func(a, b result) int { return int(int64(a.seq) - int64(b.seq)) })
	return results
}
