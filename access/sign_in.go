package access

import (
	"context"
	"net/netip"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// errWrongPassword refuses an e-mail and a password. It is the same for an e-mail that nobody
// has, a person without a password, one who is disabled, and a wrong password.
func errWrongPassword() error {
	return &fault.Error{Kind: fault.KindUnauthorized, Type: "wrong-password", Message: "The e-mail or the password is not right."}
}

// errLinkOver refuses a link. It does not say why.
func errLinkOver() error {
	return &fault.Error{
		Kind: fault.KindUnauthorized, Type: "link-ended", Message: "There is no such link, it was used already, or its time is over. Ask for another one.",
	}
}

// WithKey signs in with an API key. The session acts as the key does. The errors are those of
// Keys.Authenticate.
func (s *Sessions) WithKey(ctx context.Context, key string) (Session, string, error) {
	known, err := s.keys.Authenticate(key)
	if err != nil {
		return Session{}, "", err
	}
	p := known.Principal()
	begun, token, err := s.begin(ctx, p, func(ledger.Tx) (int, error) { return 0, nil })
	if err != nil {
		return Session{}, "", err
	}
	return begun.shown(p), token, nil
}

// WithLink signs in with the token of a person's link, which works once. A password, unless it
// is "", is set at the same time. For a link that does not work the error is of
// KindUnauthorized, for a password that cannot be one of KindInvalid, and the link goes on
// working.
func (s *Sessions) WithLink(ctx context.Context, link, password string) (Session, string, error) {
	a, known := s.people.accountByLink(link, s.now())
	if !known {
		return Session{}, "", errLinkOver()
	}
	hash := ""
	if password != "" {
		var err error
		if hash, err = s.newPassword(ctx, password); err != nil {
			return Session{}, "", err
		}
	}
	opens := digestOf(link)
	return s.enter(ctx, a, errLinkOver(), func(a *account) bool {
		if !a.opens(opens, s.now()) {
			return false
		}
		a.dropLink()
		if hash != "" {
			a.setPassword(hash)
		}
		return true
	})
}

// WithPassword signs in with an e-mail and a password, from an address. If they are not those
// of a person who may sign in, the error is of KindUnauthorized and does not say why. After too
// many wrong ones it is of KindTooMany.
func (s *Sessions) WithPassword(ctx context.Context, email, password string, from netip.Addr) (Session, string, error) {
	a, _ := s.people.accountByEmail(email)
	if err := s.checkPassword(ctx, a, email, password, from); err != nil {
		return Session{}, "", err
	}
	return s.enter(ctx, a, errWrongPassword(), func(now *account) bool { return now.mayEnter() && now.password == a.password })
}

// checkPassword returns an error unless an account, which may be nobody's, has a password.
func (s *Sessions) checkPassword(ctx context.Context, a account, email, password string, from netip.Addr) error {
	attempt, wait := s.attempts.begin(s.now(), email, from)
	if wait > 0 {
		return &fault.Error{
			Kind: fault.KindTooMany, Type: "too-many-attempts", After: wait,
			Message: "Too many wrong passwords were tried for this e-mail or from this address. Ask again later, or have a link made to sign in with.",
		}
	}
	hash := a.password
	if hash == "" || !a.mayEnter() {
		hash = nobodysPassword
	}
	same, err := s.hasher.same(ctx, hash, password)
	switch {
	case err != nil:
		return err
	case !same:
		return errWrongPassword()
	}
	attempt.succeed()
	return nil
}

// SetPassword gives the person of a session another password, in place of the current one, ""
// when there is none. All their sessions end, and a new one begins. For a wrong current password
// the errors are those of WithPassword. For a session of a key, which has no password, the error
// is of KindForbidden.
func (s *Sessions) SetPassword(ctx context.Context, of Principal, current, password string, from netip.Addr) (Session, string, error) {
	a, known := s.people.accountOf(of.ID)
	if of.Kind != KindPerson || !known {
		return Session{}, "", &fault.Error{Kind: fault.KindForbidden, Type: "no-person", Message: "Only a person who is signed in has a password."}
	}
	if err := passwordFaults(password); err != nil {
		return Session{}, "", err
	}
	if a.HasPassword {
		if err := s.checkPassword(ctx, a, a.Email, current, from); err != nil {
			return Session{}, "", err
		}
	}
	hash, err := s.newPassword(ctx, password)
	if err != nil {
		return Session{}, "", err
	}
	return s.enter(ctx, a, errSessionEnded(), func(now *account) bool {
		if !now.mayEnter() || now.epoch != a.epoch {
			return false
		}
		now.setPassword(hash)
		return true
	})
}

func (s *Sessions) newPassword(ctx context.Context, password string) (hash string, err error) {
	if err := passwordFaults(password); err != nil {
		return "", err
	}
	return s.hasher.hash(ctx, s.random, password)
}

// enter begins a session of a person, if may allows it for the account of that moment. may also
// changes what signing in changes. Otherwise the error is refused.
func (s *Sessions) enter(ctx context.Context, a account, refused error, may func(now *account) bool) (Session, string, error) {
	s.people.changing.Lock()
	defer s.people.changing.Unlock()
	var after account
	at := instant(s.now())
	begun, token, err := s.begin(ctx, a.Principal(), func(tx ledger.Tx) (epoch int, err error) {
		after, err = s.people.change(tx, a.ID, ledger.AnyVersion, func(now *account) error {
			if !may(now) {
				return refused
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		return after.epoch, tx.PutDocument(SignInDocuments, a.ID.String(), encodeSignIn(at))
	})
	switch {
	case fault.KindOf(err) == fault.KindNotFound: // deleted in the meantime
		return Session{}, "", refused
	case err != nil:
		return Session{}, "", err
	}
	s.people.keepSignedIn(after, at)
	return begun.shown(after.Principal()), token, nil
}

// keepSignedIn holds the account of a person in memory who has signed in.
func (p *People) keepSignedIn(a account, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a.LastSignedInAt = at
	p.keep(a)
}
