package wire

import (
	"net/http"
	"strings"
	"time"
)

// cookieName is the cookie that has the token of a session.
const cookieName = "kundi_session"

// SessionCookie has a browser keep the token of a session until a moment, or forget it: the
// zero value.
type SessionCookie struct {
	Token string
	Until time.Time
}

// of is the cookie in the answer to a request. No script can read it, and no page of another
// site makes a browser send it. It is only sent over TLS when the request came so, also to a
// proxy that says it in X-Forwarded-Proto: a client that lies about that only has a cookie
// that it sends less often.
func (s SessionCookie) of(r *http.Request) *http.Cookie {
	c := &http.Cookie{
		Name: cookieName, Value: s.Token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https"),
	}
	if s.Token == "" {
		c.MaxAge = -1
	} else {
		c.Expires = s.Until
	}
	return c
}

// sessionToken returns the token of the cookie of a session. Two cookies are none.
func sessionToken(r *http.Request) (token string, ok bool) {
	cookies := r.CookiesNamed(cookieName)
	if len(cookies) != 1 || cookies[0].Value == "" {
		return "", false
	}
	return cookies[0].Value, true
}
