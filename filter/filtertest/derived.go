package filtertest

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// derivedFields are those that say what others have.
var derivedFields = []string{
	"conversations_count", "open_conversations", "last_message_at", "first_reply_at", "last_reply_at", "channels", "last_seen_at",
	"company.contacts_count", "company.last_seen_at",
}

// Derived draws, for every field that says what others have and every word its type knows, a
// filter of one rule, in a fixed order.
func (w *World) Derived(t *rapid.T) (filters []*filter.Filter) {
	for _, name := range derivedFields {
		f, _ := w.Schema.Field(name)
		for _, word := range filter.Operators(f) {
			filters = append(filters, w.decode(t, groupOf(w.ruleOf(t, f, word))))
		}
	}
	return filters
}

// shown are the values that a contact has of its conversations, and those of its own that they
// are joined with; nil in a world where nobody has any.
func (w *World) shown(c *contacts.Contact) map[string]fields.Value {
	if w.owned == nil {
		return nil
	}
	count, open, channels, seen := 0, 0, slices.Clone(c.Channels), c.LastSeenAt
	var message, first, last time.Time
	for _, talk := range w.talksOf(c) {
		if count++; talk.Status == conversations.Open {
			open++
		}
		if name := talk.Channel.String(); !slices.Contains(channels, name) {
			channels = append(channels, name)
		}
		seen, message, last = latest(seen, talk.LastInboundAt), latest(message, talk.LastMessageAt), latest(last, talk.LastReplyAt)
		if !talk.FirstReplyAt.IsZero() && (first.IsZero() || talk.FirstReplyAt.Before(first)) {
			first = talk.FirstReplyAt
		}
	}
	slices.Sort(channels)
	return map[string]fields.Value{
		"conversations_count": fields.NumberValue(float64(count)), "open_conversations": fields.NumberValue(float64(open)),
		"last_message_at": instant(message), "first_reply_at": instant(first), "last_reply_at": instant(last),
		"channels": fields.ListValue(channels), "last_seen_at": instant(seen),
	}
}

// talksOf are the conversations of a contact and of whom it has absorbed.
func (w *World) talksOf(c *contacts.Contact) (list []*conversations.Conversation) {
	for _, talk := range w.Conversations {
		isOwner := func(a ledger.Absorbed) bool { return a.Ordinal == talk.Owner }
		if talk.Owner == c.Ordinal || slices.ContainsFunc(c.Absorbed, isOwner) {
			list = append(list, talk)
		}
	}
	return list
}

// lastSeen is when a contact was seen for the last time, or wrote.
func (w *World) lastSeen(c *contacts.Contact) time.Time {
	seen := c.LastSeenAt
	for _, talk := range w.talksOf(c) {
		seen = latest(seen, talk.LastInboundAt)
	}
	return seen
}

// companyFacts are the company of an ordinal, with what it has of its contacts.
func (w *World) companyFacts(ordinal uint32) ledger.Facts {
	count, seen := 0, time.Time{}
	for _, c := range w.Contacts {
		if c.Company == ordinal {
			count++
			seen = latest(seen, w.lastSeen(c))
		}
	}
	x := companies.Kind.Facts(w.Companies[ordinal-1])
	x.Derived = map[string]fields.Value{"contacts_count": fields.NumberValue(float64(count)), "last_seen_at": instant(seen)}
	return x
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func instant(at time.Time) fields.Value {
	if at.IsZero() {
		return fields.Value{}
	}
	return fields.IntValue(at.UnixMilli())
}
