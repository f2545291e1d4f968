package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestJourney is a day with Kundi, on the real program: a first key, a schema,
// contacts by API and from a file, a person found, a segment and who entered
// and left it, a restart.
func TestJourney(t *testing.T) {
	folder := t.TempDir()
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "journey")
	p := start(t, folder, key)

	post := func(path string, body object) object { return get[object](t, p.client, "POST", path, body) }
	post("/v1/attributes", object{"key": "tier", "label": "Tier", "type": "list", "options": []string{"free", "paid"}})
	first := post("/v1/contacts", object{"name": "Wanjiru Otieno", "email": "wanjiru@journey.example", "country": "ke", "attributes": object{"tier": "Paid"}})
	require.Equal(t, object{"tier": "paid"}, first["attributes"])

	file := filepath.Join(t.TempDir(), "more.csv")
	require.NoError(t, os.WriteFile(file, []byte("id,name,country,tier\nJ-1,Baraka Mushi,TZ,paid\nJ-2,Zuhura Said,KE,free\n"), 0o600))
	require.Equal(t, "2 created, 0 updated, 0 unchanged, 0 refused", run(t, "import", "--data", folder, file))

	type answer struct {
		Count int
		Seq   uint64
	}
	paid := all(rule("attributes.tier", "eq", "paid"))
	counted := get[answer](t, p.client, "POST", "/v1/contacts/count", object{"filter": paid})
	require.Equal(t, 2, counted.Count, "what was acknowledged is counted, imports too")
	found := search(t, p.client, "muschi baraka", counted.Seq)
	require.NotEmpty(t, found)
	require.Equal(t, "Baraka Mushi", found[0].Name)

	segment := "/v1/segments/" + post("/v1/segments", object{
		"name": "Paying", "filter": paid, "schedule": object{"cron": "0 6 * * *", "time_zone": "Africa/Nairobi"},
	})["id"].(string)
	require.EqualValues(t, 2, post(segment+"/refresh", nil)["entered"])
	status, _ := p.call(t, "DELETE", "/v1/contacts/"+first["id"].(string), nil)
	require.Equal(t, 204, status)
	post("/v1/contacts/upsert", object{"identifier": "J-2", "attributes": object{"tier": "paid"}})
	require.EqualValues(t, 2, post(segment+"/refresh", nil)["n"])

	require.NoError(t, p.stop())
	p = start(t, folder, key)
	changes := get[struct{ Entered, Left []object }](t, p.client, "GET", segment+"/changes?from=1&to=2", nil)
	require.Len(t, changes.Entered, 1)
	require.Equal(t, []object{{"id": first["id"], "cause": "deleted"}}, changes.Left)
	members := get[struct{ Contacts []wireContact }](t, p.client, "GET", segment+"/snapshots/2/members", nil)
	require.Len(t, members.Contacts, 2)
	require.Equal(t, 2, get[answer](t, p.client, "POST", "/v1/contacts/count", object{"filter": paid}).Count)
}
