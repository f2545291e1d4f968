package main

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// audienceRow is a row of an audience, as it is pulled.
type audienceRow struct {
	Row       int
	ID, Group string
}

// pull reads the rows of an audience from a row on, by pages.
func pull(t *testing.T, c client, audience string, from int) (rows []audienceRow) {
	t.Helper()
	for cursor := ""; ; {
		path := fmt.Sprintf("/v1/audiences/%s/members?limit=400&from_row=%d", audience, from)
		if cursor != "" {
			path = fmt.Sprintf("/v1/audiences/%s/members?limit=400&cursor=%s", audience, cursor)
		}
		page := get[struct {
			Members    []audienceRow
			NextCursor string `json:"next_cursor"`
		}](t, c, "GET", path, nil)
		rows = append(rows, page.Members...)
		if cursor = page.NextCursor; cursor == "" {
			return rows
		}
	}
}

// tries makes a request and reports whether it was answered as wanted. The answer goes into out, nil for
// nowhere.
func (c client) tries(method, path string, body any, want int, out any) bool {
	status, answer, err := c.try(method, path, body)
	return err == nil && status == want && (out == nil || json.Unmarshal(answer, out) == nil)
}

// TestAudiencesHaveTheSameRowsAfterAKill kills the server while audiences are made and reported on. Each
// that was answered has all of its rows: those that were pulled before are the same, and the others follow.
func TestAudiencesHaveTheSameRowsAfterAKill(t *testing.T) {
	const people = 3_000
	folder := t.TempDir()
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "campaigns")
	p := start(t, folder, key)
	for i := range people / 1_000 {
		batch := make([]object, 1_000)
		for j := range batch {
			batch[j] = object{"name": "Ada", "email": fmt.Sprintf("ada%d@example.org", 1_000*i+j)}
		}
		get[object](t, p.client, "POST", "/v1/contacts/batch", object{"contacts": batch})
	}
	segment := get[object](t, p.client, "POST", "/v1/segments", object{"name": "Everyone"})["id"]

	type made struct {
		id       string
		half     []audienceRow // pulled before the kill, of the first group
		count    int
		reported bool
	}
	var list []made
	for round := range 2 {
		var making sync.WaitGroup
		enough := make(chan struct{})
		making.Go(func() {
			for n := 0; ; n++ {
				body := object{
					"segment_id": segment, "campaign": fmt.Sprint("campaign ", round, n), "channel": "email", "limit": 2_900 - n,
					"split": []object{{"name": "A", "percent": 60}, {"name": "B", "percent": 30}},
				}
				var a struct {
					ID     string
					Groups map[string]int
				}
				if !p.client.tries("POST", "/v1/audiences", body, 201, &a) {
					return
				}
				one := made{id: a.ID, count: a.Groups["A"] + a.Groups["B"]}
				var page struct{ Members []audienceRow }
				if p.client.tries("GET", "/v1/audiences/"+a.ID+"/members?limit=700", nil, 200, &page) {
					one.half = page.Members
				}
				event := object{"row": 1, "kind": "delivered", "at": "2020-01-01T00:00:00Z"}
				one.reported = p.client.tries("POST", "/v1/audiences/"+a.ID+"/events", object{"events": []object{event}}, 200, nil)
				if list = append(list, one); n == 2+round {
					close(enough) // and it goes on
				}
			}
		})
		<-enough
		p.kill()
		making.Wait()
		p = start(t, folder, key)
		for _, one := range list {
			rows := pull(t, p.client, one.id, 1)
			require.Len(t, rows, one.count)
			require.Equal(t, one.half, rows[:len(one.half)])
			require.Equal(t, rows[1_000:], pull(t, p.client, one.id, 1_001))
			for i := range rows {
				require.Equal(t, i+1, rows[i].Row)
			}
			if one.reported {
				counted := get[object](t, p.client, "POST", "/v1/contacts/count", object{"filter": all(object{
					"field": "campaign_events", "operator": "any", "where": all(rule("kind", "eq", "delivered")),
				})})
				require.NotZero(t, counted["count"])
			}
		}
	}
	require.NoError(t, p.stop())
	run(t, "verify", "--data", folder)
}
