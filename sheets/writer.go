package sheets

import (
	"bufio"
	"io"
	"strings"
)

// Writer writes rows of comma-separated values (RFC 4180; lines end with LF).
// It is not safe for concurrent use. An error of writing stays and is returned
// by EndRow and Flush.
type Writer struct {
	out    *bufio.Writer
	filled bool // the row has a cell
}

// NewWriter returns a writer that gathers what it writes until it is a piece
// worth sending, or until Flush.
func NewWriter(w io.Writer) *Writer { return &Writer{out: bufio.NewWriterSize(w, 64<<10)} }

// Text adds a cell of text. It is quoted whatever it holds, so that a program
// that expects another separator does not take it apart.
func (w *Writer) Text(text string) {
	w.separate()
	w.out.WriteByte('"')
	for {
		quote := strings.IndexByte(text, '"')
		if quote < 0 {
			break
		}
		w.out.WriteString(text[:quote+1])
		w.out.WriteByte('"')
		text = text[quote+1:]
	}
	w.out.WriteString(text)
	w.out.WriteByte('"')
}

// Plain adds a cell that is a number, a date, a word of ours or nothing: it
// must hold no comma, quote or line break.
func (w *Writer) Plain(text string) {
	w.separate()
	w.out.WriteString(text)
}

func (w *Writer) separate() {
	if w.filled {
		w.out.WriteByte(',')
	}
	w.filled = true
}

// EndRow ends the row.
func (w *Writer) EndRow() error {
	w.filled = false
	return w.out.WriteByte('\n')
}

// Flush hands on what was gathered.
func (w *Writer) Flush() error { return w.out.Flush() }
