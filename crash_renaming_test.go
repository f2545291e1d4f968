package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestARenamingGoesOnAfterAKill kills the server while records get the new name of an option.
// The next one answers with that name at once, and ends what was begun.
func TestARenamingGoesOnAfterAKill(t *testing.T) {
	const people = 3_000
	folder := t.TempDir()
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "crash")
	p := start(t, folder, key)
	get[object](t, p.client, "POST", "/v1/attributes", object{"key": "tier", "type": "list", "options": []string{"n0", "other"}})
	for first := 0; first < people; first += 500 {
		drafts := make([]object, 500)
		for i := range drafts {
			drafts[i] = object{"name": fmt.Sprint("Crash ", first+i), "attributes": object{"tier": "n0"}}
		}
		get[object](t, p.client, "POST", "/v1/contacts/batch", object{"contacts": drafts})
	}
	type named struct {
		Renaming *struct{ From, To string }
		Options  []string
	}
	random := rand.New(rand.NewPCG(14, 4))
	midway := 0
	for round := range 4 {
		from, to := fmt.Sprint("n", round), fmt.Sprint("n", round+1)
		get[named](t, p.client, "POST", "/v1/attributes/tier/rename-option", object{"from": from, "to": to})
		time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond) // the moment of death is the point
		p.kill()

		p = start(t, folder, key)
		for _, name := range []string{from, to} { // the former name means the option
			counted := get[struct{ Count int }](t, p.client, "POST", "/v1/contacts/count", object{"filter": all(rule("attributes.tier", "eq", name))})
			require.Equal(t, people, counted.Count, "%s in round %d", name, round)
		}
		if get[named](t, p.client, "GET", "/v1/attributes/tier", nil).Renaming != nil {
			midway++
		}
		eventually(t, func() bool { return get[named](t, p.client, "GET", "/v1/attributes/tier", nil).Renaming == nil }, "it goes on by itself")
	}
	t.Logf("%d of 4 kills were in the middle", midway)
	require.NoError(t, p.stop(), "SIGTERM ends with exit code 0")
	require.Contains(t, run(t, "verify", "--data", folder), "everything agrees")
}
