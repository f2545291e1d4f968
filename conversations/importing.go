package conversations

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

const (
	importLines    = 200   // that share one closure, and so one commit, at most
	importMessages = 1_000 // from which on a closure takes no further line
)

// Imported is what became of a line of an import.
type Imported struct {
	// Conversation is the one that has the messages. It is zero with Err.
	Conversation ledger.ID
	Created      Created
	// Messages is how many were new, and Keyless how many of these have no source id: the next
	// import of the line takes them again. Known is how many were there, by their source id.
	Messages, Keyless, Known int
	// Err is why the line was refused as a whole. Nothing of it was stored.
	Err error
}

// Import takes conversations from elsewhere, one after the other: {channel, sender or contact_id,
// messages: [{direction, text, author, at, source_id, attachments}]} and what a patch may have.
//
//   - Messages whose source ids the channel has are left out. The others go on in the conversation
//     of the first of these.
//   - Else a line whose newest message is young, and that says no status, is like an inbound
//     message: it joins a conversation, or begins one.
//   - Any other line begins a conversation. With old messages it is resolved, unless the line says
//     its status.
//
// A line is stored as a whole, or refused as a whole: then its result says why, and the others go
// on. After an error nobody knows which lines were stored; to import them again is safe for all
// messages with a source id.
func (s *Service) Import(ctx context.Context, by ledger.Author, drafts []fields.Draft) ([]Imported, error) {
	i := importing{service: s, by: by, drafts: drafts, now: s.editor.Instant(), lines: make([]*line, len(drafts)), results: make([]Imported, len(drafts))}
	schema := s.store.Schema()
	for at, d := range drafts {
		i.lines[at] = s.readLine(schema, d, s.editor.NewID(), i.now)
	}
	for from := 0; from < len(drafts); {
		done, err := i.chunk(ctx, from)
		if err != nil {
			return nil, err
		}
		from += done
	}
	return i.results, nil
}

// importing is an import under way.
type importing struct {
	service *Service
	by      ledger.Author
	drafts  []fields.Draft
	lines   []*line
	results []Imported
	now     time.Time
}

// chunk takes lines from the given one on, and returns how many. When the store finds them too
// large for one commit, it takes half of them, and refuses a single one.
func (i *importing) chunk(ctx context.Context, from int) (int, error) {
	for n := min(importLines, len(i.lines)-from); ; n /= 2 {
		done, err := i.commit(ctx, from, n)
		switch {
		case fault.KindOf(err) != fault.KindTooLarge || err == nil:
			return done, err
		case n == 1:
			i.results[from] = Imported{Err: err}
			return 1, nil
		}
	}
}

// commit takes up to n lines in one closure, fewer when others wait.
func (i *importing) commit(ctx context.Context, from, n int) (done int, err error) {
	_, err = i.service.store.Update(ctx, i.by, func(tx ledger.Tx) error {
		messages := 0
		for done = 0; done < n && (done == 0 || messages < importMessages && !tx.Crowded()); done++ {
			at := from + done
			if tx.Schema() != i.lines[at].schema {
				i.lines[at] = i.service.readLine(tx.Schema(), i.drafts[at], i.lines[at].id, i.now)
			}
			if i.results[at], err = i.service.importLine(tx, i.lines[at], i.now); err != nil {
				return err
			}
			messages += i.results[at].Messages
		}
		return nil
	})
	return done, err
}

// importLine takes a line. What is wrong with it ends in its result, and nothing of it stays.
func (s *Service) importLine(tx ledger.Tx, l *line, now time.Time) (out Imported, err error) {
	err = tx.Attempt(func() error {
		out, err = s.takeLine(tx, l, now)
		return err
	})
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict, fault.KindForbidden:
		return Imported{Err: err}, nil
	}
	return out, err
}

func (s *Service) takeLine(tx ledger.Tx, l *line, now time.Time) (Imported, error) {
	if err := invalid(l.faults); err != nil {
		return Imported{}, err
	}
	news, first, err := l.unknown(tx)
	if err != nil {
		return Imported{}, err
	}
	out := Imported{Known: len(l.messages) - len(news), Messages: len(news)}
	if len(news) == 0 {
		out.Conversation = first.conversation.ID
		return out, nil
	}
	met, err := s.whoOf(tx, l, news[0].At, now)
	if err != nil {
		return Imported{}, err
	}
	var before *Conversation
	if first != nil {
		if before = first.conversation; !slices.Contains(met.Ordinals, before.Owner) {
			return Imported{}, l.ofAnother(first)
		}
	}
	newest := news[len(news)-1].At
	young := !isOld(tx.Schema(), newest, now)
	if before == nil && young && !l.hasStatus() {
		if before, err = joined(tx, met.Bearer, l.channel, newest); err != nil {
			return Imported{}, err
		}
	}
	out.Created = Created{Contact: met.Created, Conversation: before == nil}
	var after *Conversation
	if before == nil {
		after, err = l.begin(begun(tx.Schema(), Conversation{ID: l.id, Owner: met.Bearer, Channel: l.channel}, newest, now), news, now)
	} else {
		after, err = l.goOn(before, news, young, now)
	}
	if err != nil {
		return Imported{}, err
	}
	after.UpdatedAt = now
	out.Conversation = after.ID
	if err := put(tx, before, after); err != nil {
		return Imported{}, err
	}
	for _, n := range news {
		if n.SourceID == "" {
			out.Keyless++
		}
		m := n.Message
		m.Owner = after.Ordinal
		if err := MessageKind.Create(tx, &m); err != nil {
			return Imported{}, err
		}
	}
	return out, nil
}

// unknown are the messages of the line that are not there, and the first one that is there, nil for
// none. Of several with one source id the earliest counts.
func (l *line) unknown(tx ledger.Tx) (news []lineMessage, first *known, err error) {
	seen := map[string]bool{}
	for _, m := range l.messages {
		if m.SourceID == "" {
			news = append(news, m)
			continue
		}
		_, held, err := tx.Holder(sourceClaim(l.channel, m.SourceID))
		switch {
		case err != nil:
			return nil, nil, err
		case held && first == nil:
			if first, err = knownMessage(tx, l.channel, m.SourceID); err != nil {
				return nil, nil, err
			}
		case !held && !seen[m.SourceID]:
			seen[m.SourceID] = true
			news = append(news, m)
		}
	}
	return news, first, nil
}

// whoOf returns whose conversation it is, from whom at is the earliest message.
func (s *Service) whoOf(tx ledger.Tx, l *line, at, now time.Time) (met ledger.Met, err error) {
	if l.contact == (ledger.ID{}) {
		met, err = s.people.Meet(tx, l.sender, now, at)
	} else {
		met, err = s.people.Person(tx, l.contact)
	}
	switch {
	case fault.KindOf(err) == fault.KindNotFound && err != nil:
		return met, invalid([]fault.Fault{{Path: "contact_id", Detail: refusedContact}})
	case err == nil && met.Blocked:
		return met, contactBlocked(met)
	}
	return met, err
}

// ofAnother refuses a line that has a message of somebody else: its new messages would be shown as
// theirs.
func (l *line) ofAnother(first *known) error {
	at := slices.IndexFunc(l.messages, func(m lineMessage) bool { return m.SourceID == first.message.SourceID })
	return &fault.Error{
		Kind: fault.KindConflict, Type: "message-taken", Message: "A message of the line is another contact's.", ConversationID: first.conversation.ID,
		Faults: []fault.Fault{{Path: fmt.Sprintf("messages[%d].source_id", l.messages[at].place), Detail: "is that of a message of another contact on this channel"}},
	}
}

// begin returns a conversation that the line begins, as the line says that it is.
func (l *line) begin(base *Conversation, news []lineMessage, now time.Time) (*Conversation, error) {
	after, faults := l.patch.changes.Apply(base)
	if len(faults) == 0 {
		until, _ := l.patch.changes.Value("snoozed_until")
		faults = settle(&Conversation{Status: Open}, after, !until.IsMissing(), now)
	}
	if err := invalid(faults); err != nil {
		return nil, err
	}
	if after.Status == Resolved {
		after.ResolvedAt = news[len(news)-1].At
	}
	for i := range news {
		after.count(&news[i].Message)
	}
	return after, nil
}

// goOn returns a conversation with the new messages of the line. What somebody has made of it here
// stays; the line fills what is empty. Its status counts when it has the newest message, and none
// of its messages opens a conversation when it has one, or when they are old.
func (l *line) goOn(before *Conversation, news []lineMessage, young bool, now time.Time) (*Conversation, error) {
	says, faults := l.patch.changes.Apply(&Conversation{})
	if err := invalid(faults); err != nil {
		return nil, err
	}
	after := before.Clone()
	after.fill(says)
	for i := range news {
		if young && !l.hasStatus() {
			after.advance(&news[i].Message)
		} else {
			after.count(&news[i].Message)
		}
	}
	newest := news[len(news)-1].At
	over := says.Status == Snoozed && !says.SnoozedUntil.After(now)
	if l.hasStatus() && !over && !newest.Before(before.LastMessageAt) && !newest.Before(before.ResolvedAt) {
		after.open()
		switch after.Status = says.Status; after.Status {
		case Snoozed:
			after.SnoozedUntil = says.SnoozedUntil
		case Resolved:
			after.ResolvedAt = newest
		}
	}
	return after, nil
}

// fill gives a conversation what it has not, and the labels of another.
func (c *Conversation) fill(from *Conversation) {
	c.Subject = cmp.Or(c.Subject, from.Subject)
	c.Labels = united(c.Labels, from.Labels)
	c.Priority = cmp.Or(c.Priority, from.Priority)
	c.Assignee = cmp.Or(c.Assignee, from.Assignee)
	c.Team = cmp.Or(c.Team, from.Team)
	c.Satisfaction = cmp.Or(c.Satisfaction, from.Satisfaction)
	for _, a := range from.Attributes {
		if c.Attributes.Get(a.Number).IsMissing() {
			c.Attributes = c.Attributes.With(a.Number, a.Value)
		}
	}
}
