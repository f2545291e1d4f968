package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/sheets"
)

type audienceMembersInput struct {
	ID      ledger.ID `path:"id" noun:"{noun}" doc:"The id of the {noun}."`
	FromRow int       `query:"from_row" doc:"The first row that is answered. Absent: 1, or as in the request that began with a cursor." minimum:"1" maximum:"4294967295"`
	Group   string    `query:"group" minLength:"1" doc:"Only rows of this group. Absent: all but those of hold_out."`
	Limit   int       `query:"limit" doc:"Rows a page. It may have fewer and still not be the last. Absent: 50 in JSON, all in NDJSON and CSV." minimum:"1" maximum:"1000"`
	Cursor  string    `query:"cursor" doc:"next_cursor of the page before, in NDJSON and CSV the header Kundi-Next-Cursor, with the same group, and the same from_row or none."`
}

// audienceMembers is one page of rows.
type audienceMembers struct {
	Members    []audienceRow     `json:"members" doc:"In the order of their rows."`
	Count      uint32            `json:"count" doc:"How many rows there are of the group that was asked for."`
	HeldBack   map[string]uint64 `json:"held_back" doc:"How many of count are left out now, by reason: deleted, merged, blocked and, with a channel, unsubscribed and suppressed."`
	NextCursor string            `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

// audienceRow is a row with its contact, as JSON.
type audienceRow struct{ text json.RawMessage }

// MarshalJSON writes it.
func (r audienceRow) MarshalJSON() ([]byte, error) { return r.text, nil }

// Schema describes a contact of which only the id is certain, with what is said of its row.
func (audienceRow) Schema(r huma.Registry) *huma.Schema {
	schema := memberRow{}.Schema(r)
	schema.Required = []string{"row", "id", "seq"}
	schema.Properties["row"] = &huma.Schema{Type: huma.TypeInteger, Description: "From 1. It is the same contact for ever."}
	schema.Properties["group"] = &huma.Schema{Type: huma.TypeString, Description: "Absent without a split."}
	schema.Properties["seq"] = &huma.Schema{Type: huma.TypeInteger, Description: "The newest change of the contact that the values reflect."}
	return schema
}

func (s *server) registerAudienceMembers(n wire.Noun) {
	wire.Register(s.Server, n.OfOne(wire.Operation{
		Heavy: true, Media: []string{wire.NDJSONMedia, wire.CSVMedia}, Headers: []string{wire.CountHeader, wire.HeldBackHeader, wire.NextCursorHeader},
		About: "Row n is the same contact for ever, so a list that was cut off goes on with from_row. Values are as they are now. Rows are left out while their contact is gone, merged into another, blocked or, with a channel, unsubscribed or suppressed; " +
			"their numbers are not used again. NDJSON has a row a line, CSV the columns row, id, group (with a split), the fields and seq. A stream that fails is cut off before its end.",
	}, "list-audience-members", http.MethodGet, "/members", "List the rows of an audience"), s.listAudienceMembers)
}

func (s *server) listAudienceMembers(ctx context.Context, in *audienceMembersInput) (wire.Answer[audienceMembers], error) {
	none := wire.Answer[audienceMembers]{}
	a, err := s.audiences.Get(ctx, in.ID)
	if err != nil {
		return none, err
	}
	if err := a.CheckGroup("group", in.Group); err != nil {
		return none, err
	}
	boundTo := []string{"list-audience-members", in.ID.String(), in.Group}
	first, next, err := s.openRows(in, boundTo)
	if err != nil {
		return none, err
	}
	held, err := s.audiences.HeldBack(ctx, a, in.Group)
	if err != nil {
		return none, err
	}
	pull := &audiencePull{
		server: s, audience: a, group: in.Group, first: first, next: next, channel: fields.ChannelNamed(a.Channel),
		shown: shownOf(a, s.records.Schema()),
	}
	list := audienceMembers{Members: []audienceRow{}, Count: pull.count(), HeldBack: wireReasons(held)}
	media := wire.MediaOf(ctx)
	if media != wire.JSONMedia {
		return s.streamAudience(ctx, media, pull, list, in.Limit, boundTo)
	}
	rows, err := pull.page(ctx, cmp.Or(in.Limit, 50))
	if err != nil {
		return none, err
	}
	if err := s.countPeople(ctx, len(rows)); err != nil {
		return none, err
	}
	for _, row := range rows {
		text, err := pull.json(row)
		if err != nil {
			return none, err
		}
		list.Members = append(list.Members, audienceRow{text})
	}
	list.NextCursor = pull.cursor(boundTo)
	return wire.Answer[audienceMembers]{Body: list}, nil
}

// openRows returns the row that the first page began with, and the row of this one.
func (s *server) openRows(in *audienceMembersInput, boundTo []string) (first, next uint32, err error) {
	if in.Cursor == "" {
		first = uint32(cmp.Or(in.FromRow, 1))
		return first, first, nil
	}
	state, err := s.Cursors.OpenNumber(in.Cursor, boundTo...)
	if err != nil {
		return 0, 0, err
	}
	first, next = uint32(state>>32), uint32(state)
	if in.FromRow != 0 && uint32(in.FromRow) != first {
		wrong := fault.InvalidCursor()
		wrong.Faults = []fault.Fault{{Path: "from_row", Detail: "must be absent with this cursor, or as it was in the request of the first page"}}
		return 0, 0, wrong
	}
	return first, next, nil
}

// cursor is where the next page begins, "" at the end.
func (p *audiencePull) cursor(boundTo []string) string {
	if p.next == 0 {
		return ""
	}
	return p.server.Cursors.SealNumber(uint64(p.first)<<32|uint64(p.next), boundTo...)
}

// streamAudience answers with rows in another form than JSON: a page, or all that come.
func (s *server) streamAudience(ctx context.Context, media string, pull *audiencePull, list audienceMembers, limit int, boundTo []string) (wire.Answer[audienceMembers], error) {
	// A stream cannot be refused once it has begun, so all that it may have count before.
	if err := s.countPeople(ctx, cmp.Or(limit, int(list.Count))); err != nil {
		return wire.Answer[audienceMembers]{}, err
	}
	header := map[string]string{wire.CountHeader: strconv.FormatUint(uint64(list.Count), 10)}
	var held []string
	for _, reason := range slices.Sorted(maps.Keys(list.HeldBack)) {
		held = append(held, fmt.Sprintf("%s=%d", reason, list.HeldBack[reason]))
	}
	if len(held) > 0 {
		header[wire.HeldBackHeader] = strings.Join(held, ", ")
	}
	piece := &audiencePiece{pull: pull}
	if limit > 0 {
		var err error
		if piece.ready, err = pull.page(ctx, limit); err != nil {
			return wire.Answer[audienceMembers]{}, err
		}
		header = wire.WithCursor(header, pull.cursor(boundTo))
		pull.next = 0
	}
	write := func(ctx context.Context, w io.Writer) error {
		piece.rows = newAudienceWriter(media, &piece.text, pull)
		return wire.SendPieces(ctx, w, &piece.text, piece.more)
	}
	return wire.Answer[audienceMembers]{Stream: &wire.Stream{Media: media, Header: header, Write: write}}, nil
}

// audiencePiece makes a stream piece by piece.
type audiencePiece struct {
	pull  *audiencePull
	ready []pulledRow // read, and not written yet
	text  bytes.Buffer
	rows  audienceWriter // writes into text
}

// more writes the next rows into text, until that is a piece.
func (p *audiencePiece) more(ctx context.Context) (more bool, err error) {
	for p.text.Len() < streamBytes {
		if len(p.ready) == 0 {
			if p.pull.next == 0 {
				return false, p.rows.flush()
			}
			if p.ready, err = p.pull.page(ctx, streamPage); err != nil {
				return false, err
			}
			continue
		}
		if err := p.rows.write(p.ready[0]); err != nil {
			return false, err
		}
		p.ready = p.ready[1:]
	}
	return true, p.rows.flush()
}

// audiencePull reads rows of an audience with their contacts.
type audiencePull struct {
	server   *server
	audience *audiences.Audience
	group    string
	channel  fields.Channel // 0 for none
	shown    *projection
	first    uint32 // the row that the first page began with
	next     uint32 // the row to go on from, 0 at the end
}

// pulledRow is a row with its contact.
type pulledRow struct {
	audiences.Row
	person
}

// shownOf is which fields of contacts an audience answers.
func shownOf(a *audiences.Audience, schema *fields.Schema) *projection {
	if len(a.Fields) == 0 {
		return whole(schema)
	}
	return &projection{fields: a.FieldsOf(schema)}
}

// count is how many rows there are of the group.
func (p *audiencePull) count() uint32 {
	if p.group == "" {
		return p.audience.Sent()
	}
	return p.audience.GroupCount(p.group)
}

// pullReads is how many times one page reads rows of which all are left out, or of other groups.
const pullReads = 20

// page reads up to limit rows that are not left out.
func (p *audiencePull) page(ctx context.Context, limit int) (page []pulledRow, err error) {
	for range pullReads {
		if p.next == 0 || len(page) == limit {
			break
		}
		var rows []audiences.Row
		if rows, p.next, err = p.server.audiences.Rows(ctx, p.audience, p.group, p.next, limit-len(page)); err != nil {
			return nil, err
		}
		people, err := p.read(ctx, rows)
		if err != nil {
			return nil, err
		}
		page = append(page, people...)
	}
	return page, nil
}

// read reads the contacts of rows, and leaves out those that are held back.
func (p *audiencePull) read(ctx context.Context, rows []audiences.Row) ([]pulledRow, error) {
	ordinals := make([]uint32, len(rows))
	for i, row := range rows {
		ordinals[i] = row.Ordinal
	}
	list, err := contacts.Kind.List(ctx, p.server.records, ordinals)
	if err != nil {
		return nil, err
	}
	kept, open := rows[:0], list[:0]
	for i, c := range list {
		if c != nil && !p.holds(c) {
			kept, open = append(kept, rows[i]), append(open, c)
		}
	}
	people, err := p.server.peopleShown(ctx, p.shown, open)
	if err != nil {
		return nil, err
	}
	if err := wire.VisitOf(ctx).Ration().Spend(p.shown.weightOfCompanies(people)); err != nil {
		return nil, err
	}
	pulled := make([]pulledRow, len(kept))
	for i := range kept {
		pulled[i] = pulledRow{kept[i], people[i]}
	}
	return pulled, nil
}

// holds reports whether a contact is held back. One that has lost its address is not: nobody said that
// it does not want to be written to.
func (p *audiencePull) holds(c *contacts.Contact) bool {
	if p.channel == 0 {
		return c.Blocked
	}
	_, why := contacts.Reach(c, p.channel)
	return why != "" && why != contacts.UnreachedNoAddress
}

// json is a row as a JSON object.
func (p *audiencePull) json(row pulledRow) ([]byte, error) {
	contact, err := encodeJSON(p.shown.row(row.person))
	if err != nil {
		return nil, err
	}
	text := fmt.Appendf(nil, `{"row":%d,`, row.N)
	if row.Group != "" {
		name, err := encodeJSON(row.Group)
		if err != nil {
			return nil, err
		}
		text = fmt.Appendf(text, `"group":%s,`, name)
	}
	text = append(text, contact[1:len(contact)-1]...)
	return fmt.Appendf(text, `,"seq":%d}`, row.contact.Version), nil
}

// encodeJSON is the JSON of a value, with < and > as they are.
func encodeJSON(v any) ([]byte, error) {
	var text bytes.Buffer
	err := newJSONEncoder(&text).Encode(v)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}

// audienceWriter writes rows one by one.
type audienceWriter interface {
	write(row pulledRow) error
	flush() error
}

func newAudienceWriter(media string, text *bytes.Buffer, pull *audiencePull) audienceWriter {
	if media == wire.NDJSONMedia {
		return &audienceLines{pull, text}
	}
	shown := &projection{fields: slices.DeleteFunc(slices.Clone(pull.shown.fields), func(f fields.Field) bool { return f.Name == "id" })}
	return &audienceSheet{pull: pull, rows: csvRows{shown: shown, file: sheets.NewWriter(text)}}
}

// audienceLines writes one JSON object a line.
type audienceLines struct {
	pull *audiencePull
	text *bytes.Buffer
}

func (l *audienceLines) write(row pulledRow) error {
	line, err := l.pull.json(row)
	l.text.Write(append(line, '\n'))
	return err
}

func (l *audienceLines) flush() error { return nil }

// audienceSheet writes comma-separated values under a head of names.
type audienceSheet struct {
	pull  *audiencePull
	rows  csvRows
	begun bool
}

// head writes the head, once.
func (a *audienceSheet) head() error {
	if a.begun {
		return nil
	}
	a.begun = true
	a.rows.file.Text("row")
	a.rows.file.Text("id")
	if len(a.pull.audience.Split) > 0 {
		a.rows.file.Text("group")
	}
	for _, name := range a.rows.shown.names() {
		a.rows.file.Text(name)
	}
	a.rows.file.Text("seq")
	return a.rows.file.EndRow()
}

func (a *audienceSheet) write(row pulledRow) error {
	if err := a.head(); err != nil {
		return err
	}
	a.rows.file.Plain(strconv.FormatUint(uint64(row.N), 10))
	a.rows.file.Text(row.contact.ID.String())
	if len(a.pull.audience.Split) > 0 {
		a.rows.file.Text(sheets.Guard(row.Group))
	}
	facts := row.facts()
	for _, field := range a.rows.shown.fields {
		a.rows.cell(field, facts.Value(field))
	}
	a.rows.file.Plain(strconv.FormatUint(row.contact.Version, 10))
	return a.rows.file.EndRow()
}

func (a *audienceSheet) flush() error {
	if err := a.head(); err != nil {
		return err
	}
	return a.rows.flush()
}
