package imports

import (
	"context"
	"io"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// Plan is a file whose structure is right and whose columns have a field. It is
// not safe for concurrent use.
type Plan struct {
	// Rows is the number of rows to import. It leaves out blank rows and those
	// before Options.FromLine.
	Rows    int
	Columns []Column
	// Program is the name of the program that has written the file, as its
	// columns show, such as "HubSpot". It is "" if it is not known.
	Program string

	reading []Column // those that are read
	format  *format  // nil when nobody knows
	source  *source
	header  []string
	options Options
}

// New checks a whole file and returns the plan to import it. attributes are the
// attributes of contacts.
//
// If the file or the options are wrong, the error is a *fault.Error of
// KindInvalid. Its type is "invalid-file" for a damaged file, with all faults of
// the structure, or "invalid-columns" for columns without a field. It names lines
// and columns, and never repeats a value of the file.
//
// New reads the file from its beginning, and Run reads it again. The file must not
// change in between.
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
		return nil, &fault.Error{Kind: fault.KindInvalid, Type: "invalid-line", Message: "The file ends before the line from which to begin."}
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
