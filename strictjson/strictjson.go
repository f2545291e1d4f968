// Package strictjson refuses JSON that readers do not agree on, and walks through what it accepts.
package strictjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"unicode/utf8"

	"github.com/ndoto/kundi/fault"
)

// MaxValues is how many values (numbers, texts, arrays, objects ...) a body may
// have, all levels together. Each takes some hundred bytes when it is read,
// however short it is; a thousand contacts with every attribute there can be do
// not have more.
const MaxValues = 500_000

// Check refuses text that is not exactly one JSON value in UTF-8, or in
// which an object has a name twice: readers disagree about which of the two
// counts. Location says where the text came from, such as "body" or a parameter. Errors are of
// fault.KindMalformed, or of fault.KindTooLarge for more than MaxValues values.
func Check(text []byte, location string) error {
	switch {
	case len(bytes.TrimLeft(text, " \t\r\n")) == 0:
		return Malformed(location, "is empty; a JSON value is expected")
	case !utf8.Valid(text):
		return Malformed(location, "is not UTF-8")
	case !json.Valid(text):
		return Malformed(location, "is not valid JSON, or nested too deep")
	}
	return checkNames(text, location)
}

// Malformed is the error of text that is not the JSON that is expected.
func Malformed(location, detail string) error {
	return &fault.Error{
		Kind: fault.KindMalformed, Type: "malformed-json", Message: "The JSON cannot be read.",
		Faults: []fault.Fault{{Path: location, Detail: detail}},
	}
}

func tooManyValues(location string) error {
	return &fault.Error{
		Kind: fault.KindTooLarge, Type: "body-too-large", Message: "The body is too large.",
		Faults: []fault.Fault{{Path: location, Detail: fmt.Sprintf("must have at most %d values, all levels together", MaxValues)}},
	}
}

// checkNames looks for a name that an object has twice, for escaped halves of
// surrogate pairs, which no UTF-8 text can hold, and for more values than may
// be read. The text must be valid JSON. It keeps its own stack, so depth costs no stack of the goroutine.
func checkNames(text []byte, location string) error {
	var open []container
	values := 1
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '{', '[':
			values++ // the first in it; each other has a comma before it
			open = append(open, container{object: text[at] == '{', name: text[at] == '{'})
		case '}', ']':
			open = open[:len(open)-1]
		case ',':
			values++
			open[len(open)-1].name = open[len(open)-1].object
		case '"':
			end := stringEnd(text, at)
			quoted := text[at:end]
			at = end - 1
			if !wholeSurrogates(quoted) {
				return Malformed(location, "has an escape that is half a character")
			}
			if len(open) == 0 || !open[len(open)-1].name {
				continue
			}
			open[len(open)-1].name = false
			if !open[len(open)-1].add(Unquote(quoted)) {
				return Malformed(location, "has an object with the same member twice")
			}
		}
		if values > MaxValues {
			return tooManyValues(location)
		}
	}
	return nil
}

// container is an object or array that checkNames is inside of.
type container struct {
	object bool
	name   bool // the next string is a name
	few    [][]byte
	many   map[string]struct{}
}

// fewNames is up to how many names are compared one by one, which is faster
// than hashing and needs no map.
const fewNames = 16

// add returns false when the object has the name already.
func (c *container) add(name []byte) bool {
	if c.many == nil {
		for _, other := range c.few {
			if bytes.Equal(other, name) {
				return false
			}
		}
		if c.few = append(c.few, name); len(c.few) <= fewNames {
			return true
		}
		c.many = make(map[string]struct{}, 2*fewNames)
		for _, other := range c.few {
			c.many[string(other)] = struct{}{}
		}
		return true
	}
	if _, twice := c.many[string(name)]; twice {
		return false
	}
	c.many[string(name)] = struct{}{}
	return true
}

// stringEnd returns the position after the string that starts at a quote.
func stringEnd(text []byte, at int) int {
	for at++; text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// Unquote returns the characters of a string of valid JSON, which has its quotes.
func Unquote(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return quoted
	}
	return []byte(s)
}

// wholeSurrogates reports whether every \u escape of a high surrogate is
// followed by that of a low one, and none stands alone.
func wholeSurrogates(quoted []byte) bool {
	for {
		at := bytes.IndexByte(quoted, '\\')
		if at < 0 {
			return true
		}
		if quoted[at+1] != 'u' {
			quoted = quoted[at+2:]
			continue
		}
		first := escaped(quoted[at:])
		quoted = quoted[at+6:]
		switch {
		case first >= 0xDC00 && first <= 0xDFFF:
			return false
		case first >= 0xD800 && first <= 0xDBFF:
			if len(quoted) < 6 || quoted[0] != '\\' || quoted[1] != 'u' {
				return false
			}
			if second := escaped(quoted); second < 0xDC00 || second > 0xDFFF {
				return false
			}
			quoted = quoted[6:]
		}
	}
}

// escaped returns the code unit of an escape like \u00e9.
func escaped(escape []byte) uint64 {
	unit, _ := strconv.ParseUint(string(escape[2:6]), 16, 32)
	return unit
}

// Members are the names and values of an object in JSON that Check accepts, in the
// order in which they were sent.
func Members(object []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		at := skipSpace(object, 1+bytes.IndexByte(object, '{'))
		for object[at] != '}' {
			end := stringEnd(object, at)
			name := Unquote(object[at:end])
			at = skipSpace(object, end)
			at = skipSpace(object, at+1) // the colon
			end = valueEnd(object, at)
			if !yield(string(name), object[at:end]) {
				return
			}
			if at = skipSpace(object, end); object[at] == ',' {
				at = skipSpace(object, at+1)
			}
		}
	}
}

// Elements are the values of an array in JSON that Check accepts, with their places.
func Elements(array []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		at := skipSpace(array, 1+bytes.IndexByte(array, '['))
		for i := 0; array[at] != ']'; i++ {
			end := valueEnd(array, at)
			if !yield(i, array[at:end]) {
				return
			}
			if at = skipSpace(array, end); array[at] == ',' {
				at = skipSpace(array, at+1)
			}
		}
	}
}

func skipSpace(text []byte, at int) int {
	for text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n' {
		at++
	}
	return at
}

// valueEnd returns the position after the value that starts at a position.
func valueEnd(text []byte, at int) int {
	depth := 0
	for at < len(text) {
		switch text[at] {
		case '"':
			at = stringEnd(text, at)
			if depth == 0 {
				return at
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return at // the end of what holds a number or a word
			}
			if depth--; depth == 0 {
				return at + 1
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return at
			}
		}
		at++
	}
	return at
}
