package perf

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/url"
	"strings"
	"unicode"
)

// profiles are contacts who wrote, those who write often more often.
func profiles(s *Subject, c *client) ([]request, error) {
	random := rand.New(rand.NewPCG(4, uint64(s.contacts)))
	var list []request
	for tries := 0; len(list) < searched/2 && tries < 100*searched; tries++ {
		talk := s.people.Conversation(random.IntN(s.kept.Conversations), s.contacts)
		person := s.people.Person(talk.Contact)
		if person.Email == "" {
			continue
		}
		id, err := c.contactOf(person.Email)
		switch {
		case err != nil:
			return nil, err
		case id != "":
			list = append(list, request{path: "/v1/contacts/" + id})
		}
	}
	if len(list) == 0 {
		return nil, errors.New("nobody who wrote has an e-mail")
	}
	return list, nil
}

// contactOf is the id of the contact with an e-mail, "" without one.
func (c *client) contactOf(email string) (string, error) {
	body := encode(map[string]any{
		"filter": map[string]any{"combinator": "and", "rules": []any{map[string]any{"field": "email", "operator": "eq", "value": email}}}, "limit": 1,
	})
	answer, err := c.do(request{path: "/v1/contacts/search", body: body})
	if err != nil {
		return "", err
	}
	var page struct {
		Hits []struct {
			Contact struct{ ID string }
		}
	}
	if err := json.Unmarshal(answer, &page); err != nil || len(page.Hits) == 0 {
		return "", err
	}
	return page.Hits[0].Contact.ID, nil
}

// timelinePages are all pages of the talker's timeline, in any order.
func timelinePages(_ *Subject, c *client) ([]request, error) {
	id, err := c.contactOf(talker)
	if err != nil {
		return nil, err
	}
	first := "/v1/contacts/" + id + "/timeline?limit=50"
	list := []request{{path: first}}
	for {
		answer, err := c.do(list[len(list)-1])
		if err != nil {
			return nil, err
		}
		var page struct {
			NextCursor string `json:"next_cursor"`
		}
		if err := json.Unmarshal(answer, &page); err != nil {
			return nil, err
		}
		if page.NextCursor == "" {
			break
		}
		list = append(list, request{path: first + "&cursor=" + url.QueryEscape(page.NextCursor)})
	}
	rand.New(rand.NewPCG(5, 1)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list, nil
}

// talkCounts are filters on conversations.
func talkCounts(*Subject, *client) ([]request, error) {
	var list []request
	for _, rule := range []string{
		`{"field":"channel","operator":"eq","value":"whatsapp"}`,
		`{"field":"channel","operator":"in","value":["email","sms"]}`,
		`{"field":"status","operator":"ne","value":"resolved"}`,
		`{"field":"satisfaction","operator":"lte","value":2}`,
	} {
		for _, span := range []string{
			`{"field":"last_message_at","operator":"within_last","value":"P30D"}`,
			`{"field":"messages_count","operator":"gte","value":5}`,
		} {
			list = append(list, request{path: "/v1/conversations/count", body: []byte(`{"filter":{"combinator":"and","rules":[` + rule + `,` + span + `]}}`)})
		}
	}
	return list, nil
}

// relatedCount asks for contacts by how many conversations of a kind they have.
func relatedCount(*Subject, *client) ([]request, error) { return countOf(related), nil }

// widestCount asks for contacts by what they are, what their company has, and what they wrote.
func widestCount(*Subject, *client) ([]request, error) { return countOf(five + joined), nil }

// countOf counts the contacts that these rules accept.
func countOf(rules string) []request {
	return []request{{path: "/v1/contacts/count", body: []byte(`{"filter":` + group(rules) + `}`)}}
}

// messageSearches are one or two words of messages, by turns.
func messageSearches(s *Subject, _ *client) ([]request, error) {
	random := rand.New(rand.NewPCG(6, uint64(s.contacts)))
	var list []request
	for tries := 0; len(list) < searched && tries < 100*searched; tries++ {
		talk := s.people.Conversation(random.IntN(s.kept.Conversations), s.contacts)
		words := longWords(talk.Messages[random.IntN(len(talk.Messages))].Text)
		wanted := 1 + len(list)%2
		if len(words) < wanted {
			continue
		}
		random.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		list = append(list, request{path: "/v1/conversations/search?q=" + url.QueryEscape(strings.Join(words[:wanted], " "))})
	}
	if len(list) == 0 {
		return nil, errors.New("no message has a long word")
	}
	return list, nil
}

// longWords are the words of a text that have at least five letters.
func longWords(text string) (list []string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len([]rune(word)) >= 5 {
			list = append(list, word)
		}
	}
	return list
}
