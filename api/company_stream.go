package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/sheets"
)

// companyPiece makes a stream of companies piece by piece.
type companyPiece struct {
	server *server
	query  index.Query
	page   index.Answer // the newest
	once   bool         // there are no pages after the present one
	text   bytes.Buffer
	write  func(*companies.Company, index.Figures) // into text
	flush  func() error
}

// stream answers with the companies of the page, and of those after it.
func (p *companyPiece) stream(media string, header map[string]string) *wire.Stream {
	write := func(ctx context.Context, w io.Writer) error {
		p.write, p.flush = companyWriter(media, &p.text, p.server.records.Schema().Of(fields.EntityCompany))
		return wire.SendPieces(ctx, w, &p.text, p.next)
	}
	return &wire.Stream{Media: media, Header: header, Write: write}
}

// next writes the next companies into text. more says that there are others behind them.
func (p *companyPiece) next(ctx context.Context) (more bool, err error) {
	n := min(streamPage, len(p.page.Ordinals))
	list, err := companies.Kind.List(ctx, p.server.records, p.page.Ordinals[:n])
	if err != nil {
		return false, err
	}
	for i, c := range list {
		if c != nil {
			p.write(c, p.page.Figures[i])
		}
	}
	p.page.Ordinals, p.page.Figures = p.page.Ordinals[n:], p.page.Figures[n:]
	if len(p.page.Ordinals) == 0 && p.page.Next != nil && !p.once {
		p.query.After = p.page.Next
		if p.page, err = p.server.index.Query(ctx, p.query); err != nil {
			return false, err
		}
	}
	return len(p.page.Ordinals) > 0, p.flush()
}

// companyWriter writes companies into a text, with the fields of their set. An error is
// that of flush.
func companyWriter(media string, text *bytes.Buffer, of fieldSet) (write func(*companies.Company, index.Figures), flush func() error) {
	shown := companyFieldsOf(of)
	if media == wire.NDJSONMedia {
		encoder := json.NewEncoder(text) // of what is always JSON, into memory
		encoder.SetEscapeHTML(false)
		return func(c *companies.Company, f index.Figures) { _ = encoder.Encode(companyOnWire(c, shown).with(f)) }, func() error { return nil }
	}
	var all []fields.Field
	for _, f := range companies.StandardFields {
		f, _ = of.Field(f.Name)
		all = append(all, f)
	}
	all = append(all, shown.attributes...)
	rows := &csvRows{shown: &projection{fields: all}, file: sheets.NewWriter(text)}
	_ = rows.head() // flush has the error
	return func(c *companies.Company, of index.Figures) {
		for _, f := range all {
			rows.cell(f, companyValue(f, c, of))
		}
		_ = rows.file.EndRow()
	}, rows.flush
}

// companyValue is the value that a company, or its contacts, has in a field.
func companyValue(f fields.Field, c *companies.Company, of index.Figures) fields.Value {
	switch f.Name {
	case "contacts_count":
		return fields.NumberValue(float64(of.Count))
	case "last_seen_at":
		if of.Latest != 0 {
			return fields.IntValue(of.Latest)
		}
	}
	return companies.Kind.Value(f, c)
}
