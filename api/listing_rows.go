package api

import (
	"bytes"
	"context"
	"io"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/sheets"
)

// recordRows makes a stream of records piece by piece.
type recordRows[T, B any] struct {
	listing listing[T, B]
	asked   *question
	page    index.Answer                                       // what is left of the newest
	write   func(ctx context.Context, page index.Answer) error // into the text that is sent
}

// stream answers with the records of the page, and of those after it.
func (r *recordRows[T, B]) stream(media string, header map[string]string) *wire.Stream {
	write := func(ctx context.Context, w io.Writer) error {
		var text bytes.Buffer
		r.write = r.listing.linesInto(&text)
		if media == wire.CSVMedia {
			r.write = r.listing.cellsInto(&text)
		}
		return wire.SendPieces(ctx, w, &text, r.next)
	}
	return &wire.Stream{Media: media, Header: header, Write: write}
}

// next writes the next records. more says that there are others behind them.
func (r *recordRows[T, B]) next(ctx context.Context) (more bool, err error) {
	if err := r.write(ctx, r.page.Cut(streamPage)); err != nil {
		return false, err
	}
	if len(r.page.Ordinals) == 0 && r.page.Next != nil {
		if r.page, err = r.asked.query(ctx, r.page.Next, streamedPage); err != nil {
			return false, err
		}
	}
	return len(r.page.Ordinals) > 0, nil
}

// linesInto returns what writes records into a text, one JSON object a line.
func (l listing[T, B]) linesInto(text *bytes.Buffer) func(context.Context, index.Answer) error {
	encoder := newJSONEncoder(text)
	return func(ctx context.Context, page index.Answer) error {
		bodies, err := l.read(ctx, page)
		if err != nil {
			return err
		}
		for _, body := range bodies {
			if err := encoder.Encode(body); err != nil {
				return err
			}
		}
		return nil
	}
}

// cellsInto returns what writes records into a text as CSV, with all fields that they have.
func (l listing[T, B]) cellsInto(text *bytes.Buffer) func(context.Context, index.Answer) error {
	shown := l.fields()
	rows := &csvRows{shown: &projection{fields: shown}, file: sheets.NewWriter(text)}
	headed := rows.head()
	return func(ctx context.Context, page index.Answer) error {
		if headed != nil {
			return headed
		}
		list, err := l.kind.Many(ctx, l.server.records, page.Refs())
		if err != nil {
			return err
		}
		value, err := l.values(ctx, page, list)
		if err != nil {
			return err
		}
		for i, r := range list {
			if r == nil {
				continue
			}
			for _, f := range shown {
				rows.cell(f, value(f, i))
			}
			if err := rows.file.EndRow(); err != nil {
				return err
			}
		}
		return rows.flush()
	}
}

// fields are those of the kind, the standard ones first.
func (l listing[T, B]) fields() (all []fields.Field) {
	of := l.server.records.Schema().Of(l.kind.Entity)
	for _, f := range l.kind.StandardFields() {
		f, _ := of.Field(f.Name)
		all = append(all, f)
	}
	return append(all, attributeFields(of)...)
}
