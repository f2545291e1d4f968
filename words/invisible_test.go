package words

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// TestIgnorable compares the table with what package unicode has of the
// derivation of Default_Ignorable_Code_Point.
func TestIgnorable(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		annotation := r >= 0xFFF9 && r <= 0xFFFB || r >= 0x13430 && r <= 0x13440
		derived := (unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Cf, unicode.Variation_Selector) ||
			r >= 0x2060 && r <= 0x206F || r >= 0xFFF0 && r <= 0xFFF8 || r >= 0xE0000 && r <= 0xE0FFF) &&
			!annotation && !unicode.In(r, unicode.White_Space, unicode.Prepended_Concatenation_Mark)
		require.Equal(t, derived, unicode.Is(ignorable, r), "%U", r)
		require.False(t, unicode.Is(pasted, r) && !derived, "%U", r)
	}
}

func TestCleanText(t *testing.T) {
	for _, test := range []struct{ name, typed, clean string }{
		{"plain", " Ada ", "Ada"},
		{"marks of direction", "\u200eאבג\u200f", "אבג"},
		{"embedding and isolate", "\u202a\u2068Ada\u2069\u202c", "Ada"},
		{"zero-width space", "Ada\u200b Love\u200blace\u200b", "Ada Lovelace"},
		{"byte order mark", "\ufeffAda", "Ada"},
		{"soft hyphen", "Love\u00adlace", "Lovelace"},
		{"word joiner", "Ada\u2060", "Ada"},
		{"non-joiner inside", "می\u200cخواهم", "می\u200cخواهم"},
		{"joiner and selector of an emoji", "👩\u200d❤\ufe0f", "👩\u200d❤\ufe0f"},
		{"joiners at the ends", "\u200dAda\u200c \u200d", "Ada"},
		{"a selector before everything", "\ufe0fAda", "Ada"},
		{"flag of England", "🏴\U000E0067\U000E0062\U000E007F", "🏴\U000E0067\U000E0062\U000E007F"},
		{"blanks between marks", "\u200e \u00a0\u200fAda \u200e", "Ada"},
		{"only marks", "\u200e\u200b\ufeff", ""},
		{"only joiners and selectors", "\u200d\ufe0f \u200c", ""},
		{"only a Hangul filler", "\u3164", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.clean, CleanText(test.typed))
			require.Equal(t, test.clean == "", ShowsNothing(test.typed))
		})
	}
	require.Equal(t, "CU1", VisibleText(" \u200dC\ufe0fU\u200c1\u2066 "))
}

// Texts that look alike are one to filters and to what is unique.
func TestCanonicalOfLookalikes(t *testing.T) {
	for _, alike := range [][]string{
		{"big spender", "big  spender", "Big\u00a0Spender", "big \u2003 spender", "big\tspender", "big\u3000spender", "big\u200b spender", "big\u1680spender"},
		{
			"women's", "women’s", "women‘s", "womenʼs", "women‛s", "women´s", "women\u1ffds", "women`s", "women\u1fefs", "women′s", "women＇s", "womenʻs",
			"womenʹs", "women՚s", "women׳s", "women\u200d's",
		},
		{"jean-luc", "jean‐luc", "jean‑luc", "jean–luc", "jean—luc", "jean−luc", "jean﹣luc", "jean－luc", "jean־luc", "jean⸗luc", "je\u00adan-luc"},
		{"acme", "ac\u00adme", "\ufeffacme", "a\ufe0fcme", "ａｃｍｅ", "ACME\u200e"},
		{"strasse", "Straße", "STRASSE", "straſſe"},
		{"łodz", "Lodz", "Łódź"},
	} {
		for _, text := range alike {
			require.Equal(t, Canonical(alike[0]), Canonical(text), "%q", text)
		}
	}
	for _, other := range [][2]string{{"a b", "ab"}, {"a-b", "a b"}, {"a-b", "ab"}, {"o'n", "on"}, {"a_b", "a-b"}, {`a"b`, "a'b"}, {"ー", "-"}} {
		require.NotEqual(t, Canonical(other[0]), Canonical(other[1]), "%q", other)
	}
}
