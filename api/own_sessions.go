package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// ownSessionBody is one of the sessions of whoever asks.
type ownSessionBody struct {
	ID            string `json:"id" format:"uuid"`
	Current       bool   `json:"current" doc:"Whether it is the session of this request."`
	BeganAt       string `json:"began_at" format:"date-time" doc:"When it was signed in."`
	LastUsedAt    string `json:"last_used_at" format:"date-time" doc:"When a request came last."`
	ExpiresAt     string `json:"expires_at" format:"date-time" doc:"When it ends in any case."`
	IdleExpiresAt string `json:"idle_expires_at" format:"date-time" doc:"When it ends if no request comes before."`
}

type ownSessionList struct {
	Sessions []ownSessionBody `json:"sessions" doc:"The one used last first; 100 at most."`
}

type ownSessionInput struct {
	ID ledger.ID `path:"id" noun:"session" doc:"The id of the session."`
}

type renameSelfInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"100" example:"Amina Otieno"`
	} `body:"json"`
}

func (s *server) registerOwnSessions() {
	wire.Register(s.Server, wire.Operation{
		ID: "rename-self", Method: http.MethodPatch, Path: "/v1/session", Tag: "session", Writes: true, MaxBody: maxSignIn, Refuses: []int{http.StatusConflict, http.StatusGone},
		Summary: "Change the name of the person who is signed in",
		About:   "What the person did before keeps the name of then. A key has the name that an administrator gave it: 403 no-person.",
	}, s.renameSelf)
	wire.Register(s.Server, wire.Operation{
		ID: "list-sessions", Method: http.MethodGet, Path: "/v1/sessions", Tag: "session", Summary: "List your own sessions",
		About: "Those of the person, or of the key.",
	}, s.listSessions)
	wire.Register(s.Server, wire.Operation{
		ID: "end-session", Method: http.MethodDelete, Path: "/v1/sessions/{id}", Tag: "session", Status: http.StatusNoContent, Headers: []string{wire.SetCookieHeader},
		Summary: "End one of your own sessions",
	}, s.endSession)
}

func (s *server) renameSelf(ctx context.Context, in *renameSelfInput) (wire.Answer[sessionBody], error) {
	self := wire.PrincipalOf(ctx)
	if self.Kind != access.KindPerson {
		return wire.Answer[sessionBody]{}, &fault.Error{Kind: fault.KindForbidden, Type: "no-person", Message: "Only a person who is signed in has a name of their own."}
	}
	person, done, err := s.team.Change(ctx, wire.CallerOf(ctx), self.ID, access.PersonChange{Name: &in.Body.Name}, ledger.AnyVersion)
	if err != nil {
		return wire.Answer[sessionBody]{}, err
	}
	session := access.Session{}
	if with := wire.SessionOf(ctx); with != nil {
		session = with.Session
	}
	session.Principal = person.Principal()
	return wire.Answer[sessionBody]{Body: s.wireSession(session), Seq: done.Seq, Replayed: done.Replayed}, nil
}

func (s *server) listSessions(ctx context.Context, _ *struct{}) (wire.Answer[ownSessionList], error) {
	current := ownID(ctx)
	list := ownSessionList{Sessions: []ownSessionBody{}}
	for _, one := range s.sessions.Own(wire.PrincipalOf(ctx)) {
		list.Sessions = append(list.Sessions, ownSessionBody{
			ID: one.ID.String(), Current: one.ID == current, BeganAt: wire.Instant(one.BeganAt), LastUsedAt: wire.Instant(one.UsedAt),
			ExpiresAt: wire.Instant(one.ExpiresAt), IdleExpiresAt: wire.Instant(one.IdleExpiresAt),
		})
	}
	return wire.Answer[ownSessionList]{Body: list}, nil
}

func (s *server) endSession(ctx context.Context, in *ownSessionInput) (wire.Answer[wire.None], error) {
	var out wire.Answer[wire.None]
	if in.ID == ownID(ctx) {
		out.Cookie = &wire.SessionCookie{}
	}
	return out, s.sessions.EndOwn(ctx, wire.PrincipalOf(ctx), in.ID)
}

// ownID is the id of the session of a request, zero for a request with a key.
func ownID(ctx context.Context) ledger.ID {
	if with := wire.SessionOf(ctx); with != nil {
		return access.SessionID(with.Token)
	}
	return ledger.ID{}
}
