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

// apiKey is where the key of the caller is in the context of a request.
type apiKey struct{}

// KeyOf returns the key a request was made with. There is one in the
// context of every handler of a route that is not open.
func KeyOf(ctx context.Context) access.Key {
	key, _ := ctx.Value(apiKey{}).(access.Key)
	return key
}

// CallerOf returns on whose behalf a handler asks a use case for a change. The context has it
// between this package and the handler, and no use case reads it.
func CallerOf(ctx context.Context) ledger.Caller {
	receipt, _ := ctx.Value(receiptKey{}).(*ledger.ReceiptKey)
	return ledger.Caller{Author: KeyOf(ctx).Author(), Receipt: receipt}
}

// ownerKey stands for the owner of the data folder, who needs no key.
func ownerKey() access.Key { return access.Key{Name: "owner", Scope: access.ScopeAdmin} }

// asOwner lets a request do everything.
func asOwner(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), apiKey{}, ownerKey()))
}

// authenticate returns the key of a request, and the request's context with it.
func (s *Server) authenticate(r *http.Request) (access.Key, context.Context, error) {
	ctx := r.Context()
	if key, known := ctx.Value(apiKey{}).(access.Key); known {
		return key, ctx, nil
	}
	token, given := bearer(r)
	if !given {
		return access.Key{}, nil, &fault.Error{
			Kind: fault.KindUnauthorized, Type: "unauthorized", Message: "Send a key in the header Authorization: Bearer KEY.",
		}
	}
	key, err := s.authenticator.Authenticate(token)
	return key, context.WithValue(ctx, apiKey{}, key), err
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
