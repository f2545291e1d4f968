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

// Each culture has pet forms of its own. A pair is a name and what the people who
// have it are called.
func TestNicknamesOfManyCultures(t *testing.T) {
	for culture, pair := range map[string][2]string{
		"Irish":      {"sile", "sheila"},
		"Scottish":   {"seonaid", "shona"},
		"Mexican":    {"anastasio", "tacho"},
		"Basque":     {"ramon", "montxo"},
		"Catalan":    {"bartomeu", "tomeu"},
		"Portuguese": {"mariadelurdes", "milu"},
		"Brazilian":  {"aparecida", "cida"},
		"French":     {"honorine", "norine"},
		"Austrian":   {"genoveva", "vevi"},
		"Swiss":      {"verena", "vreneli"},
		"Dutch":      {"theresia", "trees"},
		"Flemish":    {"jozef", "seppe"},
		"Italian":    {"calogero", "lillo"},
		"Polish":     {"arkadiusz", "arek"},
		"Czech":      {"frantisek", "fanous"},
		"Slovak":     {"samuel", "samko"},
		"Russian":    {"innokenty", "kesha"},
		"Ukrainian":  {"hryhorii", "hrytsko"},
		"Serbian":    {"svetozar", "toza"},
		"Bosnian":    {"sulejman", "suljo"},
		"Bulgarian":  {"desislava", "desi"},
		"Romanian":   {"luminita", "lumi"},
		"Hungarian":  {"zsigmond", "zsiga"},
		"Greek":      {"kalliopi", "popi"},
		"Swedish":    {"torsten", "totte"},
		"Finnish":    {"markku", "make"},
		"Icelandic":  {"thordur", "doddi"},
		"Turkish":    {"selahattin", "selo"},
		"Egyptian":   {"sherif", "shiko"},
		"Hebrew":     {"yechiel", "hilik"},
		"Persian":    {"kamran", "kami"},
		"Hindi":      {"shailendra", "shailu"},
		"Tamil":      {"srinivasan", "seenu"},
		"Punjabi":    {"jatinder", "jeetu"},
		"Indonesian": {"kurniawan", "wawan"},
		"Malay":      {"maimunah", "munah"},
		"Filipino":   {"rafael", "paeng"},
		"Japanese":   {"takahiro", "taka"},
		"Kikuyu":     {"wambui", "wambo"},
		"Ethiopian":  {"tewodros", "teddy"},
		"Tanzanian":  {"mwanaisha", "aisha"},
		"Yoruba":     {"folasade", "sade"},
		"Igbo":       {"okechukwu", "okey"},
		"Ghanaian":   {"kwadwo", "kojo"},
		"Zulu":       {"ntombizodwa", "zodwa"},
		"Shona":      {"tafadzwa", "tafi"},
		"Afrikaans":  {"stephanus", "faan"},
	} {
		require.Contains(t, Nicknames(pair[0]), pair[1], culture)
		require.Contains(t, Nicknames(pair[1]), pair[0], culture)
	}
	require.NotContains(t, Nicknames("ali"), "reza", "Alireza is called either, but neither is the other")
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
