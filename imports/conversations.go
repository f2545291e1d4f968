package imports

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/strictjson"
	"github.com/ndoto/kundi/workers"
)

// The limits of a file of conversations.
const (
	MaxLineSize   = 3 << 20 // bytes of one line: it is stored in one commit
	lineBatch     = 200     // lines that are sent at once, at most
	lineBatchSize = 4 << 20 // bytes from which on a batch takes no further line
)

// ConversationOptions say how a file of conversations is read.
type ConversationOptions struct {
	// FromLine leaves out the lines before this one. Lines count from 1.
	FromLine int
	// Rejects receives a CSV with line, field and reason for each fault of a refused line. It may
	// be nil.
	Rejects io.Writer
	// Progress is called now and then, by the goroutine that called RunConversations, with how
	// many bytes of the file are done. It may be nil.
	Progress func(Progress)
}

// ConversationSummary counts the outcomes of the lines.
type ConversationSummary struct {
	Begun     int // lines that began a conversation
	Continued int // lines whose new messages went into one that there was
	Known     int // lines of which all messages were there
	Refused   int

	Contacts      int // that were made
	Messages      int // that were new
	KnownMessages int
	// Keyless is how many of the new ones have no source id. Each import makes them again.
	Keyless int
	// NextLine is the line from which to resume after an error, 0 if all lines are done.
	NextLine int
}

// RunConversations imports conversations from a file with one JSON object a line, in the order of
// the file: conversations.Service.Import says what a line has. A refused line is reported and
// counted, and the run goes on. It ends early as Plan.Run does. To import a line twice does no
// harm when its messages have source ids.
func RunConversations(ctx context.Context, file io.ReadSeeker, o ConversationOptions, to Conversations) (ConversationSummary, error) {
	size, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return ConversationSummary{}, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	batches := make(chan lines, 1)
	var readErr error
	var reading workers.Group
	reading.Go(func() {
		defer close(batches)
		readErr = readLines(ctx, file, o.FromLine, batches)
	})
	r := lineRun{to: to, rejects: newRejects(o.Rejects)}
	r.summary.NextLine = max(o.FromLine, 1)
	for batch := range batches {
		r.summary.NextLine = batch.rows[0].line
		if err = r.write(ctx, batch.rows); err != nil {
			break
		}
		r.summary.NextLine = batch.rows[len(batch.rows)-1].line + 1
		if o.Progress != nil {
			o.Progress(Progress{Phase: Importing, Done: batch.end, Total: size})
		}
	}
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

// lines is a batch of a file of conversations.
type lines struct {
	rows []lineRow
	end  int64 // bytes of the file until its end
}

// lineRow is a line, as a draft or with what is wrong with it.
type lineRow struct {
	line  int
	draft fields.Draft
	err   error
}

// readLines sends the lines in batches until the file or the context ends.
func readLines(ctx context.Context, file io.Reader, from int, batches chan<- lines) error {
	in := bufio.NewReaderSize(file, sampleSize)
	if bom, err := in.Peek(len(bomUTF8)); err == nil && bytes.Equal(bom, bomUTF8) {
		_, _ = in.Discard(len(bomUTF8))
	}
	var batch lines
	var begin int64
	for line := 1; ; line++ {
		text, size, err := nextLine(in)
		batch.end += size
		if text = bytes.TrimSpace(text); line >= from && (len(text) > 0 || size > MaxLineSize) {
			batch.rows = append(batch.rows, lineOf(line, text))
		}
		full := len(batch.rows) == lineBatch || batch.end-begin >= lineBatchSize
		if len(batch.rows) > 0 && (full || err != nil) {
			select {
			case batches <- batch:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			batch.rows, begin = nil, batch.end
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// nextLine returns the next line and its size in bytes. Of one over MaxLineSize it returns nothing,
// and keeps none of it in memory.
func nextLine(in *bufio.Reader) (text []byte, size int64, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if size += int64(len(part)); size <= MaxLineSize {
			text = append(text, part...)
		} else {
			text = nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return text, size, err
		}
	}
}

// lineOf reads a line; an empty text is of one that is too long.
func lineOf(line int, text []byte) lineRow {
	row := lineRow{line: line}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if len(text) == 0 {
		row.err = invalidLine(fmt.Sprintf("must have at most %d MiB", MaxLineSize>>20))
	} else if err := strictjson.Check(text, ""); err != nil {
		row.err = err
	} else if decoder.Decode(&row.draft) != nil || row.draft == nil {
		row.err = invalidLine("must be one JSON object")
	}
	return row
}

func invalidLine(detail string) error {
	return fault.Invalid("invalid-line", "The line cannot be read.", []fault.Fault{{Detail: detail}})
}

// lineRun is one run over a file of conversations.
type lineRun struct {
	to      Conversations
	rejects *rejects
	summary ConversationSummary
}

func (r *lineRun) write(ctx context.Context, rows []lineRow) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var drafts []fields.Draft
	for _, row := range rows {
		if row.err == nil {
			drafts = append(drafts, row.draft)
		}
	}
	var results []conversations.Imported
	if len(drafts) > 0 {
		var err error
		if results, err = r.to.ImportConversations(ctx, drafts); err != nil {
			return err
		}
	}
	if len(results) != len(drafts) {
		return fmt.Errorf("%d outcomes for a batch of %d lines", len(results), len(drafts))
	}
	for _, row := range rows {
		result := conversations.Imported{Err: row.err}
		if row.err == nil {
			result, results = results[0], results[1:]
		}
		if err := r.count(row.line, result); err != nil {
			return fmt.Errorf("writing the rejects: %w", err)
		}
	}
	return nil
}

func (r *lineRun) count(line int, i conversations.Imported) error {
	s := &r.summary
	s.Messages += i.Messages
	s.KnownMessages += i.Known
	s.Keyless += i.Keyless
	if i.Created.Contact {
		s.Contacts++
	}
	switch {
	case i.Err != nil:
		s.Refused++
		return r.rejects.refused(line, i.Err)
	case i.Created.Conversation:
		s.Begun++
	case i.Messages > 0:
		s.Continued++
	default:
		s.Known++
	}
	return nil
}
