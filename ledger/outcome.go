package ledger

import (
	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
)

// Status is what a use case did with one record.
type Status string

// The statuses of a Result.
const (
	StatusCreated   Status = "created"
	StatusUpdated   Status = "updated"
	StatusUnchanged Status = "unchanged" // it was already so, nothing was written
	StatusFailed    Status = "failed"    // one item of a batch; see Err
)

// CheckVersion returns an error of fault.KindPrecondition unless a record has the
// version that was named; 0 names none.
func CheckVersion(want, have uint64) error {
	if want == 0 || want == have {
		return nil
	}
	return &fault.Error{Kind: fault.KindPrecondition, Type: "version-mismatch", Message: "It was changed since the version that was named."}
}

// NewID returns a new public identifier. It never fails: since Go 1.24 reading randomness
// does not.
func NewID() ID { return uuid.Must(uuid.NewV7()) }
