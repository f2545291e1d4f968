package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/ledger"
)

// tangles are what names, companies, e-mails and queries are made of below:
// words that begin with, sound like, contain and repeat each other.
var tangles = strings.Fields(`ali al alison a ann anna anne-marie mary mari ma jo john jon joan j.r. o'neill neill one o müller mul mueller muell
	dr van de la del della jr ødegård ode oedegaard wang 王小明 محمد mohammed Владимир vlad x7 77 acme gmail com mail`)

// tangled are people whose words are in each other's way.
func tangled(n int) *indextest.Records {
	random := rand.New(rand.NewPCG(3, 4))
	words := func(least, most int) []string {
		out := make([]string, least+random.IntN(most-least+1))
		for i := range out {
			out[i] = tangles[random.IntN(len(tangles))]
		}
		return out
	}
	some := func(s string) string {
		if random.IntN(2) == 0 {
			return ""
		}
		return s
	}
	r := indextest.NewRecords()
	for i := uint32(1); i <= uint32(n); i++ {
		name := words(0, 4)
		c := &contacts.Contact{
			Ordinal: i, ID: uuid.New(), Type: contacts.TypeLead, Name: strings.Join(name, []string{" ", " ", "-", ". "}[random.IntN(4)]),
			LastName: some(words(1, 1)[0]), City: some(strings.Join(words(1, 2), " ")), Country: []string{"", "DE", "KE", "GB"}[random.IntN(4)],
			Phone: some(fmt.Sprintf("+4477%08d", random.IntN(1e8))), Identifier: some(fmt.Sprintf("AL-%d", random.IntN(99))),
			LastSeenAt: time.Unix(int64(random.IntN(1e9)), 0),
		}
		local := strings.Join(append(words(1, 1), name[:min(len(name), 2)]...), ".")
		c.Email = some(local + fmt.Sprint(i) + "@" + words(1, 1)[0] + ".example")
		if random.IntN(3) == 0 {
			c.Company = uint32(1 + random.IntN(n/10))
		}
		if random.IntN(20) == 0 {
			c.Absorbed = []ledger.Absorbed{{Ordinal: uint32(n) + i, ID: uuid.New(), Name: strings.Join(words(1, 2), " "), Email: "al.ann@gmail.com"}}
		}
		r.People[i] = c
	}
	for i := uint32(1); i <= uint32(n/10); i++ {
		r.Firms[i] = &companies.Company{Ordinal: i, ID: uuid.New(), Name: strings.Join(words(1, 3), " ")}
	}
	return r
}

func newTangle(t *testing.T) (*mirror, *indextest.Records) {
	t.Helper()
	r := tangled(1_500)
	x := newMirror(t, r)
	return x, r
}

// tangledText is a query of some words and beginnings of words.
func tangledText(t *rapid.T) string {
	others := []string{"m", "j", "s m", "@gmail", "gmail.com", "447", "4477", "+44 77", "al.", "xqz", "l-7", "al-4", "AL-41", "al 41", "AL-415151", "ali ali", "n.a"}
	word := rapid.SampledFrom(append(others, tangles...))
	text := strings.Join(rapid.SliceOfN(word, 1, 4).Draw(t, "words"), " ")
	return text + rapid.SampledFrom([]string{"", " "}).Draw(t, "end")
}

// Whom the prefilter lets through is found by the aligner: otherwise facets would
// count people who are on no page.
func TestSieveIsSound(t *testing.T) {
	x, _ := newTangle(t)
	accepted, found := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := x.phrase(tangledText(t))
		needed := p.needs()
		if len(p.words) == 0 {
			return
		}
		s := searcher{ctx: t.Context(), Engine: x.Engine, phrase: p}
		lack := rapid.SampledFrom(mayLack(needed)).Draw(t, "lack")
		s.begin(mayLack(needed)...)
		s.allowMissing(lack)
		s.alignersFor(1)
		m := newPrefilter(s.aligners[0], lack)
		all := make([]uint32, 0, 1_500)
		x.table.View(func(v *columns.View) { all = v.Everyone().ToArray() })
		s.sift(m, all)
		sure, unsure := m.sure, m.unsure
		require.Len(t, all, len(sure)+len(unsure))
		var matching []uint32
		for _, hit := range s.align(s.aligners[0], sure, s.allowed()) {
			matching = append(matching, hit.ordinal)
		}
		require.Equal(t, sure, matching)
		accepted, found = accepted+len(sure), found+len(sure)+len(s.align(s.aligners[0], unsure, s.allowed()))
	})
	require.Greater(t, accepted, found/3, "of %d", found)
}

// Facets and total are those of everybody who comes on a page of the same search
// without facets, however many more than are ranked.
func TestFacetsCountWhoIsFound(t *testing.T) {
	x, r := newTangle(t)
	usual := searchEffort
	t.Cleanup(func() { searchEffort = usual })
	searchEffort = effort{enough: 3, ranked: 5}
	country, _ := x.source.Schema().Field("country")
	rapid.Check(t, func(t *rapid.T) {
		q := Query{Text: tangledText(t), Env: everyone, Limit: 300, Facets: fields.CountValues(country)}
		a, err := x.Search(context.Background(), q)
		require.NoError(t, err)
		q.Facets = nil
		want := map[string]uint64{}
		hits := everyHit(t, x, q, nil)
		for ordinal := range hits {
			want[r.People[ordinal].Country]++
		}
		require.True(t, a.Exact)
		require.EqualValues(t, len(hits), a.Total)
		got := map[string]uint64{}
		for _, v := range a.Facets[0].Values {
			got[v.Value.Text] = v.Count
		}
		if a.Facets[0].Missing > 0 {
			got[""] = a.Facets[0].Missing
		}
		require.Equal(t, want, got)
	})
}

// Nobody is compared for an answer that is not waited for.
func TestMembersEndWithTheContext(t *testing.T) {
	x, _ := newTangle(t)
	ctx, cancel := context.WithCancel(context.Background())
	s := searcher{ctx: ctx, Engine: x.Engine, phrase: x.phrase("ali ann")}
	s.begin(0)
	cancel()
	found, err := s.members(roaring.BitmapOf(1, 2, 3))
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, found.IsEmpty())
}

// Words for which a name has many places do not take the place of one that has
// few: a lies on A4 alone.
func TestAlignTriesPlacesForEveryWord(t *testing.T) {
	x, _ := newTangle(t)
	p := x.phrase("a a1 a2 a3 ")
	var as candidateWords
	as.of(columns.Person{Name: "A1-B A2-C A3-D A4-E"}, nil)
	_, _, ok := newAligner(p, make([]int, len(p.words))).align(&as, 0)
	require.True(t, ok)
}
