package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/ledger"
)

// Keys are the API keys of the workspace.
type Keys interface {
	wire.Authenticator
	Create(ctx context.Context, by ledger.Caller, d access.Draft) (key access.Key, token string, done ledger.Done, err error)
	Change(ctx context.Context, by ledger.Caller, id ledger.ID, c access.Change) (key access.Key, done ledger.Done, err error)
	List() []access.Key
	Revoke(ctx context.Context, by ledger.Caller, id ledger.ID) (done ledger.Done, err error)
}

// keyBody is a key on the wire.
type keyBody struct {
	ID                string `json:"id" format:"uuid"`
	Name              string `json:"name" example:"Help desk"`
	Scope             string `json:"scope" enum:"agent,marketer,campaign,ai,admin"`
	CreatedAt         string `json:"created_at" format:"date-time"`
	ExpiresAt         string `json:"expires_at,omitempty" format:"date-time" doc:"From when on the key is refused; absent when it does not expire."`
	LastUsedAt        string `json:"last_used_at,omitempty" format:"date-time" doc:"The day (UTC) on which the key was used last, as the moment it began; absent when it never was."`
	RequestsPerSecond int    `json:"requests_per_second" doc:"How many requests the key may make a second." example:"2000"`
	HeavyQuestions    int    `json:"heavy_questions" doc:"How many heavy questions of the key may be under way at once." example:"64"`
	Key               string `json:"key,omitempty" doc:"The key itself. Only the first answer to its creation has it; it cannot be shown again." example:"kundi_..."`
}

type keyList struct {
	Keys []keyBody `json:"keys"`
}

type createKeyInput struct {
	Body struct {
		Name              string  `json:"name" doc:"What the key is for; recorded with every change made with it." minLength:"1" maxLength:"100" example:"Help desk"`
		Scope             string  `json:"scope" doc:"What the key may do." enum:"agent,marketer,campaign,ai,admin"`
		ExpiresAt         *string `json:"expires_at,omitempty" doc:"From when on the key is refused: an instant with an offset. Absent: never." format:"date-time" example:"2027-12-31T23:59:59Z"`
		RequestsPerSecond int     `json:"requests_per_second,omitempty" doc:"How many requests the key may make a second. Absent: 10,000 for admin, else 2,000." minimum:"1" maximum:"1000000"`
		HeavyQuestions    int     `json:"heavy_questions,omitempty" doc:"How many heavy questions of the key may be under way at once. Absent: 64." minimum:"1" maximum:"1000"`
	} `body:"json"`
}

type patchKeyInput struct {
	ID   ledger.ID `path:"id" noun:"key" doc:"The id of the key."`
	Body keyDraft  `body:"json" doc:"A merge patch (RFC 7396)."`
}

type keyIDInput struct {
	ID ledger.ID `path:"id" noun:"key" doc:"The id of the key."`
}

func (s *server) registerKeys() {
	wire.Register(s.Server, wire.Operation{
		ID: "create-key", Refuses: []int{http.StatusGone}, Method: http.MethodPost, Path: "/v1/keys", Tag: "keys", Status: http.StatusCreated,
		Writes: true, Headers: []string{wire.LocationHeader},
		Summary: "Make an API key",
		About:   "The answer holds the key. Only its hash is kept, so it cannot be shown again: a repeated request with the same Idempotency-Key makes no second key and is answered without the key. If the first answer was lost, revoke that one and make another.",
	}, s.createKey)
	wire.Register(s.Server, wire.Operation{
		ID: "list-keys", Method: http.MethodGet, Path: "/v1/keys", Tag: "keys", Summary: "List the API keys, oldest first",
	}, s.listKeys)
	wire.Register(s.Server, wire.Operation{
		ID: "update-key", Refuses: []int{http.StatusGone}, Method: http.MethodPatch, Path: "/v1/keys/{id}", Tag: "keys", Writes: true,
		Summary: "Change an API key",
		About:   "Its name, the end of its time and its limits; what it may do stays. It holds for the next request.",
	}, s.patchKey)
	wire.Register(s.Server, wire.Operation{
		ID: "revoke-key", Method: http.MethodDelete, Path: "/v1/keys/{id}", Tag: "keys", Status: http.StatusNoContent,
		Writes:  true,
		Summary: "Revoke an API key", About: "It stops working before the answer is sent.",
	}, s.revokeKey)
}

func (s *server) createKey(ctx context.Context, in *createKeyInput) (wire.Answer[keyBody], error) {
	b := &in.Body
	draft := access.Draft{
		Name: b.Name, Scope: access.Scope(b.Scope),
		Limits: access.Limits{RequestsPerSecond: b.RequestsPerSecond, HeavyQuestions: b.HeavyQuestions},
	}
	if b.ExpiresAt != nil {
		var d wire.Decoder
		draft.ExpiresAt = d.Instant(*b.ExpiresAt, "expires_at")
		if err := d.Err(); err != nil {
			return wire.Answer[keyBody]{}, err
		}
	}
	key, token, done, err := s.keys.Create(ctx, wire.CallerOf(ctx), draft)
	if err != nil {
		return wire.Answer[keyBody]{}, err
	}
	body := wireKey(key)
	body.Key = token
	return wire.Answer[keyBody]{Body: body, Seq: done.Seq, Replayed: done.Replayed, Location: "/v1/keys/" + body.ID}, nil
}

func (s *server) patchKey(ctx context.Context, in *patchKeyInput) (wire.Answer[keyBody], error) {
	change, err := keyChangeOf(in.Body)
	if err != nil {
		return wire.Answer[keyBody]{}, err
	}
	key, done, err := s.keys.Change(ctx, wire.CallerOf(ctx), in.ID, change)
	if err != nil {
		return wire.Answer[keyBody]{}, err
	}
	return wire.Answer[keyBody]{Body: wireKey(key), Seq: done.Seq, Replayed: done.Replayed}, nil
}

func (s *server) listKeys(context.Context, *struct{}) (wire.Answer[keyList], error) {
	list := keyList{Keys: []keyBody{}}
	for _, key := range s.keys.List() {
		list.Keys = append(list.Keys, wireKey(key))
	}
	return wire.Answer[keyList]{Body: list}, nil
}

func (s *server) revokeKey(ctx context.Context, in *keyIDInput) (wire.Answer[wire.None], error) {
	done, err := s.keys.Revoke(ctx, wire.CallerOf(ctx), in.ID)
	if err == nil {
		s.Forget(in.ID)
		s.readers.forget(in.ID)
	}
	return wire.Answer[wire.None]{Seq: done.Seq, Replayed: done.Replayed}, err
}

func wireKey(k access.Key) keyBody {
	limits := k.Limits()
	return keyBody{
		ID: k.ID.String(), Name: k.Name, Scope: string(k.Scope), CreatedAt: wire.Instant(k.CreatedAt),
		ExpiresAt: wire.Instant(k.ExpiresAt), LastUsedAt: wire.Instant(k.LastUsedAt),
		RequestsPerSecond: limits.RequestsPerSecond, HeavyQuestions: limits.HeavyQuestions,
	}
}
