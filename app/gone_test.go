package app

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2/index/scorch"
	bleve "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/ristretto/v2/z"
	"github.com/klauspost/compress/s2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// canary is a person, and what nobody else has anything of.
var canary = map[string]string{
	"name": "zqxwvkj", "a former name": "hqzvxwj", "email": "kvqzjxw", "phone": "723918645", "identifier": "idqjzvx", "city": "cqvzxjw",
	"label": "lqxzjvw", "attribute": "aqzxvjw", "company": "oqvjzxw", "absorbed": "mqzjvxw", "absorbed email": "eqzvjxw",
	"absorbed before": "nqzvjxw",
}

// traces says in which kinds of files of a folder something of the canary is.
func traces(t *testing.T, folder string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	look := func(file string, content []byte) {
		content = bytes.ToLower(bytes.TrimRight(content, "\x00")) // room that is not written yet
		if filepath.Ext(file) == ".delta" {
			file = "columns.checkpoint" // it is a part of it
		}
		for what, needle := range canary {
			if kind := filepath.Ext(file); bytes.Contains(content, []byte(needle)) && !slices.Contains(found[what], kind) {
				found[what] = append(found[what], kind)
			}
		}
	}
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		look(path, content)
		if filepath.Ext(path) == ".sst" {
			look(path, unpackedTable(t, content))
		}
		return nil
	}))
	for _, index := range []string{"text", "companies"} {
		words, unknown := wordsOf(t, filepath.Join(folder, indexFolder, index, "scorch"))
		look(index+".zap", words)
		if len(unknown) > 0 {
			found["whoever is in a file that nobody asks"] = unknown
		}
	}
	return found
}

// unpackedTable is all that a table of Badger's has, every version of it.
func unpackedTable(t *testing.T, content []byte) (all []byte) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "000001.sst")
	require.NoError(t, os.WriteFile(name, content, 0o600))
	file, err := z.OpenMmapFile(name, os.O_RDONLY, 0)
	require.NoError(t, err)
	defer file.Close(-1)
	opened, err := table.OpenTable(file, table.Options{BlockSize: 4 << 10, Compression: options.Snappy})
	require.NoError(t, err)
	it := opened.NewIterator(table.NOCACHE)
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		value := it.Value()
		all = append(append(all, it.Key()...), value.Value...)
		if value.UserMeta != 0 {
			plain, err := s2.Decode(nil, value.Value)
			require.NoError(t, err)
			all = append(all, plain...)
		}
	}
	return all
}

// wordsOf is every word in the files of the text index, also of documents that are
// marked as deleted, and the names of files that are no part of it any more. It
// reads a copy, as the index is in use.
func wordsOf(t *testing.T, folder string) (all []byte, unknown []string) {
	t.Helper()
	if _, err := os.Stat(folder); err != nil {
		return nil, nil
	}
	beside := t.TempDir()
	require.NoError(t, os.CopyFS(beside, os.DirFS(folder)))
	queue := bleve.NewAnalysisQueue(1)
	defer queue.Close()
	opened, err := scorch.NewScorch(scorch.Name, map[string]any{"path": beside, "read_only": true}, queue)
	require.NoError(t, err)
	require.NoError(t, opened.Open())
	defer opened.Close()
	reader, err := opened.Reader()
	require.NoError(t, err)
	defer reader.Close()
	unknown, err = filepath.Glob(filepath.Join(beside, "*.zap"))
	require.NoError(t, err)
	for _, s := range reader.(*scorch.IndexSnapshot).Segments() {
		file := s.Segment().(segment.PersistedSegment)
		unknown = slices.DeleteFunc(unknown, func(name string) bool { return name == file.Path() })
		for _, field := range s.Segment().Fields() {
			dict, err := s.Segment().Dictionary(field)
			require.NoError(t, err)
			it := dict.AutomatonIterator(nil, nil, nil)
			for entry, err := it.Next(); entry != nil; entry, err = it.Next() {
				require.NoError(t, err)
				all = append(append(all, entry.Term...), 0)
			}
		}
	}
	return all, unknown
}

// aviary is an App with the canary and others in it.
type aviary struct {
	t *testing.T
	*App
	bird ledger.ID
}

var keeper = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "keeper"}}

func newAviary(t *testing.T) *aviary {
	t.Helper()
	a := &aviary{t: t}
	a.open(t.TempDir())
	_, err := a.Workspace.DefineAttribute(t.Context(), keeper, fields.Draft{"key": "tier", "type": "text"})
	require.NoError(t, err)
	for range 20 {
		a.create(fields.Draft{"name": "Ada Lovelace", "city": "London", "company": "Analytical Engines", "labels": []any{"first"}})
	}
	a.bird = a.create(fields.Draft{
		"name": "Kim " + canary["a former name"], "email": canary["email"] + "@example.com", "phone": "+254" + canary["phone"],
		"identifier": canary["identifier"], "city": canary["city"], "labels": []any{canary["label"]}, "company": canary["company"],
		"attributes": map[string]any{"tier": canary["attribute"]},
	})
	_, err = a.Contacts.Patch(t.Context(), keeper, a.bird, fields.Draft{"name": "Kim " + canary["name"]}, 0)
	require.NoError(t, err)
	absorbed := a.create(fields.Draft{"name": canary["absorbed"], "email": canary["absorbed email"] + "@example.com"})
	before := a.create(fields.Draft{"name": canary["absorbed before"]})
	for _, merge := range [][2]ledger.ID{{absorbed, before}, {a.bird, absorbed}} {
		_, err = a.Contacts.Merge(t.Context(), keeper, merge[0], merge[1], 0)
		require.NoError(t, err)
	}
	_, err = a.Contacts.Block(t.Context(), keeper, a.bird, nil, 0) // of which nothing readable may stay either
	require.NoError(t, err)
	filter := json.RawMessage(`{"combinator":"and","rules":[{"field":"name","operator":"contains","value":"Kim"}]}`)
	segment, err := a.Segments.Create(t.Context(), keeper, map[string]json.RawMessage{"name": json.RawMessage(`"Kim"`), "filter": filter})
	require.NoError(t, err)
	_, err = a.Segments.Refresh(t.Context(), keeper, segment.ID)
	require.NoError(t, err)
	return a
}

func (a *aviary) open(folder string) {
	a.t.Helper()
	var err error
	a.App, err = Open(a.t.Context(), quietConfig(folder))
	require.NoError(a.t, err)
	a.t.Cleanup(func() { a.Close(a.t.Context()) })
}

func (a *aviary) create(d fields.Draft) ledger.ID {
	a.t.Helper()
	by := keeper.WithReceipt(ledger.ReceiptKey{Key: d["name"].(string)})
	if d["name"] == "Ada Lovelace" {
		by = keeper
	}
	r, err := a.Contacts.Create(a.t.Context(), by, d)
	require.NoError(a.t, err)
	return r.Contact.ID
}

func (a *aviary) reopen() {
	a.t.Helper()
	require.NoError(a.t, a.Close(a.t.Context()))
	a.open(a.config.Data)
}

func (a *aviary) release() {
	a.t.Helper()
	_, err := a.Contacts.Delete(a.t.Context(), keeper, a.bird, 0)
	require.NoError(a.t, err)
}

// requireSound demands that all others are there, in the store and in the index.
func (a *aviary) requireSound() {
	a.t.Helper()
	found, err := a.Verify(a.t.Context(), nil)
	require.NoError(a.t, err)
	require.Empty(a.t, found)
	require.EqualValues(a.t, 20, a.Index.Status().Contacts)
}

// settled waits until the text index has the canary, and all of it is on disk.
func (a *aviary) settled() {
	a.t.Helper()
	require.NoError(a.t, a.Index.Compact(a.t.Context()))
	a.reopen()
}

// requireEverywhere demands that each thing is found that will be looked for later,
// in each kind of file that it may be in.
func requireEverywhere(t *testing.T, folder string, kinds ...string) {
	t.Helper()
	found := traces(t, folder)
	for what := range canary {
		for _, kind := range kinds {
			if kind == ".checkpoint" && (what == "a former name" || strings.HasPrefix(what, "absorbed")) {
				continue // the columns have the present only
			}
			if kind == ".zap" && !slices.Contains([]string{"name", "email", "company", "identifier", "absorbed"}, what) {
				continue // found by digits or whole values, or not by words
			}
			require.Contains(t, found[what], kind, what)
		}
	}
}

func TestNothingIsLeftOfADeletedContact(t *testing.T) {
	t.Parallel()
	t.Run("compacted while serving", func(t *testing.T) {
		t.Parallel()
		a := newAviary(t)
		a.settled()
		requireEverywhere(t, a.config.Data, ".sst", ".checkpoint", ".zap")
		a.release()
		require.NotEmpty(t, traces(t, a.config.Data))
		_, err := a.compact(t.Context())
		require.NoError(t, err)
		require.Empty(t, traces(t, a.config.Data))
		a.requireSound()
		a.reopen()
		require.Empty(t, traces(t, a.config.Data))
		a.requireSound()
	})
	t.Run("before it ever was in a table", func(t *testing.T) {
		t.Parallel()
		a := newAviary(t)
		requireEverywhere(t, a.config.Data, ".mem")
		a.release()
		_, err := a.compact(t.Context())
		require.NoError(t, err)
		require.Empty(t, traces(t, a.config.Data))
		a.requireSound()
	})
	t.Run("compacted while stopped", func(t *testing.T) {
		t.Parallel()
		a := newAviary(t)
		a.settled()
		a.release()
		require.NoError(t, a.Close(t.Context()))
		requireEverywhere(t, a.config.Data, ".sst")
		_, err := Compact(t.Context(), a.config, nil)
		require.NoError(t, err)
		require.Empty(t, traces(t, a.config.Data))
		a.open(a.config.Data)
		a.requireSound()
		require.NoError(t, a.Close(t.Context()))
		require.Empty(t, traces(t, a.config.Data))
	})
}

func TestNothingIsLeftOfADeletedCompany(t *testing.T) {
	t.Parallel()
	a := &aviary{t: t}
	a.open(t.TempDir())
	firm := func(d fields.Draft) ledger.ID {
		r, err := a.Companies.Create(t.Context(), keeper, d)
		require.NoError(t, err)
		return r.Record.ID
	}
	firm(fields.Draft{"name": "Analytical Engines"})
	absorbed := firm(fields.Draft{"name": canary["absorbed"]})
	gone := firm(fields.Draft{
		"name": canary["a former name"], "domains": []any{canary["email"] + ".example"}, "identifier": canary["identifier"],
		"city": canary["city"], "labels": []any{canary["label"]},
	})
	_, err := a.Companies.Patch(t.Context(), keeper, gone, fields.Draft{"name": canary["name"]}, 0)
	require.NoError(t, err)
	_, err = a.Companies.Merge(t.Context(), keeper, gone, absorbed, 0)
	require.NoError(t, err)
	a.settled()
	found := traces(t, a.config.Data)
	for _, what := range []string{"name", "email", "identifier", "city", "label", "absorbed"} {
		require.Contains(t, found[what], ".zap", what)
	}

	_, err = a.Companies.Delete(t.Context(), keeper, gone, 0)
	require.NoError(t, err)
	_, err = a.compact(t.Context())
	require.NoError(t, err)
	require.Empty(t, traces(t, a.config.Data))
	a.reopen()
	require.Empty(t, traces(t, a.config.Data))
}
