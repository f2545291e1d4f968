package fields

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNationalOf(t *testing.T) {
	for digits, want := range map[string]National{
		"254722123456":  {"0", "722123456", false},
		"393471234567":  {"", "3471234567", true},
		"390612345678":  {"", "0612345678", true},
		"12025550123":   {"", "2025550123", true},
		"79161234567":   {"8", "9161234567", false},
		"36301234567":   {"06", "301234567", false},
		"5511987654321": {"0", "11987654321", true},
		"4722334455":    {"", "22334455", true},
		"99912":         {},
		"":              {},
	} {
		require.Equal(t, want, NationalOf(digits), digits)
	}
	for _, d := range diallings() {
		require.Empty(t, strings.Trim(d.trunk, TrunkDigits), d)
	}
}

func TestBeginsInTrunk(t *testing.T) {
	hungary := NationalOf("36301234567") // 06 30 123 4567
	for _, in := range []string{"0", "06", "6", "063", "63", "6301"} {
		require.True(t, hungary.BeginsInTrunk(in), in)
	}
	for _, out := range []string{"30", "07", "60", "0601"} {
		require.False(t, hungary.BeginsInTrunk(out), out)
	}
}

// The three questions are those about the written forms, and beginnings are those
// of the numbers that begin so.
func requireNationalForms(t require.TestingT, digits, part string) {
	n := NationalOf(digits)
	var forms []string
	if n.Rest != "" {
		forms = append(forms, n.Trunk+n.Rest)
	}
	if n.Bare {
		forms = append(forms, n.Rest)
	}
	any := func(is func(string, string) bool) bool {
		return slices.ContainsFunc(forms, func(form string) bool { return is(form, part) })
	}
	begins := slices.ContainsFunc(NationalBeginnings(part), func(begin string) bool { return strings.HasPrefix(digits, begin) })
	require.Equal(t, any(strings.HasPrefix), n.Begins(part))
	require.Equal(t, any(strings.HasPrefix), begins && n.Rest != "")
	require.Equal(t, any(strings.HasSuffix), n.Ends(part))
	require.Equal(t, any(strings.Contains), n.BeginsInTrunk(part) || strings.Contains(n.Rest, part))
}

func TestLawNationalForms(t *testing.T) {
	require.True(t, NationalOf("254722123456").BeginsInTrunk("0722"))
	requireNationalForms(t, "254722123456", "0722")
	numbers := rapid.SampledFrom([]string{"254722123456", "393471234567", "12025550123", "79161234567", "36301234567", "5511987654321", "254711", "36", "3606", "999123"})
	parts := rapid.StringMatching(`0?[0-9]{1,4}|06?[0-9]{0,9}|254722|0722[0-9]*|301234567`)
	rapid.Check(t, func(t *rapid.T) {
		digits, part := numbers.Draw(t, "digits"), parts.Draw(t, "part")
		if rapid.Bool().Draw(t, "own") {
			n := NationalOf(digits)
			part = n.Trunk + n.Rest
			part = part[rapid.IntRange(0, max(0, len(part)-1)).Draw(t, "from"):]
			part = part[:rapid.IntRange(0, len(part)).Draw(t, "length")]
		}
		if part != "" {
			requireNationalForms(t, digits, part)
		}
	})
}
