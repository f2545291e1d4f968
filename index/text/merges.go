package text

import (
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// Bleve begins to merge files when it opens an index, if a merge was due when that was closed. During a
// start this took a quarter of the processor time of ten million contacts. It asks before each merge, by a
// name that must be known to the whole process.
const mergesWait = "kundi.merges"

// mergeLook is how long Bleve waits at once for merges to be allowed. Then it looks whether it is closed.
const mergeLook = 20 * time.Millisecond

// held has the channel of each engine whose merges wait until it is closed.
var held sync.Map // of *scorch.Scorch to <-chan struct{}

func init() { scorch.RegistryEventCallbacks[mergesWait] = mayGoOn }

func holdMerges(s *scorch.Scorch, begin <-chan struct{}) {
	if begin != nil {
		held.Store(s, begin)
	}
}

func freeMerges(s *scorch.Scorch) { held.Delete(s) }

// mayGoOn reports whether Bleve may go on with what it is about to do.
func mayGoOn(e scorch.Event) bool {
	begin, found := held.Load(e.Scorch)
	if e.Kind != scorch.EventKindPreMergeCheck || !found {
		return true
	}
	select {
	case <-begin.(<-chan struct{}):
		freeMerges(e.Scorch)
		return true
	case <-time.After(mergeLook):
		return false
	}
}
