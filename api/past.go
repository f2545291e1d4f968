package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/ledger"
)

// Past is the use cases of the present and the past of the records of a kind.
type Past[T any] interface {
	Get(ctx context.Context, id ledger.ID) (*T, error)
	GetAt(ctx context.Context, id ledger.ID, at time.Time) (*T, error)
	History(ctx context.Context, id ledger.ID, field string, before uint64, limit int) (list []ledger.HistoryEntry, next uint64, err error)
	Provenance(ctx context.Context, r *T) (map[string]ledger.Origin, error)
}

// past answers with the records of a kind as they are or were, and with their history. T is a
// record, and B is one on the wire.
type past[T, B any] struct {
	server  *server
	noun    wire.Noun
	kind    historyKind
	records Past[T]
	id      func(r *T) ledger.ID
	// present answers with a record as it is, and former with one as it was.
	present, former func(ctx context.Context, r *T) (wire.Answer[B], error)
	provenance      func(*B) *map[string]originBody
	// before is called before a history is read; nil for nothing.
	before func(ctx context.Context) error
}

type getRecordInput struct {
	ID      ledger.ID `path:"id" noun:"{noun}" doc:"The id of the {noun}."`
	At      string    `query:"at" minLength:"1" format:"date-time" doc:"A moment: the {noun} is answered as it was then, through the attributes of now." example:"2026-11-01T12:00:00Z"`
	Include []string  `query:"include" enum:"provenance" doc:"What else is answered: provenance is where each value comes from."`
}

type recordHistoryInput struct {
	ID     ledger.ID `path:"id" noun:"{noun}" doc:"The id of the {noun}."`
	Field  string    `query:"field" doc:"Only changes of this field, named as in filters of {nouns}, or absorbed." minLength:"1" example:"created_at"`
	Before int       `query:"before" doc:"Only changes with a lower sequence number." minimum:"1"`
	Limit  int       `query:"limit" doc:"Entries a page. It may have fewer and still not be the last: it ends when it has read 1,000 changes, or 4 MiB of values. With field it may have none." minimum:"1" maximum:"1000" default:"50"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before, with the same field and before."`
}

// registerPast adds GET of one, and of its history.
func registerPast[T, B any](p past[T, B]) {
	n := p.noun
	meaning := "of a " + n.Name + " that was merged into another means that other one"
	get := wire.Operation{Headers: []string{wire.ETagHeader}, Refuses: []int{http.StatusGone}}
	get.About = "Here as everywhere the id " + meaning + ", whose own id is in the answer. With at, the id means what it meant at that moment: 404 when the " + n.Name + " was not there yet, " +
		"404 merged-then when an older program had merged it into another one and that was undone since, 410 history-expired when the history does not reach back so far."
	wire.Register(n.Server, n.OfOne(get, "get-"+n.Name, http.MethodGet, "", "Read "+n.Article+" "+n.Name), p.get)
	list := wire.Operation{About: "The id " + meaning + ". What is older than the setting keep_history is gone; of the newest change from before, its values are. With the " + n.Name + ", its history is deleted."}
	wire.Register(n.Server, n.OfOne(list, "list-"+n.Name+"-history", http.MethodGet, "/history", "Who changed what of "+n.Article+" "+n.Name+", and when"), p.history)
}

// get answers with a record as it is, or was.
func (p past[T, B]) get(ctx context.Context, in *getRecordInput) (wire.Answer[B], error) {
	at, err := checkMoment(in.At, in.Include)
	if err != nil {
		return wire.Answer[B]{}, err
	}
	var r *T
	answer := p.present
	if at.IsZero() {
		r, err = p.records.Get(ctx, in.ID)
	} else {
		r, err = p.records.GetAt(ctx, in.ID, at)
		answer = p.former
	}
	if err != nil {
		return wire.Answer[B]{}, err
	}
	out, err := answer(ctx, r)
	if err != nil {
		return wire.Answer[B]{}, err
	}
	if !at.IsZero() {
		out.Version = 0 // the tag is that of the present state
	}
	if len(in.Include) == 0 {
		return out, nil
	}
	origins, err := p.records.Provenance(ctx, r)
	if err != nil {
		return wire.Answer[B]{}, err
	}
	out.Moving = true // retention removes what an origin is taken from
	*p.provenance(&out.Body) = wireOrigins(origins)
	return out, nil
}

func (p past[T, B]) history(ctx context.Context, in *recordHistoryInput) (wire.Answer[historyBody], error) {
	q := historyQuery{"list-" + p.noun.Name + "-history", in.ID, in.Field, in.Before, in.Limit, in.Cursor}
	meant := func() (ledger.ID, error) {
		r, err := p.records.Get(ctx, in.ID)
		if err != nil {
			return ledger.ID{}, err
		}
		return p.id(r), nil
	}
	return p.server.answerHistory(ctx, p.kind, q, meant, func(before uint64) ([]ledger.HistoryEntry, uint64, error) {
		if p.before != nil {
			if err := p.before(ctx); err != nil {
				return nil, 0, err
			}
		}
		return p.records.History(ctx, in.ID, in.Field, before, in.Limit)
	})
}
