package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSessionsSurviveAKill: who has signed in stays signed in, and a link that was used stays
// used.
func TestSessionsSurviveAKill(t *testing.T) {
	folder := t.TempDir()
	_, token, _ := strings.Cut(run(t, "people", "invite", "--data", folder, "--name", "Ada", "--email", "ada@example.org", "--scope", "admin"), "#token=")
	p := start(t, folder, "")
	session := func(base string, cookie *http.Cookie, method, body string) (*http.Response, string) {
		t.Helper()
		request, err := http.NewRequest(method, base+"/v1/session", strings.NewReader(body))
		require.NoError(t, err)
		if cookie != nil {
			request.AddCookie(cookie)
		}
		request.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer, string(text)
	}
	link := `{"token": "` + token + `", "password": "correct horse battery"}`
	first, text := session(p.base, nil, "POST", link)
	require.Equal(t, 201, first.StatusCode, text)
	cookie := first.Cookies()[0]
	p.kill()

	p = start(t, folder, "")
	seen, text := session(p.base, cookie, "GET", "")
	require.Equal(t, 200, seen.StatusCode, text)
	require.Contains(t, text, "ada@example.org")
	again, _ := session(p.base, nil, "POST", link)
	require.Equal(t, 401, again.StatusCode)
	other, text := session(p.base, nil, "POST", `{"email": "ada@example.org", "password": "correct horse battery"}`)
	require.Equal(t, 201, other.StatusCode, text)
	out, _ := session(p.base, cookie, "DELETE", "")
	require.Equal(t, 204, out.StatusCode)
	p.kill()

	p = start(t, folder, "")
	ended, _ := session(p.base, cookie, "GET", "")
	require.Equal(t, 401, ended.StatusCode)
	seen, text = session(p.base, other.Cookies()[0], "GET", "")
	require.Equal(t, 200, seen.StatusCode, text)
	require.NoError(t, p.stop())
	require.Contains(t, run(t, "verify", "--data", folder), "everything agrees")
}
