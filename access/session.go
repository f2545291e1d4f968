package access

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/ledger"
)

// How long a session lasts. Somebody who works with Kundi every day signs in once a month.
// Half a day without a request ends a session over night.
const (
	SessionTime     = 30 * 24 * time.Hour // from signing in
	SessionIdleTime = 12 * time.Hour      // from the last request
)

// MaxSessions is how many sessions one key or person can have. One more ends the one that was
// not used for longest.
const MaxSessions = 100

// SessionDocuments are the sessions, by the hexadecimal SHA-256 of their token.
var SessionDocuments = ledger.Collection{Name: "session", Unlogged: true}

// Session is what a browser has that is signed in.
type Session struct {
	Principal     Principal
	ExpiresAt     time.Time // UTC, milliseconds
	IdleExpiresAt time.Time // UTC, milliseconds; when no request comes before
}

// session is a session in memory.
type session struct {
	kind  PrincipalKind
	owner ledger.ID // of the key or the person
	epoch int       // of the person
	began time.Time

	used   atomic.Int64 // when a request came last, in milliseconds since 1970
	stored int64        // the same in the store; Sessions.changing guards it
}

// over reports whether the time of the session is over.
func (s *session) over(now time.Time) bool {
	return !now.Before(s.began.Add(SessionTime)) || !now.Before(s.idleFrom(s.used.Load()))
}

func (s *session) idleFrom(used int64) time.Time {
	return time.UnixMilli(used).UTC().Add(SessionIdleTime)
}

// shown is the session as its owner sees it.
func (s *session) shown(p Principal) Session {
	ends, idle := s.began.Add(SessionTime), s.idleFrom(s.used.Load())
	if idle.After(ends) {
		idle = ends
	}
	return Session{Principal: p, ExpiresAt: ends, IdleExpiresAt: idle}
}

// sessionDocument is a session as stored.
type sessionDocument struct {
	Kind    PrincipalKind `json:"kind"`
	Owner   ledger.ID     `json:"owner"`
	Epoch   int           `json:"epoch,omitempty"`
	BeganAt time.Time     `json:"began_at"`
	UsedAt  time.Time     `json:"used_at"`
}

// encode writes the session as last used at a moment, in milliseconds since 1970.
func (s *session) encode(used int64) ([]byte, error) {
	return json.Marshal(sessionDocument{Kind: s.kind, Owner: s.owner, Epoch: s.epoch, BeganAt: s.began, UsedAt: time.UnixMilli(used).UTC()})
}

func decodeSession(d ledger.Document) (hash digest, s *session, err error) {
	if hash, err = decodeDigest(d.Key); err != nil {
		return digest{}, nil, err
	}
	var document sessionDocument
	if err := ledger.DecodeDocument(d.Value, &document); err != nil {
		return digest{}, nil, err
	}
	if (document.Kind != KindKey && document.Kind != KindPerson) || document.Owner == uuid.Nil || document.BeganAt.IsZero() || document.UsedAt.IsZero() {
		return digest{}, nil, fmt.Errorf("the session is not whole")
	}
	s = &session{kind: document.Kind, owner: document.Owner, epoch: document.Epoch, began: document.BeganAt, stored: document.UsedAt.UnixMilli()}
	s.used.Store(s.stored)
	return hash, s, nil
}
