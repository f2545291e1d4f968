package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/workers"
)

// Summary counts the outcomes of the rows.
type Summary struct {
	Created   int
	Updated   int
	Unchanged int
	Refused   int
	// LeftOut is the number of fields that were left out because their value was
	// not valid, in rows that were imported; see contacts.FileRules.
	LeftOut int
	// Keyless is the number of contacts that were made from rows without id,
	// identifier, e-mail, phone and identity. Each import makes them again.
	Keyless int
	// NextLine is the line from which to resume after an error, for
	// Options.FromLine. It is 0 if all rows are done.
	NextLine int
}

// Done returns the number of rows that are done, whatever their outcome.
func (s Summary) Done() int { return s.Created + s.Updated + s.Unchanged + s.Refused }

// Run imports the rows in batches, in the order of the file. It reads the next
// batch while one is written. A refused row is reported and counted, and the run
// goes on. The run ends early with an error or when ctx ends. Then the summary
// says what was done and from which line to resume. To import a row twice does no
// harm.
func (p *Plan) Run(ctx context.Context, to Upserter) (Summary, error) {
	ctx, stop := context.WithCancelCause(ctx)
	batches := make(chan []row, 1)
	var readErr error
	var reading workers.Group
	reading.Go(func() {
		defer close(batches)
		readErr = p.read(ctx, batches)
	})
	r := run{plan: p, to: to, rejects: newRejects(p.options.Rejects)}
	r.summary.NextLine = max(p.options.FromLine, 1)
	err := r.write(ctx, batches)
	stop(err)
	for range batches { // until the reader has ended
	}
	reading.Wait()
	if err == nil {
		err = readErr
	}
	if flushErr := r.rejects.flush(); err == nil && flushErr != nil {
		err = fmt.Errorf("writing the rejects: %w", flushErr)
	}
	if err == nil {
		r.summary.NextLine = 0
	}
	return r.summary, err
}

// read sends the rows in batches to the channel until the file or the context
// ends.
func (p *Plan) read(ctx context.Context, batches chan<- []row) error {
	r, err := newReader(p.source, true)
	if err != nil {
		return err
	}
	header, _, err := r.next()
	if err != nil {
		return changed(err)
	}
	if !slices.Equal(header, p.header) {
		return errChanged
	}
	for rows := 0; ; {
		batch, readErr := p.readBatch(r)
		rows += len(batch)
		if len(batch) > 0 {
			select {
			case batches <- batch:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		switch {
		case readErr == nil:
		case errors.Is(readErr, io.EOF) && rows == p.Rows:
			return nil
		default:
			return changed(readErr)
		}
	}
}

// readBatch returns one batch of rows. With the last batch it returns io.EOF.
func (p *Plan) readBatch(r *reader) ([]row, error) {
	size := p.options.batchSize()
	batch := make([]row, 0, size)
	from := r.offset()
	for len(batch) < size && r.offset()-from < maxBatchBytes {
		cells, line, err := r.next()
		if err != nil {
			return batch, err
		}
		if line < p.options.FromLine || isBlank(cells) {
			continue
		}
		batch = append(batch, p.rowOf(line, cells))
	}
	return batch, nil
}

var errChanged = &fault.Error{Kind: fault.KindInvalid, Type: "invalid-file", Message: "The file was changed while it was imported."}

// changed turns a fault in the structure into the error that the file has changed:
// there was no fault when the file was checked.
func changed(err error) error {
	var fault *rowFault
	if errors.As(err, &fault) || errors.Is(err, io.EOF) {
		return errChanged
	}
	return err
}

// run is one run of a plan.
type run struct {
	plan    *Plan
	to      Upserter
	rejects *rejects
	summary Summary
}

// write upserts the batches one after the other. If two rows are about one
// contact, the later one counts.
func (r *run) write(ctx context.Context, batches <-chan []row) error {
	for batch := range batches {
		r.summary.NextLine = batch[0].line
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := r.upsert(ctx, batch); err != nil {
			return err
		}
		r.summary.NextLine = batch[len(batch)-1].line + 1
		r.plan.options.report(Importing, int64(r.summary.Done()), int64(r.plan.Rows))
	}
	return nil
}

func (r *run) upsert(ctx context.Context, batch []row) error {
	drafts := make([]fields.Draft, len(batch))
	for i := range batch {
		drafts[i] = batch[i].draft
	}
	outcomes, err := r.to.UpsertBatch(ctx, drafts, r.plan.options.Rules)
	if err != nil {
		return err
	}
	if len(outcomes) != len(batch) {
		return fmt.Errorf("%d outcomes for a batch of %d rows", len(outcomes), len(batch))
	}
	for i, o := range outcomes {
		if err := r.count(batch[i], o); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) count(row row, o Outcome) error {
	var err error
	switch o.Status {
	case ledger.StatusCreated:
		r.summary.Created++
		if row.isKeyless() {
			r.summary.Keyless++
		}
		r.rejects.made(o.ID, row.line)
	case ledger.StatusUpdated:
		r.summary.Updated++
	case ledger.StatusUnchanged:
		r.summary.Unchanged++
	default:
		r.summary.Refused++
		err = r.rejects.refused(row.line, o.Err)
	}
	if o.Status != ledger.StatusFailed {
		r.summary.LeftOut += len(o.LeftOut)
		err = r.rejects.leftOut(row.line, o.LeftOut)
	}
	if err != nil {
		return fmt.Errorf("writing the rejects: %w", err)
	}
	return nil
}
