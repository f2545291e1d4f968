package filter

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// namingOf are segments of which each names some of the others.
func namingOf(names map[string][]string) func(id string) (Saved, bool, error) {
	return func(id string) (Saved, bool, error) {
		named, ok := names[id]
		rules := []string{`{"field":"city","operator":"eq","value":"` + id + `"}`}
		for _, other := range named {
			rules = append(rules, fmt.Sprintf(`{"field":"segment","operator":"in","value":[%q]}`, other))
		}
		return Saved{Name: id, Filter: json.RawMessage(`{"combinator":"and","rules":[` + strings.Join(rules, ",") + `]}`)}, ok, nil
	}
}

// TestSegmentDecoderAnswersAsDecodeDoes: whatever was decoded before, each segment has its own faults and filter.
func TestSegmentDecoderAnswersAsDecodeDoes(t *testing.T) {
	names := map[string][]string{
		"a": {"b", "c"}, "b": {"c"}, "c": nil, "circle": {"back"}, "back": {"circle"}, "leads there": {"a", "circle"},
		"missing": {"nobody"}, "self": {"self"}, "names missing": {"b", "missing"},
	}
	for i := range MaxSegmentDepth + 3 { // the first ones are too deep, the last ones are not
		names[fmt.Sprint("deep", i)] = []string{fmt.Sprint("deep", i+1), "c"}
	}
	names[fmt.Sprint("deep", MaxSegmentDepth+3)] = nil
	saved := namingOf(names)
	broken := 0
	for range 20 { // in another order each time
		several := Decoder{Schema: testSchema(), Segments: saved}.ForSegments()
		for id := range names {
			one, _, _ := saved(id)
			want, wantErr := Decoder{Schema: testSchema(), Segments: saved, Self: id}.DecodeSaved(one, "filter")
			got, err := several.Decode(id, one, "filter")
			require.Equal(t, wantErr, err, id)
			if err != nil {
				broken++
				continue
			}
			require.Equal(t, want.Hash(), got.Hash(), id)
			require.Equal(t, want.Saved(), got.Saved(), id)
			require.Equal(t, want.Root, got.Root, id)
		}
	}
	require.Equal(t, 20*(6+3), broken)
}

// TestSegmentDecoderDecodesEachOnce: those that many name are not decoded for each of them.
func TestSegmentDecoderDecodesEachOnce(t *testing.T) {
	names := map[string][]string{"a": {"b", "c"}, "b": {"c"}, "c": nil, "d": {"a", "b", "c"}}
	asked := map[string]int{}
	saved := namingOf(names)
	several := Decoder{Schema: testSchema(), Segments: func(id string) (Saved, bool, error) {
		asked[id]++
		return saved(id)
	}}.ForSegments()
	for _, id := range []string{"d", "a", "b", "c"} {
		one, _, _ := saved(id)
		_, err := several.Decode(id, one, "filter")
		require.NoError(t, err)
	}
	require.Equal(t, map[string]int{"a": 1, "b": 1, "c": 1}, asked)
}

// TestDecodeAnswersWhySegmentsCannotBeRead: that is no fault of the filter.
func TestDecodeAnswersWhySegmentsCannotBeRead(t *testing.T) {
	asked := 0
	d := Decoder{Schema: testSchema(), Segments: func(string) (Saved, bool, error) { asked++; return Saved{}, false, context.Canceled }}
	raw := []byte(`{"combinator":"and","rules":[{"field":"segment","operator":"in","value":["a","b"]},{"field":"nothing","operator":"exists"}]}`)
	_, err := d.Decode(raw, "filter")
	require.Equal(t, context.Canceled, err)
	require.Equal(t, 1, asked)
}
