package ledger

import (
	"fmt"
	"math"

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

// Versions that no record has. Callers name them like others.
const (
	AnyVersion   = 0                  // a condition that always holds
	NoVersion    = math.MaxUint64     // a condition that never holds
	NeverChanged = math.MaxUint64 - 1 // of settings that nobody has changed: stored as 0, which would be AnyVersion
)

// CheckVersion returns an error of fault.KindPrecondition unless a record has the
// version that was named. The error says both.
func CheckVersion(want, have uint64) error {
	if want == AnyVersion || want == have {
		return nil
	}
	have = ShownVersion(have)
	named := "The version that was named is none that a record can have."
	if want != NoVersion {
		named = fmt.Sprintf("Version %d was named.", ShownVersion(want))
	}
	return &fault.Error{
		Kind: fault.KindPrecondition, Type: "version-mismatch", Version: &have,
		Message: fmt.Sprintf("It has version %d now. %s Read it again before you change it.", have, named),
	}
}

// ShownVersion is a version as people see it: 0 of what was never changed.
func ShownVersion(version uint64) uint64 {
	if version == NeverChanged {
		return 0
	}
	return version
}

// NewID returns a new public identifier. It never fails: since Go 1.24 reading randomness
// does not.
func NewID() ID { return uuid.Must(uuid.NewV7()) }

// IsID reports whether a text is written as ids are, in 36 characters. Nobody means it as a name.
func IsID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && len(text) == len(id.String())
}
