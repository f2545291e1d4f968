package contacts

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// historyKept is the key in HistoryState of what retention has done.
const historyKept = "kept"

// historyState is how far retention has come.
type historyState struct {
	// Since is from when on the history is complete. It is moved before anything is
	// removed, and never back.
	Since time.Time `json:"since"`
	// Next is where the sweep goes on; 0 when it is through.
	Next HistoryPlace `json:"next,omitempty"`
}

// readHistoryState reads how far retention has come.
func readHistoryState(ctx context.Context, store interface {
	Document(ctx context.Context, c Collection, key string) ([]byte, error)
}) (state historyState, err error) {
	raw, err := store.Document(ctx, HistoryState, historyKept)
	if err == nil && raw != nil {
		err = json.Unmarshal(raw, &state)
	}
	return state, err
}

// errHistoryGone says that the past was asked for beyond what is kept.
func errHistoryGone(since time.Time) error {
	return &fault.Error{
		Kind: fault.KindGone, Type: "history-expired",
		Message: fmt.Sprintf("The history is kept since %s; what was before is gone.", fields.FormatInstant(since.UnixMilli())),
	}
}

// verifyHistoryState reads what retention has kept of its own work.
func verifyHistoryState(ctx context.Context, store DocumentReader, found *Differences) error {
	return EachDocument(ctx, store, HistoryState, "", func(d Document) error {
		var state historyState
		if DecodeDocument(d.Value, &state) != nil || d.Key != historyKept || state.Since.IsZero() {
			found.Add("states of retention that cannot be read")
		}
		return nil
	})
}
