package api

import (
	"slices"
	"time"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// shownBy is what contacts, nil for those that are gone, show of their conversations now, by name of the
// field. What they hold themselves is joined with it. Of these fields, those that are wanted are there, or all
// when wanted is nil.
func (s *server) shownBy(list []*contacts.Contact, wanted func(name string) bool) []map[string]fields.Value {
	shown := make([]map[string]fields.Value, len(list))
	if wanted != nil && !slices.ContainsFunc(conversations.Kind.Rollups, func(r ledger.Rollup) bool { return wanted(r.Field) }) {
		return shown
	}
	ordinals := make([]uint32, len(list))
	for i, c := range list {
		if c != nil {
			ordinals[i] = c.Ordinal
		}
	}
	for i, figures := range s.index.FiguresOf(fields.EntityContact, ordinals) {
		if list[i] != nil {
			shown[i] = figures.Derived(contacts.Kind, list[i], wanted)
		}
	}
	return shown
}

// contactNow writes a contact with its company and with what it shows of its conversations.
// moving says that it has some: then its body changes while its version does not.
func (s *server) contactNow(c *contacts.Contact, company *ledger.Link) (body contactBody, moving bool) {
	body = newRenderer(s.records.Schema()).contact(c, linked(company))
	body.show(s.shownBy([]*contacts.Contact{c}, nil)[0])
	return body, body.Conversations != nil && *body.Conversations > 0
}

// show adds what a contact shows of its conversations, nothing when nobody has looked.
func (b *contactBody) show(values map[string]fields.Value) {
	if values == nil {
		return
	}
	b.Channels, b.LastSeenAt = notNil(values["channels"].List), wireInstant(values["last_seen_at"])
	count, open := uint64(values["conversations_count"].Float), uint64(values["open_conversations"].Float)
	b.Conversations, b.Open = &count, &open
	b.LastMessageAt = wireInstant(values["last_message_at"])
	b.FirstReplyAt, b.LastReplyAt = wireInstant(values["first_reply_at"]), wireInstant(values["last_reply_at"])
}

// wireInstant is an instant on the wire, "" for none.
func wireInstant(v fields.Value) string {
	if v.IsMissing() {
		return ""
	}
	return wire.Instant(time.UnixMilli(v.Int))
}
