package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
	"github.com/ndoto/kundi/workspace"
)

// bytesOfScript is the hash of what TestBytesOfAScriptStay writes. A change of it is a
// change of what stands in data folders. The versions of records are not in it: tests of each
// kind pin them, with what is in its records.
const bytesOfScript = "865f2c37526f24db07bce7292ad9c980b6ad3b3e94842e6857f37014fa77b9d2"

// script makes writes of all sorts, the same in every run.
type script struct {
	*contacts.Service
	t    *testing.T
	draw *rand.Rand
	n    uint32
	ids  []ledger.ID // of contacts that there were
	undo []ledger.ID // merges
}

func (s *script) newID() ledger.ID {
	s.n++
	id := ledger.ID{0: 1, 6: 0x70, 8: 0x80}
	binary.BigEndian.PutUint32(id[12:], s.n)
	return id
}

func (s *script) someone() ledger.ID { return s.ids[s.draw.IntN(len(s.ids))] }

func (s *script) draft() fields.Draft {
	n := s.draw.IntN(60)
	d := fields.Draft{"name": fmt.Sprint("Person ", n), "city": []string{"Nairobi", "Gulu", ""}[n%3], "attributes": map[string]any{"tier": fmt.Sprint("t", n%4)}}
	if n%2 == 0 {
		d["email"] = fmt.Sprintf("p%d@example.com", n)
	}
	if n%3 == 0 {
		d["company"] = map[string]any{"name": fmt.Sprint("Company ", n%5)}
	}
	if n%4 == 0 {
		d["labels"] = []any{"vip", fmt.Sprint("l", n)}
	}
	return d
}

func (s *script) write() {
	by := ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: fmt.Sprint("key ", s.draw.IntN(3))}}
	ctx := context.Background()
	var r contacts.Result
	var err error
	switch step := s.draw.IntN(12); {
	case step < 4 || len(s.ids) < 3:
		if r, err = s.Create(ctx, by, s.draft()); err == nil {
			s.ids = append(s.ids, r.ID)
		}
	case step < 8:
		_, err = s.Patch(ctx, by, s.someone(), s.draft(), 0)
	case step == 8:
		if r, err = s.Merge(ctx, by, s.someone(), s.someone(), 0); err == nil && r.Status == ledger.StatusUpdated {
			s.undo = append(s.undo, r.Contact.Absorbed[len(r.Contact.Absorbed)-1].Merge)
		}
	case step == 9 && len(s.undo) > 3:
		_, err = s.UndoMerge(ctx, by, s.undo[len(s.undo)-1])
		s.undo = s.undo[:len(s.undo)-1]
	case step == 10:
		_, err = s.Delete(ctx, by, s.someone(), 0)
	default:
		if id := s.someone(); s.draw.IntN(2) == 0 {
			_, err = s.Block(ctx, by, id, nil, 0)
		} else {
			_, err = s.Unblock(ctx, by, id, 0)
		}
	}
	switch fault.KindOf(err) {
	case fault.KindConflict, fault.KindNotFound, fault.KindInvalid:
	default:
		require.NoError(s.t, err)
	}
}

// withoutVersions returns the value of a pair, with 0 for the versions of records in it.
func withoutVersions(t *testing.T, p engine.Pair) []byte {
	value := bytes.Clone(p.Value)
	switch {
	case p.Key[0] == kindContact || p.Key[0] == kindCompany:
		value[0] = 0
	case bytes.Equal(p.Key, keyVersions):
		return nil
	case p.Key[0] == kindMerge:
		m, err := contactShape.decodeMerge(binary.BigEndian.Uint32(p.Key[1:]), p.Value)
		require.NoError(t, err)
		for _, r := range []ledger.Record{m.After, m.Absorbed, m.Before} {
			record := contactShape.EncodeRecord(r)
			at := bytes.Index(value, record)
			require.Positive(t, at)
			value[at] = 0
		}
	}
	return value
}

// TestBytesOfAScriptStay runs 200 writes over an empty store and hashes all that is in the
// engine then.
func TestBytesOfAScriptStay(t *testing.T) {
	e := memory.New()
	now := time.Date(2026, 11, 23, 8, 0, 0, 250e6, time.UTC)
	clock := func() time.Time { now = now.Add(time.Second); return now }
	still := func() time.Time { return now }
	st, err := Open(context.Background(), Options{Kinds: usualKinds, Engine: e, Clock: still, Rand: bytes.NewReader(make([]byte, 1<<20))})
	require.NoError(t, err)
	s := &script{t: t, draw: rand.New(rand.NewPCG(1, 2))}
	s.Service = contacts.NewService(st, companies.Directory{}, clock, s.newID)
	_, err = workspace.NewService(st, clock).DefineAttribute(context.Background(), ledger.Caller{Author: tester}, fields.Draft{"key": "tier", "type": "text"})
	require.NoError(t, err)
	for range 200 {
		s.write()
	}
	require.NoError(t, st.Sweep(context.Background()))
	found, err := st.Verify(context.Background(), nil)
	require.NoError(t, err)
	require.Empty(t, found)
	sum := sha256.New()
	kinds := map[byte]int{}
	for _, p := range allPairs(t, e) {
		fmt.Fprintf(sum, "%d %d %s%s", len(p.Key), len(p.Value), p.Key, withoutVersions(t, p))
		kinds[p.Key[0]]++
	}
	for _, kind := range []byte{kindContact, kindCompany, kindMerge, kindTomb, kindHistory, kindClaim, kindDocument, kindLog} {
		require.NotZero(t, kinds[kind], "%c", kind)
	}
	require.Equal(t, bytesOfScript, fmt.Sprintf("%x", sum.Sum(nil)))
	require.NoError(t, st.Close())
}
