package ledgertest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
)

// Problem returns err as an *Error of the kind.
func Problem(t *testing.T, kind fault.ErrorKind, err error) *fault.Error {
	t.Helper()
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, kind, e.Kind, e.Error())
	return e
}

// Paths are those of the faults, sorted.
func Paths(faults []fault.Fault) []string {
	list := make([]string, len(faults))
	for i, f := range faults {
		list[i] = f.Path
	}
	slices.Sort(list)
	return list
}
