package eval

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ndoto/kundi/fault"
)

// Limits of a file of queries.
const (
	MaxLineBytes = 1 << 20 // of one line of JSON
	maxFaults    = 20      // faults that an error lists
)

// Query is one labelled query.
type Query struct {
	Line  int    // of the file, from 1
	Text  string // what is typed
	Class string // what kind of query it is, "" for none
	// Relevant are the identifiers of the contacts that should be found, at
	// least one, each once.
	Relevant []string
}

// ReadQueries reads labelled queries in UTF-8. The file has JSON lines with {"query",
// "class", "relevant": [...]}, or it is a CSV with these columns and several
// identifiers between ";" or "|". Other members and columns are ignored. A missing
// class is "". If the file has faults, the error is of KindInvalid and names the
// lines.
func ReadQueries(r io.Reader) ([]Query, error) {
	buffered := bufio.NewReaderSize(r, MaxLineBytes)
	if bom, err := buffered.Peek(3); err == nil && string(bom) == "\uFEFF" {
		_, _ = buffered.Discard(len(bom)) // what was peeked at is there
	}
	f := file{in: buffered}
	read := f.readCSV
	if start, _ := buffered.Peek(1); string(start) == "{" {
		read = f.readJSON
	}
	if err := read(); err != nil {
		return nil, err
	}
	if len(f.queries) == 0 && len(f.faults) == 0 {
		return nil, invalid([]fault.Fault{{Path: "line 1", Detail: "no query follows"}})
	}
	return f.queries, invalid(f.faults)
}

// CheckRelevant returns an error of KindInvalid if a query names a contact that does
// not exist. It names the lines of these queries.
func CheckRelevant(queries []Query, known func(identifier string) bool) error {
	var faults []fault.Fault
	for _, q := range queries {
		if slices.ContainsFunc(q.Relevant, func(identifier string) bool { return !known(identifier) }) {
			faults = append(faults, lineFault(q.Line, "wants a contact that is not there: no contact has the identifier"))
		}
	}
	return invalid(faults)
}

func invalid(faults []fault.Fault) error {
	if more := len(faults) - maxFaults; more > 0 {
		faults = append(faults[:maxFaults:maxFaults], fault.Fault{Path: "file", Detail: fmt.Sprintf("and %d more faults", more)})
	}
	return fault.Invalid("invalid-queries", "The file of queries is not valid.", faults)
}

// file is a file of queries being read.
type file struct {
	in      *bufio.Reader
	queries []Query
	faults  []fault.Fault
}

func (f *file) fault(line int, detail string) {
	f.faults = append(f.faults, lineFault(line, detail))
}

func lineFault(line int, detail string) fault.Fault {
	return fault.Fault{Path: fmt.Sprintf("line %d", line), Detail: detail}
}

// add checks a query and keeps it.
func (f *file) add(q Query) {
	q.Text, q.Class = strings.TrimSpace(q.Text), strings.TrimSpace(q.Class)
	relevant := make([]string, 0, len(q.Relevant))
	for _, identifier := range q.Relevant {
		if identifier = strings.TrimSpace(identifier); identifier != "" && !slices.Contains(relevant, identifier) {
			relevant = append(relevant, identifier)
		}
	}
	q.Relevant = relevant
	switch {
	case !utf8.ValidString(q.Text + q.Class + strings.Join(relevant, "")):
		f.fault(q.Line, "is not UTF-8")
	case q.Text == "":
		f.fault(q.Line, "has no query")
	case len(relevant) == 0:
		f.fault(q.Line, "has nobody relevant: give the identifiers of the contacts to be found")
	default:
		f.queries = append(f.queries, q)
	}
}

// readJSON reads JSON lines; blank ones are skipped.
func (f *file) readJSON() error {
	for line := 1; ; line++ {
		text, err := f.in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			f.fault(line, fmt.Sprintf("is longer than %d KiB", MaxLineBytes>>10))
			return nil // where the next line begins is unknown
		case err != nil && !errors.Is(err, io.EOF):
			return err
		}
		if len(bytes.TrimSpace(text)) > 0 {
			f.addJSON(line, text)
		}
		if err != nil {
			return nil
		}
	}
}

func (f *file) addJSON(line int, text []byte) {
	var q struct {
		Query    string   `json:"query"`
		Class    string   `json:"class"`
		Relevant []string `json:"relevant"`
	}
	var wrongType *json.UnmarshalTypeError
	switch err := json.Unmarshal(text, &q); {
	case errors.As(err, &wrongType):
		f.fault(line, `must be like {"query": "jon smiht", "class": "typo", "relevant": ["c1"]}`)
	case err != nil:
		f.fault(line, "is not JSON")
	default:
		f.add(Query{Line: line, Text: q.Query, Class: q.Class, Relevant: q.Relevant})
	}
}

// readCSV reads rows below a header.
func (f *file) readCSV() error {
	rows := csv.NewReader(f.in)
	rows.ReuseRecord = true
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return f.csvFault(err)
	}
	column := func(name string) int {
		return slices.IndexFunc(header, func(cell string) bool { return strings.EqualFold(strings.TrimSpace(cell), name) })
	}
	text, class, relevant := column("query"), column("class"), column("relevant")
	if text < 0 || relevant < 0 {
		f.fault(1, "must be a JSON object, or a header with the columns query and relevant, and class if there are classes")
		return nil
	}
	for {
		cells, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return f.csvFault(err)
		}
		line, _ := rows.FieldPos(0)
		q := Query{Line: line, Text: cells[text], Relevant: strings.FieldsFunc(cells[relevant], func(r rune) bool { return r == ';' || r == '|' })}
		if class >= 0 {
			q.Class = cells[class]
		}
		f.add(q)
	}
}

// csvFault keeps a fault of the file, after which nothing of it can be told;
// other errors are returned.
func (f *file) csvFault(err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	detail := "has a quote that is never closed, or text beside it"
	if errors.Is(err, csv.ErrFieldCount) {
		detail = "has another number of columns than the header"
	}
	f.fault(parse.StartLine, detail)
	return nil
}
