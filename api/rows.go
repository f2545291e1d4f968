package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/sheets"
)

// A piece of a stream has streamBytes, or a few more. streamPage contacts are read
// for it at once.
const (
	streamPage  = 100
	streamBytes = 256 << 10
)

// pageRows answers with a page of contacts in another form than JSON. Those who
// do not exist any more are left out.
func pageRows(media string, shown *projection, page []person, header map[string]string, cursor string) *wire.Stream {
	write := func(_ context.Context, w io.Writer) error {
		pieces := bufio.NewWriterSize(w, wire.PieceSize)
		rows, err := newRowWriter(media, pieces, shown)
		if err != nil {
			return err
		}
		for _, p := range page {
			if p.contact == nil {
				continue
			}
			if err := rows.write(p); err != nil {
				return err
			}
		}
		if err := rows.flush(); err != nil {
			return err
		}
		return pieces.Flush()
	}
	return &wire.Stream{Media: media, Header: wire.WithCursor(header, cursor), Write: write}
}

// rowWriter writes contacts one by one.
type rowWriter interface {
	write(p person) error
	flush() error
}

func newRowWriter(media string, w io.Writer, shown *projection) (rowWriter, error) {
	if media == wire.NDJSONMedia {
		return &jsonRows{shown: shown, encoder: newJSONEncoder(w)}, nil
	}
	rows := &csvRows{shown: shown, file: sheets.NewWriter(w)}
	return rows, rows.head()
}

// jsonRows writes one JSON object a line.
type jsonRows struct {
	shown   *projection
	encoder *json.Encoder
}

func (r *jsonRows) write(p person) error {
	return r.encoder.Encode(r.shown.row(p))
}

func (r *jsonRows) flush() error { return nil }

// csvRows writes comma-separated values (RFC 4180) under a head of names.
type csvRows struct {
	shown *projection
	file  *sheets.Writer
}

func (r *csvRows) head() error {
	for _, name := range r.shown.names() {
		r.file.Text(name)
	}
	return r.file.EndRow()
}

func (r *csvRows) write(p person) error {
	facts := p.facts()
	for _, field := range r.shown.fields {
		r.cell(field, facts.Value(field))
	}
	return r.file.EndRow()
}

// plainCell is a number, a date, a moment or yes and no as text.
func plainCell(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return fmt.Sprint(v)
}

// writeValues writes the values of the fields that are shown. Others may be behind them.
func (r *csvRows) writeValues(values []fields.Value) error {
	for i, field := range r.shown.fields {
		r.cell(field, values[i])
	}
	return r.file.EndRow()
}

func (r *csvRows) flush() error { return r.file.Flush() }

// cell writes a value. Spreadsheets run what begins like a formula, and
// contacts send us their names, so text is guarded; a phone number, which is
// digits after a plus, can be none.
func (r *csvRows) cell(field fields.Field, v fields.Value) {
	text := v.Text
	switch v.Kind {
	case fields.Missing:
		r.file.Plain("")
		return
	case fields.KindText:
	case fields.KindList:
		text = sheets.JoinList(v.List)
	default:
		r.file.Plain(plainCell(field.JSON(v)))
		return
	}
	if field.Type != fields.FieldPhone {
		text = sheets.Guard(text)
	}
	r.file.Text(text)
}
