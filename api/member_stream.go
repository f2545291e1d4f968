package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"mime"
	"slices"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/sheets"
)

// Media types of lists that are answered whole.
const (
	ndjsonMedia = "application/x-ndjson"
	csvMedia    = "text/csv"
)

// A piece of a stream has this many bytes, or a few more. So many contacts are
// read for it at once.
const (
	streamPage  = 100
	streamBytes = 256 << 10
)

// negotiate picks the media type of a list by the header Accept: the best
// that we have, JSON when it says nothing of use.
func negotiate(accept string) string {
	best, quality := jsonMedia, 0.0
	for item := range strings.SplitSeq(accept, ",") {
		media, params, err := mime.ParseMediaType(item)
		if err != nil {
			continue
		}
		switch media {
		case "application/ndjson", "application/jsonl":
			media = ndjsonMedia
		case "*/*", "application/*":
			media = jsonMedia
		case jsonMedia, ndjsonMedia, csvMedia:
		default:
			continue
		}
		q := 1.0
		if text, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(text, 64); err != nil {
				continue
			}
		}
		if q > quality {
			best, quality = media, q
		}
	}
	return best
}

// rowWriter writes members one by one.
type rowWriter interface {
	write(c *contacts.Contact, company *contacts.Company) error
	flush() error
}

// streamMembers answers with the members after an ordinal, at most limit of
// them unless that is 0. It holds a piece at a time, made in a place among the
// heavy questions and sent outside of it, and ends with the client's
// connection.
func (s *server) streamMembers(media string, members *segments.Members, shown *projection, after uint32, limit int) *stream {
	write := func(ctx context.Context, w io.Writer) error {
		piece := &memberPiece{server: s, members: members, after: after, left: limit}
		if limit == 0 {
			piece.left = math.MaxInt
		}
		var err error
		if piece.rows, err = newRowWriter(media, &piece.text, shown); err != nil {
			return err
		}
		for more := true; more; {
			err := visitOf(ctx).inPlace(ctx, writeDeadline, func() (err error) {
				more, err = piece.next(ctx)
				return err
			})
			if err != nil {
				return err
			}
			if _, err := piece.text.WriteTo(w); err != nil {
				return err
			}
		}
		return nil
	}
	if media == csvMedia {
		media += "; charset=utf-8; header=present"
	}
	return &stream{Media: media, Header: memberHeader(members), Write: write}
}

// memberPiece makes a stream piece by piece.
type memberPiece struct {
	server  *server
	members *segments.Members
	after   uint32 // the ordinal of the last member that was written
	left    int    // how many may still be written
	text    bytes.Buffer
	rows    rowWriter // writes into text
}

// next writes the next members into text, until that is a piece. more says that
// there are others behind them.
func (p *memberPiece) next(ctx context.Context) (more bool, err error) {
	for more = true; more && p.text.Len() < streamBytes; {
		if more, err = p.page(ctx); err != nil {
			return false, err
		}
	}
	return more, nil
}

// page writes a page of members, or fewer when they are large.
func (p *memberPiece) page(ctx context.Context) (more bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	page, more, err := p.members.Page(ctx, p.after, min(streamPage, p.left))
	if err != nil {
		return false, err
	}
	companies, err := p.server.companiesOf(ctx, page)
	if err != nil {
		return false, err
	}
	for i, c := range page {
		if err := p.rows.write(c, companies[c.Company]); err != nil {
			return false, err
		}
		p.after = c.Ordinal
		p.left--
		if p.text.Len() > streamBytes && i+1 < len(page) {
			more = true
			break
		}
	}
	return more && len(page) > 0 && p.left > 0, p.rows.flush()
}

// memberHeader says of a stream what a page has in its body.
func memberHeader(members *segments.Members) map[string]string {
	header := map[string]string{countHeader: strconv.FormatUint(members.Count, 10)}
	var held []string
	for _, reason := range slices.Sorted(maps.Keys(members.HeldBack)) {
		held = append(held, fmt.Sprintf("%s=%d", reason, members.HeldBack[reason]))
	}
	if len(held) > 0 {
		header[heldBackHeader] = strings.Join(held, ", ")
	}
	return header
}

func newRowWriter(media string, w io.Writer, shown *projection) (rowWriter, error) {
	if media == ndjsonMedia {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		return &jsonRows{shown: shown, encoder: encoder}, nil
	}
	rows := &csvRows{shown: shown, file: sheets.NewWriter(w)}
	return rows, rows.head()
}

// jsonRows writes one JSON object a line.
type jsonRows struct {
	shown   *projection
	encoder *json.Encoder
}

func (r *jsonRows) write(c *contacts.Contact, company *contacts.Company) error {
	return r.encoder.Encode(r.shown.row(c, company))
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

func (r *csvRows) write(c *contacts.Contact, company *contacts.Company) error {
	for _, field := range r.shown.fields {
		r.cell(field, field.Of(c, company))
	}
	return r.file.EndRow()
}

func (r *csvRows) flush() error { return r.file.Flush() }

// cell writes a value. Spreadsheets run what begins like a formula, and
// contacts send us their names, so text is guarded; a phone number, which is
// digits after a plus, can be none.
func (r *csvRows) cell(field contacts.Field, v contacts.Value) {
	text := v.Text
	switch v.Kind {
	case contacts.Missing:
		r.file.Plain("")
		return
	case contacts.KindText:
	case contacts.KindList:
		text = sheets.JoinList(v.List)
	default:
		r.file.Plain(fmt.Sprint(field.JSON(v)))
		return
	}
	if field.Type != contacts.FieldPhone {
		text = sheets.Guard(text)
	}
	r.file.Text(text)
}
