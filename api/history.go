package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/spelling"
)

// History is the use cases of the past of contacts.
type History interface {
	GetAt(ctx context.Context, id contacts.ID, at time.Time) (*contacts.Contact, *contacts.Company, error)
	History(ctx context.Context, id contacts.ID, field string, before uint64, limit int) (list []contacts.HistoryEntry, next uint64, err error)
	Provenance(ctx context.Context, c *contacts.Contact, company *contacts.Company) (map[string]contacts.Origin, error)
}

type getContactInput struct {
	ID      contacts.ID `path:"id" noun:"contact" doc:"The id of the contact."`
	At      string      `query:"at" minLength:"1" format:"date-time" doc:"A moment: the contact is answered as it was then, through the attributes of now." example:"2026-11-01T12:00:00Z"`
	Include []string    `query:"include" enum:"provenance" doc:"What else is answered: provenance is where each value comes from."`
}

type historyInput struct {
	ID     contacts.ID `path:"id" noun:"contact" doc:"The id of the contact."`
	Field  string      `query:"field" doc:"Only changes of this field, named as in filters, or absorbed." minLength:"1" example:"attributes.mrr"`
	Before int         `query:"before" doc:"Only changes with a lower sequence number." minimum:"1"`
	Limit  int         `query:"limit" doc:"Entries a page. It may have fewer and still not be the last: it ends when it has read 1,000 changes, or 4 MiB of values. With field it may have none." minimum:"1" maximum:"1000" default:"50"`
	Cursor string      `query:"cursor" doc:"next_cursor of the page before, with the same field and before."`
}

type historyBody struct {
	Entries    []historyEntryBody `json:"entries" doc:"The newest first."`
	NextCursor string             `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type historyEntryBody struct {
	Seq     uint64            `json:"seq" doc:"The sequence number of the change: the version that the contact had after it."`
	At      string            `json:"at" format:"date-time" doc:"The updated_at that it gave the contact."`
	Op      string            `json:"op" enum:"create,update,merge,restore,block,unblock" doc:"merge: it absorbed another contact, or, where nothing changed, was absorbed. restore: such a merge was undone."`
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
	Source string `json:"source" enum:"agent,api,import,ai,system,rule,merge" doc:"On whose behalf it was given; merge: it came from a contact that was absorbed."`
	Name   string `json:"name" doc:"The name of the key, or of the command."`
	At     string `json:"at" format:"date-time" doc:"When it was given."`
	Seq    uint64 `json:"seq" doc:"The sequence number of the change."`
}

func (s *server) registerHistory() {
	wire.Register(s.Server, wire.Operation{
		ID: "list-contact-history", Method: http.MethodGet, Path: "/v1/contacts/{id}/history", Tag: "contacts",
		Summary: "Who changed what of a contact, and when",
		About: "The id of a contact that was merged into another means that other one. What is older than the setting keep_history is gone; of the newest change from before, its values are. " +
			"With the contact, its history is deleted.",
	}, s.listHistory)
}

func (s *server) listHistory(ctx context.Context, in *historyInput) (wire.Answer[historyBody], error) {
	schema := s.records.Schema()
	if err := checkHistoryField(schema, in.Field); err != nil {
		return wire.Answer[historyBody]{}, err
	}
	boundTo := []string{"list-contact-history", in.ID.String(), in.Field, strconv.Itoa(in.Before)}
	from, err := s.Cursors.OpenNumber(in.Cursor, boundTo...)
	if err != nil {
		return wire.Answer[historyBody]{}, err
	}
	if err := s.countPeople(ctx, 1); err != nil {
		return wire.Answer[historyBody]{}, err
	}
	list, next, err := s.contacts.History(ctx, in.ID, in.Field, cmp.Or(from, uint64(in.Before)), in.Limit)
	if err != nil {
		return wire.Answer[historyBody]{}, err
	}
	body := historyBody{Entries: make([]historyEntryBody, len(list)), NextCursor: s.Cursors.SealNumber(next, boundTo...)}
	for i := range list {
		body.Entries[i] = wireHistory(schema, &list[i])
	}
	return wire.Answer[historyBody]{Body: body}, nil
}

// checkHistoryField refuses the name of a field without a history, and suggests the one
// that was most likely meant.
func checkHistoryField(schema *fields.Schema, name string) error {
	names := contacts.HistoryFields(schema)
	if name == "" || slices.Contains(names, name) {
		return nil
	}
	detail := "must be the name of a field whose changes are kept, like email or attributes.tier"
	if meant := spelling.Nearest(strings.ToLower(name), names, 3); meant != "" {
		detail += "; did you mean " + meant + "?"
	}
	return wire.InvalidRequest([]fault.Fault{{Path: "field", Detail: detail}})
}

func wireHistory(schema *fields.Schema, e *contacts.HistoryEntry) historyEntryBody {
	body := historyEntryBody{
		Seq: e.Seq, At: wire.Instant(e.At), Op: e.Op.String(),
		Author: authorBody{Source: string(e.Author.Source), Name: e.Author.Name}, Changes: make([]fieldChangeBody, len(e.Changes)),
	}
	for i := range e.Changes {
		c := &e.Changes[i]
		field, former := contacts.FieldThen(schema, c, e.At)
		body.Changes[i] = fieldChangeBody{Field: c.Field, Former: former}
		if field != nil || c.Old.Kind != fields.KindInt && c.New.Kind != fields.KindInt { // else it may be money or a day
			field = cmp.Or(field, &fields.Field{Name: c.Field})
			body.Changes[i].Old, body.Changes[i].New = field.JSON(c.Old), field.JSON(c.New)
		}
	}
	return body
}

// getContact answers with a contact as it is, or was.
func (s *server) getContact(ctx context.Context, in *getContactInput) (wire.Answer[contactBody], error) {
	for _, what := range in.Include {
		if what != "provenance" {
			return wire.Answer[contactBody]{}, wire.InvalidRequest([]fault.Fault{{Path: "include", Detail: "must be provenance"}})
		}
	}
	c, company, err := s.contactOf(ctx, in)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	out, err := s.answerContact(ctx, c, company)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	if in.At != "" {
		out.Version = 0 // the tag is that of the present state
	}
	if len(in.Include) == 0 {
		return out, nil
	}
	origins, err := s.contacts.Provenance(ctx, c, company)
	if err != nil {
		return wire.Answer[contactBody]{}, err
	}
	out.Moving = true // retention removes what an origin is taken from
	out.Body.Provenance = make(map[string]originBody, len(origins))
	for name, o := range origins {
		out.Body.Provenance[name] = originBody{Source: string(o.Author.Source), Name: o.Author.Name, At: wire.Instant(o.At), Seq: o.Seq}
	}
	return out, nil
}

func (s *server) contactOf(ctx context.Context, in *getContactInput) (*contacts.Contact, *contacts.Company, error) {
	if in.At == "" {
		return s.contacts.Get(ctx, in.ID)
	}
	// A + that was not written %2B is a blank.
	ms, ok := fields.ParseInstant(strings.ReplaceAll(in.At, " ", "+"))
	if !ok {
		return nil, nil, wire.InvalidRequest([]fault.Fault{{Path: "at", Detail: "must be an instant with an offset, like 2026-11-01T12:00:00Z"}})
	}
	return s.contacts.GetAt(ctx, in.ID, time.UnixMilli(ms).UTC())
}
