package differ

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
)

// changeEvery is how many cases are asked between two changes of the world. Kundi's columns are told
// of the changes as they are while Kundi runs. The tables of PostgreSQL are made anew.
const changeEvery = 1_000

// change changes the world for the next time.
func (c *Comparison) change(ctx context.Context) error {
	c.changes++
	c.maker.random = rand.New(rand.NewPCG(c.options.Seed, 1<<40+uint64(c.changes)))
	c.columns.Apply(numbered(c.maker.change(), c.columns.Seq()))
	if returned := c.columns.Returned(); len(returned) > 0 {
		c.tellPast(returned)
		c.columns.Mended(len(returned))
	}
	return load(ctx, c.conn, c.world)
}

// numbered are changes that follow one with a sequence number.
func numbered(changes []ledger.Change, last uint64) []ledger.Change {
	for i := range changes {
		changes[i].Seq = last + uint64(i) + 1
	}
	return changes
}

// change changes, makes, merges, parts and deletes some of all records.
func (m *maker) change() (changes []ledger.Change) {
	add := func(of fields.Entity, op ledger.Op, ordinal uint32, record ledger.Record) {
		changes = append(changes, ledger.Change{Entity: of, Op: op, Ordinal: ordinal, Record: record})
	}
	update := func(before, after *contacts.Contact) {
		names := m.happened(before, after)
		changes = append(changes, ledger.Change{Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: after.Ordinal, Record: after, Fields: names})
	}
	for i := range m.Contacts {
		if m.chance(4) {
			before := m.Contacts[i]
			m.Contacts[i] = m.other(before)
			update(before, m.Contacts[i])
		}
	}
	for i, old := range m.Companies {
		if m.chance(4) {
			changed := m.company(old.Ordinal, old.Name)
			changed.ID, changed.Absorbed = old.ID, old.Absorbed
			m.Companies[i] = changed
			add(fields.EntityCompany, ledger.OpUpdate, changed.Ordinal, changed)
		}
	}
	firms := len(m.Companies)
	for range m.n / 50 {
		m.last++
		made := m.contact(m.random.IntN(2*m.n), m.last)
		for ; firms < len(m.Companies); firms++ {
			add(fields.EntityCompany, ledger.OpCreate, m.Companies[firms].Ordinal, m.Companies[firms])
		}
		m.happened(nil, made)
		m.Contacts = append(m.Contacts, made)
		add(fields.EntityContact, ledger.OpCreate, made.Ordinal, made)
	}
	m.talkOn(add)
	for range m.n / 200 {
		m.merge(add)
		m.remove(add)
		if m.chance(30) {
			m.part(add)
		}
	}
	return changes
}

// other is a contact with the values of another person.
func (m *maker) other(c *contacts.Contact) *contacts.Contact {
	firms := len(m.Companies)
	changed := m.contact(m.random.IntN(m.n), c.Ordinal)
	changed.ID, changed.Absorbed = c.ID, c.Absorbed
	if firms < len(m.Companies) { // who is changed founds no company
		for name, ordinal := range m.firms {
			if int(ordinal) > firms {
				delete(m.firms, name)
			}
		}
		m.Companies, changed.Company = m.Companies[:firms], 0
	}
	return changed
}

// adder takes note of a change.
type adder func(of fields.Entity, op ledger.Op, ordinal uint32, record ledger.Record)

// talkOn changes conversations, and makes new ones, notes and events of campaigns.
func (m *maker) talkOn(add adder) {
	for i, old := range m.Conversations {
		if m.chance(4) {
			changed := m.conversation(old.Ordinal, old.Owner)
			changed.ID = old.ID
			m.Conversations[i] = changed
			add(fields.EntityConversation, ledger.OpUpdate, changed.Ordinal, changed)
		}
	}
	for range m.n / 25 {
		c := m.talk()
		add(fields.EntityConversation, ledger.OpCreate, c.Ordinal, c)
	}
	for range m.n / 50 {
		e := m.report()
		add(fields.EntityCampaignEvent, ledger.OpCreate, e.Ordinal, e)
	}
	for range m.n / 100 {
		n := m.write()
		add(fields.EntityNote, ledger.OpCreate, n.Ordinal, n)
	}
}

// merge is a contact that absorbed another one, as that was.
type merge struct {
	survivor uint32
	absorbed *contacts.Contact
}

// merge lets a contact absorb another one, with those that it has absorbed.
func (m *maker) merge(add adder) {
	i, j := m.random.IntN(len(m.Contacts)), m.random.IntN(len(m.Contacts))
	if i == j {
		return
	}
	survivor, absorbed := m.Contacts[i].Clone(), m.Contacts[j]
	survivor.Absorbed = append(survivor.Absorbed, ledger.Absorbed{
		Ordinal: absorbed.Ordinal, ID: absorbed.ID, Name: absorbed.Name, Email: absorbed.Email, Phone: absorbed.Phone, Identifier: absorbed.Identifier,
	})
	survivor.Absorbed = append(survivor.Absorbed, absorbed.Absorbed...)
	m.Contacts[i] = survivor
	m.Contacts = slices.Delete(m.Contacts, j, j+1)
	m.merges = append(m.merges, merge{survivor.Ordinal, absorbed})
	add(fields.EntityContact, ledger.OpUpdate, survivor.Ordinal, survivor)
	add(fields.EntityContact, ledger.OpMerge, absorbed.Ordinal, nil)
}

// part undoes the newest merge, if its survivor is still there.
func (m *maker) part(add adder) {
	if len(m.merges) == 0 {
		return
	}
	last := m.merges[len(m.merges)-1]
	m.merges = m.merges[:len(m.merges)-1]
	i := slices.IndexFunc(m.Contacts, func(c *contacts.Contact) bool { return c.Ordinal == last.survivor })
	if i < 0 {
		return
	}
	survivor := m.Contacts[i].Clone()
	survivor.Absorbed = survivor.Absorbed[:len(survivor.Absorbed)-1-len(last.absorbed.Absorbed)]
	m.Contacts[i] = survivor
	m.Contacts = append(m.Contacts, last.absorbed)
	add(fields.EntityContact, ledger.OpUpdate, survivor.Ordinal, survivor)
	add(fields.EntityContact, ledger.OpRestore, last.absorbed.Ordinal, last.absorbed)
}

// remove deletes a contact, with all that belongs to it, and a conversation.
func (m *maker) remove(add adder) {
	i := m.random.IntN(len(m.Contacts))
	gone := m.Contacts[i]
	isGone := func(owner uint32) bool {
		return owner == gone.Ordinal || slices.ContainsFunc(gone.Absorbed, func(a ledger.Absorbed) bool { return a.Ordinal == owner })
	}
	m.Contacts = slices.Delete(m.Contacts, i, i+1)
	m.Conversations = slices.DeleteFunc(m.Conversations, func(c *conversations.Conversation) bool { return isGone(c.Owner) })
	m.Notes = slices.DeleteFunc(m.Notes, func(n *notes.Note) bool { return isGone(n.Owner) })
	m.Events = slices.DeleteFunc(m.Events, func(e *audiences.Event) bool { return isGone(e.Owner) })
	add(fields.EntityContact, ledger.OpDelete, gone.Ordinal, nil)

	i = m.random.IntN(len(m.Conversations))
	add(fields.EntityConversation, ledger.OpDelete, m.Conversations[i].Ordinal, nil)
	m.Conversations = slices.Delete(m.Conversations, i, i+1)
}
