package api

import (
	"context"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// contactBody is a contact on the wire. A value that a contact does not have is
// absent; arrays and attributes are always there.
type contactBody struct {
	ID            string                `json:"id" format:"uuid"`
	Type          string                `json:"type" enum:"visitor,lead,customer" doc:"How far the contact has come. One with an e-mail, phone or identifier, or an identity on any channel but live_chat and api, is at least a lead."`
	Name          string                `json:"name,omitempty" example:"Amina Yusuf"`
	FirstName     string                `json:"first_name,omitempty" example:"Amina"`
	LastName      string                `json:"last_name,omitempty" example:"Yusuf"`
	Email         string                `json:"email,omitempty" doc:"The primary e-mail, as it was typed; unique regardless of case unless it is shared." example:"amina@example.org"`
	Phone         string                `json:"phone,omitempty" doc:"The primary phone number, E.164; unique unless it is shared." example:"+254712345678"`
	Identifier    string                `json:"identifier,omitempty" doc:"Your own id of the person; compared exactly." example:"cust-1042"`
	Emails        []addressBody         `json:"emails" doc:"All e-mails, the primary one (email) first."`
	Phones        []addressBody         `json:"phones" doc:"All phone numbers, the primary one (phone) first."`
	Identities    []identityBody        `json:"identities" doc:"Who the contact is on channels."`
	Identifiers   []string              `json:"identifiers,omitempty" doc:"Those of the contacts that were merged into this one."`
	Country       string                `json:"country,omitempty" doc:"ISO 3166 alpha-2." example:"KE"`
	City          string                `json:"city,omitempty" example:"Nairobi"`
	Company       *companyBody          `json:"company,omitempty"`
	Labels        []string              `json:"labels"`
	Channels      []string              `json:"channels" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp" doc:"The channels the contact can be reached on: those that were sent, and those of its conversations."`
	Reachable     []string              `json:"reachable" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp" doc:"The channels on which the contact is written to: it has an address there, has not unsubscribed, not all its addresses are suppressed, and it is not blocked."`
	Consent       map[string]string     `json:"consent,omitempty" doc:"What the contact has said, by channel: subscribed or unsubscribed. A channel that is not here is unknown."`
	Blocked       bool                  `json:"blocked,omitempty" doc:"Whoever this is shall not be served; absent when not so."`
	Block         *contactBlock         `json:"block,omitempty" doc:"Of a contact that is blocked."`
	Attributes    map[string]any        `json:"attributes" doc:"The custom attributes, by key: texts, links, options and days as strings, numbers and money (in major units) as numbers, checkboxes as booleans, lists with several options as arrays. A checkbox that is not three-state is false until set."`
	CreatedAt     string                `json:"created_at" format:"date-time"`
	UpdatedAt     string                `json:"updated_at" format:"date-time"`
	LastSeenAt    string                `json:"last_seen_at,omitempty" format:"date-time" doc:"The later one of what was sent and the contact's latest message."`
	Conversations *uint64               `json:"conversations_count,omitempty" doc:"How many conversations it has, also those of contacts that were merged into it. This and the next change without the version, and are absent in a state of the past." example:"3"`
	Open          *uint64               `json:"open_conversations,omitempty" doc:"How many of them are open: not pending, snoozed or resolved."`
	LastMessageAt string                `json:"last_message_at,omitempty" format:"date-time" doc:"Of the latest message in them, by whomever."`
	FirstReplyAt  string                `json:"first_reply_at,omitempty" format:"date-time" doc:"When an agent or an assistant first wrote to the contact."`
	LastReplyAt   string                `json:"last_reply_at,omitempty" format:"date-time" doc:"When one of them last did."`
	Absorbed      []absorbedBody        `json:"absorbed,omitempty" doc:"The contacts that were merged into this one, in the order in which they came to it. It is found by what they are shown with, too."`
	Provenance    map[string]originBody `json:"provenance,omitempty" doc:"Of one contact, with include=provenance: where each value comes from, by the name of the field. A value that is older than the history that is kept has none."`
	Version       uint64                `json:"version" doc:"The sequence number of the change that wrote this state; the ETag is the same number."`
}

// addressBody is an e-mail or a phone number of a contact.
type addressBody struct {
	Value   string `json:"value" example:"amina@example.org"`
	Primary bool   `json:"primary" doc:"True of one: sorts, facets and files have it."`
	Shared  bool   `json:"shared" doc:"Others may have it too, as of a family or an office: it is not unique, and nobody is found by it when something is written."`
}

// identityBody is who a contact is on a channel.
type identityBody struct {
	Channel  string `json:"channel" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp"`
	SourceID string `json:"source_id" doc:"The id of the person there; compared exactly, and unique on its channel." example:"254712345678"`
}

// addresses writes all e-mails or phone numbers of a contact, the primary one first.
func addresses(list []contacts.Address) []addressBody {
	bodies := make([]addressBody, len(list))
	for i, a := range list {
		bodies[i] = addressBody{Value: a.Value, Primary: i == 0, Shared: a.Shared}
	}
	return bodies
}

// identities writes those of a contact.
func identities(list []contacts.Identity) []identityBody {
	bodies := make([]identityBody, len(list))
	for i, identity := range list {
		bodies[i] = identityBody{Channel: identity.Channel.String(), SourceID: identity.SourceID}
	}
	return bodies
}

// absorbedBody is a contact that was merged into another.
type absorbedBody struct {
	ID         string `json:"id" format:"uuid" doc:"Its id; reading it answers this contact."`
	MergeID    string `json:"merge_id,omitempty" format:"uuid" doc:"By which the merge can be undone, the newest first. Absent, as the rest, in a state of the past, when that merge was undone since."`
	MergedAt   string `json:"merged_at,omitempty" format:"date-time"`
	Name       string `json:"name,omitempty" example:"A. Yusuf"`
	Email      string `json:"email,omitempty" example:"ayusuf@example.org"`
	Phone      string `json:"phone,omitempty" example:"+254712345678"`
	Identifier string `json:"identifier,omitempty" example:"cust-77"`
}

type companyBody struct {
	ID   string `json:"id" format:"uuid"`
	Name string `json:"name,omitempty" doc:"Absent only in a state of the past, of a company that was deleted since." example:"Maji Safi Ltd"`
}

// renderer writes contacts as they are under one schema.
type renderer struct {
	labels     fields.Field
	attributes []fields.Field
}

func newRenderer(schema *fields.Schema) *renderer {
	labels, _ := schema.Field("labels")
	return &renderer{labels: labels, attributes: attributeFields(schema)}
}

// attributeFields are the fields of the custom attributes of an entity that are not archived, in the order they
// were made.
func attributeFields(of fieldSet) []fields.Field {
	definitions := of.Shown()
	list := make([]fields.Field, 0, len(definitions))
	for _, definition := range definitions {
		if field, ok := of.Field(fields.AttributePrefix + definition.Key); ok {
			list = append(list, field)
		}
	}
	return list
}

// fieldSet is the fields of an entity.
type fieldSet interface {
	Shown() []*fields.AttributeDefinition
	Field(name string) (fields.Field, bool)
	Meant(name string, fits func(fields.Field) bool) string
}

// contact writes a contact with its company (nil for none).
func (r *renderer) contact(c *contacts.Contact, company *companyBody) contactBody {
	body := contactBody{
		ID: c.ID.String(), Type: string(c.Type), Name: c.Name, FirstName: c.FirstName, LastName: c.LastName,
		Email: c.Email, Phone: c.Phone, Identifier: c.Identifier, Country: c.Country, City: c.City,
		Labels: notNil(contacts.Kind.Value(r.labels, c).List), Channels: notNil(c.Channels), Attributes: make(map[string]any, len(c.Attributes)),
		CreatedAt: wire.Instant(c.CreatedAt), UpdatedAt: wire.Instant(c.UpdatedAt), LastSeenAt: wire.Instant(c.LastSeenAt),
		Reachable: notNil(c.Reachable()), Consent: consentOf(c), Blocked: c.Blocked, Block: blockOf(c), Version: c.Version, Company: company,
		Emails: addresses(c.Emails()), Phones: addresses(c.Phones()), Identities: identities(c.Identities),
	}
	for _, a := range c.Absorbed {
		if a.Identifier != "" {
			body.Identifiers = append(body.Identifiers, a.Identifier)
		}
		body.Absorbed = append(body.Absorbed, absorbedBody{
			ID: a.ID.String(), MergeID: mergeOnWire(a.Merge), MergedAt: wire.Instant(a.MergedAt), Name: a.Name, Email: a.Email, Phone: a.Phone, Identifier: a.Identifier,
		})
	}
	for _, field := range r.attributes {
		if v := contacts.Kind.Value(field, c); !v.IsMissing() {
			body.Attributes[field.Attribute.Key] = field.JSON(v)
		}
	}
	return body
}

// person writes a contact with its company and with what it shows of its conversations.
func (r *renderer) person(p person) contactBody {
	body := r.contact(p.contact, employer(p.company))
	body.show(p.shown)
	return body
}

// linked is how a contact shows its company, nil for none.
func linked(company *ledger.Link) *companyBody {
	if company == nil {
		return nil
	}
	return &companyBody{ID: company.ID.String(), Name: company.Name}
}

// employer is how a contact shows its company, nil for none.
func employer(company *companies.Company) *companyBody {
	if company == nil {
		return nil
	}
	return &companyBody{ID: company.ID.String(), Name: company.Name}
}

// mergeOnWire is the id of a merge, "" for one that was undone since.
func mergeOnWire(merge ledger.ID) string {
	if merge == (ledger.ID{}) {
		return ""
	}
	return merge.String()
}

// consentOf has the consents of a contact by channel, nil for none.
func consentOf(c *contacts.Contact) map[string]string {
	if len(c.Consents) == 0 {
		return nil
	}
	said := make(map[string]string, len(c.Consents))
	for _, consent := range c.Consents {
		said[consent.Channel.String()] = consent.Status.String()
	}
	return said
}

// notNil makes an absent list an empty array.
func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// Records reads the records of a store.
type Records interface {
	Schema() *fields.Schema
	Head() uint64
	ledger.MeantReader
}

// person is a contact as read for an answer.
type person struct {
	contact *contacts.Contact
	company *companies.Company
	shown   map[string]fields.Value // what the contact has of its conversations, see ledger.Facts
	derived map[string]fields.Value // that the company has of its contacts, see server.derive
}

// facts are the contact and its company.
func (p person) facts() ledger.Facts {
	company := companies.Kind.Facts(p.company)
	company.Derived = p.derived
	facts := contacts.Kind.Facts(p.contact, company)
	facts.Derived = p.shown
	return facts
}

// people reads contacts with their companies, in the order of the ordinals, for
// an answer: it counts them.
// One that was deleted in the meantime has a nil contact.
func (s *server) people(ctx context.Context, ordinals []uint32) ([]person, error) {
	if len(ordinals) == 0 {
		return nil, nil
	}
	if err := s.countPeople(ctx, len(ordinals)); err != nil {
		return nil, err
	}
	list, err := s.readContacts(ctx, ordinals)
	if err != nil {
		return nil, err
	}
	companies, err := s.companiesOf(ctx, list)
	if err != nil {
		return nil, err
	}
	return s.peopleOf(list, companies), nil
}

// peopleOf puts contacts together with their companies and what they show of their conversations now. One
// that does not exist any more has a nil contact.
func (s *server) peopleOf(list []*contacts.Contact, companies map[uint32]*companies.Company) []person {
	return join(list, companies, s.shownBy(list, nil))
}

// peopleShown reads what a projection shows of contacts beside themselves, and no more: their companies, and
// what they and their companies have of others.
func (s *server) peopleShown(ctx context.Context, shown *projection, list []*contacts.Contact) ([]person, error) {
	var byOrdinal map[uint32]*companies.Company
	if shown.showsCompany() {
		var err error
		if byOrdinal, err = s.companiesOf(ctx, list); err != nil {
			return nil, err
		}
	}
	people := join(list, byOrdinal, s.shownBy(list, shown.shows))
	s.derive(shown, people)
	return people, nil
}

// join puts contacts together with their companies and what they show of their conversations.
func join(list []*contacts.Contact, companies map[uint32]*companies.Company, shown []map[string]fields.Value) []person {
	people := make([]person, len(list))
	for i, c := range list {
		if c != nil {
			people[i] = person{contact: c, company: companies[c.Company], shown: shown[i]}
		}
	}
	return people
}

// companiesOf reads the companies of contacts, each once, by ordinal.
func (s *server) companiesOf(ctx context.Context, list []*contacts.Contact) (map[uint32]*companies.Company, error) {
	byOrdinal := map[uint32]*companies.Company{}
	var ordinals []uint32
	for _, c := range list {
		if c == nil || c.Company == 0 {
			continue
		}
		if _, listed := byOrdinal[c.Company]; !listed {
			byOrdinal[c.Company] = nil
			ordinals = append(ordinals, c.Company)
		}
	}
	if len(ordinals) == 0 {
		return byOrdinal, nil
	}
	companies, err := companies.Kind.ListMeant(ctx, s.records, ordinals)
	if err != nil {
		return nil, err
	}
	for i, company := range companies {
		byOrdinal[ordinals[i]] = company
	}
	return byOrdinal, nil
}

// bodies writes those of the people who still exist.
func (s *server) bodies(people []person) []contactBody {
	render := newRenderer(s.records.Schema())
	list := make([]contactBody, 0, len(people))
	for _, p := range people {
		if p.contact != nil {
			list = append(list, render.person(p))
		}
	}
	return list
}
