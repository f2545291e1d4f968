package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/strictjson"
)

// People are the use cases of those who sign in.
type People interface {
	Create(ctx context.Context, by ledger.Caller, d access.PersonDraft) (access.Person, ledger.Done, error)
	Find(id ledger.ID) (access.Person, error)
	List(after ledger.ID, limit int) (page []access.Person, more bool)
	Change(ctx context.Context, by ledger.Caller, id ledger.ID, c access.PersonChange, version uint64) (access.Person, ledger.Done, error)
	Delete(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (ledger.Done, error)
	Invite(ctx context.Context, by ledger.Caller, id ledger.ID, lasting time.Duration) (person access.Person, token string, done ledger.Done, err error)
}

// personBody is a person on the wire.
type personBody struct {
	ID             string `json:"id" format:"uuid"`
	Name           string `json:"name" example:"Amina Otieno"`
	Email          string `json:"email" example:"amina@example.org"`
	Scope          string `json:"scope" enum:"agent,marketer,admin"`
	Disabled       bool   `json:"disabled,omitempty" doc:"True of a person who may not sign in; absent else."`
	HasPassword    bool   `json:"has_password" doc:"Whether the person can sign in with an e-mail and a password."`
	InvitedUntil   string `json:"invited_until,omitempty" format:"date-time" doc:"Until when the person's link can be used; absent when there is none."`
	LastSignedInAt string `json:"last_signed_in_at,omitempty" format:"date-time" doc:"Absent when the person never did."`
	CreatedAt      string `json:"created_at" format:"date-time"`
	Version        uint64 `json:"version" doc:"The ETag is the same number. Signing in with a password does not change it."`
}

type personList struct {
	People     []personBody `json:"people"`
	NextCursor string       `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

// personCreation is what a person is made of.
type personCreation struct {
	Name  string `json:"name" doc:"History names the person with every change." minLength:"1" maxLength:"100" example:"Amina Otieno"`
	Email string `json:"email" doc:"No two people have the same, in any case." minLength:"1" maxLength:"254" example:"amina@example.org"`
	Scope string `json:"scope" doc:"What the person may do." enum:"agent,marketer,admin"`
}

// personInput is what may be sent to change a person.
type personInput struct {
	Name     *string `json:"name,omitempty" null:"no" minLength:"1" maxLength:"100" example:"Amina Otieno"`
	Email    *string `json:"email,omitempty" null:"no" minLength:"1" maxLength:"254" example:"amina@example.org"`
	Scope    *string `json:"scope,omitempty" null:"no" enum:"agent,marketer,admin"`
	Disabled *bool   `json:"disabled,omitempty" doc:"True ends the person's sessions and link at once; null: false."`
}

// personDraft is the text of a patch of a person.
type personDraft json.RawMessage

// Schema describes it.
func (personDraft) Schema(r huma.Registry) *huma.Schema {
	return wire.MergePatch(r, reflect.TypeFor[personInput]())
}

// invitationBody is a link with which a person signs in.
type invitationBody struct {
	Person    personBody `json:"person"`
	ExpiresAt string     `json:"expires_at" format:"date-time" doc:"Until when the link can be used, once."`
	Token     string     `json:"token,omitempty" doc:"What POST /v1/session takes. Only the first answer has it; it cannot be shown again." example:"kundi_link_..."`
	Link      string     `json:"link,omitempty" doc:"The page that signs in with the token, relative to the address of the server. A fragment (#) is never sent to a server, so no log has it." example:"/sign-in#token=kundi_link_..."`
}

type personIDInput struct {
	ID ledger.ID `path:"id" noun:"person" doc:"The id of the person."`
}

func (s *server) registerPeople() {
	n := wire.Noun{
		Server: s.Server, Article: "a", Name: "person", Plural: "people", PageDoc: "People a page.", PatchDoc: "A merge patch (RFC 7396).",
	}
	refuses := []int{http.StatusConflict, http.StatusGone}
	wire.RegisterCreate(n, wire.Operation{
		Refuses: refuses, Summary: "Make a person who may sign in",
		About: "People sign in to the console; contacts are other people. A new person signs in with the link of an invitation.",
	}, s.createPerson)
	wire.RegisterList(n, wire.Operation{Summary: "List the people who may sign in, oldest first"}, s.listPeople)
	wire.RegisterGet(n, wire.Operation{}, func(_ context.Context, id ledger.ID) (wire.Answer[personBody], error) {
		person, err := s.team.Find(id)
		return answerPerson(person, ledger.Done{}), err
	})
	wire.RegisterPatch(n, wire.Operation{
		Refuses: refuses, About: "It holds for the next request of the person. A change after which there would be no person and no key of scope admin is a 409.",
	}, s.patchPerson)
	wire.RegisterDelete(n, wire.Operation{
		Refuses: []int{http.StatusConflict}, About: "The sessions of the person end at once. What the person did keeps the name.",
	}, s.deletePerson)
	wire.Register(s.Server, n.OfOne(wire.Operation{
		Status: http.StatusCreated, Writes: true, Refuses: refuses,
		About: "It lasts for 7 days and works once. Another one takes its place. A person who has forgotten the password gets in with one, too. Only a hash of the token is kept, so a repeated request with the same Idempotency-Key is answered without it.",
	}, "invite-person", http.MethodPost, "/invitation", "Make a link with which a person signs in"), s.invitePerson)
}

func (s *server) createPerson(ctx context.Context, in personCreation) (wire.Answer[personBody], error) {
	person, done, err := s.team.Create(ctx, wire.CallerOf(ctx), access.PersonDraft{Name: in.Name, Email: in.Email, Scope: access.Scope(in.Scope)})
	out := answerPerson(person, done)
	out.Location = "/v1/people/" + out.Body.ID
	return out, err
}

func (s *server) listPeople(_ context.Context, page wire.Page) (personList, error) {
	people, more := s.team.List(page.After, page.Limit)
	list := personList{People: make([]personBody, len(people))}
	for i, person := range people {
		list.People[i] = wirePerson(person)
	}
	if more {
		list.NextCursor = page.Next(people[len(people)-1].ID)
	}
	return list, nil
}

func (s *server) patchPerson(ctx context.Context, id ledger.ID, text personDraft, version uint64) (wire.Answer[personBody], error) {
	change, err := personChangeOf(text)
	if err != nil {
		return wire.Answer[personBody]{}, err
	}
	person, done, err := s.team.Change(ctx, wire.CallerOf(ctx), id, change, version)
	return answerPerson(person, done), err
}

var personInputReader = wire.NewReader[personInput]()

// personChangeOf reads a merge patch of a person.
func personChangeOf(text []byte) (access.PersonChange, error) {
	var d wire.Decoder
	in := personInputReader.Read(&d, text, "")
	if err := d.Err(); err != nil {
		return access.PersonChange{}, err
	}
	for name, value := range strictjson.Members(text) {
		if !bytes.Equal(value, []byte("null")) {
			continue
		}
		switch name {
		case "name", "email", "scope":
			d.Fault(name, "must not be null")
		case "disabled":
			in.Disabled = new(bool)
		}
	}
	change := access.PersonChange{Name: in.Name, Email: in.Email, Disabled: in.Disabled}
	if in.Scope != nil {
		scope := access.Scope(*in.Scope)
		change.Scope = &scope
	}
	return change, d.Err()
}

func (s *server) deletePerson(ctx context.Context, id ledger.ID, version uint64) (ledger.Done, error) {
	done, err := s.team.Delete(ctx, wire.CallerOf(ctx), id, version)
	if err == nil {
		s.Forget(id)
	}
	return done, err
}

func (s *server) invitePerson(ctx context.Context, in *personIDInput) (wire.Answer[invitationBody], error) {
	person, token, done, err := s.team.Invite(ctx, wire.CallerOf(ctx), in.ID, access.InvitationTime)
	if err != nil {
		return wire.Answer[invitationBody]{}, err
	}
	body := invitationBody{Person: wirePerson(person), ExpiresAt: wire.Instant(person.InvitedUntil), Token: token}
	if token != "" {
		body.Link = access.SignInPath(token)
	}
	return wire.Answer[invitationBody]{Body: body, Seq: done.Seq, Replayed: done.Replayed}, nil
}

// answerPerson answers with a person. When the person signed in changes beside the version.
func answerPerson(p access.Person, done ledger.Done) wire.Answer[personBody] {
	return wire.Answer[personBody]{Body: wirePerson(p), Version: p.Version, Moving: true, Seq: done.Seq, Replayed: done.Replayed}
}

func wirePerson(p access.Person) personBody {
	return personBody{
		ID: p.ID.String(), Name: p.Name, Email: p.Email, Scope: string(p.Scope), Disabled: p.Disabled, HasPassword: p.HasPassword,
		InvitedUntil: wire.Instant(p.InvitedUntil), LastSignedInAt: wire.Instant(p.LastSignedInAt), CreatedAt: wire.Instant(p.CreatedAt), Version: p.Version,
	}
}
