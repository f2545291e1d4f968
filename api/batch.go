package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// batchPatience is how long a batch waits for its turn: whoever sends one mostly has
// more of them. batchDeadline is how long its body may take to arrive, and how long
// the work on it may.
const (
	batchPatience = 20 * time.Second
	batchDeadline = 60 * time.Second
)

type batchInput struct {
	Body batchInputBody `body:"json"`
}

type batchInputBody struct {
	Contacts []contactDraft `json:"contacts" minItems:"1" maxItems:"1000" doc:"What to upsert, in order."`
}

// batchBody is what became of a batch.
type batchBody struct {
	Results []batchResult `json:"results" doc:"One for each contact, in order."`
}

type batchResult struct {
	Status int           `json:"status" doc:"What the contact alone would have been answered: 201 made, 200 updated, else that of the error." example:"201"`
	Result string        `json:"result" enum:"created,updated,unchanged,failed" doc:"The same in a word."`
	ID     string        `json:"id,omitempty" format:"uuid"`
	Error  *wire.Problem `json:"error,omitempty" doc:"Why it failed; the locations are those in this contact."`
}

func (s *server) registerBatch() {
	wire.Register(s.Server, wire.Operation{
		ID: "batch-contacts", Method: http.MethodPost, Path: "/v1/contacts/batch", Heavy: true, Patience: batchPatience, Tag: "contacts",
		Writes:  true,
		MaxBody: wire.MaxBatchBody, BodyTime: batchDeadline, Deadline: batchDeadline,
		Summary: "Upsert up to 1,000 contacts",
		About:   "Each is upserted by itself: those that fail say so and leave the others alone. One without identifier, e-mail and phone is always made anew. Kundi-Seq is that of the last change.",
	}, s.batchContacts)
}

func (s *server) batchContacts(ctx context.Context, in *batchInput) (wire.Answer[batchBody], error) {
	results := make([]batchResult, len(in.Body.Contacts))
	drafts, places := readDrafts(in.Body.Contacts, results)
	if len(drafts) == 0 {
		return wire.Answer[batchBody]{Body: batchBody{Results: results}, Seq: s.records.Head()}, nil
	}
	done, err := s.contacts.Batch(ctx, wire.CallerOf(ctx), drafts)
	if err != nil {
		return wire.Answer[batchBody]{}, err
	}
	for i, r := range done.Results {
		results[places[i]] = resultOf(r)
	}
	return wire.Answer[batchBody]{Body: batchBody{Results: results}, Seq: done.Seq, Replayed: done.Replayed}, nil
}

// readDrafts returns the items that are objects, with their places in the
// batch; the others get their result at once.
func readDrafts(items []contactDraft, results []batchResult) (drafts []fields.Draft, places []int) {
	for i, item := range items {
		draft, err := draftOf(item)
		if err != nil {
			results[i] = failedResult(err)
			continue
		}
		drafts, places = append(drafts, draft), append(places, i)
	}
	return drafts, places
}

func resultOf(r contacts.Result) batchResult {
	switch r.Status {
	case ledger.StatusFailed:
		return failedResult(r.Err)
	case ledger.StatusCreated:
		return batchResult{Status: http.StatusCreated, Result: string(r.Status), ID: r.ID.String()}
	default:
		return batchResult{Status: http.StatusOK, Result: string(r.Status), ID: r.ID.String()}
	}
}

func failedResult(err error) batchResult {
	p := wire.ProblemOf(err)
	return batchResult{Status: p.Status, Result: string(ledger.StatusFailed), Error: p}
}
