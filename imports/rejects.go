package imports

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/sheets"
)

// rejects writes the report of refused rows: line, field and reason, never a
// value. Nothing is kept in memory.
type rejects struct {
	file    *sheets.Writer
	started bool
}

func newRejects(w io.Writer) *rejects {
	if w == nil {
		w = io.Discard
	}
	return &rejects{file: sheets.NewWriter(w)}
}

// add reports one refused row, a line of the report for each of its faults.
func (r *rejects) add(line int, err error) error {
	if !r.started {
		r.started = true
		for _, name := range []string{"line", "field", "reason"} {
			r.file.Text(name)
		}
		if err := r.file.EndRow(); err != nil {
			return err
		}
	}
	var e *contacts.Error
	switch {
	case !errors.As(err, &e):
		return r.write(line, "", "The server could not say why; see its log.")
	case len(e.Faults) == 0:
		return r.write(line, e.Field, e.Message+holders(e))
	}
	for _, f := range e.Faults {
		if err := r.write(line, f.Path, f.Detail); err != nil {
			return err
		}
	}
	return nil
}

func (r *rejects) write(line int, field, reason string) error {
	r.file.Plain(strconv.Itoa(line))
	r.file.Text(sheets.Guard(field))
	r.file.Text(sheets.Guard(reason))
	return r.file.EndRow()
}

func (r *rejects) flush() error { return r.file.Flush() }

// holders names the contacts that a conflict is with.
func holders(e *contacts.Error) string {
	if len(e.ContactIDs) == 0 {
		return ""
	}
	ids := make([]string, len(e.ContactIDs))
	for i, id := range e.ContactIDs {
		ids[i] = id.String()
	}
	return " (contact " + strings.Join(ids, ", ") + ")"
}
