package terms

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "github.com/ndoto/kundi/repeatable"
)

func entriesOf(words ...string) []Entry {
	words = slices.Clone(words)
	slices.Sort(words)
	var out []Entry
	for _, w := range slices.Compact(words) {
		out = append(out, Entry{w, 1})
	}
	return out
}

func textsOf(list []Expansion) []string {
	var out []string
	for _, e := range list {
		out = append(out, e.Text)
	}
	return out
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		word       string
		unfinished bool
		token      string
		way        Way // 0 for none
	}{
		{"robert", false, "robert", Exact},
		{"mueller", false, "muller", Exact},
		{"rob", true, "robert", Prefix},
		{"rober", false, "robert", Prefix},
		{"r", false, "robert", Prefix},
		{"bob", false, "robert", Nickname},
		{"robert", false, "bob", Nickname},
		{"bob", false, "robbie", Nickname},
		{"smith", false, "smyth", SoundAlike},
		{"smith", false, "smoth", SoundAlike},
		{"whitfiedl", false, "whitfield", Typo},
		{"witfield", false, "whitfield", SoundAlike},
		{"whifield", false, "whitfield", Typo},
		{"whitdfield", false, "whitfield", Typo},
		{"hitfield", false, "whitfield", Typo},
		{"whidfiedl", false, "whitfield", Typo},
		{"whitfei", true, "whitfield", Typo},
		{"whitfei", false, "whitfield", 0},
		{"al", false, "el", 0},
		{"robert", false, "maria", 0},
		{"1234", false, "1235", 0},
	} {
		m, ok := NewWord([]string{test.word}, test.unfinished).Match(test.token)
		require.Equal(t, test.way != 0, ok, "%+v: %+v", test, m)
		if ok {
			require.Equal(t, test.way, m.Way, "%+v: %+v", test, m)
			require.LessOrEqual(t, m.Cost, MaxCost)
		}
	}
}

func TestWaysRankInTheirOrder(t *testing.T) {
	cost := func(word, token string, unfinished bool) int {
		m, ok := NewWord([]string{word}, unfinished).Match(token)
		require.True(t, ok)
		return m.Cost
	}
	require.Less(t, cost("rob", "rob", true), cost("rob", "robert", true))
	require.Less(t, cost("rob", "robert", true), cost("bob", "robert", true), "prefix before nickname")
	require.Less(t, cost("bob", "robert", false), cost("whitfiedl", "whitfield", false), "nickname before typo")
	require.Less(t, cost("catherine", "kathryn", false), cost("whitfiedl", "whitfield", false), "sound before typo")
	require.Less(t, cost("whitfiedl", "whitfield", false), cost("whidfiedl", "whitfield", false), "one typo before two")
	require.Less(t, cost("whitfiekd", "whitfield", false), cost("khitfield", "whitfield", false), "a wrong first letter is rarer")
}

func TestSettled(t *testing.T) {
	smith := NewWord([]string{"smith"}, true)
	son, ok := smith.Whole().Match("smithson")
	require.True(t, ok)
	require.Less(t, NewWord([]string{"bob"}, false).nicknames["robert"], son.Cost, "Robert Smith before Bob Smithson")
	son, _ = smith.Match("smithson")
	require.Equal(t, costCompletion+maxCompletion, son.Cost, "the word itself stays as it is")
}

// The trie finds exactly the tokens that a comparison one by one finds.
func TestNearIsComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		token := rapid.StringMatching(`[a-e]{1,9}`)
		words := rapid.SliceOfN(token, 1, 60).Draw(t, "tokens")
		w := NewWord([]string{rapid.StringMatching(`[a-e]{3,9}`).Draw(t, "word")}, rapid.Bool().Draw(t, "unfinished"))
		two := rapid.Bool().Draw(t, "two")
		entries := entriesOf(words...)
		budget, prefixBudget := w.budget(), 0
		if w.unfinished {
			prefixBudget = w.prefixBudget()
		}
		if !two {
			budget, prefixBudget = min(budget, maxOne), min(prefixBudget, maxOne)
		}
		var want []string
		for _, e := range entries {
			if whole, beginning := w.distances(e.Text, maxTwo); whole <= budget || beginning <= prefixBudget && prefixBudget > 0 {
				want = append(want, e.Text)
			}
		}
		got := textsOf(New(entries).Typos(w, two))
		for _, text := range want {
			require.Contains(t, got, text)
		}
		for _, text := range got {
			_, ok := w.Match(text)
			require.True(t, ok)
		}
	})
}

// Letters in the wrong order cost less than the first of them does alone, so the
// walk must not stop between them.
func TestNearFindsATranspositionAtTheStart(t *testing.T) {
	require.Equal(t, []string{"bdb"}, textsOf(New(entriesOf("bdb")).Typos(NewWord([]string{"dbb"}, false), false)))
}

// The weighted distance is one: symmetric enough to be zero only for equal
// words, and no more than the plain number of edits at their full price.
func TestDistanceAgainstAPlainOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.StringMatching(`[a-f]{1,8}`).Draw(t, "a")
		b := rapid.StringMatching(`[a-f]{1,8}`).Draw(t, "b")
		got, near := NewPattern(a).Distance(b)
		edits := plainDistance(a, b)
		require.Equal(t, a == b, near && got == 0)
		if edits <= 1 {
			require.True(t, near, "one edit is always near")
			require.LessOrEqual(t, got, edits*(costEdit+costFirst))
		}
		if near {
			require.GreaterOrEqual(t, got, edits*costDouble)
		}
	})
}

// plainDistance counts edits; neighbours in the wrong order are one.
func plainDistance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
			default:
				cost := 1
				if a[i-1] == b[j-1] {
					cost = 0
				}
				d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestWithin(t *testing.T) {
	for _, test := range []struct {
		pattern, text string
		from, to      int
		ok            bool
	}{
		{"tner", "ortner77", 2, 6, true},
		{"tneer7", "ortner77", 2, 7, true},
		{"5198765", "4915198765432", 3, 10, true},
		{"5198756", "4915198765432", 3, 10, true},
		{"xyz", "ortner77", 0, 0, false},
		{"a", "", 0, 0, false},
	} {
		_, from, to, ok := NewPattern(test.pattern).Within(test.text)
		require.Equal(t, test.ok, ok, "%+v", test)
		if ok {
			require.Equal(t, [2]int{test.from, test.to}, [2]int{from, to}, "%+v", test)
		}
	}
}

func TestKnown(t *testing.T) {
	terms := New(entriesOf("robert", "roberta", "robertson", "bob", "rob", "robbie", "maria", "smyth", "smith", "smoth", "muller"))
	require.Equal(t, "robert", textsOf(terms.Known(NewWord([]string{"robert"}, false), 4))[0])
	require.ElementsMatch(t, []string{"robert", "roberta", "robertson", "bob", "rob", "robbie"}, textsOf(terms.Known(NewWord([]string{"robert"}, true), 4)))
	require.Equal(t, []string{"smith", "smyth"}, textsOf(terms.Known(NewWord([]string{"smith"}, false), 4)))
	require.Equal(t, []string{"muller"}, textsOf(terms.Known(NewWord([]string{"mueller"}, false), 4)))
	require.Equal(t, []string{"smith", "smyth", "smoth"}, textsOf(terms.Typos(NewWord([]string{"smith"}, false), false)))
}

// Adding token by token gives the same as building at once, whatever was
// merged when.
func TestAddEqualsNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-c]{1,5}`), 0, 80).Draw(t, "words")
		cut := rapid.IntRange(0, len(words)).Draw(t, "cut")
		added := New(entriesOf(words[:cut]...))
		for len(words[cut:]) > 0 {
			n := rapid.IntRange(1, len(words)-cut).Draw(t, "batch")
			added.Add(words[cut : cut+n])
			cut += n
		}
		all := entriesOf(words...)
		require.Equal(t, len(all), added.Len())
		for _, e := range all {
			require.NotZero(t, added.Count(e.Text))
			require.Contains(t, textsOf(added.Known(NewWord([]string{e.Text}, false), 4)), e.Text)
		}
		require.Zero(t, added.Count("zzz"))
	})
}

// A dictionary is the same whether or not it has keys from earlier ones.
func TestKeysAreInherited(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-cмнаא-גب-تक-ग王小明]{1,4}`), 0, 40)
		first, second, third := words.Draw(t, "first"), words.Draw(t, "second"), words.Draw(t, "third")
		all := entriesOf(slices.Concat(first, second, third)...)
		require.Equal(t, NewDictionary(all), NewDictionary(all, NewDictionary(entriesOf(first...)), NewDictionary(entriesOf(second...))))
	})
}

// A word is found by how it is read, both ways, and in yet another script; the
// nearest spelling comes first, and what is written as it was typed before all.
func TestKnownInAnotherScript(t *testing.T) {
	terms := New(entriesOf("علي", "ali", "aly", "אלי", "али", "olli", "小明", "晓明", "xiaoming", "hsiaoming", "山田", "yamada", "やまだ"))
	known := func(word ...string) []string { return textsOf(terms.Known(NewWord(word, false), 4)) }
	require.Equal(t, []string{"ali", "али", "אלי", "علي"}, known("ali")[:4])
	require.Equal(t, []string{"علي", "ali", "aly"}, known("علي", "ali")[:3])
	require.Equal(t, []string{"xiaoming", "小明", "晓明"}, known("xiaoming"))
	require.Equal(t, []string{"小明", "xiaoming", "hsiaoming"}, known("小明", "xiaoming"))
	require.Subset(t, known("山田", "shantian", "yamada"), []string{"山田", "yamada", "やまだ"})
	require.Contains(t, known("やまだ", "yamada"), "山田")
}

// An unfinished word finds how words of other scripts go on, behind those of its
// own and behind whole ones.
func TestKnownBeginsInAnotherScript(t *testing.T) {
	terms := New(entriesOf("محمد", "محمود", "מוחמד", "mohamud", "чеховский", "山田", "अनुराधा"))
	known := func(word string, unfinished bool) []string {
		return textsOf(terms.Known(NewWord([]string{word}, unfinished), 4))
	}
	require.Equal(t, []string{"mohamud", "מוחמד", "محمد", "محمود"}, known("moham", true))
	require.Equal(t, []string{"чеховский"}, known("tschechow", true))
	require.Equal(t, []string{"山田"}, known("yamad", true))
	require.Equal(t, []string{"अनुराधा"}, known("anurad", true))
	require.NotContains(t, known("moham", false), "محمود", "the word was finished")
}

func TestAddMergesALargeOverlay(t *testing.T) {
	terms := New(nil)
	for i := range 3 {
		var words []string
		for j := range mergeAt {
			words = append(words, fmt.Sprintf("w%d-%d", i, j))
		}
		terms.Add(words)
	}
	terms.Add([]string{"w0-0", "last"})
	l := terms.levels.Load()
	require.Equal(t, 3*mergeAt+1, terms.Len())
	require.Greater(t, l.base.Len(), mergeAt, "the overlay went into the base")
	require.Equal(t, uint32(2), terms.Count("w0-0"))
}

func TestExpansionsAreBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	for len(seen) < 30_000 {
		seen["mar"+randomWord(r, 1, 4)] = true
	}
	words := make([]string, 0, len(seen))
	for w := range seen {
		words = append(words, w)
	}
	terms := New(entriesOf(words...))
	for _, q := range []string{"m", "mar", "marab", "marabcd", strings.Repeat("a", 48)} {
		w := NewWord([]string{q}, true)
		require.LessOrEqual(t, len(terms.Known(w, 2)), maxCompletions+maxSounding+len(w.nicknames)+2)
		require.LessOrEqual(t, len(terms.Typos(w, true)), maxTypos)
	}
}

func randomWord(r *rand.Rand, least, most int) string {
	b := make([]byte, least+r.IntN(most-least+1))
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}

// syllableWords makes names of a kind: few letters follow each other at
// random.
func syllableWords(n int) []Entry {
	syllables := strings.Fields("ka ri mo ta len ber son mar vi del ro san chi wu zen pol ski ova nen ger man bur ley ton ham wick ford dal gren lun")
	r := rand.New(rand.NewPCG(3, 4))
	counts := map[string]uint32{}
	for len(counts) < n {
		var b strings.Builder
		for range 2 + r.IntN(3) {
			b.WriteString(syllables[r.IntN(len(syllables))])
		}
		counts[b.String()]++
	}
	out := sorted(counts)
	slices.SortFunc(out, func(a, b Entry) int { return cmp.Compare(a.Text, b.Text) })
	return out
}

func BenchmarkExpansions(b *testing.B) {
	terms := New(syllableWords(300_000))
	words := []*Word{NewWord([]string{"lenbersno"}, false), NewWord([]string{"markarta"}, true), NewWord([]string{"chidel"}, true)}
	for _, way := range []struct {
		name string
		of   func(*Word) []Expansion
	}{
		{"known", func(w *Word) []Expansion { return terms.Known(w, 4) }},
		{"one typo", func(w *Word) []Expansion { return terms.Typos(w, false) }},
		{"by ear", terms.Sounds},
		{"two typos", func(w *Word) []Expansion { return terms.Typos(w, true) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				way.of(words[i%len(words)])
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	entries := syllableWords(200_000)
	for b.Loop() {
		New(entries)
	}
}

func TestNamesAreFoundByTheirEnd(t *testing.T) {
	terms := New([]Entry{{"belvika", 5}, {"mariafernanda", 1}, {"bwanzoro", 2}, {"ovika", 1}, {"vika", 9}})
	for word, want := range map[string][]string{
		"zoro":     {"bwanzoro"},
		"fernanda": {"mariafernanda"},
		"vika":     {"belvika"}, // of ovika one letter is missing: a typo
		"nzoro":    {"bwanzoro"},
		"oro":      nil,
	} {
		var got []string
		for _, e := range terms.Typos(NewWord([]string{word}, false), false) {
			if e.Way == Fragment {
				got = append(got, e.Text)
			}
		}
		require.Equal(t, want, got, word)
	}
}
