package wire

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// own writes itself.
type own json.RawMessage

func (o own) MarshalJSON() ([]byte, error) {
	if len(o) == 0 {
		return []byte(`{ "rules":[ ] }`), nil
	}
	return o, nil
}

// TestEncodingIsThatOfTheLibrary: taking an answer apart changes nothing of it.
func TestEncodingIsThatOfTheLibrary(t *testing.T) {
	type inner struct {
		Name string `json:"name"`
	}
	type outer struct {
		List    []inner        `json:"list"`
		Absent  []inner        `json:"absent,omitempty"`
		Texts   []string       `json:"texts,omitempty"`
		Bytes   []byte         `json:"bytes"`
		Map     map[string]any `json:"map,omitempty"`
		Pointer *inner         `json:"pointer,omitempty"`
		Struct  inner          `json:"struct,omitempty"`
		Number  float64        `json:"number,omitempty"`
		Filter  own            `json:"filter,omitempty"`
		Is      bool           `json:"is,omitempty"`
	}
	zero := 0.0
	long := strings.Repeat("<é\u2028>\n", 40_000)
	for _, value := range []any{
		outer{},
		outer{List: []inner{}, Texts: []string{}},
		outer{List: []inner{{long}, {"b"}}, Texts: []string{"a", "", "\n"}, Bytes: []byte{1}, Map: map[string]any{"a": []int{1}},
			Pointer: &inner{}, Number: 1e30, Filter: own(`{"combinator": "and", "rules": []}`), Is: true},
		inner{"x"}, []inner{{"x"}}, None{}, &outer{}, 7,
		struct {
			inner
			More *float64 `json:"more,omitempty"`
		}{inner{"embedded"}, &zero},
		struct {
			Empty string `json:"empty,omitempty"`
		}{},
		own(nil), struct{ own }{},
	} {
		var want bytes.Buffer
		encoder := json.NewEncoder(&want)
		encoder.SetEscapeHTML(false)
		require.NoError(t, encoder.Encode(value))
		b := &buffer{visit: &Visit{}, most: testAnswer}
		require.NoError(t, newEncoding(b).encode(value))
		got := bytes.Join(b.pieces, nil)
		require.Equal(t, strings.TrimSuffix(want.String(), "\n"), string(got))
		require.EqualValues(t, len(got), b.size)
	}
}

// testAnswer is how much an answer of these tests may have.
const testAnswer = 32 << 20

// made is an element of 10 KiB that tells when it is encoded.
type made struct{ encoded *int64 }

const sizeOfMade = 10 << 10

func (m made) MarshalJSON() ([]byte, error) {
	*m.encoded += sizeOfMade
	return []byte(`"` + strings.Repeat("x", sizeOfMade-2) + `"`), nil
}

// TestLargeAnswersStayWithinTheBound: of a thousand answers at once no more is
// ever encoded than was taken, but for the one element at work.
func TestLargeAnswersStayWithinTheBound(t *testing.T) {
	const most = 1 << 20
	s := &Server{bytes: &budget{most: most}}
	var encoded int64 // and held
	list := struct {
		List []made `json:"list"`
	}{}
	for range 20 {
		list.List = append(list.List, made{&encoded})
	}
	var held []*Visit
	refused := 0
	for range 1_000 {
		v := &Visit{server: s, usage: &usage{bytes: budget{most: most / 4}}}
		b := &buffer{visit: v, most: testAnswer}
		before := encoded
		if err := newEncoding(b).encode(list); err != nil {
			require.Equal(t, "busy", ProblemOf(err).Type)
			require.LessOrEqual(t, encoded, s.bytes.used.Load()+sizeOfMade)
			v.giveBytes(v.bytes)
			encoded = before
			refused++
			continue
		}
		held = append(held, v)
		require.LessOrEqual(t, s.bytes.used.Load(), int64(most))
		require.LessOrEqual(t, encoded, s.bytes.used.Load())
	}
	require.Greater(t, len(held), 3)
	require.Equal(t, 1_000, refused+len(held))
	for _, v := range held {
		v.giveBytes(v.bytes)
	}
	require.Zero(t, s.bytes.used.Load())

	encoded = 0
	v := &Visit{server: s, usage: &usage{bytes: budget{most: most / 16}}}
	require.Equal(t, "too-many-bytes", ProblemOf(newEncoding(&buffer{visit: v, most: testAnswer}).encode(list)).Type)
	require.LessOrEqual(t, encoded, int64(most/16+sizeOfMade), "it stops where it has no more")
	v.giveBytes(v.bytes)

	encoded = 0
	require.Equal(t, "answer-too-large", ProblemOf(newEncoding(&buffer{visit: v, most: 3 * sizeOfMade}).encode(list)).Type)
	require.LessOrEqual(t, encoded, int64(4*sizeOfMade))
}
