package main

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// box is the search for people and companies on a server.
type box struct {
	t *testing.T
	client
}

// companies are the names of the companies that a text finds, as of now.
func (b box) companies(text string) (names []string) {
	b.t.Helper()
	seq := get[struct{ Seq uint64 }](b.t, b.client, "POST", "/v1/contacts/count", object{}).Seq
	path := fmt.Sprintf("/v1/search?q=%s&min_seq=%d", url.QueryEscape(text), seq)
	answer := getIndexed[struct {
		Companies struct {
			Hits []struct{ Company struct{ Name string } }
		}
	}](b.t, b.client, path)
	for _, hit := range answer.Companies.Hits {
		names = append(names, hit.Company.Name)
	}
	return names
}

// TestCompaniesAreFoundAfterAMergeAKillAndAnUndo searches one box while two companies
// are two, one, and two again. The program is killed while it builds the text index of
// companies, and restarted.
func TestCompaniesAreFoundAfterAMergeAKillAndAnUndo(t *testing.T) {
	folder := t.TempDir()
	key := run(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "companies")
	p := start(t, folder, key)
	for from := 0; from < manyCompanies; from += 1_000 {
		var drafts []object
		for i := range 1_000 {
			drafts = append(drafts, object{"identifier": fmt.Sprint(from + i), "company": fmt.Sprintf("Crowd W%dx Ltd", from+i)})
		}
		get[object](t, p.client, "POST", "/v1/contacts/batch", object{"contacts": drafts})
	}
	made := func(name, domain string) string {
		return get[struct{ ID string }](t, p.client, "POST", "/v1/companies", object{"name": name, "domains": []string{domain}}).ID
	}
	baraka, zuberi := made("Baraka Mills", "millers.example"), made("Zuberi Foods", "grain.example")
	requireFound := func(byZuberi string) { // all that "zuberi" means is this company
		t.Helper()
		b := box{t, p.client}
		for text, name := range map[string]string{
			"baraka mills": "Baraka Mills", "millers.example": "Baraka Mills", "zuberi foods": byZuberi, "grain.example": byZuberi,
			"crowd w77x": "Crowd W77x Ltd", fmt.Sprintf("w%dx", manyCompanies-1): fmt.Sprintf("Crowd W%dx Ltd", manyCompanies-1),
		} {
			found := b.companies(text)
			require.NotEmpty(t, found, text)
			require.Equal(t, name, found[0], text)
		}
		require.Equal(t, []string{byZuberi}, b.companies("zuberi"))
	}
	requireFound("Zuberi Foods")
	merged := get[struct {
		Absorbed []struct {
			MergeID string `json:"merge_id"`
		}
	}](t, p.client, "POST", "/v1/companies/"+baraka+"/merge", object{"company_id": zuberi})
	requireFound("Baraka Mills")

	p.kill()
	killedWhileBuilding(t, folder)
	p = start(t, folder, key)
	requireFound("Baraka Mills")

	get[object](t, p.client, "POST", "/v1/merges/"+merged.Absorbed[0].MergeID+"/undo", nil)
	requireFound("Zuberi Foods")
	require.NoError(t, p.stop())
	p = start(t, folder, key)
	requireFound("Zuberi Foods")
	require.NoError(t, p.stop())
	require.Contains(t, run(t, "verify", "--data", folder), "everything agrees")
}

// manyCompanies are so many that the first build writes them in several steps.
const manyCompanies = 12_000

// killedWhileBuilding removes the text index of companies, starts the program, and
// kills it when a part of the new one is on disk.
func killedWhileBuilding(t *testing.T, folder string) {
	t.Helper()
	index := filepath.Join(folder, "index", "companies")
	there := func(pattern string) bool {
		found, err := filepath.Glob(filepath.Join(index, pattern))
		return err == nil && len(found) > 0
	}
	eventually(t, func() bool { // on a busy machine the build may be over before this process looks
		require.NoError(t, os.RemoveAll(index))
		command := exec.Command(os.Args[0], "serve", "--data", folder, "--listen", "127.0.0.1:0")
		command.Env = append(os.Environ(), asProgram+"=1")
		require.NoError(t, command.Start())
		defer command.Process.Kill()
		eventually(t, func() bool { return there("scorch.building/*.zap") || there("scorch") }, "a part of the index is written")
		require.NoError(t, command.Process.Kill())
		require.Error(t, command.Wait())
		return !there("scorch")
	}, "the program is killed before there is an index")
}
