package search

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTitlesAreOptional(t *testing.T) {
	for _, test := range []struct {
		text     string
		optional []int // the cost of each word
	}{
		{"dr whitfield", []int{costNoTitle, 0}},
		{"Whitfield-san ", []int{0, costNoTitle}},
		{"don whitfield", []int{costNoName, 0}},
		{"whitfield ji", []int{0, costNoName}},
		{"whitfield sensei ", []int{0, costNoTitle}},
		{"chan tai man ", []int{0, 0, 0}}, // a family name in front
		{"jean-pierre", []int{0, 0}},
	} {
		p := parse(test.text, "")
		require.Equal(t, test.optional, p.optional[:len(p.words)], test.text)
	}
}

func TestParseReadsSpokenEmails(t *testing.T) {
	for said, words := range map[string][]string{
		"jane dot doe at example dot com":         {"jane.doe@example.com"},
		"Jane underscore 7 (at) mail [dot] co uk": {"jane_7@mail.co", "uk"},
		"jane at example":                         {"jane", "at", "example"},
		"dot at doe":                              {"dot", "at", "doe"},
	} {
		p := parse(said, "")
		require.Equal(t, words, p.words, said)
	}
}

func TestPhoneCores(t *testing.T) {
	require.Contains(t, parse("8 916 123 45 09", "").literals[0].cores, "9161234509")
	// What a plus begins has no trunk prefix, so no digit of it is left out.
	require.Equal(t, []string{"1808551029"}, parse("+1808551029", "").literals[0].cores)
}

func TestWordsWithDigitsMayBeOneIdentifier(t *testing.T) {
	spans := parse("MBR 2009 23643", "").spans
	last := spans[len(spans)-1]
	require.Equal(t, "mbr200923643", last.word.Text())
	require.Equal(t, 2, last.count) // the digits are one word already
}

func TestParseReadsPhonesInLinks(t *testing.T) {
	for _, typed := range []string{
		"tel:+254722123456", "TEL: +254722123456", "Tel:0722123456", "call tel:+254722123456", "https://wa.me/254722123456", "254722123456@c.us", "whatsapp:+254722123456",
		"sms:+254722123456?body=x", "\u202a+254722123456\u202c", "https://api.whatsapp.com/send?phone=254722123456&text=hi",
	} {
		found := slices.ContainsFunc(parse(typed, "KE").literals, func(l literal) bool {
			return l.kind == phoneLiteral && slices.Contains(l.cores, "254722123456")
		})
		require.True(t, found, "%q", typed)
	}
	require.Contains(t, parse("+52 1 55 1234 5678", "").literals[0].cores, "525512345678")
	require.Contains(t, parse("(11) 8765-4321", "BR").literals[0].cores, "5511987654321")
	require.Equal(t, []string{"kim@bücher.example"}, parse("Kim@xn--bcher-kva.example", "").words)
	require.Equal(t, []string{"kim@firma.example"}, parse("kim＠firma。example", "").words)
	require.Equal(t, []string{"janedoe"}, parse("jane\u200bdoe", "").words)
}
