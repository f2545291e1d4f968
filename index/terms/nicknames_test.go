package terms

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNicknames(t *testing.T) {
	for _, test := range []struct {
		name, other string
		cost        int
	}{
		{"robert", "bob", costUsual},
		{"elizabeth", "liz", costUsual},
		{"jose", "pepe", costUsual},
		{"aleksandr", "sasha", costUsual},
		{"katarzyna", "kasia", costUsual},
		{"william", "bill", costUsual},
		{"joseph", "joe", costUsual},
		{"joel", "joe", costNickname},
		{"georgios", "yorgos", costNickname},
		{"catherine", "cathryn", costNickname},
		{"bob", "rob", costNickname}, // a pair of the English list
		{"billy", "robert", costNickname},
		{"betsy", "liz", costSibling},
		{"jose", "giuseppe", costLanguage},
		{"lee", "rhee", costLanguage}, // 李
		{"zhang", "cheung", costLanguage},
		{"robert", "bobbi", costUsual}, // not in the list, but bobby is
	} {
		require.Equal(t, test.cost, Nicknames(test.name)[test.other], "%s for %s", test.other, test.name)
		require.Equal(t, test.cost, Nicknames(test.other)[test.name], "%s for %s", test.name, test.other)
	}
	require.NotContains(t, Nicknames("robert"), "robert")
	require.NotContains(t, Nicknames("edward"), "theodore", "both are called Ted, but neither is the other")
	for _, other := range []string{"anna", "amina", "johan", "jose"} {
		require.NotContains(t, Nicknames("joe"), other, "a name is called Joe that is called so too, but neither is the other")
	}
	require.NotContains(t, Nicknames("anna"), "joe")
	require.Nil(t, Nicknames("zzyzx"))
	for name := range nicknames().of {
		require.True(t, isLatin(name), "%q is not folded", name)
	}
}

// Only what no name of its own is can be a national spelling.
func TestNationalSpellingsOfNames(t *testing.T) {
	for _, test := range []struct{ word, token string }{
		{"mueller", "muller"}, {"joerg", "jorg"}, {"juergen", "jurgen"}, {"haakon", "hakon"}, {"guenther", "gunther"}, {"aaron", "aron"},
	} {
		m, _ := NewWord([]string{test.word}, false).Match(test.token)
		require.Equal(t, Match{Exact, costSpelling}, m, "%v", test)
	}
	for _, test := range []struct{ word, token string }{{"joe", "jo"}, {"sue", "su"}, {"michael", "michal"}, {"xue", "xu"}} {
		m, _ := NewWord([]string{test.word}, false).Match(test.token)
		require.NotEqual(t, Exact, m.Way, "%v", test)
	}
	for _, test := range []struct {
		word, token string
		cost        int
	}{
		{"joe", "joel", costCompletion + 1},
		{"mue", "mueller", costCompletion + maxCompletion},
		{"joe", "joerg", costBeginning + 2},
		{"joe", "joergensen", costBeginning + maxCompletion},
	} {
		m, _ := NewWord([]string{test.word}, true).Match(test.token)
		require.Equal(t, Match{Prefix, test.cost}, m, "%v", test)
	}
}

func TestMisspelt(t *testing.T) {
	typed := NewWord([]string{"gsoia"}, false)
	_, ok := typed.Match("malgorzata")
	require.False(t, ok)
	m, ok := typed.Misspelt().Match("malgorzata")
	require.True(t, ok)
	require.Equal(t, Match{Nickname, costUsual + costTypo + costTranspose + costMisspelt}, m)
	_, ok = typed.Match("malgorzata")
	require.False(t, ok, "the word itself stays as it is")

	for _, w := range []*Word{NewWord([]string{"bob"}, false), NewWord([]string{"gsoia"}, true), NewWord([]string{"pgy"}, false), NewWord([]string{"zzyzxq"}, false)} {
		require.Same(t, w, w.Misspelt(), w.Text())
	}
}

func TestJoinedWordsHaveASound(t *testing.T) {
	m, ok := NewJoined([]string{"sungyun"}, false).Match("sungyoon")
	require.True(t, ok)
	require.Equal(t, SoundAlike, m.Way)
}
