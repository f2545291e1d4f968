package api

import (
	"context"
	"net/http"
	"net/netip"
	"slices"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// Sessions are the use cases of signing in.
type Sessions interface {
	wire.Resumer
	WithKey(ctx context.Context, key string) (access.Session, string, error)
	WithLink(ctx context.Context, link, password string) (access.Session, string, error)
	WithPassword(ctx context.Context, email, password string, from netip.Addr) (access.Session, string, error)
	SetPassword(ctx context.Context, of access.Principal, current, password string, from netip.Addr) (access.Session, string, error)
	End(ctx context.Context, token string) error
	EndAll(ctx context.Context, of access.Principal) error
	Own(of access.Principal) []access.OwnSession
	EndOwn(ctx context.Context, of access.Principal, id ledger.ID) error
}

// sessionBody says who makes a request.
type sessionBody struct {
	Who           whoBody       `json:"who"`
	ExpiresAt     string        `json:"expires_at,omitempty" format:"date-time" doc:"When the session ends in any case; absent of a request with a key."`
	IdleExpiresAt string        `json:"idle_expires_at,omitempty" format:"date-time" doc:"When the session ends if no request comes before; absent of a request with a key."`
	Workspace     workspaceBody `json:"workspace"`
}

// whoBody is a key, a person, or the owner of the data folder.
type whoBody struct {
	Kind        string `json:"kind" enum:"key,person,owner" doc:"owner: the owner of the data folder, on its socket."`
	ID          string `json:"id,omitempty" format:"uuid" doc:"Of the key or the person."`
	Name        string `json:"name" example:"Amina Otieno"`
	Email       string `json:"email,omitempty" doc:"Of a person." example:"amina@example.org"`
	Scope       string `json:"scope" enum:"agent,marketer,campaign,ai,admin"`
	HasPassword bool   `json:"has_password,omitempty" doc:"True of a person who has a password; absent else."`
}

// workspaceBody are the settings that values are shown by.
type workspaceBody struct {
	TimeZone    string `json:"time_zone" example:"Africa/Nairobi"`
	Currency    string `json:"currency" example:"KES"`
	PhoneRegion string `json:"phone_region,omitempty" example:"KE"`
	WeekStart   string `json:"week_start" enum:"monday,sunday,saturday"`
}

type signInInput struct {
	Body struct {
		Key      string `json:"key,omitempty" doc:"An API key." maxLength:"200" example:"kundi_..."`
		Token    string `json:"token,omitempty" doc:"The token of a link, see POST /v1/people/{id}/invitation." maxLength:"200" example:"kundi_link_..."`
		Email    string `json:"email,omitempty" doc:"Of a person who has a password." maxLength:"254" example:"amina@example.org"`
		Password string `json:"password,omitempty" doc:"With email: the password. With token: a new password of 12 to 200 characters."`
	} `body:"json"`
}

type passwordInput struct {
	Body struct {
		Password        string `json:"password" doc:"The new one." minLength:"12" maxLength:"200"`
		CurrentPassword string `json:"current_password,omitempty" doc:"Required when there is one."`
	} `body:"json"`
}

// maxSignIn is how many bytes a body has with which somebody signs in. Nobody is known yet whom
// more would be counted for.
const maxSignIn = 8 << 10

func (s *server) registerSession() {
	refuses := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusMisdirectedRequest, http.StatusTooManyRequests}
	wire.Register(s.Server, wire.Operation{
		ID: "sign-in", Method: http.MethodPost, Path: "/v1/session", Tag: "session", Status: http.StatusCreated, MaxBody: maxSignIn, Refuses: refuses,
		Headers: []string{wire.LocationHeader, wire.SetCookieHeader}, Summary: "Sign in",
		About: "Open: needs no key. Send one of: key; token, with which a password may be set; email and password. The answer sets a cookie that no script can read. A session ends 12 hours after its last request, 30 days after signing in, by DELETE, and when its key is revoked or its person may not sign in any more. Requests with the cookie act as the key, or as the person with source agent. Nothing is said about why an e-mail and a password are refused.",
	}, s.signIn)
	wire.Register(s.Server, wire.Operation{
		ID: "get-session", Method: http.MethodGet, Path: "/v1/session", Tag: "session", Summary: "Who am I?",
		About: "Also with a key.",
	}, s.getSession)
	wire.Register(s.Server, wire.Operation{
		ID: "sign-out", Method: http.MethodDelete, Path: "/v1/session", Tag: "session", Status: http.StatusNoContent, Headers: []string{wire.SetCookieHeader},
		Summary: "Sign out", About: "Ends the session of the request. With a key there is none to end.",
	}, s.signOut)
	wire.Register(s.Server, wire.Operation{
		ID: "sign-out-everywhere", Method: http.MethodDelete, Path: "/v1/sessions", Tag: "session", Status: http.StatusNoContent, Headers: []string{wire.SetCookieHeader},
		Summary: "Sign out everywhere", About: "Ends all sessions of the person, or of the key.",
	}, s.signOutEverywhere)
	s.registerOwnSessions()
	wire.Register(s.Server, wire.Operation{
		ID: "set-password", Method: http.MethodPut, Path: "/v1/session/password", Tag: "session", Headers: []string{wire.SetCookieHeader}, MaxBody: maxSignIn,
		Summary: "Set the password of the person who is signed in",
		About:   "All sessions of the person end, and the answer has the cookie of a new one.",
	}, s.setPassword)
}

func (s *server) signIn(ctx context.Context, in *signInInput) (wire.Answer[sessionBody], error) {
	session, token, err := s.enter(ctx, in)
	if err != nil {
		return wire.Answer[sessionBody]{}, err
	}
	out := s.answerSession(session, token)
	out.Location = "/v1/session"
	return out, nil
}

// enter signs in with what was sent.
func (s *server) enter(ctx context.Context, in *signInInput) (access.Session, string, error) {
	b := &in.Body
	ways := slices.DeleteFunc([]string{b.Key, b.Token, b.Email}, func(sent string) bool { return sent == "" })
	if len(ways) != 1 {
		return access.Session{}, "", signInFault("body", "must have one of: key; token; email and password")
	}
	switch {
	case b.Token != "":
		return s.sessions.WithLink(ctx, b.Token, b.Password)
	case b.Key != "" && b.Password != "":
		return access.Session{}, "", signInFault("password", "goes with email or token, not with key")
	case b.Key != "":
		return s.sessions.WithKey(ctx, b.Key)
	case b.Password == "":
		return access.Session{}, "", signInFault("password", "must be sent with email")
	}
	return s.sessions.WithPassword(ctx, b.Email, b.Password, wire.VisitOf(ctx).From())
}

func signInFault(path, detail string) error {
	return wire.InvalidRequest([]fault.Fault{{Path: path, Detail: detail}})
}

func (s *server) getSession(ctx context.Context, _ *struct{}) (wire.Answer[sessionBody], error) {
	session := access.Session{Principal: wire.PrincipalOf(ctx)}
	if with := wire.SessionOf(ctx); with != nil {
		session = with.Session
	}
	return wire.Answer[sessionBody]{Body: s.wireSession(session)}, nil
}

func (s *server) signOut(ctx context.Context, _ *struct{}) (wire.Answer[wire.None], error) {
	with := wire.SessionOf(ctx)
	if with == nil {
		return wire.Answer[wire.None]{}, nil
	}
	return wire.Answer[wire.None]{Cookie: &wire.SessionCookie{}}, s.sessions.End(ctx, with.Token)
}

func (s *server) signOutEverywhere(ctx context.Context, _ *struct{}) (wire.Answer[wire.None], error) {
	var out wire.Answer[wire.None]
	if wire.SessionOf(ctx) != nil {
		out.Cookie = &wire.SessionCookie{}
	}
	return out, s.sessions.EndAll(ctx, wire.PrincipalOf(ctx))
}

func (s *server) setPassword(ctx context.Context, in *passwordInput) (wire.Answer[sessionBody], error) {
	session, token, err := s.sessions.SetPassword(ctx, wire.PrincipalOf(ctx), in.Body.CurrentPassword, in.Body.Password, wire.VisitOf(ctx).From())
	if err != nil {
		return wire.Answer[sessionBody]{}, err
	}
	return s.answerSession(session, token), nil
}

func (s *server) answerSession(session access.Session, token string) wire.Answer[sessionBody] {
	return wire.Answer[sessionBody]{Body: s.wireSession(session), Cookie: &wire.SessionCookie{Token: token, Until: session.ExpiresAt}}
}

func (s *server) wireSession(session access.Session) sessionBody {
	p, settings := session.Principal, s.settings.GetSettings()
	body := sessionBody{
		Who:       whoBody{Kind: string(p.Kind), Name: p.Name, Email: p.Email, Scope: string(p.Scope)},
		ExpiresAt: wire.Instant(session.ExpiresAt), IdleExpiresAt: wire.Instant(session.IdleExpiresAt),
		Workspace: workspaceBody{TimeZone: settings.TimeZone, Currency: settings.Currency, PhoneRegion: settings.PhoneRegion, WeekStart: settings.WeekStart},
	}
	if p.ID != uuid.Nil {
		body.Who.ID = p.ID.String()
	}
	if p.Kind == access.KindPerson {
		person, err := s.team.Find(p.ID)
		body.Who.HasPassword = err == nil && person.HasPassword
	}
	return body
}
