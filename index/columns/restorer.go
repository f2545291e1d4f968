package columns

import (
	"errors"
	"runtime"
	"sync"

	"github.com/ndoto/kundi/workers"
)

// restorer restores columns on all processors, while others are still read.
type restorer struct {
	running workers.Group
	turns   chan struct{} // one for each column that is restored now
	begun   map[stored]bool

	mu   sync.Mutex
	errs []error
}

func newRestorer() *restorer {
	return &restorer{turns: make(chan struct{}, runtime.GOMAXPROCS(0)), begun: make(map[stored]bool)}
}

// begin restores a column of which all pieces are decoded, unless that was begun before.
func (r *restorer) begin(c stored) {
	if r.begun[c] {
		return
	}
	r.begun[c] = true
	r.running.Go(func() {
		r.turns <- struct{}{}
		defer func() { <-r.turns }()
		if err := c.restore(); err != nil {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.errs = append(r.errs, err)
		}
	})
}

// wait waits for all that was begun.
func (r *restorer) wait() error {
	r.running.Wait()
	return errors.Join(r.errs...)
}
