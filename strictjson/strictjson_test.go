package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
)

func TestCheck(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	wide := func(last string) string {
		var b strings.Builder
		b.WriteString("{")
		for i := range 40 {
			b.WriteString(`"` + strconv.Itoa(i) + `":0,`)
		}
		return b.String() + `"` + last + `":0}`
	}
	for name, test := range map[string]struct {
		text string
		want string // part of the fault's detail, "" for none
	}{
		"object":                    {`{"a":1,"b":{"a":2},"c":[{"a":1},{"a":1}]}`, ""},
		"scalar":                    {` 12 `, ""},
		"names that differ in case": {`{"a":1,"A":1}`, ""},
		"value like a name":         {`{"a":"b","b":"a"}`, ""},
		"text with brackets":        {`{"a":"}{][,\"","b":[",","]"]}`, ""},
		"many names":                {wide("x"), ""},
		"surrogate pair":            {`"\ud83d\ude00 \\ud800 \u00e9"`, ""},
		"deep":                      {deep(5_000), ""},
		"empty":                     {"", "empty"},
		"blank":                     {" \n\t\r", "empty"},
		"not UTF-8":                 {"\"\xff\"", "UTF-8"},
		"cut off":                   {`{"a":`, "valid JSON"},
		"two values":                {`{} {}`, "valid JSON"},
		"trailing comma":            {`[1,]`, "valid JSON"},
		"byte order mark":           {"\ufeff{}", "valid JSON"},
		"too deep":                  {deep(100_000), "too deep"},
		"deep and open":             {strings.Repeat(`{"a":`, 100_000), "valid JSON"},
		"twice":                     {`{"a":1,"b":2,"a":1}`, "twice"},
		"twice inside":              {`[{"x":{"a":1,"a":2}}]`, "twice"},
		"twice after an object":     {`{"a":{"b":[1]},"a":1}`, "twice"},
		"twice, once escaped":       {`{"a":1,"\u0061":2}`, "twice"},
		"twice among many":          {wide("7"), "twice"},
		"lone high surrogate":       {`"\ud83d"`, "half"},
		"lone low surrogate":        {`"\ude00"`, "half"},
		"two high surrogates":       {`"\ud83d\ud83d\ude00"`, "half"},
		"high surrogate in a name":  {`{"\ud83d":1}`, "half"},
	} {
		t.Run(name, func(t *testing.T) {
			err := Check([]byte(test.text), "body")
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			var e *fault.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, fault.KindMalformed, e.Kind)
			require.Equal(t, "body", e.Faults[0].Path)
			require.Contains(t, e.Faults[0].Detail, test.want)
		})
	}
}

// FuzzCheck holds the check against encoding/json: what passes is one valid
// value whose objects have each name once, and walking it by members and
// elements yields the same names and values.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1,"a":2}`, `[{"a":[1,"x"]},null,true,-1.5e3]`, `"\ud83d\ude00"`, `{"\u0061":{"b":"\\"},"a":0}`, "\xff", ` { "a" : [ 1 , 2 ] } `, `1E700`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if Check(text, "body") != nil {
			return
		}
		require.True(t, json.Valid(text))
		require.False(t, namesTwice(t, text), "a name is there twice")
		require.Equal(t, readByJSON(t, text), walk(t, bytes.TrimSpace(text)))
	})
}

// namesTwice finds a repeated name with the tokens of encoding/json.
func namesTwice(t *testing.T, text []byte) bool {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	type level struct {
		object, value bool
		names         map[string]bool
	}
	var open []level
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return false
		}
		require.NoError(t, err)
		if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
			open = open[:len(open)-1]
			continue
		}
		if n := len(open); n > 0 && open[n-1].object {
			top := &open[n-1]
			if name, ok := token.(string); ok && !top.value {
				if top.names[name] {
					return true
				}
				top.names[name], top.value = true, true
				continue
			}
			top.value = false
		}
		if delim, ok := token.(json.Delim); ok {
			open = append(open, level{object: delim == '{', names: map[string]bool{}})
		}
	}
}

// walk reads a value with members and elements down to its scalars.
func walk(t *testing.T, text []byte) any {
	switch text[0] {
	case '{':
		out := map[string]any{}
		for name, value := range Members(text) {
			out[name] = walk(t, value)
		}
		return out
	case '[':
		out := []any{}
		for i, value := range Elements(text) {
			require.Len(t, out, i)
			out = append(out, walk(t, value))
		}
		return out
	}
	return readByJSON(t, text)
}

// readByJSON is what encoding/json reads. A number may be one that no float holds:
// that is for whoever wants a float to refuse.
func readByJSON(t *testing.T, text []byte) (value any) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&value))
	return value
}

func BenchmarkCheck(b *testing.B) {
	text := []byte(`{"name":"Amina Yusuf","email":"amina@example.org","phone":"+254700000001","labels":["vip","beta"],` +
		`"attributes":{"mrr":120.5,"tier":"gold","renewal":"2027-01-31","note":"` + strings.Repeat("words ", 60) + `"}}`)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if Check(text, "body") != nil {
			b.Fatal("refused")
		}
	}
}

// TestValuesOfABody: what a value takes when it is read does not depend on how
// short it is, so their number is bounded, wherever they stand.
func TestValuesOfABody(t *testing.T) {
	many := func(value string, n int) string { return strings.Repeat(value+",", n-1) + value }
	for name, text := range map[string]func(n int) string{
		"in one array":   func(n int) string { return "[" + many("0", n-1) + "]" },
		"in one object":  func(n int) string { return "{" + named(n-1) + "}" },
		"in many arrays": func(n int) string { return "[" + many("[0]", n/2-1+n%2) + "]" },
	} {
		require.NoError(t, Check([]byte(text(MaxValues)), "body"), name)
		err := Check([]byte(text(MaxValues+1)), "body")
		require.Equal(t, fault.KindTooLarge, fault.KindOf(err), name)
		require.ErrorContains(t, err, "500000 values")
	}
	require.NoError(t, Check([]byte(`["`+strings.Repeat(",[", MaxValues)+`"]`), "body"), "what stands in a text is none")
}

// named are members with different names.
func named(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + strconv.Itoa(i) + `":0`)
	}
	return b.String()
}
