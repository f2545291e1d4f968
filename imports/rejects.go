package imports

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/contacts"
)

// rejects writes the report of refused rows: line, field and reason, never a
// value. Nothing is kept in memory.
type rejects struct {
	csv     *csv.Writer
	started bool
}

func newRejects(w io.Writer) *rejects {
	if w == nil {
		w = io.Discard
	}
	return &rejects{csv: csv.NewWriter(w)}
}

// add reports one refused row, a line of the report for each of its faults.
func (r *rejects) add(line int, err error) error {
	if !r.started {
		r.started = true
		r.write("line", "field", "reason")
	}
	at := strconv.Itoa(line)
	var e *contacts.Error
	switch {
	case !errors.As(err, &e):
		r.write(at, "", "The server could not say why; see its log.")
	case len(e.Faults) > 0:
		for _, f := range e.Faults {
			r.write(at, f.Path, f.Detail)
		}
	default:
		r.write(at, e.Field, e.Message+holders(e))
	}
	return r.csv.Error()
}

func (r *rejects) write(cells ...string) {
	// An error stays in the writer; add and flush return it.
	_ = r.csv.Write(cells)
}

func (r *rejects) flush() error {
	r.csv.Flush()
	return r.csv.Error()
}

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
