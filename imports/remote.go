package imports

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Path is the path of the request that sends rows to the socket of a running
// server.
const Path = "/import"

// maxRequest is the largest body of a request, in bytes. A batch has at most
// maxBatchBytes and one row, and JSON makes it longer.
const maxRequest = 64 << 20

// request is a batch that is sent to a running server.
type request struct {
	Contacts []fields.Draft     `json:"contacts"`
	Rules    contacts.FileRules `json:"rules"`
}

// reply has the outcome of each row, or the reason why the whole batch was
// refused.
type reply struct {
	Results []result `json:"results,omitempty"`
	Error   *failure `json:"error,omitempty"`
}

type result struct {
	Status  ledger.Status `json:"status"`
	ID      ledger.ID     `json:"id"`
	Error   *failure      `json:"error,omitempty"`
	LeftOut []fault.Fault `json:"left_out,omitempty"`
}

// failure is a fault.Error without its cause, as JSON.
type failure struct {
	Kind       fault.ErrorKind `json:"kind"`
	Type       string          `json:"type"`
	Message    string          `json:"message"`
	Faults     []fault.Fault   `json:"faults,omitempty"`
	Field      string          `json:"field,omitempty"`
	ContactIDs []ledger.ID     `json:"contact_ids,omitempty"`
}

func failureOf(err error) *failure {
	var e *fault.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &e) || e.Kind == fault.KindInternal:
		return &failure{Type: "internal", Message: "Something went wrong inside. The log of the server says what."}
	}
	return &failure{Kind: e.Kind, Type: e.Type, Message: e.Message, Faults: e.Faults, Field: e.Field, ContactIDs: e.ContactIDs}
}

func (f *failure) err() error {
	if f == nil {
		return nil
	}
	return &fault.Error{Kind: f.Kind, Type: f.Type, Message: f.Message, Faults: f.Faults, Field: f.Field, ContactIDs: f.ContactIDs}
}

// Handler receives the batches that Through sends, and passes them to an Upserter.
// A server serves it on its socket, which only the owner of the folder can open.
// failed is called with errors that the sender did not cause.
func Handler(to Upserter, failed func(error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in request
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest))
		decoder.UseNumber()
		if err := decoder.Decode(&in); err != nil {
			http.Error(w, "the batch cannot be read", http.StatusBadRequest)
			return
		}
		outcomes, err := to.UpsertBatch(r.Context(), in.Contacts, in.Rules)
		if fault.KindOf(err) == fault.KindInternal && err != nil {
			failed(err)
		}
		out := reply{Error: failureOf(err), Results: make([]result, len(outcomes))}
		for i, o := range outcomes {
			out.Results[i] = result{Status: o.Status, ID: o.ID, Error: failureOf(o.Err), LeftOut: o.LeftOut}
		}
		w.Header().Set("Content-Type", "application/json")
		// A client that has gone away sends the batch again later.
		_ = json.NewEncoder(w).Encode(out)
	})
}

// Through returns an Upserter that sends batches to a running server. client is a
// client of the server's socket.
func Through(client *http.Client) Upserter { return remoteUpserter{client} }

type remoteUpserter struct{ client *http.Client }

func (u remoteUpserter) UpsertBatch(ctx context.Context, drafts []fields.Draft, rules contacts.FileRules) ([]Outcome, error) {
	var in reply
	if err := post(ctx, u.client, Path, request{Contacts: drafts, Rules: rules}, &in); err != nil {
		return nil, err
	}
	if in.Error != nil {
		return nil, in.Error.err()
	}
	outcomes := make([]Outcome, len(in.Results))
	for i, r := range in.Results {
		outcomes[i] = Outcome{Status: r.Status, ID: r.ID, Err: r.Error.err(), LeftOut: r.LeftOut}
	}
	return outcomes, nil
}
