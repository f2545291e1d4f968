package imports

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ndoto/kundi/fault"
)

// reader reads the rows of a source one by one, the header first. It skips blank
// lines.
type reader struct {
	source *source
	csv    *csv.Reader
	guard  *guard
	line   int // on which the last row began
}

// newReader returns a reader that is at the header. If reuse is true, a row is
// valid only until the next call of next.
func newReader(s *source, reuse bool) (*reader, error) {
	text, err := s.open()
	if err != nil {
		return nil, err
	}
	g := &guard{from: newQuoteTrimmer(text, s.delimiter), left: MaxRowSize}
	c := csv.NewReader(g)
	c.Comma = s.delimiter
	c.ReuseRecord = reuse
	return &reader{source: s, csv: c, guard: g}, nil
}

// next returns the cells of the next row and the line on which it begins, or
// io.EOF. After a *rowFault that is not fatal, the caller may read on.
func (r *reader) next() (cells []string, line int, err error) {
	cells, err = r.csv.Read()
	r.guard.left = MaxRowSize
	if err != nil {
		return nil, 0, r.explain(err)
	}
	r.line, _ = r.csv.FieldPos(0)
	for i, cell := range cells {
		if fault := r.source.faultOf(cell); fault != "" {
			return nil, 0, &rowFault{line: r.line, detail: fmt.Sprintf("column %d %s", i+1, fault)}
		}
	}
	return cells, r.line, nil
}

// offset returns how many bytes of UTF-8 the reader has read.
func (r *reader) offset() int64 { return r.csv.InputOffset() }

// explain turns an error of encoding/csv into one that says how to mend the file.
func (r *reader) explain(err error) error {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, errRowTooLong):
		return &rowFault{line: r.line + 1, fatal: true, detail: fmt.Sprintf(
			"the row that begins here or later is longer than %d KiB; a quote may be missing", MaxRowSize>>10)}
	case !errors.As(err, &parse):
		return err
	case errors.Is(err, csv.ErrFieldCount):
		r.line = parse.StartLine
		return &rowFault{line: parse.StartLine, detail: "has another number of columns than the header"}
	case errors.Is(err, csv.ErrBareQuote):
		return &rowFault{line: parse.StartLine, fatal: true,
			detail: "has a quote inside a cell that is not quoted: quote the cell and double the quote"}
	default:
		return &rowFault{line: parse.StartLine, fatal: true,
			detail: "has a quote that is never closed, or that is followed by text: close it, double quotes inside of cells"}
	}
}

// rowFault is a fault in the structure of one row.
type rowFault struct {
	line   int
	detail string
	fatal  bool // where the next row begins is unknown
}

func (f *rowFault) Error() string { return fmt.Sprintf("line %d %s", f.line, f.detail) }

func (f *rowFault) fault() fault.Fault {
	return fault.Fault{Path: fmt.Sprintf("line %d", f.line), Detail: f.detail}
}

// guard stops the reading of a row that is too long. After a quote that is never
// closed, encoding/csv would keep the rest of the file in memory.
type guard struct {
	from io.Reader
	left int // bytes until the row is too long
}

var errRowTooLong = errors.New("row too long")

func (g *guard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errRowTooLong
	}
	n, err := g.from.Read(p)
	g.left -= n
	return n, err
}

// isBlank reports whether all cells of a row are empty. Spreadsheets often write
// such rows.
func isBlank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}
