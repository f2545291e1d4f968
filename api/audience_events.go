package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

type reportInput struct {
	ID   ledger.ID       `path:"id" noun:"{noun}" doc:"The id of the {noun}."`
	Body reportInputBody `body:"json"`
}

type reportInputBody struct {
	Events []eventText `json:"events" minItems:"1" maxItems:"10000" doc:"What became of rows, in order."`
}

// eventText is the text of an event that is reported.
type eventText json.RawMessage

// Schema describes it.
func (eventText) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[eventInput](), true, "")
}

// eventInput is what may be sent of an event.
type eventInput struct {
	Row  int    `json:"row" minimum:"1" maximum:"4294967295" doc:"The row of the audience."`
	Kind string `json:"kind" enum:"delivered,opened,clicked,bounced,replied,failed"`
	At   string `json:"at" format:"date-time" doc:"When it happened, with an offset; at most 5 minutes ahead."`
}

// reportBody is what became of a report.
type reportBody struct {
	Results []reportResult `json:"results" doc:"One for each event, in order."`
}

type reportResult struct {
	Status int           `json:"status" doc:"201 stored, 200 known already, else that of the error." example:"201"`
	Result string        `json:"result" enum:"created,unchanged,failed" doc:"The same in a word."`
	Error  *wire.Problem `json:"error,omitempty" doc:"Why it failed; the locations are those in this event."`
}

func (s *server) registerAudienceEvents(n wire.Noun) {
	wire.Register(s.Server, n.OfOne(wire.Operation{
		Heavy: true, Patience: batchPatience, Writes: true, MaxBody: wire.MaxBatchBody, BodyTime: batchDeadline, Deadline: batchDeadline,
		About: "Up to 10,000 events, each by itself: those that fail say so and leave the others alone. An event with the row, kind and moment of an earlier one is that one. " +
			"Filters of contacts know them as campaign_events. A bounce suppresses nobody: send it to the suppressions, too.",
	}, "report-audience-events", http.MethodPost, "/events", "Report what became of the rows of an audience"), s.reportEvents)
}

func (s *server) reportEvents(ctx context.Context, in *reportInput) (wire.Answer[reportBody], error) {
	list, failed := make([]audiences.Report, len(in.Body.Events)), map[int]error{}
	for i, text := range in.Body.Events {
		var err error
		if list[i], err = readEvent(text); err != nil {
			failed[i] = err
		}
	}
	done, err := s.audiences.Report(ctx, wire.CallerOf(ctx), in.ID, list)
	if err != nil {
		return wire.Answer[reportBody]{}, err
	}
	results := make([]reportResult, len(list))
	for i, outcome := range done.Outcomes {
		results[i] = reportOf(outcome, failed[i])
	}
	return wire.Answer[reportBody]{Body: reportBody{Results: results}, Seq: done.Seq, Replayed: done.Replayed}, nil
}

var (
	eventReader = wire.NewReader[eventInput]()
	noEvent     = "The event is not valid."
)

// readEvent reads an event. An error says all that is wrong with its shape; the report then has no
// kind, and what could be read, so that the rest can be checked.
func readEvent(text []byte) (audiences.Report, error) {
	var d wire.Decoder
	in := eventReader.Read(&d, text, "")
	var at time.Time
	if in.At != "" || !slices.ContainsFunc(d.Faults, func(f fault.Fault) bool { return f.Path == "at" || f.Path == "body" }) {
		at = d.Instant(in.At, "at")
	}
	report := audiences.Report{Row: uint32(in.Row), At: at}
	if len(d.Faults) > 0 {
		return report, fault.Invalid("invalid-event", noEvent, d.Faults)
	}
	report.Kind = audiences.EventKindNamed(strings.TrimSpace(in.Kind))
	return report, nil
}

// reportOf is what became of one event; wrong is what was wrong with its shape.
func reportOf(outcome audiences.Outcome, wrong error) reportResult {
	refuse := func(path, detail string) {
		wrong = fault.Join(fault.Invalid("invalid-event", noEvent, []fault.Fault{{Path: path, Detail: detail}}), wrong)
	}
	noRow := func() { refuse("row", "must be a row of the audience") }
	ahead := func() { refuse("at", "must not be in the future") }
	switch outcome {
	case audiences.Reported:
		return reportResult{Status: http.StatusCreated, Result: string(ledger.StatusCreated)}
	case audiences.Known:
		return reportResult{Status: http.StatusOK, Result: string(ledger.StatusUnchanged)}
	case audiences.NoSuchRow:
		noRow()
	case audiences.InTheFuture:
		ahead()
	case audiences.NoSuchRowInTheFuture:
		noRow()
		ahead()
	case audiences.NoContact:
		wrong = &fault.Error{Kind: fault.KindGone, Type: "contact-deleted", Message: "The contact of the row has been deleted."}
	}
	p := wire.ProblemOf(wrong)
	return reportResult{Status: p.Status, Result: string(ledger.StatusFailed), Error: p}
}
