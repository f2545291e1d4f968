package imports

import (
	"encoding/csv"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func trimmed(t require.TestingT, text string, oneByte bool) string {
	var from io.Reader = strings.NewReader(text)
	if oneByte {
		from = iotest.OneByteReader(from)
	}
	out, err := io.ReadAll(newQuoteTrimmer(from, ','))
	require.NoError(t, err)
	return string(out)
}

func TestBlanksAroundQuotes(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		" a , b ":                " a , b ",
		` "a" , "b" `:            `"a","b"`,
		"\"a\" \r\n\t\"b\"\n":    "\"a\"\r\n\"b\"\n",
		`"a "" , b" ,c`:          `"a "" , b",c`,
		`"a" x,b`:                `"a" x,b`,
		` a "b" , "c"`:           ` a "b" ,"c"`,
		"\" a\n \" , \" \"\" \"": "\" a\n \",\" \"\" \"",
	} {
		require.Equal(t, want, trimmed(t, text, false), "%q", text)
		require.Equal(t, want, trimmed(t, text, true), "%q", text)
	}
	long := strings.Repeat(" ", 3*maxBlanks)
	require.Equal(t, long+"a,b", trimmed(t, long+"a,b", false))
}

// TestAnyFileWithBlanksAroundQuotes: with blanks put around its quoted cells a
// file is read as without.
func TestAnyFileWithBlanksAroundQuotes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		blanks := rapid.StringOfN(rapid.SampledFrom([]rune(" \t")), 0, 3, -1)
		cell := rapid.StringOfN(rapid.SampledFrom([]rune("a\" ,\n\té")), 0, 6, -1)
		var rows [][]string
		var file strings.Builder
		for range rapid.IntRange(1, 4).Draw(t, "rows") {
			row := rapid.SliceOfN(cell, 2, 2).Draw(t, "cells")
			for i, text := range row {
				file.WriteString(blanks.Draw(t, "before") + `"` + strings.ReplaceAll(text, `"`, `""`) + `"` + blanks.Draw(t, "behind"))
				file.WriteByte([]byte{',', '\n'}[i])
			}
			rows = append(rows, row)
		}
		read, err := csv.NewReader(newQuoteTrimmer(strings.NewReader(file.String()), ',')).ReadAll()
		require.NoError(t, err)
		require.Equal(t, rows, read)
	})
}
