package filter

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files")

// TestString reads testdata/english.txt: filters in the wire form, each
// followed by "= " and what it says in plain English.
func TestString(t *testing.T) {
	path := filepath.Join("testdata", "english.txt")
	golden, err := os.ReadFile(path)
	require.NoError(t, err)
	var out strings.Builder
	for line := range strings.Lines(string(golden)) {
		switch {
		case strings.HasPrefix(line, "{"):
			out.WriteString(line + "= " + decodeAll(t, english(line)).String() + "\n")
		case !strings.HasPrefix(line, "="):
			out.WriteString(line)
		}
	}
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(out.String()), 0o644))
		return
	}
	require.Equal(t, string(golden), out.String())
}

// english completes a line, which may be a lone rule.
func english(line string) string {
	if strings.HasPrefix(line, `{"field"`) {
		return `{"combinator":"and","rules":[` + line + `]}`
	}
	return line
}

func TestDescribeNamesSegments(t *testing.T) {
	f := decodeAll(t, english(`{"field":"segment","operator":"in","value":["customers","nested"]}`))
	require.Equal(t, `Contact is in any of the segments "Our customers" or nested`, f.Describe(func(id string) string {
		return map[string]string{"customers": "Our customers"}[id]
	}))
}

func TestStringOfTreesMadeByHand(t *testing.T) {
	r := decodeRule(t, `{"field":"country","operator":"eq","value":"KE"}`)
	r.spelled = nil
	require.Equal(t, "Country is Kenya", (&Filter{Root: &Group{Rules: []Node{r}}}).String())
	all := decodeRule(t, `{"field":"labels","operator":"all_of","value":["a","b"]}`)
	all.Not = true
	f := &Filter{Root: &Group{Rules: []Node{all}}}
	require.Equal(t, "Labels do not include all of a and b (or has none)", f.String())
	require.JSONEq(t, `{"combinator":"and","rules":[{"combinator":"and","not":true,"rules":[{"field":"labels","operator":"all_of","value":["a","b"]}]}]}`, string(f.Canonical()))
}
