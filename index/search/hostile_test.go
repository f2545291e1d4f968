package search

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/text"
)

var hostile = []string{
	"", " ", "*", "%", "?", ".", "...", "'", `"`, "' OR 1=1 --", `"; DROP TABLE contacts; --`, "(a+)+$", `\`, "a*", "~", "^", "name:ana",
	"👩‍👩‍👧", "\u202eana\u202c", "\u200b\u200b", "\u0301\u0301\u0301", "a" + strings.Repeat("\u0301", 900), "𐎠𐎡𐎢", "\xff\xfe", "@", "@@@", "a@", "@.",
	strings.Repeat("a", 1_000), strings.Repeat("a ", 500), strings.Repeat("1", 1_000), strings.Repeat("a-", 500), strings.Repeat("明", 1_000),
	strings.Repeat("ana ", 200), "+", "++++", "(0)", "0000", "null", "-", "--", "a.b.c.d.e.f.g.h.i.j.k", "__proto__", "\x00",
	"a@" + strings.Repeat("example.", 100), strings.Repeat("@", 1_000), strings.Repeat("ab.", 300), strings.Repeat("محمد", 200), strings.Repeat("さ", 900),
	"7777777 x" + strings.Repeat("1", 900), strings.Repeat("0", 900), strings.Repeat("al ", 300), "alex sasha bob nick max jo sam chris pat lou",
	"anananananan", "maria maria maria maria", "new york new york new york", "jon john johnny jonathan", "liz beth eliza elizabeth lisa betty betsy libby elsie bess",
	"john mary james robert michael william david richard joseph thomas", strings.Repeat("an ", 300), "an en in on un al el il ol ul", "@gmail", "@example",
	strings.Repeat("united kingdom ", 60), strings.Repeat("dr ", 300), strings.Repeat("\ufdfa", 900), strings.Repeat("ﷺ-", 400), strings.Repeat("maria", 180),
}

// What one search costs at most, whatever is asked: words that Bleve is asked
// for, in each of its segments, contacts that are compared, and words of theirs.
const (
	mostLookups  = 1_500
	mostRanked   = 1_000
	mostCompared = 60_000
	mostTries    = 60_000
)

func TestSearchAnswersHostileText(t *testing.T) {
	x, _ := newTownOfPeople(t)
	for _, q := range hostile {
		requireBounded(t, x, q)
	}
	_, err := x.Search(t.Context(), Query{Text: strings.Repeat("a", MaxText+1)})
	require.Equal(t, fault.KindInvalid, fault.KindOf(err))
	require.Zero(t, search(t, x, "*").Total)
}

// requireBounded searches and measures the work.
func requireBounded(t testing.TB, x *mirror, q string) {
	reader, err := x.text.Reader()
	require.NoError(t, err)
	defer func() { require.NoError(t, reader.Close()) }()
	s := searcher{ctx: t.Context(), Engine: x.Engine, query: Query{Text: q, Limit: 10, Env: everyone}, phrase: x.phrase(q), effort: searchEffort}
	x.table.View(func(v *columns.View) { s.within, s.everyone = v.Everyone(), v.Size() })
	f := newFinder(t.Context(), reader, x.text.Terms(), &s.phrase)
	require.NoError(t, s.find(f))
	require.LessOrEqual(t, reader.Lookups(), mostLookups*segments(t, reader), "%q", q)
	require.LessOrEqual(t, s.ranked.GetCardinality(), uint64(mostRanked), "%q", q)
	compared, tries := 0, 0
	for _, a := range s.aligners {
		tries += a.tries
		for _, c := range a.seen {
			if c.known {
				compared++
			}
		}
	}
	require.LessOrEqual(t, compared, mostCompared, "%q", q)
	require.LessOrEqual(t, tries, mostTries, "%q", q)
}

// segments counts those of a reader: a term is looked up once in each.
func segments(t testing.TB, r *text.Reader) int {
	before := r.Lookups()
	_, err := r.Term(text.Name, "any")
	require.NoError(t, err)
	return r.Lookups() - before
}
