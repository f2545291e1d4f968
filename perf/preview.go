package perf

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
)

// editing measures what somebody asks while a segment is edited, and why somebody is in it.
func editing() []Measurement {
	return []Measurement{
		{
			Name: "http-preview", What: "HTTP preview: five conditions with a funnel, a difference, two overlaps, four facets and a sample", Unit: Milliseconds, Whole: true,
			Floor: Bar{P99: 120}, Goal: Bar{P99: 60}, Run: runPreview,
		},
		{
			Name: "http-explain", What: "HTTP: why a contact is in a segment of five conditions", Unit: Milliseconds, Whole: true,
			Floor: Bar{P99: 40}, Goal: Bar{P99: 20}, Run: runExplain,
		},
	}
}

// drafted are the five conditions of a segment that is edited, with one that changes as somebody types.
func drafted(mrr int) string {
	return group(fmt.Sprintf(`{"field":"type","operator":"eq","value":"customer"},{"field":"country","operator":"not_in","value":["US","GB"]},
		{"field":"attributes.mrr","operator":"gte","value":%d},{"field":"last_seen_at","operator":"within_last","value":"P180D"},
		{"combinator":"or","rules":[{"field":"labels","operator":"any_of","value":["vip"]},{"field":"city","operator":"exists"}]}`, mrr))
}

func runPreview(ctx context.Context, s *Subject) (Result, error) {
	return s.withSegments(ctx, func(v *server, _ *client, ids []string) (Result, error) {
		return s.during(ctx, v, func(i int) request {
			body := fmt.Sprintf(`{"filter":%s,"segment_id":%q,"overlap":[%q,%q],"sample":5,"facets":["country","type","city",{"field":"attributes.mrr","ranges":[0,50,100,500]}]}`,
				drafted(50+i%100), ids[0], ids[1], ids[2])
			return request{path: "/v1/segments/preview", body: []byte(body)}
		}, nil)
	})
}

func runExplain(ctx context.Context, s *Subject) (Result, error) {
	return s.withSegments(ctx, func(v *server, c *client, ids []string) (Result, error) {
		people, err := s.someIDs(c)
		if err != nil {
			return Result{}, err
		}
		return s.during(ctx, v, func(i int) request {
			return request{path: "/v1/segments/" + ids[0] + "/explain?contact=" + people[i%len(people)]}
		}, nil)
	})
}

// withSegments calls measure with three segments, which have some snapshots. They are deleted afterwards.
func (s *Subject) withSegments(ctx context.Context, measure func(v *server, c *client, ids []string) (Result, error)) (r Result, err error) {
	v, c, err := s.connected(ctx)
	if err != nil {
		return r, err
	}
	defer c.close()
	var ids []string
	defer func() { err = errors.Join(err, deleteSegments(ctx, c, ids)) }()
	for i, filter := range []string{drafted(100), group(atRisk), group(usual(1))} {
		id, err := c.makeSegment(fmt.Sprintf("Edited %d", i), filter)
		if err != nil {
			return r, err
		}
		ids = append(ids, id)
		if _, err := c.do(request{method: "POST", path: "/v1/segments/" + id + "/refresh"}); err != nil {
			return r, err
		}
	}
	return measure(v, c, ids)
}

// makeSegment makes a segment and returns its id.
func (c *client) makeSegment(name, filter string) (string, error) {
	answer, err := c.do(request{path: "/v1/segments", body: encode(map[string]any{"name": name, "filter": json.RawMessage(filter)})})
	if err != nil {
		return "", err
	}
	var made struct {
		ID string `json:"id"`
	}
	return made.ID, json.Unmarshal(answer, &made)
}

// someIDs are the ids of contacts all over the base.
func (s *Subject) someIDs(c *client) (ids []string, err error) {
	random := rand.New(rand.NewPCG(5, uint64(s.contacts)))
	for range min(searched, s.contacts) {
		email := s.people.Person(random.IntN(s.contacts)).Email
		if email == "" {
			continue
		}
		id, err := c.contactOf(email)
		if err != nil {
			return nil, err
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, errors.New("nobody has an e-mail")
	}
	return ids, nil
}
