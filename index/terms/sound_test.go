package terms

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// differ is how differently two words sound.
func differ(a, b string) int {
	return speak(nil, a).differs(speak(nil, b), 100)
}

// share reports whether two words are found for each other by ear.
func share(a, b string) bool {
	x, y := keysOf(speak(nil, a)), keysOf(speak(nil, b))
	return x.share(&y)
}

func TestSoundAlike(t *testing.T) {
	for _, pair := range [][2]string{
		{"smith", "smyth"}, {"catherine", "kathryn"}, {"philip", "filip"}, {"schmidt", "schmitt"}, {"schmid", "schmitt"},
		{"stephen", "steven"}, {"geoffrey", "jeffrey"}, {"wright", "rite"}, {"knight", "night"}, {"meyer", "meier"},
		{"larsson", "larson"}, {"christian", "kristian"}, {"johnson", "jonson"}, {"szabo", "shabo"}, {"xavier", "savier"},
		{"kyungjoon", "gyeongjun"}, {"gyuho", "kyuho"}, {"jimenez", "gimenes"}, {"giuseppe", "juseppe"}, {"chiara", "kiara"},
		{"teixeira", "tesheira"}, {"magalhaes", "magalyaes"}, {"bologna", "bolonia"}, {"kowalczyk", "kovalchik"},
		{"renault", "reno"}, {"thibault", "tibo"}, {"boucher", "bushay"}, {"wagner", "vagner"}, {"juergen", "yurgen"},
		{"zhukov", "jukov"}, {"ksenia", "xenia"}, {"njoroge", "joroge"}, {"mukherjee", "mukerji"}, {"khadija", "kadija"},
		{"nguyen", "nuyen"}, {"krzysztof", "kristof"}, {"cengiz", "jengiz"}, {"niamh", "neave"}, {"castillo", "castiyo"},
		{"elizabeth", "elsphet"}, {"william", "willn"}, {"bertrand", "bartran"}, {"skipper", "scipper"}, {"torres", "torrez"},
	} {
		require.True(t, share(pair[0], pair[1]), "%v", pair)
		a, b := keysOf(speak(nil, pair[0])), keysOf(speak(nil, pair[1]))
		require.True(t, a.mayShare(pair[1]) && b.mayShare(pair[0]), "%v", pair)
		require.LessOrEqual(t, differ(pair[0], pair[1]), farSound, "%v", pair)
		require.Equal(t, differ(pair[0], pair[1]), differ(pair[1], pair[0]), "%v", pair)
	}
}

// The nearer of two is named first.
func TestSoundNearer(t *testing.T) {
	for _, three := range [][3]string{
		{"maria", "mariah", "mario"}, {"smith", "smyth", "smirh"}, {"sara", "sarah", "zara"}, {"robert", "rupert", "rafael"},
		{"paul", "paule", "paula"}, {"germain", "germaine", "gorman"}, {"audra", "audrey", "adriano"}, {"grecia", "grace", "greg"},
		{"constantine", "konstantin", "constance"}, {"jousha", "joshua", "jose"},
	} {
		require.Less(t, differ(three[0], three[1]), differ(three[0], three[2]), "%v", three)
	}
}

func TestSoundDiffers(t *testing.T) {
	for _, pair := range [][2]string{
		{"smith", "smirh"}, {"anna", "nina"}, {"martin", "marlin"}, {"diego", "pedro"}, {"kamau", "omondi"},
	} {
		require.False(t, share(pair[0], pair[1]), "%v", pair)
	}
}

func TestNothingSoundsThatIsNoWord(t *testing.T) {
	for _, s := range []string{"", "a", "a1b2", "müller", "小明", "o neil"} {
		require.Empty(t, speak(nil, s), s)
	}
}

// An equal sound comes before a typo, a plain typo before a far sound, and what
// sounds equal is believed the more the nearer it is spelt.
func TestSoundAndTypos(t *testing.T) {
	cost := func(word, token string) int {
		m, ok := NewWord([]string{word}, false).Match(token)
		require.True(t, ok, "%s %s", word, token)
		return m.Cost
	}
	require.Less(t, cost("filip", "philip"), cost("filip", "fikip"))
	require.Less(t, cost("jamew", "james"), cost("jamew", "jan"))
	require.Less(t, cost("carmen", "carmon"), cost("carmen", "korman"))
}

func FuzzSound(f *testing.F) {
	for _, s := range []string{"schmidt", "xx", "hhh", "tsch", "knkn", "ghgh", "ceuxceaux"} {
		f.Add(s, "smith")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := speak(nil, a), speak(nil, b)
		keys := keysOf(x)
		require.Equal(t, len(x) > 0, keys.n > 0)
		if other := keysOf(y); keys.share(&other) {
			require.True(t, keys.mayShare(b) && other.mayShare(a), "what is left out at a glance shares no key")
		}
		require.Equal(t, x.differs(y, 50), y.differs(x, 50))
	})
}

// TestLettersThatAreNoWordSoundLikeNobody: few sounds are left of them, which many names have.
func TestLettersThatAreNoWordSoundLikeNobody(t *testing.T) {
	for _, typed := range []string{"zzzqqq", "qqqzzz", "zzzzqqqq"} {
		w := NewWord([]string{typed}, true)
		for _, name := range []string{"jack", "cheikh", "zack", "zeke", "isaac", "sykes", "kozak", "kazi"} {
			_, ok := w.Match(name)
			require.False(t, ok, "%s %s", typed, name)
		}
	}
	for typed, name := range map[string]string{"nite": "knight", "kwin": "quynh", "giyom": "guillaume", "izak": "yitzhak"} {
		m, ok := NewWord([]string{typed}, false).Match(name)
		require.True(t, ok, "%s %s", typed, name)
		require.Equal(t, SoundAlike, m.Way, "%s %s", typed, name)
	}
}
