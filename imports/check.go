package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// reportEvery: after this many rows, the check reports progress and looks whether
// the context has ended.
const reportEvery = 4_096

// structure is what the check has found out about the rows below the header.
type structure struct {
	rows    int              // from line first on, without blank ones
	last    int              // line on which the last of all rows begins
	samples map[int][]string // cells of the columns that are not known, by position

	dayColumns []int // positions of days and times
	orders     map[contacts.DayOrder]bool
}

// check reads the rest of the file. One error names all faults of its structure.
func check(ctx context.Context, r *reader, m *mapping, o *Options) (structure, error) {
	found := structure{samples: map[int][]string{}, orders: map[contacts.DayOrder]bool{}}
	for _, position := range m.unknown {
		found.samples[position] = nil
	}
	for _, c := range m.columns {
		switch m.fields[c.Field].Type {
		case fields.FieldDate, fields.FieldInstant:
			found.dayColumns = append(found.dayColumns, c.Position)
		}
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

// dayOrder returns the order of day and month that fits all dates of the file, ""
// if more than one order fits.
func (found *structure) dayOrder() contacts.DayOrder {
	if len(found.orders) == 1 {
		for order := range found.orders {
			return order
		}
	}
	return ""
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

// readRows reads the rows below the header, up to the first fatal fault.
func (found *structure) readRows(ctx context.Context, r *reader, o *Options) ([]fault.Fault, error) {
	var faults []fault.Fault
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
	for position, samples := range found.samples {
		if text := strings.TrimSpace(cells[position-1]); text != "" && len(samples) < maxSamples {
			found.samples[position] = append(samples, strings.Clone(text))
		}
	}
	for _, position := range found.dayColumns {
		if order := contacts.DayOrderOf(cells[position-1]); order != "" {
			found.orders[order] = true
		}
	}
}

// cut shortens a list of faults to maxFaults, and says how many more there are.
func cut(faults []fault.Fault) []fault.Fault {
	if len(faults) <= maxFaults {
		return faults
	}
	more := fmt.Sprintf("and %d more faults", len(faults)-maxFaults)
	return append(faults[:maxFaults:maxFaults], fault.Fault{Path: "file", Detail: more})
}
