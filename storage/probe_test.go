package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// probe is a record of a kind that only these tests have: it belongs to a contact.
type probe struct {
	Ordinal, Owner uint32 `json:"-"`
	ID             ledger.ID
	Version        uint64
	Code           string // unique
	Text           string
	Parent         uint32 // another probe, 0 for none
	Absorbed       []ledger.Absorbed
}

const claimCode ledger.ClaimKind = 200

var probeKind = ledger.Declare(ledger.Kind[probe]{
	Shape: ledger.Shape{
		Entity: "probe", Plural: "probes", Number: 7, Prefix: 'p', Version: 2, Owner: fields.EntityContact, History: true,
		Unique: []ledger.Unique{{Claim: claimCode, Field: "code", Noun: "code"}},
	},
	Stamp: func(p *probe) ledger.Stamp {
		return ledger.Stamp{Ordinal: &p.Ordinal, Owner: &p.Owner, ID: &p.ID, Version: &p.Version}
	},
	Encode: func(p *probe) []byte {
		b, err := json.Marshal(p)
		if err != nil {
			panic(err)
		}
		return append([]byte{2}, b...)
	},
	Decode: func(ref ledger.Ref, record []byte) (*probe, error) {
		p := &probe{Ordinal: ref.Ordinal, Owner: ref.Owner}
		if len(record) == 0 || record[0] != 2 {
			return nil, codec.ErrDamaged
		}
		return p, json.Unmarshal(record[1:], p)
	},
	Clone: func(p *probe) *probe { c := *p; return &c },
	Claims: func(p *probe) (claims []ledger.Claim) {
		codes := []string{p.Code}
		for _, a := range p.Absorbed {
			codes = append(codes, a.Identifier)
		}
		for _, code := range codes {
			claims = append(claims, ledger.Claim{Kind: claimCode, Value: code})
		}
		return claims
	},
	Absorbed: func(p *probe) []ledger.Absorbed { return p.Absorbed },
	Fields: []ledger.FieldOf[probe]{
		probeText("code", func(p *probe) *string { return &p.Code }), probeText("text", func(p *probe) *string { return &p.Text }),
		{
			Field: fields.Field{Name: "parent", Type: fields.FieldID, Standard: &fields.Standard{}},
			To:    "probe", Ref: func(p *probe) *uint32 { return &p.Parent },
			Same:  func(a, b *probe) bool { return a.Parent == b.Parent },
			Merge: leftAlone,
		},
	},
})

var leftAlone = ledger.MergePolicy[probe]{Give: func(_, _ *probe) {}, Take: func(_, _, _, _ *probe) {}}

func probeText(name string, at func(*probe) *string) ledger.FieldOf[probe] {
	return ledger.FieldOf[probe]{
		Field: fields.Field{Name: name, Type: fields.FieldText, Standard: &fields.Standard{}},
		Get:   func(p *probe) fields.Value { return fields.TextValue(*at(p)) },
		Same:  func(a, b *probe) bool { return *at(a) == *at(b) },
		Merge: leftAlone,
	}
}

// lab is an office that has probes too, over a region that can be opened again.
type lab struct {
	office
	region *memory.Region
}

func newLab(t *testing.T) lab {
	l := lab{region: new(memory.Region)}
	l.office = office{t: t, by: ledger.Author{Source: ledger.SourceAgent, Name: "Eve"}}
	l.Store = l.open(usualKinds, probeKind)
	return l
}

func (l lab) open(kinds []ledger.AnyKind, more ...ledger.AnyKind) *Store {
	l.t.Helper()
	e, err := l.region.Open()
	require.NoError(l.t, err)
	s, err := Open(context.Background(), Options{Engine: e, Kinds: append(kinds[:len(kinds):len(kinds)], more...)})
	require.NoError(l.t, err)
	l.t.Cleanup(func() { s.Close() })
	return s
}

func (l lab) probe(owner *contacts.Contact, code string) *probe {
	p := &probe{ID: uuid.New(), Owner: owner.Ordinal, Code: code}
	within(l.t, l.Store, func(t *tx) error { return t.Create(probeKind, p) })
	return p
}

// owned are the codes of those that belong to one.
func (l lab) owned(t *tx, owner, after uint32, limit int) (codes []string) {
	list, err := probeKind.Children(t, []uint32{owner}, ledger.Window{After: &ledger.Ref{Ordinal: after}, Limit: limit})
	require.NoError(l.t, err)
	for _, p := range list {
		codes = append(codes, p.Code)
	}
	return codes
}

// TestAKindOfItsOwnLives writes records of a kind that the store knows nothing of.
func TestAKindOfItsOwnLives(t *testing.T) {
	l := newLab(t)
	ada, ben := l.person(nil), l.person(nil)
	a, b := l.probe(ada, "A"), l.probe(ben, "B")
	require.Equal(t, []uint32{1, 2}, []uint32{a.Ordinal, b.Ordinal})
	require.Len(t, rawKeys(t, l.engine, []byte{'p', 0, 0, 0, 2, 0, 0, 0, 2}), 1, "under its owner")

	after := *a
	after.Code, after.Text = "C", "text"
	within(t, l.Store, func(t *tx) error { return t.Update(probeKind, a, &after) })
	changes, err := l.Changes(context.Background(), 4, 10)
	require.NoError(t, err)
	require.Len(t, changes, 1)
	changes[0].At = changes[0].At.UTC()
	require.Equal(t, ledger.Change{
		Seq: 5, Entity: "probe", Op: ledger.OpUpdate, Ordinal: 1, Owner: ada.Ordinal, Fields: []string{"code", "text"},
		Source: tester.Source, Actor: tester.Name, At: changes[0].At,
	}, changes[0])
	l.requireSound()

	view, err := l.engine.View(context.Background())
	require.NoError(t, err)
	defer view.Close()
	k := l.kinds.of(probeKind)
	record, err := view.Get(k.historyKey(1, 5))
	require.NoError(t, err)
	entry, err := decodeHistory(5, record)
	require.NoError(t, err)
	require.Equal(t, []ledger.FieldChange{
		{Field: "code", Old: fields.TextValue("A"), New: fields.TextValue("C")}, {Field: "text", New: fields.TextValue("text")},
	}, entry.Changes)
	missed, err := l.kinds.missedChanges(view, 4)
	require.NoError(t, err)
	require.Equal(t, &after, missed[0].Record, "what another writer has left")

	within(t, l.Store, func(t *tx) error { return t.Delete(probeKind, &after) })
	require.Empty(t, rawKeys(t, l.engine, k.historyPrefix(1)))
	require.Len(t, rawKeys(t, l.engine, k.tombKey(1)), 1)
	l.requireSound()

	require.NoError(t, l.Close())
	l.Store = l.open(usualKinds, probeKind)
	require.Equal(t, uint32(3), l.probe(ada, "A").Ordinal, "an ordinal is given once")
	within(t, l.Store, func(t *tx) error {
		r, err := t.Record(probeKind, ledger.Ref{Owner: ben.Ordinal, Ordinal: 2})
		require.NoError(l.t, err)
		require.Equal(l.t, b, r)
		_, err = t.Record(probeKind, ledger.Ref{Owner: ada.Ordinal, Ordinal: 2})
		require.Equal(l.t, fault.KindNotFound, fault.KindOf(err), "it is another's")
		return nil
	})
	require.NoError(t, l.Close())
	e, err := l.region.Open()
	require.NoError(t, err)
	_, err = Open(context.Background(), Options{Kinds: usualKinds, Engine: e})
	require.ErrorIs(t, err, engine.ErrNewer, "a program without the kind")
	require.ErrorContains(t, err, "records of kind 7")
}

func TestTakenNamesAllHolders(t *testing.T) {
	l := newLab(t)
	ada := l.person(nil)
	a, b := l.probe(ada, "A"), l.probe(ada, "B")
	within(t, l.Store, func(t *tx) error {
		head := t.Seq()
		var taken *ledger.Taken
		both := &probe{ID: uuid.New(), Owner: ada.Ordinal, Code: "B", Absorbed: []ledger.Absorbed{{Identifier: "A"}, {Identifier: "B"}}}
		require.ErrorAs(l.t, t.Create(probeKind, both), &taken)
		require.Equal(l.t, []ledger.Ref{{Owner: 1, Ordinal: b.Ordinal}, {Owner: 1, Ordinal: a.Ordinal}}, taken.Holders)
		require.Equal(l.t, "code", taken.Claim.Field)
		after := *b
		after.Code = "A"
		require.ErrorAs(l.t, t.Update(probeKind, b, &after), &taken)
		require.Equal(l.t, []ledger.Ref{{Owner: 1, Ordinal: a.Ordinal}}, taken.Holders)
		require.Equal(l.t, head, t.Seq(), "nothing was written")
		err := t.Create(probeKind, &probe{ID: uuid.New(), Owner: 9, Code: "D"})
		require.Equal(l.t, fault.KindNotFound, fault.KindOf(err), "of nobody")
		return nil
	})
	l.requireSound()
}

// TestOwnedMergesWhatIsWritten lists what is stored together with what the closure has
// made, changed and deleted.
func TestOwnedMergesWhatIsWritten(t *testing.T) {
	l := newLab(t)
	ada, ben := l.person(nil), l.person(nil)
	var stored []*probe
	for i := range 6 {
		stored = append(stored, l.probe(ada, fmt.Sprint("s", i)))
		l.probe(ben, fmt.Sprint("other", i))
	}
	within(t, l.Store, func(t *tx) error {
		require.Equal(l.t, []string{"s0", "s1"}, l.owned(t, ada.Ordinal, 0, 2))
		after := *stored[3]
		after.Code = "changed"
		require.NoError(l.t, t.Update(probeKind, stored[3], &after))
		require.NoError(l.t, t.Delete(probeKind, stored[1]))
		require.NoError(l.t, t.Create(probeKind, &probe{ID: uuid.New(), Owner: ada.Ordinal, Code: "new"}))
		require.Equal(l.t, []string{"s0", "s2", "changed"}, l.owned(t, ada.Ordinal, 0, 3))
		require.Equal(l.t, []string{"s2", "changed", "s4", "s5", "new"}, l.owned(t, ada.Ordinal, stored[0].Ordinal, 100))
		require.Equal(l.t, []string{"s0", "s2", "changed", "s4", "s5", "new"}, l.owned(t, ada.Ordinal, 0, 6))
		require.Empty(l.t, l.owned(t, 3, 0, 100))
		_, err := contactKind.Children(t, []uint32{1}, ledger.Window{Limit: 1})
		require.Error(l.t, err, "contacts belong to nobody")
		return nil
	})
	l.requireSound()
}

// TestMergesOfAnyKind absorbs one probe by another and takes it back.
func TestMergesOfAnyKind(t *testing.T) {
	l := newLab(t)
	ada := l.person(nil)
	a, b := l.probe(ada, "A"), l.probe(ada, "B")
	after := *a
	after.Absorbed = []ledger.Absorbed{{Ordinal: b.Ordinal, ID: b.ID, Merge: uuid.New(), Identifier: "B"}}
	m := ledger.Merged{ID: after.Absorbed[0].Merge, Before: a, After: &after, Absorbed: b}
	within(t, l.Store, func(t *tx) error { return t.Absorb(probeKind, m) })
	l.requireSound()
	within(t, l.Store, func(t *tx) error {
		kept, err := t.MergeOf(probeKind, b.Ordinal)
		require.NoError(l.t, err)
		require.Equal(l.t, m, kept)
		_, err = t.MergeOf(contactKind, b.Ordinal)
		require.Equal(l.t, fault.KindNotFound, fault.KindOf(err))
		parted, restored := after, *b
		parted.Absorbed = nil
		return t.Restore(probeKind, &after, &parted, &restored)
	})
	l.requireSound()
	within(t, l.Store, func(t *tx) error {
		require.Equal(l.t, []string{"A", "B"}, l.owned(t, ada.Ordinal, 0, 10))
		return nil
	})
}

var errItem = errors.New("the item failed")

// TestAttemptTakesBackItsPartOnly fails one of three parts of a closure.
func TestAttemptTakesBackItsPartOnly(t *testing.T) {
	l := newLab(t)
	ada := l.person(nil)
	within(t, l.Store, func(t *tx) error {
		require.NoError(l.t, t.Create(probeKind, &probe{ID: uuid.New(), Owner: ada.Ordinal, Code: "kept"}))
		require.NoError(l.t, t.Attempt(func() error {
			return t.Create(probeKind, &probe{ID: uuid.New(), Owner: ada.Ordinal, Code: "too"})
		}))
		before, seq := t.cost(), t.Seq()
		require.Equal(l.t, errItem, t.Attempt(func() error {
			require.NoError(l.t, t.Create(companyKind, &companies.Company{ID: uuid.New(), Name: "Acme"}))
			require.NoError(l.t, t.Create(probeKind, &probe{ID: uuid.New(), Owner: ada.Ordinal, Code: "gone"}))
			require.NoError(l.t, t.Attempt(func() error { return t.PutDocument(ledger.Blocks, "run", []byte("x")) }))
			return errItem
		}))
		require.Equal(l.t, seq, t.Seq())
		require.Greater(l.t, t.cost(), before, "what it cost stays charged")
		_, held, err := t.Holder(ledger.Claim{Kind: claimCode, Value: "gone"})
		require.NoError(l.t, err)
		require.False(l.t, held)
		_, err = t.Record(probeKind, ledger.Ref{Owner: ada.Ordinal, Ordinal: 3})
		require.Equal(l.t, fault.KindNotFound, fault.KindOf(err))
		return t.Create(probeKind, &probe{ID: uuid.New(), Owner: ada.Ordinal, Code: "last"})
	})
	l.requireSound()
	require.Empty(t, l.names(), "no company")
	within(t, l.Store, func(t *tx) error {
		require.Equal(l.t, []string{"kept", "too", "last"}, l.owned(t, ada.Ordinal, 0, 10))
		d, err := t.Document(ledger.Blocks, "run")
		require.NoError(l.t, err)
		require.Nil(l.t, d)
		return nil
	})
	changes, err := l.Changes(context.Background(), 0, 100)
	require.NoError(t, err)
	require.Len(t, changes, 4)
	_, err = l.committer.submit(context.Background(), tester, func(t *tx) error {
		return errors.Join(t.Create(probeKind, &probe{ID: uuid.New(), Owner: ada.Ordinal, Code: "x"}), errItem)
	})
	require.ErrorIs(t, err, errItem)
	l.requireSound()
}

func TestVerifyKnowsOwnersAndReferences(t *testing.T) {
	l := newLab(t)
	ada := l.person(nil)
	p := l.probe(ada, "A")
	child := &probe{ID: uuid.New(), Owner: ada.Ordinal, Code: "B", Parent: 3}
	within(t, l.Store, func(t *tx) error { return t.Create(probeKind, child) })
	l.probe(ada, "C")
	l.requireSound() // a probe may refer to one that is read after it
	k := l.kinds.of(probeKind)
	orphan := *child
	orphan.Parent = 4
	stray := *p
	stray.Owner = 5
	inject(t, l.engine, [][]byte{k.key(ledger.Ref{Owner: 1, Ordinal: 1})},
		engine.Pair{Key: k.key(ledger.Ref{Owner: 5, Ordinal: 1}), Value: k.EncodeRecord(&stray)},
		engine.Pair{Key: k.key(ledger.Ref{Owner: 1, Ordinal: 2}), Value: k.EncodeRecord(&orphan)},
		engine.Pair{Key: []byte{'p', 1}, Value: []byte{2}})
	found, err := l.Verify(context.Background(), nil)
	require.NoError(t, err)
	var words []string
	for _, d := range found {
		words = append(words, d.What)
	}
	require.ElementsMatch(t, []string{
		"probe records that cannot be read", "probes of a contact that does not exist", "probes of a probe that does not exist", "code taken for somebody else", "wrong count of probes",
	}, words)
}

func TestKindsMustAgree(t *testing.T) {
	changed := func(change func(*ledger.Kind[probe])) ledger.AnyKind {
		k := *probeKind
		change(&k)
		return &k
	}
	for want, k := range map[string]ledger.AnyKind{
		"the number 1 of another":          changed(func(k *ledger.Kind[probe]) { k.Number = 1 }),
		"or one too high":                  changed(func(k *ledger.Kind[probe]) { k.Number = ledger.MaxKinds }),
		"the prefix 'c' of another":        changed(func(k *ledger.Kind[probe]) { k.Prefix = 'c' }),
		"the prefix 'h' of another":        changed(func(k *ledger.Kind[probe]) { k.Prefix = kindHistory }),
		"without a version":                changed(func(k *ledger.Kind[probe]) { k.Version = 0 }),
		"is given twice":                   changed(func(k *ledger.Kind[probe]) { k.Entity = fields.EntityContact }),
		"the claims 1 of another":          changed(func(k *ledger.Kind[probe]) { k.Unique = []ledger.Unique{{Claim: contacts.ClaimID}} }),
		"belongs to nobody, which is no":   changed(func(k *ledger.Kind[probe]) { k.Owner = "nobody" }),
		"the kind probe belongs to itself": changed(func(k *ledger.Kind[probe]) { k.Owner = "probe" }),
		"or goes away by itself":           changed(func(k *ledger.Kind[probe]) { k.Goes = func(*probe) bool { return true } }),
		"the kind probe is dated":          changed(func(k *ledger.Kind[probe]) { k.Dated = true }),
	} {
		_, err := newKinds(append(usualKinds[:2:2], k)...)
		require.ErrorContains(t, err, want)
	}
	_, err := newKinds()
	require.ErrorContains(t, err, "needs the kinds")
	within(t, newOffice(t).Store, func(tx *tx) error {
		require.Error(t, tx.Create(probeKind, &probe{}), "a kind that the store does not have")
		return nil
	})
}
