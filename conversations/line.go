package conversations

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// MaxLineMessages is how many messages a line of an import may have.
const MaxLineMessages = 1_000

// line is a conversation of an import, read and checked: {channel, sender or contact_id, messages},
// and what a patch of a conversation may have.
type line struct {
	schema   *fields.Schema
	channel  fields.Channel
	sender   ledger.Sender
	contact  ledger.ID // who it is instead of a sender, zero for none
	messages []lineMessage
	patch    *patch
	faults   []fault.Fault

	id ledger.ID // of the conversation that it may begin
}

// lineMessage is a message of a line.
type lineMessage struct {
	Message
	place int // in the line, from 0
}

// hasStatus reports whether the line says which status the conversation has.
func (l *line) hasStatus() bool {
	_, sent := l.patch.changes.Value("status")
	return sent
}

// readLine reads a line. Its messages are in the order of their moments then. Those without one
// have the moment now.
func (s *Service) readLine(schema *fields.Schema, d fields.Draft, id ledger.ID, now time.Time) *line {
	l := &line{schema: schema, id: id}
	r := &reader{schema: schema, object: d, faults: &l.faults}
	channel := r.value("channel", Kind.Named("channel").Field)
	if l.channel = fields.ChannelNamed(channel.Text); l.channel == 0 && len(l.faults) == 0 {
		r.refuse("channel", "must be given: "+fields.ExpectedChannel)
	}
	s.readWho(l, r)
	l.messages = s.readMessages(r, l.channel, now)
	l.patch = readPatch(schema, r.members(lineMembers))
	l.faults = append(l.faults, l.patch.faults...)
	r.end()
	return l
}

// lineMembers are the members of a line that a patch of a conversation may have, too.
var lineMembers = []string{"subject", "labels", "status", "snoozed_until", "priority", "assignee", "team", "satisfaction", "attributes"}

// members are those of an object with the names.
func (r *reader) members(names []string) fields.Draft {
	d := fields.Draft{}
	for _, name := range names {
		r.known = append(r.known, name)
		if raw, sent := r.object[name]; sent {
			d[name] = raw
		}
	}
	return d
}

// readWho reads whose conversation it is.
func (s *Service) readWho(l *line, r *reader) {
	sender, id := r.raw("sender"), r.raw("contact_id")
	switch {
	case id == nil && sender == nil:
		r.refuse("sender", "must be given, or contact_id")
	case id == nil:
		var wrong []fault.Fault
		l.sender, wrong = s.people.ReadSender(l.channel, sender)
		l.faults = append(l.faults, wrong...)
	case sender != nil:
		r.refuse("contact_id", "must not be sent together with sender")
	default:
		text, _ := id.(string)
		var err error
		if l.contact, err = uuid.Parse(text); err != nil || l.contact == (ledger.ID{}) {
			r.refuse("contact_id", refusedContact)
		}
	}
}

const refusedContact = "must be the id of a contact of this workspace"

func (s *Service) readMessages(r *reader, channel fields.Channel, now time.Time) (list []lineMessage) {
	members, _ := r.raw("messages").([]any)
	if len(members) == 0 || len(members) > MaxLineMessages {
		r.refuse("messages", fmt.Sprintf("must be an array of 1 to %d messages", MaxLineMessages))
		return nil
	}
	list = make([]lineMessage, len(members))
	r.each("messages", members, func(i int, one *reader) {
		direction := inbound
		if one.raw("direction") != nil {
			direction = one.direction()
		}
		m := one.messageOf(now)
		m.Author = one.author(ledger.Author{}, direction)
		m.ID, m.Channel = s.editor.NewID(), channel
		list[i] = lineMessage{m, i}
	})
	slices.SortStableFunc(list, func(a, b lineMessage) int { return a.At.Compare(b.At) })
	return list
}
