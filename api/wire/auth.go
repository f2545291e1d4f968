package wire

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// Authenticator knows the API keys.
type Authenticator interface {
	Authenticate(token string) (access.Key, error)
}

// Resumer knows the sessions of those who are signed in.
type Resumer interface {
	Resume(token string) (access.Session, error)
}

// caller is who makes a request.
type caller struct {
	access.Principal
	session *Session
	again   func() error // says whether the caller may go on; nil for the owner
}

// Session is the session with which a request was made.
type Session struct {
	access.Session
	Token string
}

// callerKey is where the caller is in the context of a request.
type callerKey struct{}

// PrincipalOf returns who makes a request. There is one in the context of every handler of a
// route that is not open.
func PrincipalOf(ctx context.Context) access.Principal {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c.Principal
}

// SessionOf returns the session with which a request was made, nil for one with a key.
func SessionOf(ctx context.Context) *Session {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c.session
}

// CallerOf returns on whose behalf a handler asks a use case for a change. The context has it
// between this package and the handler, and no use case reads it.
func CallerOf(ctx context.Context) ledger.Caller {
	receipt, _ := ctx.Value(receiptKey{}).(*ledger.ReceiptKey)
	return ledger.Caller{Author: PrincipalOf(ctx).Author(), Receipt: receipt}
}

// asOwner lets a request do everything.
func asOwner(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), callerKey{}, caller{Principal: access.Owner()}))
}

func isOwner(ctx context.Context) bool { return PrincipalOf(ctx).Kind == access.KindOwner }

// authenticate returns who makes a request. The header Authorization goes before the cookie of
// a session, which a browser sends by itself.
func (s *Server) authenticate(r *http.Request) (caller, error) {
	if known, ok := r.Context().Value(callerKey{}).(caller); ok {
		return known, nil
	}
	if len(r.Header.Values("Authorization")) == 0 {
		if token, given := sessionToken(r); given {
			return s.resume(r, token)
		}
	}
	token, given := bearer(r)
	if !given {
		return caller{}, &fault.Error{
			Kind: fault.KindUnauthorized, Type: "unauthorized", Message: "Send a key in the header Authorization: Bearer KEY, or sign in.",
		}
	}
	key, err := s.authenticator.Authenticate(token)
	again := func() error {
		_, err := s.authenticator.Authenticate(token)
		return err
	}
	return caller{Principal: key.Principal(), again: again}, err
}

// resume returns who makes a request with the cookie of a session.
func (s *Server) resume(r *http.Request, token string) (caller, error) {
	if err := s.checkOrigin(r); err != nil {
		return caller{}, err
	}
	session, err := s.sessions.Resume(token)
	again := func() error {
		_, err := s.sessions.Resume(token)
		return err
	}
	return caller{Principal: session.Principal, session: &Session{Session: session, Token: token}, again: again}, err
}

// checkOrigin refuses a request that changes something and that a page of another site makes
// the browser send (cross-site request forgery).
func (s *Server) checkOrigin(r *http.Request) error {
	if s.origins.Check(r) == nil {
		return nil
	}
	return &fault.Error{
		Kind: fault.KindForbidden, Type: "cross-origin", Message: "The browser sent this for a page of another site, which may not do that.",
	}
}

// bearer returns the token of the header Authorization (RFC 6750). Two headers
// are none.
func bearer(r *http.Request) (token string, ok bool) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}

// hosts are the names this server answers to.
//
// A page of another site can make a browser call this server by a name of that
// site that resolves to our address (DNS rebinding); the browser then takes our
// answers for that site's own. The header Host gives it away. An address cannot
// be rebound, so every address is fine, and so is localhost, which browsers
// resolve themselves; other names must be configured.
type hosts map[string]struct{}

func newHosts(names []string) hosts {
	h := hosts{"localhost": {}}
	for _, name := range names {
		h[canonicalHost(name)] = struct{}{}
	}
	return h
}

// allow reports whether a Host header, with or without port, is one of ours.
func (h hosts) allow(header string) bool {
	name := canonicalHost(header)
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	_, known := h[name]
	return known
}

func canonicalHost(header string) string {
	name := header
	if host, _, err := net.SplitHostPort(header); err == nil {
		name = host
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	return strings.TrimSuffix(strings.ToLower(name), ".")
}
