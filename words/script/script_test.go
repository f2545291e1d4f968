package script_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "github.com/ndoto/kundi/repeatable"
	"github.com/ndoto/kundi/words"
	"github.com/ndoto/kundi/words/script"
)

// named is a word of another script and its spellings.
type named struct {
	script, word string
	spellings    []string
}

func names(t *testing.T) []named {
	data, err := os.ReadFile("testdata/names.txt")
	require.NoError(t, err)
	var out []named
	for line := range strings.Lines(string(data)) {
		left, right, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		script, word, ok := strings.Cut(left, " ")
		require.True(t, ok, line)
		out = append(out, named{script, folded(word), strings.Fields(right)})
	}
	return out
}

// folded is how search has a word: the plain form of all of it.
func folded(word string) string {
	tokens := words.SearchTokens(word)
	most := tokens[0]
	for _, token := range tokens {
		if token.Words > most.Words {
			most = token
		}
	}
	return most.Text
}

// floor is the share of the spellings of a script that must be found, and must be
// nearer to their own word than to any other word of the script.
const floor = .9

// few is a number of spellings too small for a share.
const few = 5

func TestNamesAreFoundByTheirSpellings(t *testing.T) {
	type score struct{ first, total int }
	scores, all := map[string]score{}, score{}
	listed := names(t)
	for _, n := range listed {
		s := scores[n.script]
		for _, spelling := range n.spellings {
			if problem := miss(listed, n, spelling); problem == "" {
				s.first++
				all.first++
			} else {
				t.Logf("%s %s %s: %s", n.script, n.word, spelling, problem)
			}
			s.total++
			all.total++
		}
		scores[n.script] = s
	}
	for script, s := range scores {
		if s.total > few {
			require.GreaterOrEqual(t, float64(s.first), floor*float64(s.total), "%s: %d of %d", script, s.first, s.total)
		}
	}
	require.Greater(t, all.total, 1_500)
	require.GreaterOrEqual(t, float64(all.first), .99*float64(all.total), "%d of %d", all.first, all.total)
}

// miss says why a spelling does not find its word first, "" when it does.
func miss(listed []named, n named, spelling string) string {
	key, ok := script.KeyOf(spelling)
	lattice := script.Of(n.word)
	far := lattice.Distance(spelling, script.Limit(spelling))
	if !ok || !lattice.Has(key) || far == script.Far {
		return fmt.Sprintf("key %x is none of %x, or too far from %s", key, lattice.Keys(), lattice.Latin())
	}
	for _, other := range listed {
		l := script.Of(other.word)
		if other.script == n.script && l.Has(key) && l.Distance(spelling, far) < far && !slices.Contains(other.spellings, spelling) {
			return other.word + " is nearer"
		}
	}
	return ""
}

// False friends: names that are not each other in any script.
func TestOtherNamesAreFar(t *testing.T) {
	for word, others := range map[string][]string{
		"علي":    {"alan", "eli jah", "leo", "olivia", "alice"},
		"محمد":   {"mahdi", "ahmed", "mohan", "hamid"},
		"Иванов": {"ivanka", "evans", "yvonne"},
		"Михаил": {"michelle", "micah", "miles"},
		"王":      {"win", "wei", "warren"},
		"山田":     {"yamamoto", "shan", "amanda"},
		"김":      {"kimberly", "kumar", "ken"},
		"दीपक":   {"deepa", "dilip"},
		"Νίκος":  {"nicola", "nikita"},
		"משה":    {"mosher", "max"},
		"გიორგი": {"gregory", "georgina"},
		"さくら":    {"sakai", "sakurai"},
	} {
		lattice := script.Of(folded(word))
		for _, other := range others {
			key, ok := script.KeyOf(other)
			if ok && lattice.Has(key) && lattice.Distance(other, script.Limit(other)) < 2 {
				t.Errorf("%s is as near to %s as its own spellings: %d", other, word, lattice.Distance(other, 9))
			}
		}
	}
}

func TestUsualReadings(t *testing.T) {
	for word, want := range map[string]string{
		"みすゞ": "misuzu", "いすゞ": "isuzu", "ミスヾ": "misuzu", "こゝろ": "kokoro", "ゝ": "",
		"Владимир": "vladimir", "Щербаков": "shcherbakov", "Παπαδόπουλος": "papadopoulos", "Ευάγγελος": "evangelos",
		"राजेश": "rajesh", "ਕੌਰ": "kaur", "লক্ষ্মী": "lakshmi", "김민수": "kimminsu", "とうきょう": "tokyo", "ショウタ": "shota", "きって": "kitte",
		"王小明": "wangxiaoming", "გიორგი": "giorgi", "Արամ": "aram", "አበበ": "abebe", "สมชาย": "smchay", "محمد": "mhmd", "דוד": "dvd",
	} {
		require.Equal(t, want, script.Of(folded(word)).Latin(), word)
	}
	require.Nil(t, script.Of("anna"))
	require.Equal(t, "kim", script.Family("김"))
	require.Equal(t, "yamadataro", script.Japanese(folded("山田太郎")))
	require.Empty(t, script.Japanese(folded("王小明")))
}

func TestKeys(t *testing.T) {
	key := func(latin string) script.Key {
		k, ok := script.KeyOf(latin)
		require.True(t, ok, latin)
		return k
	}
	require.Equal(t, key("mohammed"), key("mahmood"), "vowels and doubled letters do not count")
	require.Equal(t, key("philip"), key("filib"))
	require.Equal(t, key("alexander"), key("aleksandr"))
	require.NotEqual(t, key("chan"), key("kan"))
	require.Zero(t, key("aya"))
	for _, no := range []string{"", "müller", "a1", "Ana"} {
		_, ok := script.KeyOf(no)
		require.False(t, ok, no)
	}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z]{1,20}`).Draw(t, "word")
		whole, _ := script.KeyOf(word)
		begun, _ := script.KeyOfBeginning(word[:rapid.IntRange(1, len(word)).Draw(t, "letters")])
		from, to := begun.Under()
		require.True(t, from <= whole && whole <= to, "%x begins with %x", whole, begun)
	})
}

func TestFamilyLength(t *testing.T) {
	for name, want := range map[string]int{
		"王小明": 1, "欧阳志强": 2, "山田太郎": 2, "長谷川健": 3, "林太郎": 1, "佐々木希": 3, "남궁민수": 2, "김민수": 1, "やまだたろう": 3, "ゆい": 0, "森一志": 1, "はやしきょうこ": 3,
	} {
		require.Equal(t, want, script.FamilyLength(folded(name)), name)
	}
}

func TestPlainLetters(t *testing.T) {
	require.Equal(t, folded("張國榮"), folded("张国荣"))
	require.Equal(t, folded("渡邊"), folded("渡辺"))
	require.Equal(t, folded("サクラ"), folded("さくら"))
	require.Equal(t, folded("علی"), folded("علي"))
	require.Equal(t, folded("أحمد"), folded("احمد"))
	require.Equal(t, "müller", script.Plain("müller"))
}

// Whatever a word is, it has a reading of ASCII, few keys, and distances that are
// told within the limit only.
func TestAnyWordHasALattice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := script.Plain(rapid.StringOfN(rapid.RuneFrom(nil, unicode.L, unicode.M, unicode.N, unicode.So), 1, 12, 48).Draw(t, "word"))
		latin := rapid.StringMatching(`[a-z]{1,30}`).Draw(t, "latin")
		limit := rapid.IntRange(0, 9).Draw(t, "limit")
		l := script.Of(word)
		if l == nil {
			return
		}
		require.LessOrEqual(t, len(l.Keys()), 16)
		require.Empty(t, strings.Trim(l.Latin(), "abcdefghijklmnopqrstuvwxyz0123456789"))
		whole, beginning := l.Distances(latin, limit)
		require.True(t, whole == script.Far || whole <= limit)
		require.True(t, beginning == script.Far || beginning <= limit)
		if l.Latin() != "" && len(l.Latin()) < 60 {
			require.Less(t, l.Distance(l.Latin(), script.Far-1), script.Far, "%s as %s", word, l.Latin())
		}
	})
}
