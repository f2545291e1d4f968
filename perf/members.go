package perf

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// pulling measures how fast the members of a snapshot and the rows of an audience are sent. Both have
// everybody with an e-mail.
func pulling() []Measurement {
	ids, five := []string{"id"}, []string{"email", "name", "country", "attributes.tier", "last_seen_at"}
	return []Measurement{
		pull{name: "members-ids", what: "NDJSON with the ids of the members of a snapshot", media: ndjson, fields: ids}.measurement(),
		pull{name: "members-five", what: "CSV with five fields of the members of a snapshot", media: csv, fields: five}.measurement(),
		pull{name: "members-pages", what: "pages of 1,000 with five fields of the members of a snapshot", fields: five}.measurement(),
		pull{name: "audience-members-ids", what: "NDJSON with the ids of the rows of an audience", media: ndjson, fields: ids, audience: true}.measurement(),
		pull{name: "audience-members-five", what: "CSV with five fields of the rows of an audience", media: csv, fields: five, audience: true}.measurement(),
		pull{name: "audience-members-pages", what: "pages of 1,000 with five fields of the rows of an audience", fields: five, audience: true}.measurement(),
		pull{name: "audience-members-drawn", what: "CSV with five fields of the rows of an audience in the order of a draw", media: csv, fields: five, audience: true, drawn: true}.measurement(),
	}
}

const (
	ndjson = "application/x-ndjson"
	csv    = "text/csv"
)

// fewestPulls is how often everybody is pulled at least.
const fewestPulls = 3

// pull is a way to get all members.
type pull struct {
	name, what string
	media      string // "" for pages in JSON
	fields     []string
	audience   bool // else they are those of a snapshot
	drawn      bool // the audience is in the order of a draw, else in that in which contacts were made
}

func (p pull) measurement() Measurement {
	return Measurement{Name: p.name, What: "HTTP: " + p.what, Unit: PerSecond, Whole: true, Run: p.run}
}

func (p pull) run(ctx context.Context, s *Subject) (r Result, err error) {
	_, c, err := s.connected(ctx)
	if err != nil {
		return r, err
	}
	defer c.close()
	var made []string // what is deleted afterwards, the last first
	defer func() {
		for _, path := range slices.Backward(made) {
			_, failed := c.do(request{method: http.MethodDelete, path: path})
			err = errors.Join(err, failed)
		}
	}()
	segment, err := c.makeSegment(fmt.Sprintf("Pulled by %s", p.name), group(`{"field":"email","operator":"exists"}`))
	if err != nil {
		return r, err
	}
	made = append(made, "/v1/segments/"+segment)
	path, err := p.prepare(s, c, segment)
	if err != nil {
		return r, err
	}
	if p.audience {
		made = append(made, path[:len(path)-len("/members")])
	}
	var rates []float64
	var count, size int
	for end := time.Now().Add(2 * s.patience); len(rates) < fewestPulls || time.Now().Before(end); {
		if ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
		start := time.Now()
		if count, size, err = p.pull(c, path); err != nil {
			return r, err
		}
		rates = append(rates, float64(count)/time.Since(start).Seconds())
	}
	slices.Sort(rates)
	return Result{
		P50: rates[len(rates)/2], Samples: len(rates),
		Note: fmt.Sprintf("%s, %.1f MB, the slowest of %d times %.0f/s", rows(uint64(count)), float64(size)/1e6, len(rates), rates[0]),
	}, nil
}

// prepare takes a snapshot, or makes an audience of it, and returns the path of its members.
func (p pull) prepare(s *Subject, c *client, segment string) (path string, err error) {
	if !p.audience {
		answer, err := c.do(request{path: "/v1/segments/" + segment + "/refresh", body: []byte{}})
		if err != nil {
			return "", err
		}
		var snapshot struct {
			N int `json:"n"`
		}
		err = json.Unmarshal(answer, &snapshot)
		return fmt.Sprintf("/v1/segments/%s/snapshots/%d/members", segment, snapshot.N), err
	}
	order := map[string]any{"segment_id": segment, "campaign": "bench", "channel": "email", "fields": p.fields}
	if p.drawn {
		order["limit"] = s.contacts
	}
	answer, err := c.do(request{path: "/v1/audiences", body: encode(order)})
	if err != nil {
		return "", err
	}
	var audience struct {
		ID string `json:"id"`
	}
	err = json.Unmarshal(answer, &audience)
	return "/v1/audiences/" + audience.ID + "/members", err
}

// pull gets all members once. It returns how many they are, and the bytes of the answers.
func (p pull) pull(c *client, path string) (count, size int, err error) {
	separator := "?"
	if !p.audience {
		path += "?fields=" + strings.Join(p.fields, ",")
		separator = "&"
	}
	if p.media != "" {
		answer, err := c.do(request{path: path, accept: p.media})
		count = bytes.Count(answer, []byte("\n"))
		if p.media == csv {
			count-- // the head
		}
		return count, len(answer), err
	}
	path += separator + "limit=1000"
	for cursor := ""; ; {
		answer, err := c.do(request{path: path + cursor})
		if err != nil {
			return count, size, err
		}
		var page struct {
			Contacts []json.RawMessage `json:"contacts"`
			Members  []json.RawMessage `json:"members"`
			Next     string            `json:"next_cursor"`
		}
		if err := json.Unmarshal(answer, &page); err != nil {
			return count, size, err
		}
		count, size = count+len(page.Contacts)+len(page.Members), size+len(answer)
		if page.Next == "" {
			return count, size, nil
		}
		cursor = "&cursor=" + page.Next
	}
}
