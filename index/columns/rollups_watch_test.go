package columns

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// talkTables are the tables of some contacts, all of company 1, who have a conversation each.
func talkTables(people uint32) *Tables {
	table := NewTables(contacts.Kind, companies.Kind, conversations.Kind)
	fill(table, []*companies.Company{{Ordinal: 1, ID: uuid.New(), Name: "Acme"}, {Ordinal: 2, ID: uuid.New(), Name: "Beta"}}, nil)
	for i := range people {
		c := person(i + 1)
		c.Company, c.LastSeenAt = 1+i%2, time.Time{}
		fill(table, nil, []*contacts.Contact{c})
		table.Fill(conversations.Kind, talkOf(i+1, 1000))
	}
	return table
}

// talkOf is the conversation of a contact whose latest message came at some moment.
func talkOf(contact uint32, at int64) *conversations.Conversation {
	moment := time.UnixMilli(at)
	return &conversations.Conversation{
		Ordinal: contact, Owner: contact, ID: uuid.New(), Channel: 14, Status: conversations.Open, LastInboundAt: moment, LastMessageAt: moment,
	}
}

func wrote(seq uint64, talk *conversations.Conversation) ledger.Change {
	return ledger.Change{Seq: seq, Entity: fields.EntityConversation, Op: ledger.OpUpdate, Ordinal: talk.Ordinal, Owner: talk.Owner, Record: talk}
}

// TestAMergeMovesWhatACompanyShows: the survivor has not changed what it has itself, and yet was seen
// later, through the conversation of the other.
func TestAMergeMovesWhatACompanyShows(t *testing.T) {
	table := talkTables(2)
	table.Apply([]ledger.Change{wrote(1, talkOf(2, 9000))})
	seen := func() int64 { return table.organisation.seen.get(1) }
	require.EqualValues(t, 1000, seen())
	survivor := person(1)
	survivor.Company, survivor.LastSeenAt, survivor.Absorbed = 1, time.Time{}, []ledger.Absorbed{{Ordinal: 2}}
	table.Apply([]ledger.Change{
		{Seq: 2, Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: 1, Record: survivor, Fields: []string{ledger.FieldAbsorbed}},
		{Seq: 3, Entity: fields.EntityContact, Op: ledger.OpMerge, Ordinal: 2},
	})
	require.EqualValues(t, 9000, seen())
}

// TestAMessageComesWhileAQuestionPauses: it changes what its contact shows, and what the company of
// that one does. Questions about both, that rest on it, are as of the end.
func TestAMessageComesWhileAQuestionPauses(t *testing.T) {
	late := &filter.Rule{Field: fields.Field{Name: "last_seen_at", Type: fields.FieldInstant}, Operator: filter.Gt, Values: []fields.Value{fields.IntValue(5000)}, Days: []bool{false}}
	some := decoded(t, `{"field":"email","operator":"contains","value":"1"}`).Root.Rules[0]
	for _, of := range []fields.Entity{fields.EntityContact, fields.EntityCompany} {
		for _, joined := range []bool{false, true} {
			rule := *late
			if joined && of == fields.EntityContact {
				rule.Field = joinedField(rule.Field)
			}
			f := &filter.Filter{Root: &filter.Group{Rules: []filter.Node{&rule}}}
			if of == fields.EntityContact {
				f.Root = &filter.Group{Or: true, Rules: []filter.Node{&filter.Group{Rules: []filter.Node{some, &rule}}, &rule}}
			}
			met := false
			for at, changed := 1, true; changed; at++ {
				table := talkTables(50)
				table.limits = limits{quick: 0, pause: 1, most: MaxSteps}
				pauses := 0
				table.paused = func() {
					if pauses++; pauses == at {
						met = true
						table.Apply([]ledger.Change{wrote(1, talkOf(11, 9000))})
					}
				}
				a, err := table.Ask(t.Context(), Question{Of: of, Filter: f, Env: env, Members: true})
				require.NoError(t, err)
				table.View(func(v *View) { require.True(t, v.Of(of).Evaluate(f, env).Equals(a.Members), "%s in pause %d", of, at) })
				changed = pauses >= at
			}
			require.True(t, met)
		}
	}
}

// TestThreeTablesGoOnTogether: contacts and conversations are written beside questions, figures and
// checkpoints. A view sees one moment: every contact with a conversation has its last message. The
// race detector watches.
func TestThreeTablesGoOnTogether(t *testing.T) {
	const people, changes = 100, 2000
	table := talkTables(people)
	exists := func(name string, of fields.FieldType) *filter.Filter {
		return &filter.Filter{Root: &filter.Group{Rules: []filter.Node{&filter.Rule{Field: fields.Field{Name: name, Type: of}, Operator: filter.Exists}}}}
	}
	written := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		defer close(written)
		for seq := uint64(1); seq <= changes; seq++ {
			who := uint32(seq%people) + 1
			change := wrote(seq, talkOf(who, int64(seq)))
			switch seq % 7 {
			case 0:
				c := person(who)
				c.Company = uint32(seq%3) + 1
				change = ledger.Change{Seq: seq, Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: who, Record: c}
			case 1:
				change = ledger.Change{Seq: seq, Entity: fields.EntityContact, Op: ledger.OpDelete, Ordinal: who}
			}
			table.Apply([]ledger.Change{change})
		}
	})
	loop := func(f func()) {
		running.Go(func() {
			for {
				f()
				select {
				case <-written:
					return
				default:
				}
			}
		})
	}
	for range 2 {
		loop(func() {
			table.View(func(v *View) {
				wrote, everyone := v.Evaluate(exists("last_message_at", fields.FieldInstant), env), v.Everyone().ToArray()
				for i, shown := range v.Figures(everyone) {
					if (shown.Value("conversations_count").Float > 0) != wrote.Contains(everyone[i]) || len(shown.Value("channels").List) > 1 {
						t.Error("a view sees two moments")
					}
				}
				if v.Count(exists("channels", fields.FieldMany), env) < wrote.GetCardinality() {
					t.Error("who writes has a channel")
				}
			})
		})
	}
	loop(func() {
		var file bytes.Buffer
		_, err := table.Checkpoint(&file)
		if err == nil {
			_, err = NewTables(contacts.Kind, companies.Kind, conversations.Kind).LoadBase(&file, nil)
		}
		if err != nil {
			t.Error(err)
		}
	})
	running.Wait()
}
