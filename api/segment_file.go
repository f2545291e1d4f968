package api

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/sheets"
)

// keyNames are the columns, and the members of objects, by which a file names contacts. The first
// one that has a value counts.
var keyNames = []string{"id", "identifier", "email", "phone"}

// keysOf reads the contacts that a file names, one a line.
func keysOf(media string, text []byte) ([]segments.Key, error) {
	if media == wire.CSVMedia {
		return keysOfCSV(text)
	}
	return keysOfLines(text)
}

// keysOfCSV reads a file with or without a head. A head names some of keyNames, and its other
// columns are left aside. A file without one has one column.
func keysOfCSV(text []byte) (keys []segments.Key, err error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	r.Comma = delimiterOf(text)
	columns := map[string]int{}
	for first := true; ; first = false {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return keys, nil
		}
		if err != nil {
			return nil, wire.MalformedFile("must be CSV: a quotation mark is out of place" + inLine(err))
		}
		if first {
			for i, cell := range row {
				if name := strings.ToLower(strings.TrimSpace(cell)); slices.Contains(keyNames, name) {
					columns[name] = i
				}
			}
			if len(columns) > 0 {
				continue
			}
		}
		if len(columns) == 0 && strings.TrimSpace(strings.Join(row[1:], "")) != "" {
			return nil, wire.MalformedFile("must have one column, or a column with one of the heads " + strings.Join(keyNames, ", "))
		}
		line, _ := r.FieldPos(0)
		if key := keyOfRow(row, columns); key.Value != "" {
			key.Line = line
			keys = append(keys, key)
		} else if strings.TrimSpace(strings.Join(row, "")) != "" {
			keys = append(keys, segments.Key{Line: line, Field: "id"})
		}
	}
}

// delimiterOf returns what stands between the cells of a file: a semicolon or a tab if with it the head names some of
// keyNames, as spreadsheets write where the comma is in numbers, else the comma.
func delimiterOf(text []byte) rune {
	head, _, _ := bytes.Cut(text, []byte("\n"))
	for _, delimiter := range ";\t" {
		for cell := range strings.SplitSeq(string(head), string(delimiter)) {
			if len(cell) < len(bytes.TrimSpace(head)) && slices.Contains(keyNames, strings.ToLower(strings.Trim(cell, "\" \r"))) {
				return delimiter
			}
		}
	}
	return ','
}

// inLine says where a file cannot be read, as far as the error knows.
func inLine(err error) string {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return ""
	}
	return fmt.Sprintf(" in line %d", at.Line)
}

// keyOfRow returns the key of a row, an empty one when it has none.
func keyOfRow(row []string, columns map[string]int) segments.Key {
	if len(columns) == 0 {
		return segments.Key{Value: strings.TrimSpace(sheets.Unguard(row[0]))}
	}
	for _, name := range keyNames {
		if i, there := columns[name]; there && i < len(row) {
			if value := strings.TrimSpace(sheets.Unguard(row[i])); value != "" {
				return segments.Key{Field: name, Value: value}
			}
		}
	}
	return segments.Key{}
}

// keysOfLines reads NDJSON: a line is a text, or an object with one of keyNames.
func keysOfLines(text []byte) (keys []segments.Key, err error) {
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		key := segments.Key{Line: number}
		if json.Unmarshal(line, &key.Value) != nil {
			var object map[string]json.RawMessage
			if json.Unmarshal(line, &object) != nil || object == nil {
				return nil, wire.MalformedFile("must have a JSON text or object in each line")
			}
			key.Field = "id" // of an object without a key, which names nobody
			for _, name := range keyNames {
				if json.Unmarshal(object[name], &key.Value) == nil && key.Value != "" {
					key.Field = name
					break
				}
			}
		}
		keys = append(keys, key)
	}
	return keys, nil
}
