package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "github.com/ndoto/kundi/repeatable"
)

// apiOf is a running server and a key to it.
type apiOf struct{ url, key string }

func servingAPI(t *testing.T, folder string) apiOf {
	t.Helper()
	key := strings.TrimSpace(done(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "test"))
	return apiOf{serving(t, folder), key}
}

// call makes a request and returns the body of the answer, of any kind.
func (a apiOf) call(t *testing.T, method, path string, body any) string {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	request, err := http.NewRequest(method, a.url+path, bytes.NewReader(text))
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+a.key)
	request.Header.Set("Content-Type", "application/json")
	if strings.Contains(path, "/members") || method == "GET" && path == "/v1/contacts" {
		request.Header.Set("Accept", "text/csv")
	}
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	out, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Less(t, answer.StatusCode, 300, string(out))
	return string(out)
}

type object = map[string]any

// everyone makes a segment of everybody and returns its path.
func (a apiOf) everyone(t *testing.T) string {
	t.Helper()
	var made struct{ ID string }
	require.NoError(t, json.Unmarshal([]byte(a.call(t, "POST", "/v1/segments", object{"name": "Everyone", "filter": object{"combinator": "and", "rules": []any{}}})), &made))
	return "/v1/segments/" + made.ID
}

// export takes a snapshot and returns its members as CSV, and the number of
// the last change.
func (a apiOf) export(t *testing.T, segment string, more string) string {
	t.Helper()
	var snapshot struct{ N int }
	require.NoError(t, json.Unmarshal([]byte(a.call(t, "POST", segment+"/refresh", nil)), &snapshot))
	return a.call(t, "GET", fmt.Sprintf("%s/snapshots/%d/members%s", segment, snapshot.N, more), nil)
}

// anyContact are contacts with every kind of text that a CSV could lose.
func anyContact() *rapid.Generator[object] {
	text := rapid.StringOfN(rapid.SampledFrom([]rune(`aZé漢 "',;|\=+-@'1.’/👩`)), 1, 12, -1)
	return rapid.Custom(func(t *rapid.T) object {
		c, attributes := object{}, object{}
		put := func(into object, key string, value any) {
			if rapid.Bool().Draw(t, key) {
				into[key] = value
			}
		}
		put(c, "name", text.Draw(t, "name"))
		put(c, "first_name", text.Draw(t, "first"))
		put(c, "last_name", text.Draw(t, "last"))
		put(c, "city", text.Draw(t, "city"))
		put(c, "company", text.Draw(t, "company"))
		put(c, "identifier", text.Draw(t, "identifier"))
		put(c, "email", fmt.Sprintf("%s%d@round.example", rapid.SampledFrom([]string{"a", "=b", "+c", "-d", "O'E"}).Draw(t, "local"), rapid.IntRange(1, 1_000_000).Draw(t, "email")))
		put(c, "phone", fmt.Sprintf("+2547%08d", rapid.IntRange(0, 99_999_999).Draw(t, "phone")))
		put(c, "type", rapid.SampledFrom([]string{"visitor", "lead", "customer"}).Draw(t, "type"))
		put(c, "country", rapid.SampledFrom([]string{"KE", "DE"}).Draw(t, "country"))
		put(c, "labels", rapid.SliceOfN(text, 1, 4).Draw(t, "labels"))
		put(c, "channels", []string{"email", "sms"})
		put(c, "created_at", "2020-02-29T10:00:00.123Z")
		put(c, "last_seen_at", "2026-02-28T10:00:00+03:00")
		put(attributes, "a_b", text.Draw(t, "a_b"))
		put(attributes, "ab", text.Draw(t, "ab"))
		put(attributes, "many", rapid.SliceOfN(rapid.SampledFrom([]string{"x;y", "a|b", `c\`, "=d", "e"}), 1, 4).Draw(t, "many"))
		put(attributes, "one", rapid.SampledFrom([]string{"x;y", "a|b", `c\`, "=d", "e"}).Draw(t, "one"))
		put(attributes, "score", rapid.SampledFrom([]any{-1.5, 0, 1e30, 1e-9}).Draw(t, "score"))
		put(attributes, "mrr", rapid.SampledFrom([]any{-1.5, 0, "0.01"}).Draw(t, "mrr"))
		put(attributes, "rate", -25)
		put(attributes, "day", "2024-02-29")
		put(attributes, "site", "https://example.org/?a='b';c")
		put(attributes, "yes", rapid.Bool().Draw(t, "value"))
		put(attributes, "maybe", rapid.Bool().Draw(t, "value"))
		c["attributes"] = attributes
		return c
	})
}

// TestWhatWasExportedIsImportedUnchanged is the law of the way back: whatever
// contacts hold, their CSV imports as it is, and changes nothing.
func TestWhatWasExportedIsImportedUnchanged(t *testing.T) {
	folder := t.TempDir()
	a := servingAPI(t, folder)
	for _, d := range []object{
		{"key": "a_b", "type": "text"}, {"key": "ab", "type": "text"}, {"key": "many", "type": "list", "multiple": true, "options": []string{"x;y", "a|b", `c\`, "=d", "e"}},
		{"key": "one", "type": "list", "options": []string{"x;y", "a|b", `c\`, "=d", "e"}}, {"key": "score", "type": "number"}, {"key": "mrr", "type": "currency"},
		{"key": "rate", "type": "percentage"}, {"key": "day", "type": "date"}, {"key": "site", "type": "link"}, {"key": "yes", "type": "checkbox"},
		{"key": "maybe", "type": "checkbox", "three_state": true},
	} {
		a.call(t, "POST", "/v1/attributes", d)
	}
	segment := a.everyone(t)
	contacts := rapid.SliceOfN(anyContact(), 300, 300)
	for seed := range 3 {
		a.call(t, "POST", "/v1/contacts/batch", object{"contacts": contacts.Example(seed)})
	}
	merged, absorbed := object{"email": "survivor@round.example"}, object{"email": "absorbed@round.example", "identifier": "=1"}
	for _, c := range []object{merged, absorbed} {
		var made struct{ ID string }
		require.NoError(t, json.Unmarshal([]byte(a.call(t, "POST", "/v1/contacts", c)), &made))
		c["id"] = made.ID
	}
	a.call(t, "POST", "/v1/contacts/"+merged["id"].(string)+"/merge", object{"contact_id": absorbed["id"]})
	a.call(t, "POST", "/v1/contacts/"+merged["id"].(string)+"/block", object{})

	file := a.export(t, segment, "")
	rows := strings.Count(file, "\n") - 1
	require.Greater(t, rows, 500)
	unchanged := func(file string, rows int, args ...string) {
		t.Helper()
		path, rejects := write(t, "own.csv", file), filepath.Join(t.TempDir(), "rejects.csv")
		code, out, errs := kundi(t, append([]string{"import", "--data", folder, "--rejects", rejects, path}, args...)...)
		report, _ := os.ReadFile(rejects)
		require.Equal(t, exitDone, code, "%s\n%s", errs, report)
		require.Equal(t, fmt.Sprintf("0 created, 0 updated, %d unchanged, 0 refused\n", rows), out)
	}
	unchanged(file, rows)
	unchanged(file, rows, "--dry-run")
	unchanged(a.call(t, "GET", "/v1/contacts", nil), rows+1) // whoever is blocked, too
	unchanged(a.export(t, segment, "?blocked=include"), rows+1)
	require.Equal(t, file, a.export(t, segment, ""), "no version is new")
	unchanged(a.export(t, segment, "?fields=id,labels"), rows)
	unchanged(a.export(t, segment, "?fields=id,name,company_id,blocked,updated_at"), rows)
}

// rowsOfAllKinds are rows that an import takes and refuses for every reason.
const rowsOfAllKinds = "id,name,email,phone,country,type,labels,created_at,last_seen_at,company_id\n" +
	"1,Ada,ada@same.example,+254712345001,Kenya,Customer,a;b,2024-01-02T03:04:05Z,,\n" +
	"2,Ben,ben@same.example,0712 345 002,KEN,lead,,,2024-01-02 03:04,\n" + // no offset
	"3,Cleo,ada@same.example,,,,,,,\n" + // Ada's e-mail, another identifier
	"4,Dan,no e-mail,,Nowhere,king,,,,\n" +
	"5,Eve,eve@same.example,+254712345001,,,,,,\n" + // Ada's phone
	"6,Fay,fay@same.example,2.54712E+11,,,,,,\n" +
	"1,Ada Again,ada@same.example,+254712345001,,,,2030-01-01T00:00:00Z,,\n" + // made before
	"8,Gus,gus@same.example,,,,,,,01938e5c-8e1a-7a0a-9b57-000000000001\n" +
	",,,,,,a,,,\n" +
	",Hal,hal@same.example,0712345003,,,,,,\n" // no region

var logLines = regexp.MustCompile(`(?m)^time=.*\n`)

var uuids = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// TestImportsSayTheSame: with the server stopped, with it running, and as a dry
// run, an import takes and refuses the same rows in the same words.
func TestImportsSayTheSame(t *testing.T) {
	file := write(t, "kinds.csv", rowsOfAllKinds)
	says := func(folder string, args ...string) string {
		rejects := filepath.Join(t.TempDir(), "rejects.csv")
		_, out, errs := kundi(t, append([]string{"import", "--data", folder, "--rejects", rejects, file}, args...)...)
		report, err := os.ReadFile(rejects)
		require.NoError(t, err)
		errs = logLines.ReplaceAllString(errs, "")
		errs = strings.ReplaceAll(strings.ReplaceAll(errs, rejects, "FILE"), "This was a dry run: nothing was written.\n", "")
		return uuids.ReplaceAllString(out+errs+string(report), "ID")
	}
	stopped, running := t.TempDir(), t.TempDir()
	done(t, "keys", "create", "--data", stopped, "--scope", "ai", "--name", "x") // so that both have data
	serving(t, running)
	for _, args := range [][]string{nil, {"--lenient", "--local-times", "--phone-region", "ke"}, nil} {
		want := says(stopped, append(args, "--dry-run")...)
		t.Log(want)
		require.Equal(t, want, says(stopped, args...), "what was rehearsed happens")
		require.Equal(t, want, says(running, append(args, "--dry-run")...))
		require.Equal(t, want, says(running, args...), "it does not matter who writes")
	}
}

func TestADryRunMakesNoFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	code, out, errs := kundi(t, "import", "--data", folder, "--dry-run", write(t, "people.csv", people))
	require.Equal(t, exitDone, code, errs)
	require.Equal(t, "2 created, 0 updated, 0 unchanged, 0 refused\n", out)
	require.NoDirExists(t, folder)
	require.Contains(t, errs, "A new data folder would be made: "+folder+"\n")

	_, _, errs = kundi(t, "import", "--data", folder, write(t, "people.csv", people))
	require.Contains(t, errs, "A new data folder was made: "+folder+"\n")
	for _, args := range [][]string{{"--dry-run"}, nil} {
		_, _, errs = kundi(t, append([]string{"import", "--data", folder, write(t, "people.csv", people)}, args...)...)
		require.NotContains(t, errs, "new data folder")
	}
}

// TestRowsThatAreNewPeopleEachTime are counted, in the grammar of one and many.
func TestRowsThatAreNewPeopleEachTime(t *testing.T) {
	folder := t.TempDir()
	file := write(t, "file.csv", "name,email,country\nAda,,\nBen,ben@a.example,Nowhere\nCleo,,\n")
	for range 2 {
		code, _, errs := kundi(t, "import", "--data", folder, file)
		require.Equal(t, exitFailed, code)
		require.Contains(t, errs, "2 rows have no id, identifier, e-mail or phone: such rows are new people each time the file is imported.\n")
		require.Contains(t, errs, "kundi: 1 row was refused; ")
	}
	_, out, errs := kundi(t, "import", "--data", folder, "--lenient", write(t, "file.csv", "name,email,mail,country\nAda,,,\nBen,ben@a.example,ben@b.example,Nowhere\n"))
	require.Contains(t, errs, "1 row has no id, ")
	require.Contains(t, out, ", 1 field left out\n")
	_, _, errs = kundi(t, "import", "--data", folder, write(t, "people.csv", people))
	require.NotContains(t, errs, "no id")
}

// TestTheCommandSaysWhatItTakesAFileFor: by positions, for the names of columns
// that nobody knows may be somebody's data.
func TestTheCommandSaysWhatItTakesAFileFor(t *testing.T) {
	file := write(t, "hubspot.csv", "Record ID,Email,Secret,Secreter,Lifecycle Stage,Secretest\n1,a@hub.example,x,y,Customer,z\n")
	code, out, errs := kundi(t, "import", "--data", t.TempDir(), file)
	require.Equal(t, exitDone, code)
	require.Equal(t, "1 created, 0 updated, 0 unchanged, 0 refused\n", out)
	require.Contains(t, errs, "The file is an export of HubSpot. Imported columns: 1 identifier, 2 email, 5 type. Not imported: 3-4, 6.\n")

	_, _, errs = kundi(t, "import", "--data", t.TempDir(), write(t, "own.csv", people))
	require.NotContains(t, errs, "columns:", "there is nothing to say")
}

func TestAWrongFlagOfImportIsUsage(t *testing.T) {
	file := write(t, "people.csv", people)
	for _, flag := range []string{"--day-order=ymd", "--phone-region=Kenya", "--phone-region=ZZ"} {
		code, _, errs := kundi(t, "import", "--data", t.TempDir(), flag, file)
		require.Equal(t, exitUsage, code, flag)
		require.Contains(t, errs, strings.SplitN(flag, "=", 2)[0])
	}
}

func TestImportNamesTheFileThatIsMissing(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "people.csv")
	code, _, errs := kundi(t, "import", missing)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "kundi: "+missing+": no such file\n")
	_, _, errs = kundi(t, "import", "--conversations", missing)
	require.Contains(t, errs, "--conversations: "+missing+": no such file\n")
}
