package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFlagWinsOverEnvironmentWinsOverFile tells by an error whose value
// counts: only that of the folder is one.
func TestFlagWinsOverEnvironmentWinsOverFile(t *testing.T) {
	nowhere := t.TempDir()
	config := write(t, "kundi.json", `{"data": "`+filepath.Join(nowhere, "of-file")+`"}`)
	counts := func(args ...string) string {
		code, _, errs := kundi(t, append(args, "keys", "list")...)
		require.Equal(t, exitFailed, code, errs)
		for _, name := range []string{"of-file", "of-environment", "of-flag"} {
			if strings.Contains(errs, filepath.Join(nowhere, name)) {
				return name
			}
		}
		return errs
	}
	t.Setenv("KUNDI_CONFIG", "")
	require.Contains(t, counts(), "there is no data in kundi-data", "no file")
	require.Equal(t, "of-file", counts("--config", config))
	t.Setenv("KUNDI_CONFIG", config)
	require.Equal(t, "of-file", counts())
	t.Setenv("KUNDI_DATA", filepath.Join(nowhere, "of-environment"))
	require.Equal(t, "of-environment", counts("--config", config))
	require.Equal(t, "of-flag", counts("--config", config, "--data", filepath.Join(nowhere, "of-flag")))
}

// TestEveryFlagHasItsKey: keys are spelt as the flags are, of every type that
// a flag has.
func TestEveryFlagHasItsKey(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	config := write(t, "kundi.json", "\ufeff"+`{
		"data": "`+folder+`", "listen": "127.0.0.1:0", "hosts": ["crm.example", "kundi.example"], "time-zone": "Africa/Nairobi",
		"log-level": "error", "scope": "agent", "name": "by file", "requests-per-second": 7, "heavy-questions": "3"}`)
	done(t, "keys", "create", "--config", config)
	require.Regexp(t, ` agent .* 7 +3 +by file\n$`, done(t, "keys", "list", "--data", folder))

	common := write(t, "kundi.json", `{"data": "`+folder+`", "time_zone": "Africa/Nairobi"}`)
	done(t, "keys", "list", "--config", common) // an underscore has always been taken
	file := write(t, "people.csv", "No,Who\n1,Ada Test\n")
	mapped := write(t, "kundi.json", `{"map": {"No": "identifier", "Who": "name"}}`)
	require.Contains(t, done(t, "import", "--config", mapped, "--data", folder, file), "1 created")
	skipped := write(t, "kundi.json", `{"map": {"No": "identifier"}, "skip": ["Who"]}`)
	require.Contains(t, done(t, "import", "--config", skipped, "--data", folder, file), "1 unchanged")
}

func TestAWrongConfigurationFile(t *testing.T) {
	for content, message := range map[string]string{
		`{"lisen": ":8080"}`:                    `the key "lisen" is unknown; did you mean "listen"?`,
		`{"timeZone": "UTC"}`:                   `the key "timeZone" is unknown; did you mean "time-zone"?`,
		`{"contacts": 5}`:                       `the key "contacts" is unknown; this command takes data, hosts, listen, log-`,
		`{"config": "other.json"}`:              `the key "config" is unknown`,
		`{"help": true}`:                        `the key "help" is unknown`,
		`{"data": "a", "data": "b"}`:            `the key "data" is there twice`,
		`{"time-zone": "UTC", "time_zone": ""}`: `the key "time_zone" is there twice`,
		`{"listen": 8080}`:                      `the key "listen": must be a text`,
		`{"listen": "8080"}`:                    `the key "listen": must be HOST:PORT`,
		`{"listen": "localhost:99999"}`:         `the key "listen": must be HOST:PORT`,
		`{"listen": null}`:                      `the key "listen": must be a text`,
		`{"data": ""}`:                          `the key "data": must name a folder`,
		`{"time-zone": "Mars/Base"}`:            `the key "time-zone": the time zone is unknown`,
		`{"time-zone": "Local"}`:                `the key "time-zone": the time zone is unknown`,
		`{"log-level": "loud"}`:                 `the key "log-level": must be one of debug, info, warn, error`,
		`{"log-level": "INFO"}`:                 `the key "log-level": must be one of debug, info, warn, error`,
		`{"hosts": {"a": "b"}}`:                 `the key "hosts": must be an array`,
		`{"hosts": ["a", 1]}`:                   `the key "hosts": every element must be a text`,
		`{"hosts": ["https://crm.example"]}`:    `the key "hosts": must be a host name`,
		`["listen"]`:                            `must be a JSON object`,
		`null`:                                  `must be a JSON object`,
		"":                                      `line 1, column 1: this is no JSON`,
		"{\n \"Größe\": \"x\",\n \"a\" 1}":      `line 3, column 6: this is no JSON`,
		"{\"data\": \"é\", x":                   `line 1, column 15: this is no JSON`,
		"{\n\"data\": \"a\"\n":                  `line 3, column 1: this is no JSON`,
		`{"data": "a"} {}`:                      `line 1, column 15: this is no JSON`,
		"{\n\"data\": \"é\ufffd\xff\"}":         `line 2, column 12: this is no UTF-8`,
		"\xff\xfe{\x00":                         `line 1, column 1: this is no UTF-8`,
	} {
		file := write(t, "kundi.json", content)
		code, out, errs := kundi(t, "verify", "--config", file)
		require.Equal(t, exitUsage, code, content)
		require.Empty(t, out)
		require.Contains(t, errs, "the configuration file "+file+": "+message, content)
	}
	missing := filepath.Join(t.TempDir(), "kundi.json")
	code, _, errs := kundi(t, "serve", "--config", missing)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, missing+": no such file")
	for content, message := range map[string]string{
		`{"json": "yes"}`: `the key "json": must be true or false`, `{"only": [1]}`: `the key "only": every element must be a text`,
		`{"contacts": [1.5]}`: `the key "contacts": `, `{"contacts": ["many"]}`: `the key "contacts": `, `{"patience": "long"}`: `the key "patience": `,
	} {
		file := write(t, "kundi.json", content)
		code, _, errs := kundi(t, "bench", "--config", file)
		require.Equal(t, exitUsage, code, content)
		require.Contains(t, errs, file+": "+message, content)
	}
}

// TestAMisspeltVariable is warned of; one of a cluster's for a service of our
// name is not.
func TestAMisspeltVariable(t *testing.T) {
	for _, name := range []string{"KUNDI_LISTN", "KUNDI_TIMEZONE", "kundi_data", "KUNDI_LOG-LEVEL", "KUNDI_PORT", "KUNDI_SERVICE_HOST"} {
		t.Setenv(name, "x")
	}
	code, _, errs := kundi(t, "verify", "--data", filepath.Join(t.TempDir(), "missing"))
	require.Equal(t, exitFailed, code)
	for name, right := range map[string]string{"KUNDI_LISTN": "KUNDI_LISTEN", "KUNDI_TIMEZONE": "KUNDI_TIME_ZONE", "kundi_data": "KUNDI_DATA", "KUNDI_LOG-LEVEL": "KUNDI_LOG_LEVEL"} {
		require.Contains(t, errs, "the variable "+name+" of the environment is unknown; did you mean "+right+"?")
	}
	require.Equal(t, 4, strings.Count(errs, "did you mean"))
}

// TestAWrongVariable is named as what it is.
func TestAWrongVariable(t *testing.T) {
	for name, c := range map[string]struct{ value, says string }{
		"KUNDI_LISTEN":    {"8080", " must be HOST:PORT like 127.0.0.1:8080"},
		"KUNDI_DATA":      {"", " must name a folder\n"},
		"KUNDI_TIME_ZONE": {"Mars/Base", ": the time zone is unknown"},
		"KUNDI_LOG_LEVEL": {"loud", " must be one of debug, info, warn, error\n"},
		"KUNDI_HOSTS":     {"a/b", " must be a host name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, c.value)
			code, _, errs := kundi(t, "verify")
			require.Equal(t, exitUsage, code)
			require.Contains(t, errs, "kundi: "+name+c.says)
			done(t, "--help")
		})
	}
}
