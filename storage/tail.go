package storage

import (
	"slices"
	"sync"

	"github.com/ndoto/kundi/ledger"
)

// tailSize is how many changes the tail holds at least, once there were as many. In a bulk load, a
// follower that keeps up is some thousand changes behind, as it waits a moment for more to come.
const tailSize = 1 << 13

// tail holds the newest changes of the log in memory. Most followers have read all but those, so
// none of them need read and decode the log by itself.
type tail struct {
	mu   sync.Mutex
	list []ledger.Change // without gaps
}

// add puts the changes of a commit at the end. If those just before them are not there, it drops all
// others.
func (t *tail) add(changes []ledger.Change) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.list); n > 0 && t.list[n-1].Seq+1 != changes[0].Seq {
		t.list = nil
	}
	t.list = append(t.list, changes...)
	for i := len(t.list) - len(changes); i < len(t.list); i++ {
		t.list[i].Record = nil // the log has no records
	}
	if n := len(t.list); n > 2*tailSize {
		t.list = slices.Delete(t.list, 0, n-tailSize)
	}
}

// drop removes the changes before a sequence number.
func (t *tail) drop(before uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.list) > 0 && before > t.list[0].Seq {
		t.list = slices.Delete(t.list, 0, int(min(before-t.list[0].Seq, uint64(len(t.list)))))
	}
}

// read returns the changes from after, excluded, to last, included. It is not ok if one of them is
// not there. The changes share their Fields.
func (t *tail) read(after, last uint64) (list []ledger.Change, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.list) == 0 || after+1 < t.list[0].Seq || last > t.list[len(t.list)-1].Seq {
		return nil, false
	}
	first := t.list[0].Seq
	return slices.Clone(t.list[after+1-first : last+1-first]), true
}
