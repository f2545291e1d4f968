package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ndoto/kundi/contacts"
)

// reportEvery is after how many rows of the check progress is reported and
// the context is looked at.
const reportEvery = 4_096

// structure is what the check found: the header and the rows below it.
type structure struct {
	header []string
	rows   int // from line first on, without blank ones
	last   int // line on which the last of all rows begins
}

// check reads the whole file and returns all faults of its structure at once.
func check(ctx context.Context, s *source, o *Options) (structure, error) {
	r, err := newReader(s, true)
	if err != nil {
		return structure{}, err
	}
	found := structure{}
	if found.header, err = readHeader(r); err != nil {
		return structure{}, err
	}
	faults, err := found.readRows(ctx, r, o)
	if err != nil {
		return structure{}, err
	}
	if len(faults) > 0 {
		return structure{}, invalidFile("The file is damaged: nothing was imported.", cut(faults)...)
	}
	if found.last == 0 {
		return structure{}, invalidFile("The file has a header but no rows.")
	}
	return found, nil
}

func readHeader(r *reader) ([]string, error) {
	cells, _, err := r.next()
	var fault *rowFault
	switch {
	case errors.Is(err, io.EOF):
		return nil, invalidFile("The file is empty.")
	case errors.As(err, &fault):
		return nil, invalidFile("The header cannot be read.", fault.fault())
	case err != nil:
		return nil, err
	case len(cells) > MaxColumns:
		return nil, invalidFile(fmt.Sprintf("The file has more than %d columns.", MaxColumns))
	case strings.ContainsRune(strings.Join(cells, ""), '\r'):
		return nil, invalidFile("The lines end with carriage returns alone: save the file with line feeds.")
	}
	return slices.Clone(cells), nil
}

// readRows reads what follows the header, up to a fatal fault.
func (found *structure) readRows(ctx context.Context, r *reader, o *Options) ([]contacts.Fault, error) {
	var faults []contacts.Fault
	for n := 1; ; n++ {
		cells, line, err := r.next()
		if errors.Is(err, io.EOF) {
			o.report(Checking, r.source.size, r.source.size)
			return faults, nil
		}
		var fault *rowFault
		if errors.As(err, &fault) {
			faults = append(faults, fault.fault())
			if fault.fatal {
				return faults, nil
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		found.count(cells, line, o.FromLine)
		if n%reportEvery == 0 {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			o.report(Checking, min(r.offset(), r.source.size), r.source.size)
		}
	}
}

func (found *structure) count(cells []string, line, first int) {
	if isBlank(cells) {
		return
	}
	found.last = line
	if line >= first {
		found.rows++
	}
}

// cut keeps an error readable.
func cut(faults []contacts.Fault) []contacts.Fault {
	if len(faults) <= maxFaults {
		return faults
	}
	more := fmt.Sprintf("and %d more faults", len(faults)-maxFaults)
	return append(faults[:maxFaults:maxFaults], contacts.Fault{Path: "file", Detail: more})
}
