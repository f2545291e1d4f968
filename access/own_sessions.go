package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// OwnSession is one of the sessions of a key or a person.
type OwnSession struct {
	ID      ledger.ID // says nothing of its token
	BeganAt time.Time // UTC, milliseconds
	UsedAt  time.Time // UTC, milliseconds; when a request came last
	Session
}

// SessionID returns the id of the session that has a token.
func SessionID(token string) ledger.ID { return digestOf(token).sessionID() }

func (d digest) sessionID() ledger.ID { return uuid.NewSHA1(uuid.Nil, d[:]) }

// Own returns the sessions of a key or a person, the one used last first: MaxSessions at most.
func (s *Sessions) Own(of Principal) (list []OwnSession) {
	now := s.now()
	for _, hash := range s.ofOwner(of.ID) {
		s.mu.RLock()
		one, known := s.byDigest[hash]
		s.mu.RUnlock()
		if !known || one.over(now) {
			continue
		}
		if p, may := s.principalOf(one, now); may {
			list = append(list, OwnSession{
				ID: hash.sessionID(), BeganAt: one.began, UsedAt: time.UnixMilli(one.used.Load()).UTC(), Session: one.shown(p),
			})
		}
	}
	return list
}

// EndOwn ends one of the sessions of a key or a person. If they have none with the id, the error is of
// KindNotFound.
func (s *Sessions) EndOwn(ctx context.Context, of Principal, id ledger.ID) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	for _, hash := range s.ofOwner(of.ID) {
		if hash.sessionID() == id {
			return s.end(ctx, of.Author(), []digest{hash})
		}
	}
	return fault.NotFound("session")
}
