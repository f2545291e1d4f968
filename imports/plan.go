package imports

import (
	"context"
	"io"

	"github.com/ndoto/kundi/contacts"
)

// Plan is a file that was found sound, with a field for each of its columns.
// It is for one goroutine.
type Plan struct {
	// Rows is how many rows there are to import, without blank ones and those
	// before Options.FromLine.
	Rows    int
	Columns []Column

	source  *source
	header  []string
	options Options
}

// New checks a whole file and returns the plan to import it. The attributes
// are those that contacts have. Errors that the file's owner can mend are
// *contacts.Error of KindInvalid and name lines and columns, never values:
// type "invalid-file" for a damaged file, with all faults of its structure
// that can be found, "invalid-columns" for columns without a field.
//
// The file is read from its beginning, once now and once by Run; it must not
// change between.
func New(ctx context.Context, file io.ReadSeeker, attributes []*contacts.AttributeDefinition, options Options) (*Plan, error) {
	s, err := openSource(file, options.Delimiter)
	if err != nil {
		return nil, err
	}
	found, err := check(ctx, s, &options)
	if err != nil {
		return nil, err
	}
	columns, err := mapColumns(found.header, attributes, &options)
	if err != nil {
		return nil, err
	}
	if options.FromLine > found.last {
		return nil, &contacts.Error{Kind: contacts.KindInvalid, Type: "invalid-line", Message: "The file ends before the line to begin from."}
	}
	return &Plan{Rows: found.rows, Columns: columns, source: s, header: found.header, options: options}, nil
}
