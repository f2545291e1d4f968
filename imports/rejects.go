package imports

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/sheets"
)

// rejects writes the report of refused rows and of fields that were left out. Each
// line has the line of the file, the field and the reason, and never a value.
type rejects struct {
	file    *sheets.Writer
	started bool
	// lines has, by the id of a contact, the line of the file that has made it.
	// It is nil if nobody reads the report. Nothing else of the rows is kept in
	// memory.
	lines map[ledger.ID]int
}

func newRejects(w io.Writer) *rejects {
	if w == nil {
		return &rejects{file: sheets.NewWriter(io.Discard)}
	}
	return &rejects{file: sheets.NewWriter(w), lines: map[ledger.ID]int{}}
}

// made stores which line has made a contact.
func (r *rejects) made(id ledger.ID, line int) {
	if r.lines != nil {
		r.lines[id] = line
	}
}

// refused reports a refused row. Each of its faults is one line of the report.
func (r *rejects) refused(line int, err error) error {
	var e *fault.Error
	switch {
	case !errors.As(err, &e):
		return r.write(line, "", "The server could not say why; see its log.")
	case len(e.Faults) == 0:
		return r.write(line, e.Field, e.Message+r.holders(e))
	}
	for _, f := range e.Faults {
		if err := r.write(line, f.Path, f.Detail); err != nil {
			return err
		}
	}
	return nil
}

// leftOut reports the fields of a row that were left out.
func (r *rejects) leftOut(line int, faults []fault.Fault) error {
	for _, f := range faults {
		if err := r.write(line, f.Path, "left out: "+f.Detail); err != nil {
			return err
		}
	}
	return nil
}

func (r *rejects) write(line int, field, reason string) error {
	if !r.started {
		r.started = true
		for _, name := range []string{"line", "field", "reason"} {
			r.file.Text(name)
		}
		if err := r.file.EndRow(); err != nil {
			return err
		}
	}
	r.file.Plain(strconv.Itoa(line))
	r.file.Text(sheets.Guard(field))
	r.file.Text(sheets.Guard(reason))
	return r.file.EndRow()
}

func (r *rejects) flush() error { return r.file.Flush() }

// holders names the contacts that a row conflicts with. A contact that this file
// has made is named by its line, because after a dry run its id does not exist.
func (r *rejects) holders(e *fault.Error) string {
	if len(e.ContactIDs) == 0 {
		return ""
	}
	names := make([]string, len(e.ContactIDs))
	for i, id := range e.ContactIDs {
		if line, own := r.lines[id]; own {
			names[i] = "of line " + strconv.Itoa(line)
		} else {
			names[i] = id.String()
		}
	}
	return " (contact " + strings.Join(names, ", ") + ")"
}
