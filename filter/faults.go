package filter

import (
	"fmt"

	"github.com/ndoto/kundi/fault"
)

// maxFaults is how many faults are listed: enough to mend any filter that a
// person wrote, little enough to answer to one that a program got wrong.
const maxFaults = 100

// faults collects what is wrong with a filter.
type faults struct {
	found []fault.Fault
	more  int // beyond maxFaults
}

func (f *faults) add(path, detail string) {
	if len(f.found) == maxFaults {
		f.more++
		return
	}
	f.found = append(f.found, fault.Fault{Path: path, Detail: detail})
}

func (f *faults) count() int { return len(f.found) + f.more }

// list returns the faults, with one at path that counts those left out.
func (f *faults) list(path string) []fault.Fault {
	if f.more == 0 {
		return f.found
	}
	return append(f.found, fault.Fault{Path: path, Detail: fmt.Sprintf("and %d more faults", f.more)})
}
