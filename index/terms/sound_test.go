package terms

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSoundAlike(t *testing.T) {
	for _, pair := range [][2]string{
		{"smith", "smyth"}, {"catherine", "kathryn"}, {"philip", "filip"}, {"schmidt", "schmitt"}, {"schmid", "schmitt"},
		{"stephen", "steven"}, {"geoffrey", "jeffrey"}, {"wright", "rite"}, {"knight", "night"}, {"meyer", "meier"},
		{"larsson", "larson"}, {"christian", "kristian"}, {"johnson", "jonson"}, {"szabo", "shabo"}, {"xavier", "savier"},
		{"kyungjoon", "gyeongjun"}, {"gyuho", "kyuho"},
	} {
		require.Equal(t, Sound(pair[0]), Sound(pair[1]), "%v", pair)
		require.NotEmpty(t, Sound(pair[0]))
	}
}

func TestSoundDiffers(t *testing.T) {
	for _, pair := range [][2]string{
		{"maria", "mario"}, {"smith", "smirh"}, {"anna", "nina"}, {"robert", "rupert"}, {"martin", "marlin"}, {"paul", "paula"},
	} {
		require.NotEqual(t, Sound(pair[0]), Sound(pair[1]), "%v", pair)
	}
}

func TestSoundHasNoKeyForWhatIsNoWord(t *testing.T) {
	for _, s := range []string{"", "a", "al", "a1b2", "müller", "小明", "o neil"} {
		require.Empty(t, Sound(s), s)
	}
}

func FuzzSound(f *testing.F) {
	for _, s := range []string{"schmidt", "xx", "hhh", "tsch", "knkn", "ghgh"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		require.LessOrEqual(t, len(Sound(s)), 2*len(s)+2)
	})
}
