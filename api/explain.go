package api

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/explain"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// Explanations say why contacts are in segments.
type Explanations interface {
	Explain(ctx context.Context, segment, contact ledger.ID) (*explain.Explanation, error)
}

type explainInput struct {
	ID      ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	Contact string    `query:"contact" required:"true" minLength:"1" format:"uuid" doc:"The id of the contact. One that was merged into another is answered as that one."`
}

func (in *explainInput) contact() (ledger.ID, error) {
	id, err := uuid.Parse(in.Contact)
	if err != nil {
		err = wire.InvalidRequest([]fault.Fault{{Path: "contact", Detail: "must be the id of a contact"}})
	}
	return id, err
}

// explanationBody is why a contact is in a segment, or is not.
type explanationBody struct {
	ContactID string              `json:"contact_id" format:"uuid" doc:"The contact that the id means."`
	Member    bool                `json:"member" doc:"Whether it is in the segment now."`
	Pinned    bool                `json:"pinned,omitempty" doc:"It is pinned: a member whatever the filter says."`
	Excluded  bool                `json:"excluded,omitempty" doc:"It is excluded: no member whatever the filter says."`
	Rules     []explainedRuleBody `json:"rules" doc:"Every rule and group of the filter, each group before what is in it."`
	History   []crossingBody      `json:"history" doc:"When it came and left, by the snapshots and the events of a watched segment that are kept, the newest first, at most 1,000."`
}

type explainedRuleBody struct {
	Location string `json:"location" example:"filter.rules[2].rules[0]"`
	Reading  string `json:"reading" doc:"The rule or group in plain words." example:"Country is Kenya or Tanzania"`
	Matches  bool   `json:"matches" doc:"Whether the contact passes it as it is written: of a group with not, whether it passes that."`
	Value    any    `json:"value,omitempty" doc:"What the contact has in the field of the rule, as in contacts; absent where it has nothing, and for groups. If the rule looks at several values, as at all e-mails, it is an array of them. On conversations and notes it is how many of them count, on segments the ids of those that the contact is in."`
}

type crossingBody struct {
	N       uint32            `json:"n,omitempty" doc:"The snapshot in which it shows first; absent where no snapshot has seen it."`
	At      string            `json:"at" format:"date-time" doc:"When it was noticed of a watched segment, or when that snapshot was evaluated: the earlier of both."`
	Event   string            `json:"event" enum:"entered,left"`
	Cause   string            `json:"cause" enum:"first_snapshot,definition,picked,created,merged,unmerged,changed,company,conversations,notes,campaign_events,date,reconciled,unknown" doc:"What happened since the snapshot before, the first of these that holds: the segment had no snapshot before; it got another filter; somebody pinned or excluded the contact, or picked it for a static segment; the contact was made; it was merged; a merge was undone; fields that the filter asks for were changed, or such fields of the company; conversations or notes were; campaigns reported events of it; time has passed, which the filter looks at; or what happened is not known any more. Where no snapshot has seen it, and where the snapshot would say first_snapshot or unknown, it is the cause that GET /v1/segments/{id}/events says."`
	Changes []crossChangeBody `json:"changes,omitempty" doc:"Of changed and company: at most 20 changes of such fields, the newest first. The history of the contact has their values."`
}

type crossChangeBody struct {
	Field  string     `json:"field" example:"country"`
	At     string     `json:"at" format:"date-time"`
	Author authorBody `json:"author"`
}

func (s *server) registerExplain() {
	wire.Register(s.Server, wire.Operation{
		ID: "explain-member", Refuses: []int{http.StatusConflict}, Method: http.MethodGet, Path: "/v1/segments/{id}/explain", Tag: "segments",
		Summary: "Say why a contact is in a segment or not",
		About: "Each rule with its truth and with what the contact has, and when and why the contact came and left. Only this contact is looked at. " +
			"A filter that no longer fits the schema is a 409.",
	}, s.explainMember, func(_ context.Context, in *explainInput) error {
		if in.Contact == "" {
			return nil // it is told that it is required
		}
		_, err := in.contact()
		return err
	})
}

func (s *server) explainMember(ctx context.Context, in *explainInput) (wire.Answer[explanationBody], error) {
	contact, err := in.contact()
	if err != nil {
		return wire.Answer[explanationBody]{}, err
	}
	e, err := s.explanations.Explain(ctx, in.ID, contact)
	if err != nil {
		return wire.Answer[explanationBody]{}, err
	}
	if err := s.countPeople(ctx, 1); err != nil {
		return wire.Answer[explanationBody]{}, err
	}
	words := s.readings(ctx)
	body := explanationBody{ContactID: e.Contact.String(), Member: e.Member, Pinned: e.Pinned, Excluded: e.Excluded, Rules: []explainedRuleBody{}, History: []crossingBody{}}
	for i := range e.Rules {
		rule := &e.Rules[i]
		body.Rules = append(body.Rules, explainedRuleBody{
			Location: rule.Location, Reading: words.Say(rule.Node), Matches: rule.Matches, Value: explainedValue(rule),
		})
	}
	for _, event := range e.History {
		body.History = append(body.History, wireCrossing(event))
	}
	return wire.Answer[explanationBody]{Body: body}, nil
}

// explainedValue is what the contact has that a rule looks at, nil for nothing.
func explainedValue(r *explain.Rule) any {
	rule, isRule := r.Node.(*filter.Rule)
	switch {
	case !isRule:
		return nil
	case r.Count != nil:
		return *r.Count
	case rule.Field.Type == fields.FieldSegment:
		in := []string{}
		for _, one := range r.Segments {
			if one.Member {
				in = append(in, one.Segment)
			}
		}
		return in
	case len(r.Values) == 0:
		return nil
	case len(r.Values) == 1:
		return shown(rule.Field, r.Values[0])
	}
	list := make([]any, len(r.Values))
	for i, v := range r.Values {
		list[i] = shown(rule.Field, v)
	}
	return list
}

func wireCrossing(e explain.Event) crossingBody {
	body := crossingBody{N: e.N, At: wire.Instant(e.At), Event: enteredOrLeft(e.Entered), Cause: string(e.Cause)}
	for _, c := range e.Changes {
		body.Changes = append(body.Changes, crossChangeBody{
			Field: c.Field, At: wire.Instant(c.At), Author: authorBody{Source: string(c.Author.Source), Name: c.Author.Name},
		})
	}
	return body
}
