package perf

import (
	"context"
	"fmt"
	"time"

	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/fields"
)

// talkLines is how many conversations are imported at once, as `kundi import` does.
const talkLines = 200

// talked makes the folder have all conversations, once.
func (s *Subject) talked(ctx context.Context) error {
	if s.kept.Talked {
		return nil
	}
	if _, err := s.loaded(ctx); err != nil {
		return err
	}
	var err error
	if s.kept.Before, err = s.closedUse(ctx); err != nil {
		return err
	}
	s.say("importing %d conversations", s.kept.Conversations)
	start := time.Now()
	if err := s.importTalks(ctx); err != nil {
		return err
	}
	s.kept.Import = time.Since(start)
	if err := s.searchable(ctx); err != nil {
		return err
	}
	s.kept.Found = time.Since(start) - s.kept.Import
	if s.kept.After, err = s.closedUse(ctx); err != nil {
		return err
	}
	s.kept.Talked = true
	return s.kept.write(s.keep)
}

// closedUse returns what the data folder takes while it is closed, and opens it again.
func (s *Subject) closedUse(ctx context.Context) (use, error) {
	if err := s.close(ctx); err != nil {
		return use{}, err
	}
	u, err := s.use()
	if err != nil {
		return use{}, err
	}
	return u, s.open(ctx)
}

// importTalks imports the conversations, and those of the talker.
func (s *Subject) importTalks(ctx context.Context) error {
	invent := func(i int) fields.Draft {
		c := s.people.Conversation(i, s.contacts)
		return c.Draft()
	}
	take := func(lines []fields.Draft) error { return s.importLines(ctx, lines) }
	if err := s.inBatches(ctx, s.kept.Conversations, talkLines, "conversations", invent, take); err != nil {
		return err
	}
	return s.inBatches(ctx, min(talkerTalks, s.kept.Conversations), talkLines, "conversations", talkerLine, take)
}

func (s *Subject) importLines(ctx context.Context, lines []fields.Draft) error {
	done, err := s.app.Conversations.Import(ctx, app.Importer, lines)
	if err != nil {
		return err
	}
	for _, line := range done {
		if line.Err != nil {
			return fmt.Errorf("an invented conversation was refused: %w", line.Err)
		}
		s.kept.Messages += line.Messages
	}
	for _, line := range lines {
		for _, m := range line["messages"].([]any) {
			text, _ := m.(map[string]any)["text"].(string)
			s.kept.Text += int64(len(text))
		}
	}
	return nil
}

// The talker is one person with very many events.
const (
	talker      = "talker@bench.example"
	talkerTalks = 2_500 // or fewer, where all others together have fewer
	talkerTurns = 4     // messages of each conversation
)

// talkerLine is conversation i of the talker, an hour and a bit after the one before.
func talkerLine(i int) fields.Draft {
	begun := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 100 * time.Minute)
	messages := make([]any, talkerTurns)
	for n := range messages {
		direction := []string{"inbound", "outbound"}[n%2]
		messages[n] = map[string]any{
			"direction": direction, "text": fmt.Sprintf("Message %d of conversation %d, about the order that has not come.", n, i),
			"at": fields.FormatInstant(begun.Add(time.Duration(n) * 20 * time.Minute).UnixMilli()), "source_id": fmt.Sprintf("bench-%d-%d", i, n),
		}
	}
	return fields.Draft{"channel": "email", "status": "resolved", "sender": map[string]any{"email": talker}, "messages": messages}
}
