package cli

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/fixtures"
)

// runDemo runs a demo that stops as soon as it serves.
func runDemo(t *testing.T, folder string, args ...string) (code int, out, errs string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var stderr bytes.Buffer
	stdout := &stopping{stop: stop}
	code = Main(ctx, append([]string{"demo", "--data", folder, "--listen", "127.0.0.1:0"}, args...), stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// demoPrints runs a demo that must work, and returns its key and its requests.
func demoPrints(t *testing.T, folder string, args ...string) (key string, curls []string) {
	t.Helper()
	code, out, errs := runDemo(t, folder, args...)
	require.Equal(t, exitDone, code, errs)
	key = regexp.MustCompile(`export KEY=(kundi_\w+)\n`).FindStringSubmatch(out)[1]
	for _, line := range strings.Split(out, "\n") {
		if strings.HasPrefix(line, "  curl ") {
			require.Contains(t, line, "Bearer "+key)
			curls = append(curls, line)
		}
	}
	return key, curls
}

// keyIDs lists the keys of a folder.
func keyIDs(t *testing.T, folder string) (ids []string) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(done(t, "keys", "list", "--data", folder)), "\n")[1:] {
		ids = append(ids, strings.Fields(line)[0])
	}
	return ids
}

// TestASecondDemoHasAllOfTheFirst: its contacts, its key, and whatever else was
// made there since.
func TestASecondDemoHasAllOfTheFirst(t *testing.T) {
	folder := t.TempDir()
	own := strings.TrimSpace(done(t, "keys", "create", "--data", folder, "--scope", "agent", "--name", "demo"))
	first, curls := demoPrints(t, folder, "--contacts", "100")
	require.Len(t, curls, 11)
	keys := keyIDs(t, folder)
	require.Len(t, keys, 2)
	done(t, "import", "--data", folder, write(t, "own.csv", people))
	second, curls := demoPrints(t, folder, "--contacts", "200")
	require.Len(t, curls, 11)
	require.Equal(t, first, second, "what the first one printed goes on working")
	require.Equal(t, keys, keyIDs(t, folder))
	require.Equal(t, "102 contacts: everything agrees\n", done(t, "verify", "--data", folder))

	info, err := os.Stat(filepath.Join(folder, "demo-key"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	url := serving(t, folder)
	for _, key := range []string{own, first} {
		request, err := http.NewRequest(http.MethodGet, url+"/v1/contacts?limit=1", nil)
		require.NoError(t, err)
		request.Header.Set("Authorization", "Bearer "+key)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusOK, answer.StatusCode)
	}
	code, _, errs := runDemo(t, folder)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "in use by another process")
}

// TestADemoOnABusyPortFillsNothing: it would take long to say so.
func TestADemoOnABusyPortFillsNothing(t *testing.T) {
	taken := strings.TrimPrefix(serving(t, t.TempDir()), "http://")
	folder := t.TempDir()
	code, out, errs := kundi(t, "demo", "--data", folder, "--listen", taken)
	require.Equal(t, exitFailed, code)
	require.Empty(t, out)
	require.Contains(t, errs, "kundi: cannot listen on "+taken)
	require.Contains(t, errs, "with --listen")
	require.NoFileExists(t, keyFile(folder))
	require.Equal(t, "0 contacts: everything agrees\n", done(t, "verify", "--data", folder))
}

func TestADemoMakesAKeyForOneThatWasRevoked(t *testing.T) {
	folder := t.TempDir()
	first, _ := demoPrints(t, folder, "--contacts", "100")
	done(t, "keys", "revoke", "--data", folder, keyIDs(t, folder)[0])
	second, _ := demoPrints(t, folder)
	require.NotEqual(t, first, second)
	third, _ := demoPrints(t, folder)
	require.Equal(t, second, third)
}

// TestADemoLeavesOthersAlone: whatever somebody has made is not mixed with.
func TestADemoLeavesOthersAlone(t *testing.T) {
	for name, fill := range map[string]func(t *testing.T, folder string){
		"contacts": func(t *testing.T, folder string) {
			done(t, "import", "--data", folder, write(t, "own.csv", people))
		},
		"an attribute": func(t *testing.T, folder string) {
			url := serving(t, folder)
			key := strings.TrimSpace(done(t, "keys", "create", "--data", folder, "--scope", "admin", "--name", "demo"))
			request, err := http.NewRequest(http.MethodPost, url+"/v1/attributes", strings.NewReader(`{"key": "size", "label": "Size", "type": "number"}`))
			require.NoError(t, err)
			request.Header.Set("Authorization", "Bearer "+key)
			request.Header.Set("Content-Type", "application/json")
			answer, err := http.DefaultClient.Do(request)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			require.Equal(t, http.StatusCreated, answer.StatusCode)
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			t.Run("fill", func(t *testing.T) { fill(t, folder) })
			keys := keyIDs(t, folder)
			code, out, errs := runDemo(t, folder)
			require.Equal(t, exitFailed, code)
			require.Empty(t, out)
			require.Contains(t, errs, "the data folder "+folder+" has data that kundi demo did not make")
			require.Equal(t, keys, keyIDs(t, folder))
			require.NoFileExists(t, keyFile(folder))
		})
	}
}

// TestADemoGoesOn where it was interrupted, and knows a folder of a version
// that kept no key.
func TestADemoGoesOn(t *testing.T) {
	folder := t.TempDir()
	stopped, stop := context.WithCancel(t.Context())
	config := app.Config{Data: folder, Logger: (&root{LogLevel: "error"}).logger(t.Output())}
	require.ErrorIs(t, withApp(stopped, config, func(a *app.App) error {
		d := demo{Contacts: 1000, Seed: 1}
		require.NoError(t, mayFill(stopped, a, folder, nil))
		_, err := demoKey(stopped, a, folder)
		require.NoError(t, err)
		people := fixtures.New(d.Seed, time.Now())
		require.NoError(t, d.defineAttributes(stopped, a, people))
		require.NoError(t, d.makeCompanies(stopped, a, people))
		require.NoError(t, d.makeContacts(stopped, streams{err: t.Output()}, a, people, 0))
		stop() // Ctrl-C between two batches
		d.Contacts = 3000
		return d.fill(stopped, streams{err: t.Output()}, a)
	}), context.Canceled)

	_, curls := demoPrints(t, folder, "--contacts", "1100")
	require.Len(t, curls, 11)
	require.NoError(t, os.Remove(keyFile(folder)))
	_, curls = demoPrints(t, folder)
	require.Len(t, curls, 11)
	require.NoError(t, withApp(t.Context(), config, func(a *app.App) error {
		present, _, err := a.Index.Count(t.Context(), nil, filter.Env{})
		require.EqualValues(t, 1100, present)
		return err
	}))
}
