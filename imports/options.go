package imports

import (
	"io"

	"github.com/ndoto/kundi/contacts"
)

// The limits of a file.
const (
	MaxRowSize = 1 << 20 // bytes of one row
	MaxColumns = 1_000
	// maxBatchBytes ends a batch of long rows. A batch has at most this many
	// bytes and one more row, which is well below what a server accepts.
	maxBatchBytes = 2 << 20
	// maxFaults is how many faults an error lists at most.
	maxFaults = 20
)

// Options say how a file is read. The zero value reads a file in which Kundi knows
// the name of every column.
type Options struct {
	// Map says which fields columns have, as column: field. Skip lists columns
	// to leave out. A column is given by its name in the header or by its
	// position from 1. A field is named as in filters; an attribute may also be
	// named by its key alone. Errors repeat these names.
	Map  map[string]string
	Skip []string
	// SkipUnknown leaves out every column that is neither known nor in Map.
	SkipUnknown bool
	// Rules say how the cells are read. If DayOrder is not set, it is found
	// from the dates of the file, if they allow only one order.
	Rules contacts.FileRules
	// Encoding is the encoding of a file that is not in Unicode, such as
	// "windows-1252". "" means UTF-8, or UTF-16 with a byte order mark.
	Encoding string
	// Delimiter is the character between columns: comma, semicolon or tab. If
	// it is 0, the header decides.
	Delimiter rune
	// FromLine leaves out the rows before this line of the file. Lines count
	// from 1.
	FromLine int
	// BatchSize is the number of rows in a batch, contacts.MaxBatch by default.
	BatchSize int
	// Rejects receives a CSV with line, field and reason for each fault of a
	// refused row, and for each field that was left out. It may be nil.
	Rejects io.Writer
	// Progress is called now and then, by the goroutine that called New or Run.
	// It may be nil.
	Progress func(Progress)
}

// Phase is a phase of an import.
type Phase string

// The phases of an import.
const (
	Checking  Phase = "checking"  // Done and Total are bytes of the file
	Importing Phase = "importing" // Done and Total are rows
)

// Progress says how far a phase of an import has come. See Phase for the units.
type Progress struct {
	Phase Phase
	Done  int64
	Total int64
}

func (o *Options) batchSize() int {
	if o.BatchSize <= 0 || o.BatchSize > contacts.MaxBatch {
		return contacts.MaxBatch
	}
	return o.BatchSize
}

func (o *Options) report(phase Phase, done, total int64) {
	if o.Progress != nil {
		o.Progress(Progress{Phase: phase, Done: done, Total: total})
	}
}
