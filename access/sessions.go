package access

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// Sessions has the sessions of those who are signed in. It is safe for concurrent use.
//
// A session acts for its key or person as they are at the moment of a request. So a key that
// is revoked, and a person who is disabled, have no session any more from then on.
type Sessions struct {
	store    Store
	keys     *Keys
	people   *People
	now      func() time.Time
	random   io.Reader
	hasher   hasher
	attempts *attempts

	changing sync.Mutex // held while sessions are changed in the store and in memory; after People.changing

	mu       sync.RWMutex
	byDigest map[digest]*session
}

// OpenSessions loads the sessions from the store. keys and people are those of the same store;
// now and random are as for Open.
func OpenSessions(ctx context.Context, store Store, keys *Keys, people *People, now func() time.Time, random io.Reader) (*Sessions, error) {
	s := &Sessions{
		store: store, keys: keys, people: people, now: now, random: random, hasher: newHasher(), attempts: newAttempts(), byDigest: map[digest]*session{},
	}
	err := ledger.EachDocument(ctx, store, SessionDocuments, "", func(d ledger.Document) error {
		hash, loaded, err := decodeSession(d)
		if err != nil {
			return fmt.Errorf("a session: %w", err)
		}
		s.byDigest[hash] = loaded
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load the sessions: %w", err)
	}
	return s, nil
}

// errSessionEnded refuses a token that no session has. It does not say why.
func errSessionEnded() error {
	return &fault.Error{Kind: fault.KindUnauthorized, Type: "session-ended", Message: "There is no such session, or its time is over. Sign in again."}
}

// Resume returns the session that has a token, and remembers that it was used. If there is
// none, its time is over, or its key or person may not sign in any more, the error is of
// KindUnauthorized.
func (s *Sessions) Resume(token string) (Session, error) {
	s.mu.RLock()
	found, known := s.byDigest[digestOf(token)]
	s.mu.RUnlock()
	now := s.now()
	if !known || found.over(now) {
		return Session{}, errSessionEnded()
	}
	principal, may := s.principalOf(found, now)
	if !may {
		return Session{}, errSessionEnded()
	}
	found.used.Store(now.UnixMilli())
	return found.shown(principal), nil
}

// principalOf returns for whom a session acts, false if they may not sign in any more.
func (s *Sessions) principalOf(of *session, now time.Time) (Principal, bool) {
	if of.kind == KindKey {
		return s.keys.inUse(of.owner, now)
	}
	a, known := s.people.accountOf(of.owner)
	return a.Principal(), known && a.epoch == of.epoch // disabling begins another epoch
}

// begin makes a session for a principal and returns it with its token. more is run in the same
// closure and returns the epoch of a person.
func (s *Sessions) begin(ctx context.Context, p Principal, more func(tx ledger.Tx) (epoch int, err error)) (begun *session, token string, err error) {
	if token, err = newToken(sessionPrefix, s.random); err != nil {
		return nil, "", err
	}
	now, hash := instant(s.now()), digestOf(token)
	s.changing.Lock()
	defer s.changing.Unlock()
	surplus := s.surplusOf(p.ID)
	_, err = s.store.Update(ctx, p.Author(), func(tx ledger.Tx) error {
		begun = &session{kind: p.Kind, owner: p.ID, began: now, stored: now.UnixMilli()}
		begun.used.Store(begun.stored)
		var err error
		if begun.epoch, err = more(tx); err != nil {
			return err
		}
		if err := deleteSessions(tx, surplus); err != nil {
			return err
		}
		value, err := begun.encode(begun.stored)
		if err != nil {
			return err
		}
		return tx.PutDocument(SessionDocuments, hash.String(), value)
	})
	if err != nil {
		return nil, "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, old := range surplus {
		delete(s.byDigest, old)
	}
	s.byDigest[hash] = begun
	return begun, token, nil
}

func deleteSessions(tx ledger.Tx, hashes []digest) error {
	for _, hash := range hashes {
		if err := tx.DeleteDocument(SessionDocuments, hash.String()); err != nil {
			return err
		}
	}
	return nil
}

// ofOwner returns the sessions of a key or a person, the one used last first.
func (s *Sessions) ofOwner(owner ledger.ID) (hashes []digest) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for hash, one := range s.byDigest {
		if one.owner == owner {
			hashes = append(hashes, hash)
		}
	}
	slices.SortFunc(hashes, func(a, b digest) int {
		return cmp.Compare(s.byDigest[b].used.Load(), s.byDigest[a].used.Load())
	})
	return hashes
}

// surplusOf returns the sessions that make room for one more.
func (s *Sessions) surplusOf(owner ledger.ID) []digest {
	all := s.ofOwner(owner)
	return all[min(len(all), MaxSessions-1):]
}

// End ends the session that has a token, if there is one.
func (s *Sessions) End(ctx context.Context, token string) error {
	hash := digestOf(token)
	s.mu.RLock()
	ended, known := s.byDigest[hash]
	s.mu.RUnlock()
	if !known {
		return nil
	}
	p, _ := s.principalOf(ended, s.now())
	s.changing.Lock()
	defer s.changing.Unlock()
	return s.end(ctx, p.Author(), []digest{hash})
}

// EndAll ends all sessions of a key or a person.
func (s *Sessions) EndAll(ctx context.Context, of Principal) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	return s.end(ctx, of.Author(), s.ofOwner(of.ID))
}

// end ends sessions. The caller holds changing.
func (s *Sessions) end(ctx context.Context, by ledger.Author, hashes []digest) error {
	if len(hashes) == 0 {
		return nil
	}
	_, err := s.store.Update(ctx, by, func(tx ledger.Tx) error { return deleteSessions(tx, hashes) })
	// If the outcome is unknown, they are dropped too. That is the safe side.
	if err != nil && fault.KindOf(err) != fault.KindUnavailable {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, hash := range hashes {
		delete(s.byDigest, hash)
	}
	return err
}

// useStoredEvery is how often at most it is stored that a session was used.
const useStoredEvery = time.Minute

// Flush stores when sessions were used, if that is a minute or more after what is stored, and
// removes those that have ended. A server calls it now and then, and before it closes the
// store. If the process is killed, the uses since the last Flush are lost. Requests do not wait
// for Flush.
func (s *Sessions) Flush(ctx context.Context, by ledger.Author) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	ended, used := s.due(s.now())
	if err := s.end(ctx, by, ended); err != nil {
		return fmt.Errorf("remove sessions that have ended: %w", err)
	}
	if len(used) == 0 {
		return nil
	}
	_, err := s.store.Update(ctx, by, func(tx ledger.Tx) error {
		for hash, at := range used {
			value, err := s.byDigest[hash].encode(at) // only who holds changing writes to the map
			if err != nil {
				return err
			}
			if err := tx.PutDocument(SessionDocuments, hash.String(), value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store when sessions were used: %w", err)
	}
	for hash, at := range used {
		s.byDigest[hash].stored = at
	}
	return nil
}

// due returns what Flush has to do: the sessions that have ended, and when others were used.
func (s *Sessions) due(now time.Time) (ended []digest, used map[digest]int64) {
	used = map[digest]int64{}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for hash, one := range s.byDigest {
		at := one.used.Load()
		switch {
		case one.over(now) || !s.lives(one, now):
			ended = append(ended, hash)
		case at-one.stored >= useStoredEvery.Milliseconds():
			used[hash] = at
		}
	}
	return ended, used
}

// lives reports whether the key or the person of a session is there.
func (s *Sessions) lives(one *session, now time.Time) bool {
	if one.kind == KindKey {
		e, known := s.keys.entryOf(one.owner)
		return known && !e.key.expired(now)
	}
	_, may := s.principalOf(one, now)
	return may
}
