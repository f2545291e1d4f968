package sheets

import (
	"bufio"
	"io"
	"strings"
)

// Writer writes rows of comma-separated values (RFC 4180, but lines end with LF).
// It is not safe for concurrent use. After an error of the underlying writer,
// EndRow and Flush return that error.
type Writer struct {
	out    *bufio.Writer
	filled bool // the row has a cell
}

// NewWriter returns a Writer that writes to w through a buffer of 64 KiB. Flush
// empties the buffer.
func NewWriter(w io.Writer) *Writer { return &Writer{out: bufio.NewWriterSize(w, 64<<10)} }

// Text adds a cell of text. The cell is always quoted, so that a program that
// expects another separator does not split it.
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

// Plain adds a cell without quotes, such as a number, a date or an empty cell. The
// text must not contain a comma, a quote or a line break.
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

// Flush writes the contents of the buffer to the underlying writer.
func (w *Writer) Flush() error { return w.out.Flush() }
