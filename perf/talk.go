package perf

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"
)

// maxTalks is the most conversations for each contact.
const maxTalks = 50

// talking measures conversations and messages. The bars are those of a million contacts with five
// conversations each. All but the load is asked over HTTP.
func talking() []Measurement {
	rows := []Measurement{
		{Name: "conversations-load", What: "messages of an import of conversations, durable and filterable", Unit: PerSecond, Run: runTalkLoad},
		{
			Name: "conversations-disk", What: "data folder for each message, closed", Unit: Bytes,
			Floor: Bar{P50: 500}, Goal: Bar{P50: 250}, Run: runTalkDisk,
		},
		{
			Name: "conversations-restart", What: "ready after an orderly restart", Unit: Seconds,
			Floor: Bar{P50: 12}, Goal: Bar{P50: 6}, Run: runTalkRestart,
		},
		{
			Name: "conversations-memory", What: "most anonymous memory of the server during searches and 200 writes/s", Unit: Gigabytes,
			Floor: Bar{P50: 1.9}, Goal: Bar{P50: 1.4}, Run: runTalkMemory,
		},
		asking("profile", "a contact with its counts", Bar{P99: 10}, Bar{P99: 5}, profiles),
		asking("timeline", "a page of 50 of a person with over 10,000 events", Bar{P99: 40}, Bar{P99: 20}, timelinePages),
		asking("conversations-count", "count of conversations: a channel or a status, and a range", Bar{P99: 60}, Bar{P99: 30}, talkCounts),
		asking("conversations-related", "count of contacts with at least 2 conversations on WhatsApp in 30 days", Bar{P99: 120}, Bar{P99: 60}, relatedCount),
		asking("count-company-conversation", "count of contacts: five conditions, one on the company and one on conversations", Bar{P99: 120}, Bar{P99: 60}, widestCount),
		asking("message-search", "conversations by one or two words of a message", Bar{P50: 40, P99: 200}, Bar{P50: 20, P99: 100}, messageSearches),
		{
			Name: "inbound", What: "durable inbound messages with resolution of the sender, 64 clients", Unit: PerSecond,
			Floor: Bar{P50: 1_000}, Goal: Bar{P50: 3_000}, Run: runInbound,
		},
		besideMessages("messages-prefix", "people search: four letters of a last name, beside 500 messages/s", Bar{P50: 11, P99: 110}, Bar{P50: 5.5, P99: 55}, prefix),
		besideMessages("messages-typo", "people search: a last name with a typo, beside 500 messages/s", Bar{P50: 22, P99: 110}, Bar{P50: 11, P99: 55}, typo),
	}
	for i := range rows {
		rows[i].Whole, rows[i].Talks = true, true
	}
	return rows
}

// talkingServer returns a server over the folder with all conversations.
func (s *Subject) talkingServer(ctx context.Context) (*server, error) {
	if err := s.talked(ctx); err != nil {
		return nil, err
	}
	return s.served(ctx)
}

func runTalkLoad(ctx context.Context, s *Subject) (Result, error) {
	if err := s.talked(ctx); err != nil {
		return Result{}, err
	}
	k := &s.kept
	note := fmt.Sprintf("%d conversations, %d messages of %.0f bytes; words found %.0f s later",
		s.kept.Conversations, k.Messages, float64(k.Text)/float64(k.Messages), k.Found.Seconds())
	return single(float64(k.Messages)/k.Import.Seconds(), note), nil
}

func runTalkDisk(ctx context.Context, s *Subject) (Result, error) {
	if err := s.talked(ctx); err != nil {
		return Result{}, err
	}
	k := &s.kept
	note := fmt.Sprintf("%s; before %s", k.After, k.Before)
	return single((float64(k.After.all())-float64(k.Before.all()))/float64(k.Messages), note), nil
}

func runTalkRestart(ctx context.Context, s *Subject) (Result, error) {
	if _, err := s.talkingServer(ctx); err != nil {
		return Result{}, err
	}
	return s.restarted(ctx)
}

func runTalkMemory(ctx context.Context, s *Subject) (Result, error) {
	if err := s.talked(ctx); err != nil {
		return Result{}, err
	}
	v, err := s.rerun(ctx)
	if err != nil {
		return Result{}, err
	}
	return s.mostMemory(ctx, v)
}

// asking measures requests about conversations, beside writes of contacts.
func asking(name, what string, floor, goal Bar, requests func(*Subject, *client) ([]request, error)) Measurement {
	return Measurement{
		Name: name, What: "HTTP: " + what, Unit: Milliseconds, Floor: floor, Goal: goal,
		Run: func(ctx context.Context, s *Subject) (Result, error) {
			v, err := s.talkingServer(ctx)
			if err != nil {
				return Result{}, err
			}
			c, err := v.dial()
			if err != nil {
				return Result{}, err
			}
			list, err := requests(s, c)
			c.close()
			if err != nil {
				return Result{}, err
			}
			var most atomic.Int64
			r, err := s.during(ctx, v, func(i int) request { return list[i%len(list)] }, func(_ *client, answer []byte) error {
				n, err := foundIn(answer)
				for before := most.Load(); n > before && !most.CompareAndSwap(before, n); before = most.Load() {
				}
				return err
			})
			if n := most.Load(); n > 0 {
				r.Note = fmt.Sprintf("up to %d found; %s", n, r.Note)
			}
			return r, err
		},
	}
}

// foundIn is the number that an answer counts, 0 when it counts nothing.
func foundIn(answer []byte) (int64, error) {
	var counted struct {
		Count int64 `json:"count"`
		Total struct {
			Value int64 `json:"value"`
		} `json:"total"`
	}
	err := json.Unmarshal(answer, &counted)
	return max(counted.Count, counted.Total.Value), err
}

// inboundRequest is the next message that comes in, of somebody known or not, now.
func (s *Subject) inboundRequest() request {
	n := int(s.messaged.Add(1))
	c := s.people.Conversation(s.kept.Conversations+n, s.contacts)
	d := c.Inbound()
	message := d["message"].(map[string]any)
	delete(message, "at")
	message["source_id"] = fmt.Sprintf("bench-%d-%d", time.Now().UnixNano(), n)
	return request{path: "/v1/conversations", body: encode(d)}
}

func runInbound(ctx context.Context, s *Subject) (Result, error) {
	v, err := s.talkingServer(ctx)
	if err != nil {
		return Result{}, err
	}
	return s.atOnce(ctx, v, 2*3_000, s.inboundRequest)
}

// arriving is how many messages come in a second beside searches.
const arriving = 500

// besideMessages measures searches of people while messages come in.
func besideMessages(name, what string, floor, goal Bar, words func(first, last string) string) Measurement {
	return Measurement{
		Name: name, What: "HTTP " + what, Unit: Milliseconds, Floor: floor, Goal: goal,
		Run: func(ctx context.Context, s *Subject) (Result, error) {
			v, err := s.talkingServer(ctx)
			if err != nil {
				return Result{}, err
			}
			texts := s.texts(words)
			messages := &stream{rate: arriving, clients: 32, next: func(int) request { return s.inboundRequest() }}
			messages.start(ctx, v)
			return s.beside(ctx, v, messages, func(i int) request { return request{path: searchPath(texts[i%len(texts)])} }, nil)
		},
	}
}
