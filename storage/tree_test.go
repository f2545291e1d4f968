package storage

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/storage/engine/faulty"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// leaf is a record of a second kind that only these tests have: it belongs to a probe, and is
// dated.
type leaf struct {
	Ordinal, Owner uint32 `json:"-"`
	ID             ledger.ID
	At             time.Time `json:"-"` // it is in the key
	Version        uint64
	Code           string // unique
}

const claimLeaf ledger.ClaimKind = 201

var leafKind = ledger.Declare(ledger.Kind[leaf]{
	Shape: ledger.Shape{
		Entity: "leaf", Plural: "leaves", Number: 9, Prefix: 'y', Version: 1, Owner: "probe", Dated: true,
		Unique: []ledger.Unique{{Claim: claimLeaf, Field: "code", Noun: "code of a leaf"}},
	},
	Stamp: func(l *leaf) ledger.Stamp {
		return ledger.Stamp{Ordinal: &l.Ordinal, Owner: &l.Owner, At: &l.At, ID: &l.ID, Version: &l.Version}
	},
	Encode: func(l *leaf) []byte {
		b, err := json.Marshal(l)
		if err != nil {
			panic(err)
		}
		return append([]byte{1}, b...)
	},
	Decode: func(ref ledger.Ref, record []byte) (*leaf, error) {
		l := &leaf{Ordinal: ref.Ordinal, Owner: ref.Owner, At: time.UnixMilli(ref.At).UTC()}
		if len(record) == 0 || record[0] != 1 {
			return nil, codec.ErrDamaged
		}
		return l, json.Unmarshal(record[1:], l)
	},
	Clone:  func(l *leaf) *leaf { c := *l; return &c },
	Claims: func(l *leaf) []ledger.Claim { return []ledger.Claim{{Kind: claimLeaf, Value: l.Code}} },
	Fields: []ledger.FieldOf[leaf]{{
		Field: fields.Field{Name: "code", Type: fields.FieldText, Standard: &fields.Standard{}},
		Get:   func(l *leaf) fields.Value { return fields.TextValue(l.Code) },
		Same:  func(a, b *leaf) bool { return a.Code == b.Code },
		Merge: ledger.MergePolicy[leaf]{Give: func(_, _ *leaf) {}, Take: func(_, _, _, _ *leaf) {}},
	}},
})

// tree is a lab that has leaves too, over an engine that fails on demand.
type tree struct {
	lab
	faults *faulty.Engine
}

func newTree(t *testing.T) *tree {
	g := &tree{lab: lab{region: new(memory.Region)}}
	g.office = office{t: t, by: tester}
	g.reopen()
	return g
}

func treeKinds() []ledger.AnyKind {
	return append(usualKinds[:len(usualKinds):len(usualKinds)], conversations.Kind, conversations.MessageKind, notes.Kind, conversations.HeldKind, audiences.EventsKind, probeKind, leafKind)
}

// reopen opens the region again, whatever became of the store before. The first batches
// have the faults.
func (g *tree) reopen(faults ...faulty.Fault) {
	g.t.Helper()
	if g.Store != nil {
		g.Store.Close()
	}
	e, err := g.region.Open()
	require.NoError(g.t, err)
	g.faults = faulty.New(e)
	g.faults.Next(faults...)
	g.Store, err = Open(context.Background(), Options{Engine: g.faults, Kinds: treeKinds()})
	require.NoError(g.t, err)
	s := g.Store
	g.t.Cleanup(func() { s.Close() })
}

// totals are those of the newest commit.
func (g *tree) totals() *totals {
	g.t.Helper()
	v, err := g.engine.View(context.Background())
	require.NoError(g.t, err)
	defer v.Close()
	n, err := readTotals(v)
	require.NoError(g.t, err)
	return &n
}
