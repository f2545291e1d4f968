package wire

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/strictjson"
)

type decoded struct {
	Name   string          `json:"name" minLength:"1" maxLength:"3"`
	Kind   string          `json:"kind,omitempty" enum:"a,b"`
	Limit  int             `json:"limit,omitempty" minimum:"1" maximum:"1000" default:"50"`
	Seq    uint64          `json:"seq,omitempty"`
	Min    *float64        `json:"min,omitempty"`
	On     bool            `json:"on,omitempty"`
	Filter json.RawMessage `json:"filter,omitempty"`
	Facets []string        `json:"facets,omitempty" maxItems:"2"`
	Inner  struct {
		Cron string `json:"cron"`
	} `json:"inner,omitempty"`
}

func decodeText(t *testing.T, text string) (decoded, []fault.Fault) {
	t.Helper()
	require.NoError(t, strictjson.Check([]byte(text), "body"))
	var v decoded
	var d Decoder
	d.value(shapeOf(reflect.TypeFor[decoded]()), bounds{}, []byte(text), reflect.ValueOf(&v).Elem(), "")
	return v, d.Faults
}

func TestDecode(t *testing.T) {
	v, faults := decodeText(t, `{"name":"\u00e9ab","kind":"b","seq":18446744073709551615,"min":-1.5e2,"on":true,
		"filter":{"rules":[ ]},"facets":["x","y"],"inner":{"cron":"@daily"}}`)
	require.Empty(t, faults)
	min := -150.0
	want := decoded{Name: "éab", Kind: "b", Limit: 50, Seq: 1<<64 - 1, Min: &min, On: true, Filter: json.RawMessage(`{"rules":[ ]}`), Facets: []string{"x", "y"}}
	want.Inner.Cron = "@daily"
	require.Equal(t, want, v)

	v, faults = decodeText(t, `{"name":"a","limit":null,"facets":null,"filter":null,"min":null,"inner":null}`)
	require.Empty(t, faults)
	require.Equal(t, decoded{Name: "a", Limit: 50, Filter: json.RawMessage("null")}, v)
}

func TestDecodeNamesEveryFaultAndNoValue(t *testing.T) {
	const marker = "zqxj"
	for text, want := range map[string][]string{
		`[]`:                                   {"body"},
		`"zqxj"`:                               {"body"},
		`{}`:                                   {"name"},
		`{"name":null}`:                        {"name"},
		`{"Name":"a"}`:                         {"body", "name"},
		`{"name":"a","zqxj":1,"zqxj2":2}`:      {"body"},
		`{"name":12}`:                          {"name"},
		`{"name":""}`:                          {"name"},
		`{"name":"zqxj"}`:                      {"name"},
		`{"name":"a","kind":"zqxj"}`:           {"kind"},
		`{"name":"a","limit":0}`:               {"limit"},
		`{"name":"a","limit":1001}`:            {"limit"},
		`{"name":"a","limit":1.5}`:             {"limit"},
		`{"name":"a","limit":"10"}`:            {"limit"},
		`{"name":"a","limit":1e2}`:             {"limit"},
		`{"name":"a","seq":-1}`:                {"seq"},
		`{"name":"a","on":"true"}`:             {"on"},
		`{"name":"a","on":1}`:                  {"on"},
		`{"name":"a","min":"1"}`:               {"min"},
		`{"name":"a","min":1e999}`:             {"min"},
		`{"name":"a","facets":"x"}`:            {"facets"},
		`{"name":"a","facets":["x",3,null]}`:   {"facets"},
		`{"name":"a","facets":["x",3]}`:        {"facets[1]"},
		`{"name":"a","inner":{"zqxj":true}}`:   {"inner", "inner.cron"},
		`{"name":"a","inner":[]}`:              {"inner"},
		`{"kind":"c","limit":0,"facets":[{}]}`: {"kind", "limit", "facets[0]", "name"},
	} {
		_, faults := decodeText(t, text)
		var paths []string
		for _, f := range faults {
			paths = append(paths, f.Path)
			require.NotContains(t, f.Path+f.Detail, marker, text)
		}
		if text == `{"name":"a","facets":["x",3,null]}` {
			require.Contains(t, paths, "facets", text)
			continue
		}
		require.Equal(t, want, paths, text)
	}
}

func TestShapeRefusesWhatItCannotRead(t *testing.T) {
	require.Panics(t, func() {
		shapeOf(reflect.TypeFor[struct {
			M map[string]int `json:"m"`
		}]())
	})
	require.Panics(t, func() {
		shapeOf(reflect.TypeFor[struct {
			N int `json:"n" minimum:"one"`
		}]())
	})
}
