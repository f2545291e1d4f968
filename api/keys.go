package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/contacts"
)

// Keys are the API keys of the workspace.
type Keys interface {
	Authenticator
	Create(ctx context.Context, by contacts.Author, name string, scope access.Scope) (key access.Key, token string, seq uint64, err error)
	List() []access.Key
	Revoke(ctx context.Context, by contacts.Author, id contacts.ID) (seq uint64, err error)
}

// keyBody is a key on the wire.
type keyBody struct {
	ID        string `json:"id" format:"uuid"`
	Name      string `json:"name" example:"Help desk"`
	Scope     string `json:"scope" enum:"agent,marketer,campaign,ai,admin"`
	CreatedAt string `json:"created_at" format:"date-time"`
	Key       string `json:"key,omitempty" doc:"The key itself. Only the answer to its creation has it; it cannot be shown again." example:"kundi_..."`
}

type keyList struct {
	Keys []keyBody `json:"keys"`
}

type createKeyInput struct {
	Body struct {
		Name  string `json:"name" doc:"What the key is for; recorded with every change made with it." minLength:"1" maxLength:"100" example:"Help desk"`
		Scope string `json:"scope" doc:"What the key may do." enum:"agent,marketer,campaign,ai,admin"`
	} `body:"json"`
}

type keyInput struct {
	ID contacts.ID `path:"id" noun:"key" doc:"The id of the key."`
}

func (s *server) registerKeys() {
	register(s, operation{
		id: "create-key", method: http.MethodPost, path: "/v1/keys", tag: "keys", status: http.StatusCreated,
		headers: []string{seqHeader, locationHeader},
		summary: "Make an API key",
		about:   "The answer holds the key. Only its hash is kept, so it cannot be shown again. An Idempotency-Key has no effect here, for the same reason.",
	}, s.createKey)
	register(s, operation{
		id: "list-keys", method: http.MethodGet, path: "/v1/keys", tag: "keys", summary: "List the API keys, oldest first",
	}, s.listKeys)
	register(s, operation{
		id: "revoke-key", method: http.MethodDelete, path: "/v1/keys/{id}", tag: "keys", status: http.StatusNoContent,
		headers: []string{seqHeader},
		summary: "Revoke an API key", about: "It stops working before the answer is sent.",
	}, s.revokeKey)
}

func (s *server) createKey(ctx context.Context, in *createKeyInput) (answer[keyBody], error) {
	key, token, seq, err := s.keys.Create(ctx, authorOf(ctx), in.Body.Name, access.Scope(in.Body.Scope))
	if err != nil {
		return answer[keyBody]{}, err
	}
	body := wireKey(key)
	body.Key = token
	return answer[keyBody]{Body: body, Seq: seq, Location: "/v1/keys/" + body.ID}, nil
}

func (s *server) listKeys(context.Context, *struct{}) (answer[keyList], error) {
	list := keyList{Keys: []keyBody{}}
	for _, key := range s.keys.List() {
		list.Keys = append(list.Keys, wireKey(key))
	}
	return answer[keyList]{Body: list}, nil
}

func (s *server) revokeKey(ctx context.Context, in *keyInput) (answer[none], error) {
	seq, err := s.keys.Revoke(ctx, authorOf(ctx), in.ID)
	return answer[none]{Seq: seq}, err
}

func wireKey(k access.Key) keyBody {
	return keyBody{ID: k.ID.String(), Name: k.Name, Scope: string(k.Scope), CreatedAt: wireInstant(k.CreatedAt)}
}

// wireInstant writes an instant in UTC with milliseconds, "" for none.
func wireInstant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return contacts.FormatInstant(t.UnixMilli())
}
