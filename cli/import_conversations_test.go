package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// linesOfAllKinds are lines that an import takes and refuses for every reason.
const linesOfAllKinds = `{"channel": "sms", "sender": {"phone": "+254712345001"}, "messages": [{"text": "Hi", "at": "2024-01-02T03:04:05Z", "source_id": "1"}, {"text": "Ho", "direction": "outbound", "at": "2024-01-02T03:05:05Z", "source_id": "2"}]}
{"channel": "sms", "sender": {"phone": "+254712345001"}, "messages": [{"text": "Hi", "source_id": "3"}], "status": "pending", "satisfaction": 4.5}

{"channel": "sms", "sender": {"phone": "+254712345001"}, "messages": [{"text": "Hi", "source_id": "3"}, {"text": "again", "source_id": "4", "at": "2999-01-01T00:00:00Z"}]}
{"channel": "sms", "sender": {"phone": "+254712345001"}, "messages": [{"text": "Hi", "source_id": "3"}, {"text": "again"}]}
{"channel": "sms", "sender": {"phone": "+254712345002"}, "messages": [{"text": "Hi", "source_id": "2"}, {"text": "mixed"}]}
{"channel": "line", "contact_id": "01938e5c-8e1a-7a0a-9b57-000000000001", "messages": [{"text": "Hi"}]}
[]
{"channel": "line"
{"channel": "line"} {}
` + "{\"channel\": \"\xff\"}\n" + `{"channel": "pigeon", "sender": {}, "messages": 1}
{"channel": "sms", "sender": {"phone": "+254712345001"}, "messages": [{"text": "x", "source_id": "1"}, {"text": "y", "source_id": "2"}]}
{"channel": "sms", "channel": "email", "sender": {"email": "twice@a.example"}, "messages": [{"text": "Hi"}]}
{"channel": "sms", "sender": {"phone": "+254712345009"}, "messages": [{"text": "half \ud83d"}]}`

// TestImportsOfConversationsSayTheSame with the server stopped and with it running.
func TestImportsOfConversationsSayTheSame(t *testing.T) {
	file := write(t, "kinds.ndjson", "\xef\xbb\xbf"+linesOfAllKinds)
	says := func(folder string) (out, report string) {
		rejects := filepath.Join(t.TempDir(), "rejects.csv")
		code, out, errs := kundi(t, "import", "--data", folder, "--rejects", rejects, "--conversations", file)
		require.Equal(t, exitFailed, code)
		text, err := os.ReadFile(rejects)
		require.NoError(t, err)
		errs = strings.ReplaceAll(logLines.ReplaceAllString(errs, ""), rejects, "FILE")
		return out + errs, string(text)
	}
	stopped, running := t.TempDir(), t.TempDir()
	done(t, "keys", "create", "--data", stopped, "--scope", "ai", "--name", "x") // so that both have data
	serving(t, running)
	for i, first := range []string{
		"2 conversations begun, 0 continued, 1 unchanged, 11 refused: 4 new messages, 2 known before, 1 new contact\n1 message has no source_id: such messages are new each time the file is imported.\n",
		"0 conversations begun, 1 continued, 2 unchanged, 11 refused: 1 new message, 5 known before, 0 new contacts\n1 message has no source_id: such messages are new each time the file is imported.\n",
	} {
		out, report := says(stopped)
		require.Equal(t, first+"kundi: 11 lines were refused; FILE tells which and why\n", out, i)
		for _, has := range []string{
			`2,"satisfaction","must be a whole number from 1 to 5"`, `4,"messages[1].at","must be at most 5 minutes in the future"`, `6,"messages[0].source_id","is that of`,
			`7,"contact_id","must be the id of a contact`, `8,"","must be one JSON object"`, `9,"","is not valid JSON`, `10,"","is not valid JSON`, `11,"","is not UTF-8"`, `12,"channel",`,
			`14,"","has an object with the same member twice"`, `15,"","has an escape that is half a character"`,
		} {
			require.Contains(t, report, has)
		}
		remoteOut, remoteReport := says(running)
		require.Equal(t, out, remoteOut)
		require.Equal(t, report, remoteReport)
	}
}

// TestImportOfConversationsFromALine takes that line and those after it.
func TestImportOfConversationsFromALine(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	var lines []string
	for i := range 450 {
		line, err := json.Marshal(object{"channel": "sms", "sender": object{"source_id": fmt.Sprint(i)}, "messages": []object{{"text": "Hi", "source_id": fmt.Sprint(i)}}})
		require.NoError(t, err)
		lines = append(lines, string(line))
	}
	file := write(t, "many.ndjson", strings.Join(lines, "\r\n"))
	code, out, errs := kundi(t, "import", "--data", folder, "--conversations", file, "--from-line", "441")
	require.Equal(t, exitDone, code, errs)
	require.Contains(t, errs, "A new data folder was made")
	require.Equal(t, "10 conversations begun, 0 continued, 0 unchanged, 0 refused: 10 new messages, 0 known before, 10 new contacts\n", out)
	require.Equal(t, "440 conversations begun, 0 continued, 10 unchanged, 0 refused: 440 new messages, 10 known before, 440 new contacts\n",
		done(t, "import", "--data", folder, "--conversations", file))
}

// TestALineOfThreeMegabytes is taken; a longer one is refused alone.
func TestALineOfThreeMegabytes(t *testing.T) {
	folder := t.TempDir()
	line := func(n, size int) string {
		var messages []object
		for i := range n {
			messages = append(messages, object{"text": strings.Repeat("a", size), "source_id": fmt.Sprint(n, "-", i)})
		}
		text, err := json.Marshal(object{"channel": "sms", "sender": object{"source_id": "a"}, "messages": messages})
		require.NoError(t, err)
		return string(text)
	}
	file := write(t, "long.ndjson", line(1_000, 3_050)+"\n"+line(999, 3_200)+"\n"+line(2, 1))
	code, out, errs := kundi(t, "import", "--data", folder, "--conversations", file)
	require.Equal(t, exitFailed, code)
	require.Equal(t, "1 conversation begun, 1 continued, 0 unchanged, 1 refused: 1002 new messages, 0 known before, 1 new contact\n", out)
	require.Contains(t, errs, "1 line was refused; --rejects FILE tells which and why")
}

func TestFlagsOfConversations(t *testing.T) {
	file, csv := write(t, "a.ndjson", ""), write(t, "a.csv", people)
	for want, args := range map[string][]string{
		"expected a CSV file, or --conversations":          {},
		"--conversations must be the only file":            {csv, "--conversations", file},
		"--lenient must not be given with --conversations": {"--lenient", "--conversations", file},
		"--dry-run must not be given with --conversations": {"--dry-run", "--conversations", file},
	} {
		code, _, errs := kundi(t, append([]string{"import", "--data", t.TempDir()}, args...)...)
		require.Equal(t, exitUsage, code)
		require.Contains(t, errs, want)
	}
}

// TestAFileOfConversationsIsNoCSV says which flag takes it.
func TestAFileOfConversationsIsNoCSV(t *testing.T) {
	for _, text := range []string{linesOfAllKinds, "\xef\xbb\xbf\n{ \"channel\"", `{"`} {
		code, out, errs := kundi(t, "import", "--data", t.TempDir(), write(t, "a.ndjson", text))
		require.Equal(t, exitFailed, code)
		require.Empty(t, out)
		require.Contains(t, errs, "imported with --conversations FILE")
	}
	for _, text := range []string{"name\n{\"a\": 1}\n", "{name}\nAmina\n", ""} { // of which the second has a header that nobody knows
		_, _, errs := kundi(t, "import", "--data", t.TempDir(), write(t, "a.csv", text))
		require.NotContains(t, errs, "--conversations")
	}
}
