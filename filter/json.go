package filter

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// errMalformed is the one answer to text that is no JSON, that is not UTF-8,
// that nests deeper than encoding/json reads (10,000 levels), or that names a
// member twice. It says no more than that, because the parser's own words may
// quote the text.
var errMalformed = errors.New("malformed JSON")

// parse reads one JSON text into nil, bool, string, json.Number, []any and
// map[string]any. It differs from json.Unmarshal in what it refuses: text that
// is not UTF-8 and objects that name a member twice, of which Unmarshal would
// keep the last. It allocates in proportion to the text and recurses at most
// 10,000 levels.
func parse(raw []byte) (any, error) {
	if !utf8.Valid(raw) || !json.Valid(raw) {
		return nil, errMalformed
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return parseValue(d)
}

func parseValue(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, errMalformed
	}
	switch t {
	case json.Delim('['):
		return parseArray(d)
	case json.Delim('{'):
		return parseObject(d)
	}
	return t, nil
}

func parseArray(d *json.Decoder) (any, error) {
	array := []any{}
	for d.More() {
		v, err := parseValue(d)
		if err != nil {
			return nil, err
		}
		array = append(array, v)
	}
	return array, closing(d)
}

func parseObject(d *json.Decoder) (any, error) {
	object := map[string]any{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, errMalformed
		}
		name, ok := t.(string)
		if _, twice := object[name]; !ok || twice {
			return nil, errMalformed
		}
		if object[name], err = parseValue(d); err != nil {
			return nil, err
		}
	}
	return object, closing(d)
}

// closing consumes the bracket that ends an array or object.
func closing(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return errMalformed
	}
	return nil
}
