package imports

import (
	"io"

	"github.com/ndoto/kundi/contacts"
)

// Limits of a file.
const (
	MaxRowSize = 1 << 20 // bytes of one row
	MaxColumns = 1_000
	// maxBatchBytes ends a batch of long rows, which then takes at most this
	// and one row more, well below what a server accepts at once.
	maxBatchBytes = 2 << 20
	// maxFaults is how many faults of its structure an error lists.
	maxFaults = 20
)

// Options say how a file is to be read. The zero value reads a file whose
// header names every column in a way that Kundi knows.
type Options struct {
	// Map gives columns the field they hold, Skip leaves columns out. A column
	// is its name in the header or its position from 1; a field is named as
	// in filters, an attribute also by its key alone. Errors repeat these.
	Map  map[string]string
	Skip []string
	// SkipUnknown leaves out every column that is not known and not mapped.
	SkipUnknown bool
	// Rules say how the cells are read. A DayOrder that nobody has given is
	// taken from the file, when it gives one away.
	Rules contacts.FileRules
	// Encoding of a file that is not in Unicode, like "windows-1252"; "" is
	// UTF-8, or UTF-16 with a byte order mark.
	Encoding string
	// Delimiter between columns: comma, semicolon or tab. 0 finds it out.
	Delimiter rune
	// FromLine leaves out the rows before this line of the file.
	FromLine int
	// BatchSize is the number of rows of one batch: contacts.MaxBatch when 0.
	BatchSize int
	// Rejects gets a CSV of line, field and reason for every row that was
	// refused, nil for nowhere.
	Rejects io.Writer
	// Progress is called now and then, from the goroutine that called New or
	// Run. May be nil.
	Progress func(Progress)
}

// Phase is a part of the work.
type Phase string

// The phases of an import.
const (
	Checking  Phase = "checking"  // Done and Total are bytes of the file
	Importing Phase = "importing" // Done and Total are rows
)

// Progress says how far an import has come.
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
