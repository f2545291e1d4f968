package differ

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
)

// world is what both systems have: the invented contacts of package fixtures, some of them with
// values that are rare but legal, and what belongs to them.
type world struct {
	Contacts      []*contacts.Contact
	Companies     []*companies.Company
	Conversations []*conversations.Conversation
	Notes         []*notes.Note
	Events        []*audiences.Event
	Past          []past // what has happened to fields of contacts

	moments []int64 // in milliseconds: those at which the calendar is not plain, in all zones
	days    []int64 // since 1970-01-01, likewise
	kinds   []ledger.AnyKind
	schema  *fields.Schema
}

// definitions are those of package fixtures, and some of companies and conversations.
func definitions() []*fields.AttributeDefinition {
	list := fixtures.Definitions()
	add := func(d fields.AttributeDefinition) {
		d.Number, d.Label = uint32(len(list)+1), d.Key
		list = append(list, &d)
	}
	add(fields.AttributeDefinition{Entity: fields.EntityCompany, Key: "industry", Type: fields.AttributeList, Options: industries})
	add(fields.AttributeDefinition{Entity: fields.EntityCompany, Key: "employees", Type: fields.AttributeNumber})
	add(fields.AttributeDefinition{Entity: fields.EntityCompany, Key: "contract_end", Type: fields.AttributeDate})
	add(fields.AttributeDefinition{Entity: fields.EntityCompany, Key: "strategic", Type: fields.AttributeCheckbox})
	add(fields.AttributeDefinition{Entity: fields.EntityConversation, Key: "topic", Type: fields.AttributeList, Options: topics})
	add(fields.AttributeDefinition{Entity: fields.EntityConversation, Key: "score", Type: fields.AttributeNumber})
	return list
}

// schemaOf is the schema of a workspace with a time zone and a day with which weeks begin.
func schemaOf(zone, weekStart string) *fields.Schema {
	settings := fields.DefaultSettings()
	settings.TimeZone, settings.WeekStart = zone, weekStart
	return ledger.NewSchema(settings, definitions(), contacts.Kind, companies.Kind, conversations.Kind, notes.Kind, audiences.EventsKind)
}

// maker makes a world, and changes it.
type maker struct {
	*world
	random *rand.Rand
	now    time.Time
	people *fixtures.Generator
	n      int               // contacts of the first hour
	firms  map[string]uint32 // ordinals of companies by name
	last   uint32            // the highest ordinal that a contact has or had
	talks  uint32            // of a conversation
	notes  uint32            // of a note
	events uint32            // of an event of a campaign
	merges []merge           // not undone yet
}

// newWorld makes n contacts, about twice as many conversations, as many events of campaigns, and a third as many notes.
func newWorld(seed uint64, n int, now time.Time) *maker {
	w := &world{
		schema: schemaOf("UTC", "monday"), kinds: []ledger.AnyKind{contacts.Kind, companies.Kind, conversations.Kind, notes.Kind, audiences.EventsKind},
	}
	w.moments, w.days = unusual(now)
	m := &maker{world: w, random: rand.New(rand.NewPCG(seed, 1)), now: now, people: fixtures.New(seed, now), n: n, firms: map[string]uint32{}, last: uint32(n)}
	for i := range n {
		c := m.contact(i, uint32(i+1))
		w.happened(nil, c)
		w.Contacts = append(w.Contacts, c)
	}
	for range 2 * n {
		m.talk()
	}
	for range n / 3 {
		m.write()
	}
	for range n {
		m.report()
	}
	return m
}

// talk adds a conversation.
func (m *maker) talk() *conversations.Conversation {
	m.talks++
	c := m.conversation(m.talks, m.owner())
	m.Conversations = append(m.Conversations, c)
	return c
}

// write adds a note.
func (m *maker) write() *notes.Note {
	m.notes++
	n := m.note(m.notes)
	m.Notes = append(m.Notes, n)
	return n
}

// report adds an event of a campaign.
func (m *maker) report() *audiences.Event {
	m.events++
	e := m.event(m.events)
	m.Events = append(m.Events, e)
	return e
}

// chance is true in some percent of all calls.
func (m *maker) chance(percent int) bool { return m.random.IntN(100) < percent }

// id is a random one, the same in every run.
func (m *maker) id() ledger.ID {
	var id uuid.UUID
	for i := range id {
		id[i] = byte(m.random.UintN(256))
	}
	return id
}

// contact makes person i a contact.
func (m *maker) contact(i int, ordinal uint32) *contacts.Contact {
	person := m.people.Person(i)
	c := person.Contact(m.schema)
	c.Ordinal, c.ID = ordinal, m.id()
	c.Company = m.employer(person.Company)
	m.texts(c)
	m.addresses(c)
	m.numbers(c)
	c.CreatedAt, c.UpdatedAt, c.LastSeenAt = m.moved(c.CreatedAt), m.moved(c.UpdatedAt), m.moved(c.LastSeenAt)
	c.Blocked = m.chance(3)
	m.consents(c)
	for m.chance(5) && len(c.Absorbed) < 3 {
		m.last++
		other := m.people.Person(int(m.last))
		c.Absorbed = append(c.Absorbed, ledger.Absorbed{
			Ordinal: m.last, ID: m.id(), Name: other.Name, Email: other.Email, Phone: other.Phone, Identifier: other.Identifier,
		})
	}
	return c
}

// employer is the ordinal of the company with a name, 0 for none.
func (m *maker) employer(name string) uint32 {
	if name == "" {
		return 0
	}
	if m.firms[name] == 0 {
		m.Companies = append(m.Companies, m.company(uint32(len(m.Companies)+1), name))
		m.firms[name] = uint32(len(m.Companies))
	}
	return m.firms[name]
}

func (m *maker) company(ordinal uint32, name string) *companies.Company {
	firm := m.people.Firm(int(ordinal))
	c := &companies.Company{Ordinal: ordinal, ID: m.id(), Name: name, CreatedAt: m.recent(), UpdatedAt: m.recent()}
	if m.chance(80) {
		c.Country, c.City = firm.Country, firm.City
	}
	if m.chance(70) {
		c.Domains = append(firm.Domains, fmt.Sprintf("c%d.example", ordinal))
	}
	if m.chance(60) {
		c.Identifier = firm.Identifier
	}
	c.Labels = m.some(labels, 40)
	if m.chance(3) {
		c.Absorbed = []ledger.Absorbed{{Ordinal: 1<<30 + ordinal, ID: m.id(), Name: name + " Old", Identifier: fmt.Sprintf("old-%d", ordinal)}}
	}
	for key, v := range map[string]fields.Value{
		"industry": fields.TextValue(pick(m.random, industries)), "employees": fields.NumberValue(float64(m.random.IntN(500))),
		"contract_end": fields.IntValue(m.day()), "strategic": fields.BoolValue(m.chance(50)),
	} {
		if m.has(ordinal, key) {
			c.Attributes = c.Attributes.With(m.schema.Of(fields.EntityCompany).Attribute(key).Number, v)
		}
	}
	return c
}

// owner is the ordinal of somebody who writes, those with low ones more often, or of somebody whom
// such a contact has absorbed.
func (m *maker) owner() uint32 {
	share := m.random.Float64()
	c := m.Contacts[int(share*share*float64(len(m.Contacts)))]
	if k := len(c.Absorbed); k > 0 && m.chance(50) {
		return c.Absorbed[m.random.IntN(k)].Ordinal
	}
	return c.Ordinal
}

func (m *maker) conversation(ordinal, owner uint32) *conversations.Conversation {
	at := m.recent()
	c := &conversations.Conversation{
		Ordinal: ordinal, Owner: owner, ID: m.id(), Version: 1,
		Channel: fields.ChannelNamed(pick(m.random, channels)), Status: conversations.Status(1 + m.random.IntN(4)),
		Priority: conversations.Priority(m.random.IntN(5)), Labels: m.some(labels, 30), Satisfaction: uint8(m.random.IntN(6)),
		Messages: uint32(1 + m.random.IntN(9)), CreatedAt: at, LastMessageAt: m.moved(at.Add(time.Duration(m.random.IntN(200)) * time.Hour)), UpdatedAt: m.recent(),
	}
	if m.chance(60) {
		c.Assignee = pick(m.random, names)
	}
	if m.chance(60) {
		c.Team = pick(m.random, teams)
	}
	if m.chance(80) {
		c.LastInboundAt, c.Inbound = c.LastMessageAt, uint32(m.random.IntN(int(c.Messages)+1))
	}
	if m.chance(60) {
		c.FirstReplyAt, c.LastReplyAt = at.Add(time.Duration(m.random.IntN(3600))*time.Second), c.LastMessageAt
	}
	if c.Status == conversations.Resolved {
		c.ResolvedAt = m.moved(c.LastMessageAt)
	}
	for key, v := range map[string]fields.Value{"topic": fields.TextValue(pick(m.random, topics)), "score": fields.NumberValue(float64(m.random.IntN(21)) / 2)} {
		if m.has(c.Ordinal, key) {
			c.Attributes = c.Attributes.With(m.schema.Of(fields.EntityConversation).Attribute(key).Number, v)
		}
	}
	return c
}

func (m *maker) note(ordinal uint32) *notes.Note {
	at := m.recent()
	return &notes.Note{
		Ordinal: ordinal, Owner: m.owner(), ID: m.id(), Version: 1, Pinned: m.chance(20), CreatedAt: at, UpdatedAt: at,
		Text:   pick(m.random, names) + " asked for " + pick(m.random, topics) + "\n" + pick(m.random, odd),
		Source: ledger.Source(pick(m.random, []string{"agent", "ai", "api", "rule"})),
	}
}

func (m *maker) event(ordinal uint32) *audiences.Event {
	return &audiences.Event{
		Ordinal: ordinal, Owner: m.owner(), ID: m.id(), Version: 1, Row: ordinal, At: m.recent(),
		Campaign: pick(m.random, campaigns), Kind: audiences.EventKind(1 + m.random.IntN(len(audiences.EventKinds))),
	}
}
