package imports

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// ConversationsPath is the path of the request that sends conversations to the socket of a running
// server.
const ConversationsPath = Path + "/conversations"

// Conversations takes conversations, either into the store of this process (see IntoConversations)
// or through a running server (see ThroughConversations).
type Conversations interface {
	// ImportConversations takes lines one after the other, as conversations.Service.Import does,
	// and returns what became of each.
	ImportConversations(ctx context.Context, lines []fields.Draft) ([]conversations.Imported, error)
}

// IntoConversations returns Conversations that go into a service. by is the author of the changes.
func IntoConversations(service *conversations.Service, by ledger.Author) Conversations {
	return intoConversations{service, by}
}

type intoConversations struct {
	service *conversations.Service
	by      ledger.Author
}

func (c intoConversations) ImportConversations(ctx context.Context, lines []fields.Draft) ([]conversations.Imported, error) {
	return c.service.Import(ctx, c.by, lines)
}

// sentLines is a batch that is sent to a running server.
type sentLines struct {
	Lines []fields.Draft `json:"lines"`
}

// takenLines has the outcome of each line, or the reason why the whole batch was refused.
type takenLines struct {
	Results []takenLine `json:"results,omitempty"`
	Error   *failure    `json:"error,omitempty"`
}

type takenLine struct {
	Conversation ledger.ID             `json:"conversation"`
	Created      conversations.Created `json:"created"`
	Messages     int                   `json:"messages"`
	Keyless      int                   `json:"keyless"`
	Known        int                   `json:"known"`
	Error        *failure              `json:"error,omitempty"`
}

// ConversationsHandler receives the batches that ThroughConversations sends, as Handler does those
// of Through.
func ConversationsHandler(to Conversations, failed func(error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in sentLines
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest))
		decoder.UseNumber()
		if err := decoder.Decode(&in); err != nil {
			http.Error(w, "the batch cannot be read", http.StatusBadRequest)
			return
		}
		results, err := to.ImportConversations(r.Context(), in.Lines)
		if fault.KindOf(err) == fault.KindInternal && err != nil {
			failed(err)
		}
		out := takenLines{Error: failureOf(err), Results: make([]takenLine, len(results))}
		for i, one := range results {
			out.Results[i] = takenLine{one.Conversation, one.Created, one.Messages, one.Keyless, one.Known, failureOf(one.Err)}
		}
		w.Header().Set("Content-Type", "application/json")
		// A client that has gone away sends the batch again later.
		_ = json.NewEncoder(w).Encode(out)
	})
}

// ThroughConversations returns Conversations that are sent to a running server. client is a client
// of the server's socket.
func ThroughConversations(client *http.Client) Conversations { return throughConversations{client} }

type throughConversations struct{ client *http.Client }

func (c throughConversations) ImportConversations(ctx context.Context, lines []fields.Draft) ([]conversations.Imported, error) {
	var in takenLines
	if err := post(ctx, c.client, ConversationsPath, sentLines{lines}, &in); err != nil {
		return nil, err
	}
	if in.Error != nil {
		return nil, in.Error.err()
	}
	results := make([]conversations.Imported, len(in.Results))
	for i, one := range in.Results {
		results[i] = conversations.Imported{Conversation: one.Conversation, Created: one.Created, Messages: one.Messages, Keyless: one.Keyless, Known: one.Known, Err: one.Error.err()}
	}
	return results, nil
}

// post sends a request to a running server and reads its answer into out.
func post(ctx context.Context, client *http.Client, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://localhost"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("the running server did not answer: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.New("the running server answered " + response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(out); err != nil {
		return fmt.Errorf("the running server did not answer: %w", err)
	}
	return nil
}
