package api

import (
	"fmt"

	"github.com/ndoto/kundi/contacts"
)

// sizeOf writes a number of bytes for people.
func sizeOf(bytes int64) string {
	if bytes >= 1<<20 && bytes%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
	return fmt.Sprintf("%d bytes", bytes)
}

// invalidRequest is the error for a request of the wrong shape, nil without
// faults.
func invalidRequest(faults []contacts.Fault) error {
	return contacts.Invalid("invalid-request", "The request does not have the expected shape.", faults)
}
