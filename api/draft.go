package api

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// draftOf reads a JSON object that the domain checks member by member. Numbers
// keep their digits.
func draftOf(text []byte) (fields.Draft, error) {
	if text = bytes.TrimSpace(text); text[0] != '{' {
		return nil, wire.InvalidRequest([]fault.Fault{{Path: "body", Detail: "must be an object"}})
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var draft fields.Draft
	return draft, decoder.Decode(&draft)
}

// contactDraft is the text of a contact to be written.
type contactDraft json.RawMessage

// Schema describes it.
func (contactDraft) Schema(r huma.Registry) *huma.Schema {
	ref := wire.MergePatch(r, reflect.TypeFor[contactInput]())
	r.SchemaFromRef(ref.Ref).Not = &huma.Schema{Required: []string{"company", "company_id"}}
	return ref
}

// contactInput describes what may be sent of a contact. The domain reads it:
// it takes more forms of a value than types can say.
type contactInput struct {
	Type       string          `json:"type,omitempty" enum:"visitor,lead,customer"`
	Name       string          `json:"name,omitempty" doc:"Required without e-mail, phone, identifier and identity. Composed of first_name and last_name when absent." maxLength:"500" example:"Amina Yusuf"`
	FirstName  string          `json:"first_name,omitempty" maxLength:"200"`
	LastName   string          `json:"last_name,omitempty" maxLength:"200"`
	Email      string          `json:"email,omitempty" doc:"The primary e-mail. Kept as typed; unique regardless of case. One of the others becomes the primary one; any other replaces it." example:"amina@example.org"`
	Phone      string          `json:"phone,omitempty" doc:"The primary phone number, likewise. With + and country code, or in the form of the workspace's phone region; unique." example:"+254712345678"`
	Identifier string          `json:"identifier,omitempty" doc:"Your own id of the person; unique, compared exactly." maxLength:"255" example:"cust-1042"`
	Emails     []addressInput  `json:"emails,omitempty" doc:"Replaces all e-mails. The primary one is that with primary: true, else the first. With email, that must be the primary one." maxItems:"50"`
	Phones     []addressInput  `json:"phones,omitempty" doc:"Replaces all phone numbers, as emails does." maxItems:"50"`
	Identities []identityInput `json:"identities,omitempty" doc:"Replaces all identities on channels. One of live_chat or api alone leaves a visitor, any other makes a lead." maxItems:"50"`
	Country    string          `json:"country,omitempty" doc:"ISO 3166 alpha-2, any case." example:"KE"`
	City       string          `json:"city,omitempty" maxLength:"200" example:"Nairobi"`
	Company    companyDraft    `json:"company,omitempty"`
	CompanyID  string          `json:"company_id,omitempty" doc:"The id of the company, instead of its name." format:"uuid"`
	Labels     []string        `json:"labels,omitempty" doc:"Replaces all labels. Unique regardless of case and accents; at most 200 of 100 characters." maxItems:"200"`
	Channels   []string        `json:"channels,omitempty" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp" doc:"Replaces all channels."`
	Consent    consentDraft    `json:"consent,omitempty"`
	Attributes map[string]any  `json:"attributes,omitempty" doc:"Custom attributes by key, merged with those there are; null removes one."`
	CreatedAt  string          `json:"created_at,omitempty" doc:"Only when the contact is made." format:"date-time"`
	LastSeenAt string          `json:"last_seen_at,omitempty" format:"date-time"`
}

// addressInput describes an e-mail or a phone number to be written.
type addressInput struct {
	Value   string `json:"value" doc:"As email or phone." example:"amina@example.org"`
	Primary bool   `json:"primary,omitempty" doc:"True of at most one."`
	Shared  bool   `json:"shared,omitempty" doc:"Others may have it too: it is not unique, and an upsert does not find the contact by it."`
}

// identityInput describes who somebody is on a channel.
type identityInput struct {
	Channel  string `json:"channel" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp"`
	SourceID string `json:"source_id" doc:"The id of the person there, of any form; compared exactly." maxLength:"255" example:"254712345678"`
}

// consentDraft describes the consents of a contact to be written.
type consentDraft struct{}

// Schema describes it.
func (consentDraft) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{
		Type: huma.TypeObject, Properties: map[string]*huma.Schema{}, AdditionalProperties: false,
		Description: "What the contact has said, by channel; other channels stay as they are. Unknown withdraws what was said.",
	}
	for _, channel := range fields.Channels {
		words := make([]any, len(contacts.ConsentWords))
		for i, word := range contacts.ConsentWords {
			words[i] = word
		}
		s.Properties[channel] = &huma.Schema{Type: huma.TypeString, Enum: words}
	}
	return s
}

// companyDraft describes the company of a contact to be written.
type companyDraft struct{}

// Schema describes it.
func (companyDraft) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Description: "The company, by name: found regardless of case and accents, else made. Or an object with its name, or with its id. With both, as it is answered, the id decides and the name is not read.",
		OneOf: []*huma.Schema{
			{Type: huma.TypeString, Examples: []any{"Maji Safi Ltd"}},
			{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
				"id": {Type: huma.TypeString, Format: "uuid"}, "name": {Type: huma.TypeString},
			}},
		},
	}
}
