package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

type consentsInput struct {
	ID ledger.ID `path:"id" noun:"contact" doc:"The id of the contact."`
}

type setConsentInput struct {
	ID      ledger.ID        `path:"id" noun:"contact" doc:"The id of the contact."`
	Channel string           `path:"channel" noun:"path" doc:"On which it is written to: one of api, email, facebook, instagram, line, live_chat, sms, telegram, tiktok, twitter, viber, voice, wechat and whatsapp." example:"email"`
	IfMatch string           `header:"If-Match" doc:"The ETag that the contact must still have, else 412."`
	Body    consentOnChannel `body:"json"`
}

// consentOnChannel is the text of a consent to be written.
type consentOnChannel json.RawMessage

// Schema describes it.
func (consentOnChannel) Schema(r huma.Registry) *huma.Schema {
	return wire.Creation(r, reflect.TypeFor[newConsent](), "status")
}

// newConsent describes what may be sent of a consent.
type newConsent struct {
	Status string `json:"status" enum:"subscribed,unsubscribed,unknown" doc:"Unknown withdraws what was said."`
	Proof  string `json:"proof,omitempty" maxLength:"1000" doc:"One line that says how it is known." example:"Form on example.org/news, confirmed by e-mail"`
	At     string `json:"at,omitempty" format:"date-time" doc:"When the contact said so; now when absent. At most 5 minutes ahead."`
}

type consentsBody struct {
	Consent []consentBody `json:"consent" doc:"One for each channel."`
}

// consentBody is what a contact has said about a channel.
type consentBody struct {
	Channel string `json:"channel" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp"`
	Status  string `json:"status" enum:"subscribed,unsubscribed,unknown" doc:"Unknown: nothing was said."`
	Source  string `json:"source,omitempty" enum:"agent,api,import,ai,system,rule,merge" doc:"On whose behalf it was noted. system: the contact has an address that is suppressed because its owner unsubscribed."`
	Name    string `json:"name,omitempty" doc:"The name of the key, or of the command."`
	At      string `json:"at,omitempty" format:"date-time" doc:"When the contact said so."`
	Proof   string `json:"proof,omitempty" doc:"How it is known."`
}

func consentOnWire(c contacts.Consent) consentBody {
	return consentBody{Channel: c.Channel.String(), Status: c.Status.String(), Source: string(c.Source), Name: c.Name, At: wire.Instant(c.At), Proof: c.Proof}
}

// consentsOnWire has one for each channel.
func consentsOnWire(c *contacts.Contact) []consentBody {
	list := make([]consentBody, len(fields.Channels))
	for i, channel := range fields.Channels {
		list[i] = consentOnWire(c.Consent(fields.ChannelNamed(channel)))
	}
	return list
}

func (s *server) registerConsent() {
	wire.Register(s.Server, wire.Operation{
		ID: "get-consent", Method: http.MethodGet, Path: "/v1/contacts/{id}/consent", Tag: "contacts", Headers: []string{wire.ETagHeader},
		Summary: "What a contact has said about each channel",
	}, s.getConsent)
	wire.Register(s.Server, wire.Operation{
		ID: "set-consent", Refuses: []int{http.StatusGone}, Method: http.MethodPut, Path: "/v1/contacts/{id}/consent/{channel}", Tag: "contacts", Writes: true, Headers: []string{wire.ETagHeader},
		Summary: "Set what a contact has said about a channel",
		About: "It replaces what was said before as a whole. Whoever is subscribed again is written to again at addresses that were suppressed because their owner unsubscribed; " +
			"addresses that bounced stay suppressed.",
	}, s.setConsent)
}

func (s *server) getConsent(ctx context.Context, in *consentsInput) (wire.Answer[consentsBody], error) {
	c, _, err := s.contacts.Get(ctx, in.ID)
	if err == nil {
		err = s.countPeople(ctx, 1)
	}
	if err != nil {
		return wire.Answer[consentsBody]{}, err
	}
	return wire.Answer[consentsBody]{Body: consentsBody{consentsOnWire(c)}, Version: c.Version}, nil
}

func (s *server) setConsent(ctx context.Context, in *setConsentInput) (wire.Answer[consentBody], error) {
	version, err := wire.ParseIfMatch(in.IfMatch)
	if err != nil {
		return wire.Answer[consentBody]{}, err
	}
	draft, err := draftOf(in.Body)
	if err != nil {
		return wire.Answer[consentBody]{}, err
	}
	channel := fields.ChannelNamed(in.Channel)
	result, err := s.contacts.SetConsent(ctx, wire.CallerOf(ctx), in.ID, channel, draft, version)
	if err != nil {
		return wire.Answer[consentBody]{}, err
	}
	out := wire.Answer[consentBody]{Seq: result.Seq, Replayed: result.Replayed}
	if result.Contact == nil {
		return out, wire.DeletedSince("contact", result.ID)
	}
	out.Body, out.Version = consentOnWire(result.Contact.Consent(channel)), result.Contact.Version
	return out, nil
}
