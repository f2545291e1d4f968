package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strconv"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/sheets"
)

// streamedChanges is how many changes a piece of a stream has.
const streamedChanges = 4_000

// changeRow is a change in a line of its own.
type changeRow struct {
	ID      string `json:"id"`
	Event   string `json:"event"` // entered or left
	Cause   string `json:"cause,omitempty"`
	Blocked bool   `json:"blocked,omitempty"`
}

// streamChanges answers with the changes of a page and, as long as a page names
// a next one, with those that ask returns after it.
func streamChanges(media string, page segments.Changes, ask func(ctx context.Context, after uint32, limit int) (segments.Changes, error), header map[string]string) *wire.Stream {
	write := func(ctx context.Context, w io.Writer) error {
		var text bytes.Buffer
		write, flush := changeWriter(media, &text)
		return wire.SendPieces(ctx, w, &text, func(ctx context.Context) (more bool, err error) {
			for _, c := range page.Entered {
				write(changeRow{c.ID.String(), "entered", c.Cause, c.Blocked})
			}
			for _, c := range page.Left {
				write(changeRow{c.ID.String(), "left", c.Cause, c.Blocked})
			}
			if err := flush(); err != nil || page.Next == 0 {
				return false, err
			}
			page, err = ask(ctx, page.Next, streamedChanges)
			return true, err
		})
	}
	return &wire.Stream{Media: media, Header: header, Write: write}
}

// changeWriter writes rows of changes into a text. An error is that of flush.
func changeWriter(media string, text *bytes.Buffer) (write func(changeRow), flush func() error) {
	if media == wire.NDJSONMedia {
		encoder := json.NewEncoder(text) // of what is always JSON, into memory
		return func(row changeRow) { _ = encoder.Encode(row) }, func() error { return nil }
	}
	file := sheets.NewWriter(text)
	for _, name := range []string{"id", "event", "cause", "blocked"} {
		file.Text(name)
	}
	_ = file.EndRow() // flush has the error
	return func(row changeRow) {
		file.Text(row.ID)
		file.Text(row.Event)
		if row.Cause == "" {
			file.Plain("")
		} else {
			file.Text(row.Cause)
		}
		file.Plain(strconv.FormatBool(row.Blocked))
		_ = file.EndRow()
	}, file.Flush
}
