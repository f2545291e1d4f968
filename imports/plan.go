package imports

import (
	"context"
	"io"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// Plan is a file that was found sound, with a field for each of its columns.
// It is for one goroutine.
type Plan struct {
	// Rows is how many rows there are to import, without blank ones and those
	// before Options.FromLine.
	Rows    int
	Columns []Column
	// Program is the one that has written the file, by its columns; "" when
	// nobody knows.
	Program string

	reading []Column // those that are read
	format  *format  // nil when nobody knows
	source  *source
	header  []string
	options Options
}

// New checks a whole file and returns the plan to import it. The attributes
// are those that contacts have. Errors that the file's owner can mend are
// *fault.Error of KindInvalid and name lines and columns, never values of the file:
// type "invalid-file" for a damaged file, with all faults of its structure
// that can be found, "invalid-columns" for columns without a field.
//
// The file is read from its beginning, once now and once by Run; it must not
// change between.
func New(ctx context.Context, file io.ReadSeeker, attributes []*fields.AttributeDefinition, options Options) (*Plan, error) {
	s, err := openSource(file, &options)
	if err != nil {
		return nil, err
	}
	r, err := newReader(s, true)
	if err != nil {
		return nil, err
	}
	header, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	m := mapColumns(header, attributes, &options)
	found, err := check(ctx, r, m, &options)
	if err != nil {
		return nil, err
	}
	if err := m.err(&found); err != nil {
		return nil, err
	}
	if options.FromLine > found.last {
		return nil, &fault.Error{Kind: fault.KindInvalid, Type: "invalid-line", Message: "The file ends before the line to begin from."}
	}
	if options.Rules.DayOrder == "" {
		options.Rules.DayOrder = found.dayOrder()
	}
	p := &Plan{Rows: found.rows, Columns: m.columns, reading: m.reading(), format: m.format, source: s, header: header, options: options}
	if m.format != nil {
		p.Program = m.format.name
		p.options.Rules.SharedPhones = true // nowhere else are they unique
		p.options.Rules.CompanyNames = true
		p.options.Rules.LocalTimes = options.Rules.LocalTimes || m.format.localTimes
	}
	return p, nil
}
