package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// RetainedKey is the key in HistoryState of what retention has done.
const RetainedKey = "kept"

// Retained is how far retention has come.
type Retained struct {
	// Since is from when on the history is complete. It is moved before anything is
	// removed, and never back.
	Since time.Time `json:"since"`
	// Next is where the sweep goes on; 0 when it is through.
	Next HistoryPlace `json:"next,omitempty"`
}

// ReadRetained reads how far retention has come.
func ReadRetained(ctx context.Context, store interface {
	Document(ctx context.Context, c Collection, key string) ([]byte, error)
}) (state Retained, err error) {
	raw, err := store.Document(ctx, HistoryState, RetainedKey)
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

// VerifyRetained reads what retention has kept of its own work.
func VerifyRetained(ctx context.Context, store DocumentReader, found *Differences) error {
	return EachDocument(ctx, store, HistoryState, "", func(d Document) error {
		var state Retained
		if DecodeDocument(d.Value, &state) != nil || d.Key != RetainedKey || state.Since.IsZero() {
			found.Add("states of retention that cannot be read")
		}
		return nil
	})
}
