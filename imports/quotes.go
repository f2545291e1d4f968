package imports

import (
	"bytes"
	"io"
)

// quoteTrimmer removes the blanks between a separator and a quoted cell. People
// write such blanks, although RFC 4180 does not allow them, and encoding/csv would
// take the quote for a part of the cell. All other bytes stay as they are.
type quoteTrimmer struct {
	from      io.Reader
	delimiter byte
	ends      string // what ends a cell
	state     cellState
	blanks    []byte // read, and nobody knows yet whether they count
	in        []byte // to read into
	out       []byte // ready to be passed on
	err       error
}

// cellState says where in a cell the last byte was.
type cellState uint8

const (
	cellBegins   cellState = iota // nothing of it but blanks
	cellBare                      // in a cell without quotes
	cellQuoted                    // inside of quotes
	cellQuote                     // behind a quote that ends the cell or is one of two
	cellQuoteEnd                  // behind the last quote and blanks
)

// maxBlanks is how many blanks before a quote are removed. If there are more, all
// are part of the cell.
const maxBlanks = 4 << 10

func newQuoteTrimmer(from io.Reader, delimiter rune) *quoteTrimmer {
	return &quoteTrimmer{from: from, delimiter: byte(delimiter), ends: string(delimiter) + "\r\n", in: make([]byte, sampleSize)}
}

func (t *quoteTrimmer) Read(p []byte) (int, error) {
	for len(t.out) == 0 && t.err == nil {
		var n int
		n, t.err = t.from.Read(t.in)
		t.out = t.out[:0]
		for rest := t.in[:n]; len(rest) > 0; {
			plain := t.plain(rest)
			t.out = append(t.out, rest[:plain]...)
			if rest = rest[plain:]; len(rest) > 0 {
				t.take(rest[0])
				rest = rest[1:]
			}
		}
		if t.err != nil && t.state != cellQuoteEnd {
			t.pass()
		}
	}
	if len(t.out) == 0 {
		return 0, t.err
	}
	n := copy(p, t.out)
	t.out = t.out[n:]
	return n, nil
}

// plain returns how many bytes at the start can be copied without changing the
// state.
func (t *quoteTrimmer) plain(text []byte) int {
	at := 0
	switch t.state {
	case cellQuoted:
		at = bytes.IndexByte(text, '"')
	case cellBare:
		at = bytes.IndexAny(text, t.ends)
	}
	if at < 0 {
		return len(text)
	}
	return at
}

// take processes one byte. Separators, quotes and blanks are ASCII, so no byte of
// another character looks like one of them.
func (t *quoteTrimmer) take(c byte) {
	blank := (c == ' ' || c == '\t') && c != t.delimiter
	ends := c == t.delimiter || c == '\n' || c == '\r'
	switch t.state {
	case cellQuoted:
		if c == '"' {
			t.state = cellQuote
		}
	case cellQuote, cellQuoteEnd:
		switch {
		case c == '"' && t.state == cellQuote:
			t.state = cellQuoted
		case ends:
			t.blanks, t.state = t.blanks[:0], cellBegins
		case blank && len(t.blanks) < maxBlanks:
			t.blanks, t.state = append(t.blanks, c), cellQuoteEnd
			return
		default:
			t.state = cellBare
		}
	case cellBegins:
		switch {
		case blank && len(t.blanks) < maxBlanks:
			t.blanks = append(t.blanks, c)
			return
		case c == '"':
			t.blanks, t.state = t.blanks[:0], cellQuoted
		case !ends:
			t.state = cellBare
		}
	case cellBare:
		if ends {
			t.state = cellBegins
		}
	}
	t.pass()
	t.out = append(t.out, c)
}

// pass copies the blanks that were held back.
func (t *quoteTrimmer) pass() {
	t.out = append(t.out, t.blanks...)
	t.blanks = t.blanks[:0]
}
