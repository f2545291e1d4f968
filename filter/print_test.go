package filter

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
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

func TestDescribeOfParts(t *testing.T) {
	f := decodeAll(t, `{"combinator":"or","rules":[{"field":"type","operator":"eq","value":"lead"},{"combinator":"or","not":true,"rules":[{"field":"city","operator":"exists"},{"field":"country","operator":"exists"}]}]}`)
	require.Equal(t, "Type is lead", Describe(f.Root.Rules[0], nil))
	require.Equal(t, "not (City is set or Country is set)", Describe(f.Root.Rules[1], nil))
	require.Equal(t, f.String(), Describe(f.Root, nil))
}

// TestDescribeIsShort: plain words count the values of a long list, and cut long texts.
func TestDescribeIsShort(t *testing.T) {
	values := make([]string, MaxValues)
	for i := range values {
		values[i] = strconv.Quote(fmt.Sprintf("label %05d", i))
	}
	f := decodeAll(t, english(`{"field":"labels","operator":"any_of","value":[`+strings.Join(values, ",")+`]}`))
	require.Contains(t, f.String(), "label 00018, label 00019 or 9980 more")
	require.NotContains(t, f.String(), "label 00020")
	f = decodeAll(t, english(`{"field":"name","operator":"contains","value":"`+strings.Repeat("é", 500)+`"}`))
	require.Equal(t, `Name contains "`+strings.Repeat("é", 80)+`…"`, f.String())
}

func TestStringOfTreesMadeByHand(t *testing.T) {
	r := decodeRule(t, `{"field":"country","operator":"eq","value":"KE"}`)
	r.spelled = nil
	require.Equal(t, "Country is Kenya", (&Filter{Root: &Group{Rules: []Node{r}}}).String())
	all := decodeRule(t, `{"field":"labels","operator":"all_of","value":["a","b"]}`)
	all.Not = true
	f := &Filter{Root: &Group{Rules: []Node{all}}}
	require.Equal(t, "Labels do not include all of a and b (or there are none)", f.String())
	require.JSONEq(t, `{"combinator":"and","rules":[{"combinator":"and","not":true,"rules":[{"field":"labels","operator":"all_of","value":["a","b"]}]}]}`, string(f.Canonical()))
}
