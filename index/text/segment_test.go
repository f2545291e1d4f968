package text

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bleve "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestSegmentsAreThoseOfBleve: Bleve's own way of making a segment is what ours must not differ from.
func TestSegmentsAreThoseOfBleve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		requireAlike(t, rapid.SliceOfN(rapid.Custom(drawDocument), 1, 60).Draw(t, "documents"))
	})
}

// Frequencies are in several chunks when a term has more than 1,024 documents, rows are no list
// beyond 4,096, and of several containers beyond 65,536.
func TestLargeSegmentsAreThoseOfBleve(t *testing.T) {
	for _, size := range []int{1_023, 1_024, 2_500, 4_096, 4_097, 9_000, 65_536, 70_000} {
		var drawn []drawn
		for i := range size {
			d := termSet{Name: {"all", fmt.Sprintf("one of %d", i%700)}, Word: {fmt.Sprintf("%d", i%3)}, Mail: {"all"}}
			if i > size-20 {
				d[Key] = []string{fmt.Sprintf("key %d", i), "late"}
			}
			drawn = append(drawn, documentOf(i, d))
		}
		requireAlike(t, drawn)
	}
}

// drawn is a document, twice: the id of each is set by whoever makes the segment.
type drawn struct {
	id    string
	terms termSet
}

func documentOf(i int, t termSet) drawn { return drawn{ordinalTerm(uint32(i + 1)), t} }

// drawDocument draws a document. Some have terms several times, and some have none.
func drawDocument(t *rapid.T) drawn {
	terms := termSet{}
	term := rapid.OneOf(rapid.SampledFrom([]string{"a", "ab", "abc", "b", "müller", "\x00\x01\xff\xfe", "李"}), rapid.StringN(1, 5, -1))
	for f, list := range rapid.MapOf(rapid.SampledFrom([]Field{Name, Word, Edge, Mail, Gram, Key, Employer}), rapid.SliceOfN(term, 0, 8)).Draw(t, "terms") {
		for _, one := range list {
			terms.add(f, one)
		}
	}
	return drawn{rapid.StringN(1, 6, 12).Draw(t, "id"), terms}
}

type failer interface {
	require.TestingT
	Helper()
}

// requireAlike makes a segment of documents in both ways. The names of the fields come last, and
// Bleve's have the sections of a field in the order of a map: they are compared as they are read.
func requireAlike(t failer, of []drawn) {
	t.Helper()
	var ready []*readyDocument
	for _, d := range of {
		one := newDocument(d.id, d.terms)
		one.AddIDField()
		one.VisitFields(func(f bleve.Field) { f.Analyze() })
		ready = append(ready, one)
	}
	slices.SortFunc(ready, func(a, b *readyDocument) int { return strings.Compare(a.id, b.id) })
	ready = slices.CompactFunc(ready, func(a, b *readyDocument) bool { return a.id == b.id })
	var docs []bleve.Document
	for _, d := range ready {
		docs = append(docs, d)
	}
	theirs, _, err := new(zap.ZapPlugin).New(docs)
	require.NoError(t, err)
	ours, size, err := segments{new(zap.ZapPlugin)}.New(docs)
	require.NoError(t, err)

	made, err := newSegmentBuilder().build(ready)
	require.NoError(t, err)
	require.EqualValues(t, len(made.bytes), size)
	names := binary.BigEndian.Uint64(made.bytes[made.sections+1:])
	require.Equal(t, bytesOf(t, theirs)[:names], made.bytes[:names], "ids, postings and dictionaries")
	require.Equal(t, made.bytes, bytesOf(t, ours)[:size], "a builder that was used before makes the same")
	require.Equal(t, theirs.Fields(), ours.Fields())
	require.Equal(t, theirs.Count(), ours.Count())
	for _, field := range theirs.Fields() {
		require.Equal(t, contentOf(t, theirs, field), contentOf(t, ours, field), "field %s", field)
	}
}

// bytesOf returns what a segment is on disk.
func bytesOf(t failer, s segment.Segment) []byte {
	t.Helper()
	dir, err := os.MkdirTemp("", "segment")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "s.zap")
	require.NoError(t, s.(segment.UnpersistedSegment).Persist(name))
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return b
}

// contentOf returns the terms of a field with their documents, as they are read.
func contentOf(t failer, s segment.Segment, field string) map[string][]uint64 {
	t.Helper()
	dictionary, err := s.Dictionary(field)
	require.NoError(t, err)
	content := map[string][]uint64{}
	terms := dictionary.AutomatonIterator(nil, nil, nil)
	for {
		term, err := terms.Next()
		require.NoError(t, err)
		if term == nil {
			return content
		}
		list, err := dictionary.PostingsList([]byte(term.Term), nil, nil)
		require.NoError(t, err)
		docs := list.Iterator(true, true, false, nil)
		for {
			posting, err := docs.Next()
			require.NoError(t, err)
			if posting == nil {
				break
			}
			content[term.Term] = append(content[term.Term], posting.Number(), posting.Frequency())
		}
	}
}
