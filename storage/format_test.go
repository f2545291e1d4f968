package storage_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// contents is what testdata/format1.json says of testdata/format1.
type contents struct {
	Head      uint64
	Contacts  []*contacts.Contact
	Companies []*contacts.Company
	Changes   []contacts.Change
	History   []contacts.HistoryEntry // of the first contact
}

func contentsOf(t *testing.T, s *storage.Store) (c contents) {
	t.Helper()
	var err error
	ctx := context.Background()
	c.Head = s.Head()
	c.Contacts, err = s.ScanContacts(ctx, 0, 100)
	require.NoError(t, err)
	c.Companies, err = s.ScanCompanies(ctx, 0, 100)
	require.NoError(t, err)
	c.Changes = changes(t, s, 0)
	c.History = history(t, s, 1)
	return c
}

// TestOldFolderOpens opens a data folder that format 1 and codec 1 have
// written, when contacts had no city yet. It must open for ever.
func TestOldFolderOpens(t *testing.T) {
	golden, err := os.ReadFile("testdata/format1.json")
	require.NoError(t, err)
	var want contents
	require.NoError(t, json.Unmarshal(golden, &want))

	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/format1")))
	e := badgerEngine(t, dir)
	require.Equal(t, []byte{0, 0, 0, 1}, getRaw(t, e, "f"))
	require.EqualValues(t, 1, getRaw(t, e, "c\x00\x00\x00\x01")[0], "the codec version of its first contact")
	s, err := storage.Open(context.Background(), storage.Options{Engine: e})
	require.NoError(t, err)
	require.Equal(t, []byte{0, 0, 0, 5}, getRaw(t, e, "f"), "older programs must refuse it from now on")
	require.Equal(t, want, contentsOf(t, s))
	differences, err := s.Verify(context.Background(), nil)
	require.NoError(t, err)
	require.Equal(t, []contacts.Difference{ // its maker gave numbers as it liked
		{What: "counters below a number that they have given", Count: 1}, {What: "counters that are not known", Count: 1},
	}, differences)
	require.Len(t, s.Schema().Attributes(), 8)
	require.Equal(t, "Africa/Nairobi", s.Schema().Settings.TimeZone)
	require.Equal(t, 2_000, s.Schema().Settings.AIPeoplePerHour, "what came later is as in a new workspace")

	// Its claims hold, and what changes is written in the newest form.
	_, err = s.Update(context.Background(), api, creating(person("Eve", "ADA@example.com")))
	require.Equal(t, contacts.KindConflict, contacts.KindOf(err))
	ordinal, found, err := s.Holder(context.Background(), contacts.Claim{Kind: contacts.ClaimID, Value: want.Contacts[0].ID.String()})
	require.NoError(t, err)
	require.True(t, found)
	after := edit(t, s, ordinal, func(c *contacts.Contact) { c.City = "Nairobi" })
	newcomer := person("Cid", "cid@example.com")
	require.EqualValues(t, want.Head+2, create(t, s, newcomer))
	require.EqualValues(t, 4, newcomer.Ordinal)
	require.NoError(t, s.Close())

	s = openStore(t, badgerEngine(t, dir))
	list, err := s.Contacts(context.Background(), []uint32{ordinal})
	require.NoError(t, err)
	require.Equal(t, after, list[0])
}

// getRaw reads past the store.
func getRaw(t *testing.T, e engine.Engine, key string) []byte {
	t.Helper()
	v, err := e.View(context.Background())
	require.NoError(t, err)
	defer v.Close()
	value, err := v.Get([]byte(key))
	require.NoError(t, err)
	return value
}

// scanRaw reads a page past the store.
func scanRaw(t *testing.T, e engine.Engine, prefix string) []engine.Pair {
	t.Helper()
	v, err := e.View(context.Background())
	require.NoError(t, err)
	defer v.Close()
	page, err := v.Scan(engine.Range{Prefix: []byte(prefix)})
	require.NoError(t, err)
	return page.Pairs
}

// putRaw writes pairs past the store.
func putRaw(t *testing.T, e engine.Engine, pairs ...engine.Pair) {
	t.Helper()
	v, err := e.View(context.Background())
	require.NoError(t, err)
	defer v.Close()
	head, err := v.Head()
	require.NoError(t, err)
	require.NoError(t, e.Apply(context.Background(), engine.Batch{ID: engine.BatchID{0xff}, Expect: head, Put: pairs}))
}

func TestNewerFormatIsRefused(t *testing.T) {
	region := new(memory.Region)
	e, err := region.Open()
	require.NoError(t, err)
	s, err := storage.Open(context.Background(), storage.Options{Engine: e})
	require.NoError(t, err)
	require.NoError(t, s.Close())

	e, err = region.Open()
	require.NoError(t, err)
	defer e.Close()
	putRaw(t, e, engine.Pair{Key: []byte("f"), Value: []byte{0, 0, 0, 99}})
	_, err = storage.Open(context.Background(), storage.Options{Engine: e})
	require.ErrorIs(t, err, engine.ErrNewer)
	require.ErrorContains(t, err, "format 99")
	require.ErrorContains(t, err, "start it with that version or a later one, or choose another folder")
}

func TestForeignOrDamagedStoreIsRefused(t *testing.T) {
	cases := map[string]engine.Pair{
		"foreign":         {Key: []byte("hello"), Value: []byte("world")},
		"format damaged":  {Key: []byte("f"), Value: []byte{2}},
		"format zero":     {Key: []byte("f"), Value: []byte{0, 0, 0, 0}},
		"state missing":   {Key: []byte("f"), Value: []byte{0, 0, 0, 2}},
		"older and empty": {Key: []byte("f"), Value: []byte{0, 0, 0, 1}},
	}
	for name, pair := range cases {
		t.Run(name, func(t *testing.T) {
			e := memory.New()
			defer e.Close()
			putRaw(t, e, pair)
			_, err := storage.Open(context.Background(), storage.Options{Engine: e})
			require.Error(t, err)
		})
	}
}

// TestClaimIsCheckedAgainstItsHolder swaps the claims of two contacts behind
// the store's back.
func TestClaimIsCheckedAgainstItsHolder(t *testing.T) {
	region := new(memory.Region)
	e, err := region.Open()
	require.NoError(t, err)
	s, err := storage.Open(context.Background(), storage.Options{Engine: e})
	require.NoError(t, err)
	ada := person("Ada", "ada@example.com")
	create(t, s, ada)
	create(t, s, person("Bob", "bob@example.com"))
	require.NoError(t, s.Close())

	e, err = region.Open()
	require.NoError(t, err)
	claims := scanRaw(t, e, "u")
	require.Len(t, claims, 4, "an id and an e-mail each")
	for i := range claims {
		claims[i].Value[3] ^= 1 ^ 2
	}
	putRaw(t, e, claims...)

	s = openStore(t, e)
	_, _, err = s.Holder(context.Background(), contacts.Claim{Kind: contacts.ClaimID, Value: ada.ID.String()})
	require.Equal(t, contacts.KindInternal, contacts.KindOf(err))
	require.Error(t, err)
	_, err = s.Update(context.Background(), api, creating(person("Eve", "ada@example.com")))
	require.Equal(t, contacts.KindInternal, contacts.KindOf(err))
}
