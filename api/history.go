package api

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

type historyBody struct {
	Entries    []historyEntryBody `json:"entries" doc:"The newest first."`
	NextCursor string             `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type historyEntryBody struct {
	Seq     uint64            `json:"seq" doc:"The sequence number of the change: the version after it."`
	At      string            `json:"at" format:"date-time" doc:"The updated_at after it."`
	Op      string            `json:"op" enum:"create,update,merge,restore,block,unblock" doc:"merge: it absorbed another one of its kind, or, where nothing changed, was absorbed. restore: such a merge was undone. block, unblock: of contacts only."`
	Author  authorBody        `json:"author"`
	Changes []fieldChangeBody `json:"changes" doc:"What changed, field by field. That of a create repeats nothing."`
}

type fieldChangeBody struct {
	Field  string `json:"field" doc:"As in filters, or absorbed." example:"city"`
	Old    any    `json:"old,omitempty" doc:"The value before, in the form of answers; absent when there was none."`
	New    any    `json:"new,omitempty" doc:"The value after; absent when there is none."`
	Former bool   `json:"former,omitempty" doc:"True of an attribute whose definition is gone, even if its key is another attribute's now; absent else."`
}

type originBody struct {
	Source string `json:"source" enum:"agent,api,import,ai,system,rule,merge" doc:"On whose behalf it was given; merge: it came from one that was absorbed."`
	Name   string `json:"name" doc:"The name of the key, or of the command."`
	At     string `json:"at" format:"date-time" doc:"When it was given."`
	Seq    uint64 `json:"seq" doc:"The sequence number of the change."`
}

// historyQuery asks for a page of the history of a record.
type historyQuery struct {
	operation string
	id        ledger.ID
	field     string
	before    int
	limit     int
	cursor    string
}

// historyKind is a kind of records with a history.
type historyKind interface {
	HistoryFields(s *fields.Schema) []string
	FieldThen(s *fields.Schema, c *ledger.FieldChange, at time.Time) (f *fields.Field, former bool)
}

// answerHistory answers with a page of the history of a record. meant returns the id of the
// record that the id of the query means. read returns the entries before a number, 0 for the
// newest, and where the next page begins. A cursor goes on with the record that it began with:
// it is refused when that was merged into another one since, or is one of its own again.
func (s *server) answerHistory(
	ctx context.Context, kind historyKind, q historyQuery, meant func() (ledger.ID, error), read func(before uint64) (list []ledger.HistoryEntry, next uint64, err error),
) (wire.Answer[historyBody], error) {
	schema := s.records.Schema()
	unknown := checkHistoryField(kind.HistoryFields(schema), q.field)
	if unknown != nil && !strings.HasPrefix(q.field, fields.AttributePrefix) {
		return wire.Answer[historyBody]{}, unknown
	}
	of, err := meant()
	if err != nil {
		return wire.Answer[historyBody]{}, err
	}
	boundTo := []string{q.operation, q.id.String(), of.String(), q.field, strconv.Itoa(q.before)}
	from, err := s.Cursors.OpenNumber(q.cursor, boundTo...)
	if err != nil {
		return wire.Answer[historyBody]{}, err
	}
	list, next, err := read(cmp.Or(from, uint64(q.before)))
	if err != nil {
		return wire.Answer[historyBody]{}, err
	}
	if from > 0 {
		switch now, err := meant(); {
		case err != nil:
			return wire.Answer[historyBody]{}, err
		case now != of: // since the page was begun
			return wire.Answer[historyBody]{}, fault.InvalidCursor()
		}
	}
	if unknown != nil && len(list) == 0 && next == 0 && from == 0 && q.before == 0 {
		return wire.Answer[historyBody]{}, unknown // nor is it a former attribute that this record had
	}
	body := historyBody{Entries: make([]historyEntryBody, len(list)), NextCursor: s.Cursors.SealNumber(next, boundTo...)}
	for i := range list {
		body.Entries[i] = wireHistory(schema, kind, &list[i])
	}
	return wire.Answer[historyBody]{Body: body}, nil
}

// checkHistoryField refuses the name of a field without a history, and suggests the one
// that was most likely meant.
func checkHistoryField(names []string, name string) error {
	if name == "" || slices.Contains(names, name) {
		return nil
	}
	detail := "must be the name of a field whose changes are kept, like name or attributes.tier"
	return wire.InvalidRequest([]fault.Fault{{Path: "field", Detail: detail + fields.DidYouMean(fields.Meant(name, names))}})
}

func wireHistory(schema *fields.Schema, kind historyKind, e *ledger.HistoryEntry) historyEntryBody {
	body := historyEntryBody{
		Seq: e.Seq, At: wire.Instant(e.At), Op: e.Op.String(),
		Author: authorBody{Source: string(e.Author.Source), Name: e.Author.Name}, Changes: make([]fieldChangeBody, len(e.Changes)),
	}
	for i := range e.Changes {
		c := &e.Changes[i]
		field, former := kind.FieldThen(schema, c, e.At)
		body.Changes[i] = fieldChangeBody{Field: c.Field, Former: former}
		if field != nil || c.Old.Kind != fields.KindInt && c.New.Kind != fields.KindInt { // else it may be money or a day
			field = cmp.Or(field, &fields.Field{Name: c.Field})
			body.Changes[i].Old, body.Changes[i].New = shown(*field, c.Old), shown(*field, c.New)
		}
	}
	return body
}

// checkMoment reads what of the past of a record is asked for: the moment, the zero time for
// the present, and what else is answered.
func checkMoment(at string, include []string) (time.Time, error) {
	for _, what := range include {
		if what != "provenance" {
			return time.Time{}, wire.InvalidRequest([]fault.Fault{{Path: "include", Detail: "must be provenance"}})
		}
	}
	if at == "" {
		return time.Time{}, nil
	}
	// A + that was not written %2B is a blank.
	ms, ok := fields.ParseInstant(strings.ReplaceAll(at, " ", "+"))
	if !ok {
		return time.Time{}, wire.InvalidRequest([]fault.Fault{{Path: "at", Detail: "must be an instant with an offset, like 2026-11-01T12:00:00Z"}})
	}
	return time.UnixMilli(ms).UTC(), nil
}

// wireOrigins writes where values come from, by the names of their fields.
func wireOrigins(origins map[string]ledger.Origin) map[string]originBody {
	bodies := make(map[string]originBody, len(origins))
	for name, o := range origins {
		bodies[name] = originBody{Source: string(o.Author.Source), Name: o.Author.Name, At: wire.Instant(o.At), Seq: o.Seq}
	}
	return bodies
}
