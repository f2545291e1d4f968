package cli

import (
	"errors"
	"strings"

	"github.com/ndoto/kundi/fault"
)

// explain writes an error for the one who gave the command: the message, and
// every fault on a line of its own.
func explain(err error) string {
	var known *fault.Error
	if !errors.As(err, &known) || len(known.Faults) == 0 {
		return err.Error()
	}
	var b strings.Builder
	b.WriteString(known.Message)
	for _, f := range known.Faults {
		b.WriteString("\n  ")
		if f.Path != "" {
			b.WriteString(f.Path + ": ")
		}
		b.WriteString(f.Detail)
	}
	return b.String()
}
