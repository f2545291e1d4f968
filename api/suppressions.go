package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

type suppressionInput struct {
	Channel string `query:"channel" required:"true" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp" doc:"On which nothing is sent."`
	Value   string `query:"value" required:"true" minLength:"1" doc:"On email an e-mail address, on sms, voice and whatsapp a phone number or the id of a person there, on others that id; written as in a contact. A + may come not encoded." example:"amina@example.org"`
}

type suppressionsBody struct {
	Suppressed   bool              `json:"suppressed" doc:"Whether there is any."`
	Suppressions []suppressionBody `json:"suppressions" doc:"At most one for each reason."`
}

// suppressionBody says that nothing is sent to an address.
type suppressionBody struct {
	Channel string     `json:"channel" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp"`
	Reason  string     `json:"reason" enum:"bounce,complaint,unsubscribe,manual"`
	At      string     `json:"at" format:"date-time" doc:"When it became so."`
	Author  authorBody `json:"author" doc:"Who noted it."`
}

func suppressionOnWire(s contacts.Suppression) suppressionBody {
	return suppressionBody{
		Channel: s.Channel.String(), Reason: string(s.Reason), At: wire.Instant(s.At), Author: authorBody{Source: string(s.By.Source), Name: s.By.Name},
	}
}

type suppressionBatchInput struct {
	Body suppressionBatch `body:"json"`
}

type suppressionBatch struct {
	Suppressions []suppressionDraft `json:"suppressions" minItems:"1" maxItems:"1000" doc:"What to suppress, in order."`
}

// suppressionDraft is the text of a suppression to be made.
type suppressionDraft json.RawMessage

// Schema describes it.
func (suppressionDraft) Schema(r huma.Registry) *huma.Schema {
	return wire.Creation(r, reflect.TypeFor[newSuppression](), "channel", "reason")
}

// newSuppression describes what may be sent of a suppression.
type newSuppression struct {
	Channel   string `json:"channel" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp"`
	Value     string `json:"value,omitempty" doc:"The address: on email an e-mail address, on sms, voice and whatsapp a phone number or the id of a person there, on others that id. Either this or contact_id." example:"amina@example.org"`
	ContactID string `json:"contact_id,omitempty" format:"uuid" doc:"All addresses that the contact has on the channel now."`
	Reason    string `json:"reason" enum:"bounce,complaint,unsubscribe,manual"`
	At        string `json:"at,omitempty" format:"date-time" doc:"When it became so; now when absent. At most 5 minutes ahead."`
}

type suppressedBatch struct {
	Results []suppressionResult `json:"results" doc:"One for each suppression, in order."`
}

type suppressionResult struct {
	Status int           `json:"status" doc:"201 suppressed, 200 suppressed for that reason already, else that of the error." example:"201"`
	Result string        `json:"result" enum:"created,unchanged,failed" doc:"The same in a word."`
	Error  *wire.Problem `json:"error,omitempty" doc:"Why it failed; the locations are those in this suppression."`
}

func (s *server) registerSuppressions() {
	wire.Register(s.Server, wire.Operation{
		ID: "batch-suppressions", Method: http.MethodPost, Path: "/v1/suppressions/batch", Heavy: true, Patience: batchPatience, Tag: "contacts",
		Writes:  true,
		MaxBody: wire.MaxBatchBody, BodyTime: batchDeadline, Deadline: batchDeadline,
		Summary: "Suppress up to 1,000 addresses",
		About: "Nothing is sent to a suppressed address on the channel, whoever has it, and also when its contact is deleted and made again. Only a keyed hash of it is kept. " +
			"Each is suppressed by itself: those that fail say so and leave the others alone. Whoever has an address whose reason is unsubscribe is unsubscribed on the channel, unless the address is shared.",
	}, s.batchSuppressions)
	wire.Register(s.Server, wire.Operation{
		ID: "get-suppressions", Method: http.MethodGet, Path: "/v1/suppressions", Tag: "contacts",
		Summary: "Whether an address is suppressed on a channel",
		About:   "Only keyed hashes are kept, so an address can be asked for and not be listed.",
	}, s.getSuppressions)
	wire.Register(s.Server, wire.Operation{
		ID: "lift-suppressions", Refuses: []int{http.StatusNotFound}, Method: http.MethodDelete, Path: "/v1/suppressions", Tag: "contacts", Status: http.StatusNoContent, Writes: true,
		Summary: "Lift the suppressions of an address on a channel",
		About:   "For all reasons. Who was unsubscribed only because of the address has said nothing then. 404 when the address is not suppressed.",
	}, s.liftSuppressions)
}

func (s *server) batchSuppressions(ctx context.Context, in *suppressionBatchInput) (wire.Answer[suppressedBatch], error) {
	results := make([]suppressionResult, len(in.Body.Suppressions))
	var drafts []fields.Draft
	var places []int
	for i, item := range in.Body.Suppressions {
		draft, err := draftOf(item)
		if err != nil {
			results[i] = failedSuppression(err)
			continue
		}
		drafts, places = append(drafts, draft), append(places, i)
	}
	if len(drafts) == 0 {
		return wire.Answer[suppressedBatch]{Body: suppressedBatch{results}, Seq: s.records.Head()}, nil
	}
	done, err := s.contacts.Suppress(ctx, wire.CallerOf(ctx), drafts)
	if err != nil {
		return wire.Answer[suppressedBatch]{}, err
	}
	for i, r := range done.Results {
		switch r.Status {
		case ledger.StatusFailed:
			results[places[i]] = failedSuppression(r.Err)
		case ledger.StatusCreated:
			results[places[i]] = suppressionResult{Status: http.StatusCreated, Result: string(r.Status)}
		default:
			results[places[i]] = suppressionResult{Status: http.StatusOK, Result: string(r.Status)}
		}
	}
	return wire.Answer[suppressedBatch]{Body: suppressedBatch{results}, Seq: done.Seq, Replayed: done.Replayed}, nil
}

func failedSuppression(err error) suppressionResult {
	p := wire.ProblemOf(err)
	return suppressionResult{Status: p.Status, Result: string(ledger.StatusFailed), Error: p}
}

func (s *server) getSuppressions(ctx context.Context, in *suppressionInput) (wire.Answer[suppressionsBody], error) {
	list, err := s.contacts.Suppressions(ctx, fields.ChannelNamed(in.Channel), valueAsked(in.Value))
	if err != nil {
		return wire.Answer[suppressionsBody]{}, err
	}
	body := suppressionsBody{Suppressed: len(list) > 0, Suppressions: make([]suppressionBody, len(list))}
	for i, one := range list {
		body.Suppressions[i] = suppressionOnWire(one)
	}
	return wire.Answer[suppressionsBody]{Body: body}, nil
}

func (s *server) liftSuppressions(ctx context.Context, in *suppressionInput) (wire.Answer[wire.None], error) {
	done, err := s.contacts.LiftSuppressions(ctx, wire.CallerOf(ctx), fields.ChannelNamed(in.Channel), valueAsked(in.Value))
	return wire.Answer[wire.None]{Seq: done.Seq, Replayed: done.Replayed}, err
}
