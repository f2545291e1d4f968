package storage_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

// newestFormat is what the key of the format holds in a folder that this program
// has opened.
var newestFormat = []byte{0, 0, 0, 7}

// oldFolder is a data folder in testdata that a program of its format has written.
type oldFolder struct {
	name        string
	format      byte
	codec       byte                // of its contacts
	differences []ledger.Difference // what verification says of it for good
	raw         bool                // keys are counted too
}

var oldFolders = []oldFolder{
	{name: "format1", format: 1, codec: 1, differences: []ledger.Difference{ // its maker gave numbers as it liked
		{What: "counters below a number that they have given", Count: 1}, {What: "counters that are not known", Count: 1},
	}},
	{name: "format3", format: 3, codec: 3, raw: true},
	{name: "format4", format: 4, codec: 4, raw: true},
	{name: "format5", format: 5, codec: 5, raw: true},
	{name: "format6", format: 6, codec: 5, raw: true},
}

// contents is what the golden file of an old folder says of it.
type contents struct {
	Head       uint64
	Settings   fields.Settings
	Attributes []*fields.AttributeDefinition
	Contacts   []*contacts.Contact
	Companies  []*companies.Company
	Merges     []*ledger.Merge[contacts.Contact]
	Deleted    map[uint32]ledger.ID       // by ordinal, of those that are gone
	Redirects  map[uint32]ledger.Redirect // by ordinal, of those that were absorbed
	Changes    []ledger.Change
	History    map[uint32][]ledger.HistoryEntry // by ordinal
	Documents  map[string]map[string]string
	Keys       map[string]int // by their first byte, when nothing is left to sweep
}

// highestOrdinal is above every ordinal in the folders.
const highestOrdinal = 30

func contentsOf(t *testing.T, s *storage.Store) (c contents) {
	t.Helper()
	var err error
	ctx := context.Background()
	c.Head, c.Settings, c.Attributes = s.Head(), s.Schema().Settings, s.Schema().Attributes()
	c.Contacts, err = contacts.Kind.Scan(ctx, s, ledger.Ref{}, 100)
	require.NoError(t, err)
	c.Companies, err = companies.Kind.Scan(ctx, s, ledger.Ref{}, 100)
	require.NoError(t, err)
	c.Changes = changes(t, s, 0)
	c.Merges = mergesOf(t, s, c.Contacts)
	c.History = map[uint32][]ledger.HistoryEntry{}
	for _, person := range c.Contacts {
		if entries := history(t, s, person.Ordinal); len(entries) > 0 {
			c.History[person.Ordinal] = entries
		}
	}
	c.Deleted, c.Redirects = goneOf(t, s)
	c.Documents = documentsOf(t, s)
	return c
}

func mergesOf(t *testing.T, s *storage.Store, people []*contacts.Contact) (merges []*ledger.Merge[contacts.Contact]) {
	t.Helper()
	_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error {
		merges = nil
		for _, person := range people {
			for i := range person.Absorbed {
				m, err := contacts.Kind.MergeOf(tx, person.Absorbed[i].Ordinal)
				if err != nil {
					return err
				}
				merges = append(merges, m)
			}
		}
		return nil
	})
	require.NoError(t, err)
	return merges
}

func goneOf(t *testing.T, s *storage.Store) (map[uint32]ledger.ID, map[uint32]ledger.Redirect) {
	t.Helper()
	var ordinals []uint32
	for ordinal := range uint32(highestOrdinal) {
		ordinals = append(ordinals, ordinal+1)
	}
	graves, err := s.Buried(context.Background(), &contacts.Kind.Shape, ordinals)
	require.NoError(t, err)
	survivors, err := s.Redirects(context.Background(), &contacts.Kind.Shape, ordinals)
	require.NoError(t, err)
	deleted, redirects := map[uint32]ledger.ID{}, map[uint32]ledger.Redirect{}
	for i, ordinal := range ordinals {
		if graves[i] != (ledger.Grave{}) {
			deleted[ordinal] = graves[i].ID
		}
		if survivors[i] != (ledger.Redirect{}) {
			redirects[ordinal] = survivors[i]
		}
	}
	return deleted, redirects
}

func documentsOf(t *testing.T, s *storage.Store) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	for _, c := range []ledger.Collection{
		segmentDocuments, nameDocuments, snapshotDocuments, setDocuments,
		keyDocuments, keyUseDocuments, ledger.Receipts, ledger.Blocks,
	} {
		list, err := s.Documents(context.Background(), c, "", "", 100)
		require.NoError(t, err)
		for _, d := range list {
			if all[c.Name] == nil {
				all[c.Name] = map[string]string{}
			}
			all[c.Name][d.Key] = shown(d.Value)
		}
	}
	return all
}

// shown is a document as the golden file has it: a long one by its hash.
func shown(document []byte) string {
	if len(document) <= 500 {
		return string(document)
	}
	return fmt.Sprintf("%d bytes, SHA-256 %x", len(document), sha256.Sum256(document))
}

// keysOf counts the keys of an engine by their first byte.
func keysOf(t *testing.T, e engine.Engine) map[string]int {
	t.Helper()
	v, err := e.View(context.Background())
	require.NoError(t, err)
	defer v.Close()
	keys := map[string]int{}
	for from := []byte(nil); ; {
		page, err := v.Scan(engine.Range{From: from})
		require.NoError(t, err)
		for _, p := range page.Pairs {
			keys[string(p.Key[:1])]++
		}
		if page.Next == nil {
			return keys
		}
		from = page.Next
	}
}

// TestOldFolderOpens opens a data folder of every format that was ever in use. Each
// must open for ever, with all that it holds, and can be written to from then on.
func TestOldFolderOpens(t *testing.T) {
	for _, folder := range oldFolders {
		t.Run(folder.name, folder.opens)
	}
}

func (f oldFolder) opens(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/"+f.name)))
	e := badgerEngine(t, dir)
	require.Equal(t, []byte{0, 0, 0, f.format}, getRaw(t, e, "f"))
	require.Equal(t, f.codec, getRaw(t, e, "c\x00\x00\x00\x01")[0], "the codec version of its first contact")
	s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e})
	require.NoError(t, err)
	require.Equal(t, newestFormat, getRaw(t, e, "f"), "older programs must refuse it from now on")
	found := contentsOf(t, s)
	require.NoError(t, s.Sweep(context.Background()), "history that deletions have left behind")
	differences, err := s.Verify(context.Background(), nil)
	require.NoError(t, err)
	require.Equal(t, f.differences, differences)
	if f.raw {
		found.Keys = keysOf(t, e)
	}
	f.compare(t, found)
	f.write(t, s)
	after := contentsOf(t, s)
	require.NoError(t, s.Close())

	again, err := json.Marshal(contentsOf(t, openStore(t, badgerEngine(t, dir))))
	require.NoError(t, err)
	left, err := json.Marshal(after)
	require.NoError(t, err)
	require.JSONEq(t, string(left), string(again), "opened again, it holds what was written")
}

func (f oldFolder) compare(t *testing.T, found contents) {
	t.Helper()
	text, err := json.MarshalIndent(found, "", " ")
	require.NoError(t, err)
	golden := "testdata/" + f.name + ".json"
	if *updateGolden {
		require.NoError(t, os.WriteFile(golden, append(text, '\n'), 0o644))
	}
	file, err := os.Open(golden)
	require.NoError(t, err)
	defer file.Close()
	read := json.NewDecoder(file)
	read.DisallowUnknownFields()
	var want contents // what came later than the golden file is zero in old folders
	require.NoError(t, read.Decode(&want))
	for _, c := range want.Companies {
		if c.UpdatedAt.IsZero() {
			c.UpdatedAt = c.CreatedAt
		}
	}
	wanted, err := json.Marshal(want)
	require.NoError(t, err)
	require.JSONEq(t, string(wanted), string(text))
}

// write changes the folder: its claims hold, what changes is written in the newest
// form, numbers go on, and its newest merge can be undone.
func (f oldFolder) write(t *testing.T, s *storage.Store) {
	t.Helper()
	ctx := context.Background()
	people := contacts.NewService(s, companies.Directory{}, time.Now, nil)
	first, head := scanned(t, s)[0], s.Head()
	_, err := s.Update(ctx, api, creating(person("Eve", first.Email)))
	require.True(t, isTaken(err))
	holder, held, err := s.Holder(ctx, ledger.Claim{Kind: contacts.ClaimID, Value: first.ID.String()})
	require.NoError(t, err)
	require.True(t, held)
	after := edit(t, s, holder.Ordinal, func(c *contacts.Contact) { c.City = "Gulu" })
	require.Equal(t, after, scanned(t, s)[0])
	newcomer := person("Cid", "cid@example.com")
	require.Equal(t, head+2, create(t, s, newcomer))
	require.Greater(t, newcomer.Ordinal, first.Ordinal)
	for _, c := range scanned(t, s) {
		if len(c.Absorbed) == 0 {
			continue
		}
		last := c.Absorbed[len(c.Absorbed)-1]
		r, err := people.UndoMerge(ctx, ledger.Caller{Author: api}, last.Merge)
		require.NoError(t, err)
		require.Equal(t, last.ID, r.ID)
		require.Equal(t, last.Email, r.Contact.Email)
	}
}

func scanned(t *testing.T, s *storage.Store) []*contacts.Contact {
	t.Helper()
	list, err := contacts.Kind.Scan(context.Background(), s, ledger.Ref{}, 100)
	require.NoError(t, err)
	return list
}
