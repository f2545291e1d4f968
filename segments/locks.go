package segments

import (
	"context"
	"sync"

	"github.com/ndoto/kundi/ledger"
)

// locks has a lock for every segment. The zero value is ready to use.
type locks struct {
	mu   sync.Mutex
	held map[ledger.ID]*lock
}

// lock is the lock of one segment. users counts the goroutines that hold it or
// wait for it.
type lock struct {
	token chan struct{}
	users int
}

// lock waits for the lock of a segment. If the error is nil, the caller calls
// unlock once. The error is that of ctx.
func (l *locks) lock(ctx context.Context, id ledger.ID) (unlock func(), err error) {
	l.mu.Lock()
	if l.held == nil {
		l.held = make(map[ledger.ID]*lock)
	}
	k := l.held[id]
	if k == nil {
		k = &lock{token: make(chan struct{}, 1)}
		l.held[id] = k
	}
	k.users++
	l.mu.Unlock()

	select {
	case k.token <- struct{}{}:
		return func() { <-k.token; l.release(id, k) }, nil
	case <-ctx.Done():
		l.release(id, k)
		return nil, ctx.Err()
	}
}

func (l *locks) release(id ledger.ID, k *lock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k.users--; k.users == 0 {
		delete(l.held, id)
	}
}
