package perf

import (
	"context"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/ledger"
)

// The rules of the questions about what belongs to contacts.
const (
	joined = `,{"field":"company.contacts_count","operator":"between","value":[2,500]},
		{"field":"conversations","operator":"any","where":{"combinator":"and","rules":[
			{"field":"channel","operator":"in","value":["whatsapp","email"]},{"field":"last_message_at","operator":"within_last","value":"P90D"}]}}`
	related = `{"field":"conversations","operator":"count_gte","value":2,"where":{"combinator":"and","rules":[
		{"field":"channel","operator":"eq","value":"whatsapp"},{"field":"last_message_at","operator":"within_last","value":"P30D"}]}}`
)

// joining measures filters of contacts that ask about their company and their conversations, in the
// columns alone.
func joining() []Measurement {
	rows := []Measurement{
		counting("count-joined", "count: five conditions, one on the company and one on conversations", five+joined),
		counting("count-joined-twice", "count: at least 2 conversations on WhatsApp in 30 days", related),
	}
	for i := range rows {
		rows[i] = barred(rows[i], Bar{P99: 120}, Bar{P99: 60})
		rows[i].Talks = true
		run := rows[i].Run
		rows[i].Run = func(ctx context.Context, s *Subject) (Result, error) {
			if err := s.fillConversations(ctx); err != nil {
				return Result{}, err
			}
			return run(ctx, s)
		}
	}
	return rows
}

// fillConversations adds the conversations to the columns, if they are not there.
func (s *Subject) fillConversations(ctx context.Context) error {
	t := s.columns()
	if s.joined {
		return nil
	}
	s.say("filling columns with %d conversations", s.kept.Conversations)
	for from := 0; from < s.kept.Conversations; from += contacts.MaxBatch {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		page := make([]*conversations.Conversation, min(contacts.MaxBatch, s.kept.Conversations-from))
		for i := range page {
			made := s.people.Conversation(from+i, s.contacts)
			page[i] = conversation(uint32(from+i+1), &made)
		}
		t.Fill(conversations.Kind, ledger.RecordsOf(page)...)
	}
	t.Advance(2)
	s.joined = true
	return nil
}

// conversation is one as the columns take it. Its attributes are left out.
func conversation(ordinal uint32, made *fixtures.Conversation) *conversations.Conversation {
	first, last := made.Messages[0], made.Messages[len(made.Messages)-1]
	c := &conversations.Conversation{
		Ordinal: ordinal, Owner: uint32(made.Contact + 1), ID: uuid.Must(uuid.NewV7()),
		Channel: fields.ChannelNamed(made.Channel), Status: conversations.StatusNamed(made.Status),
		Priority: conversations.PriorityNamed(made.Priority), Labels: made.Labels, Assignee: made.Assignee, Team: made.Team,
		Satisfaction: uint8(made.Satisfaction), Messages: uint32(len(made.Messages)),
		CreatedAt: first.At, UpdatedAt: last.At, LastMessageAt: last.At,
	}
	for _, m := range made.Messages {
		switch {
		case m.Inbound():
			c.Inbound++
			c.LastInboundAt = m.At
		case c.FirstReplyAt.IsZero():
			c.FirstReplyAt = m.At
		}
	}
	return c
}
