package storage

import (
	"sync"

	"github.com/ndoto/kundi/ledger"
)

// followers are told of commits: some while they are committed, some by a
// signal.
type followers struct {
	mu        sync.Mutex // held while a commit is published, so that joining falls between two
	following []func([]ledger.Change)
	waiting   map[chan struct{}]struct{}
}

// Follow makes f hear of every commit, in order, after it is durable and
// before its callers are answered. f must be quick, must not call the store's
// Update and must not change what it is given. It hears of every change above
// the Head read after Follow has returned.
func (s *Store) Follow(f func([]ledger.Change)) {
	s.followers.mu.Lock()
	defer s.followers.mu.Unlock()
	s.followers.following = append(s.followers.following, f)
}

// Subscribe returns a channel that is readable when the log has grown since
// it was last read; several commits may make one signal. cancel ends it.
func (s *Store) Subscribe() (grown <-chan struct{}, cancel func()) {
	c := make(chan struct{}, 1)
	s.followers.mu.Lock()
	defer s.followers.mu.Unlock()
	s.followers.waiting[c] = struct{}{}
	return c, func() {
		s.followers.mu.Lock()
		defer s.followers.mu.Unlock()
		delete(s.followers.waiting, c)
	}
}

// publish makes a durable commit known: the schema first, for followers may
// ask for it; the head last, for it promises that followers know.
func (s *Store) publish(c commit) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = internal("A follower of the log panicked.", panicError(v))
		}
	}()
	s.followers.mu.Lock()
	defer s.followers.mu.Unlock()
	s.schema.Store(c.schema)
	if len(c.changes) > 0 {
		s.tail.add(c.changes)
		for _, f := range s.followers.following {
			f(c.changes)
		}
	}
	s.head.Store(c.state.Seq)
	for w := range s.followers.waiting {
		select {
		case w <- struct{}{}:
		default:
		}
	}
	return nil
}
