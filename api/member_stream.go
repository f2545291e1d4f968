package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
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

// streamPage is how many contacts of a stream are held at once.
const streamPage = 500

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
// them unless that is 0. It holds a page at a time, and ends with the client's
// connection.
func (s *server) streamMembers(media string, members *segments.Members, shown *projection, after uint32, limit int) *stream {
	write := func(ctx context.Context, w io.Writer) error {
		rows, err := newRowWriter(media, w, shown)
		if err != nil {
			return err
		}
		for left := limit; ; {
			size := streamPage
			if limit > 0 {
				size = min(size, left)
			}
			page, more, err := members.Page(ctx, after, size)
			if err != nil {
				return err
			}
			if err := s.writeRows(ctx, rows, page); err != nil {
				return err
			}
			left -= len(page)
			if !more || len(page) == 0 || limit > 0 && left <= 0 {
				return nil
			}
			after = page[len(page)-1].Ordinal
		}
	}
	if media == csvMedia {
		media += "; charset=utf-8; header=present"
	}
	return &stream{Media: media, Header: memberHeader(members), Write: write}
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

func (s *server) writeRows(ctx context.Context, rows rowWriter, page []*contacts.Contact) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	companies, err := s.companiesOf(ctx, page)
	if err != nil {
		return err
	}
	for _, c := range page {
		if err := rows.write(c, companies[c.Company]); err != nil {
			return err
		}
	}
	return rows.flush()
}

func newRowWriter(media string, w io.Writer, shown *projection) (rowWriter, error) {
	if media == ndjsonMedia {
		buffer := bufio.NewWriterSize(w, 64<<10)
		encoder := json.NewEncoder(buffer)
		encoder.SetEscapeHTML(false)
		return &jsonRows{shown: shown, buffer: buffer, encoder: encoder}, nil
	}
	rows := &csvRows{shown: shown, file: sheets.NewWriter(w)}
	return rows, rows.head()
}

// jsonRows writes one JSON object a line.
type jsonRows struct {
	shown   *projection
	buffer  *bufio.Writer
	encoder *json.Encoder
}

func (r *jsonRows) write(c *contacts.Contact, company *contacts.Company) error {
	return r.encoder.Encode(r.shown.row(c, company))
}

func (r *jsonRows) flush() error { return r.buffer.Flush() }

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
		text = strings.Join(v.List, "|")
	default:
		r.file.Plain(fmt.Sprint(field.JSON(v)))
		return
	}
	if field.Type != contacts.FieldPhone {
		text = sheets.Guard(text)
	}
	r.file.Text(text)
}
