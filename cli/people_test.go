package cli

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// signIn signs in with a link, and returns the status and the answer.
func signIn(t *testing.T, url, link string) *http.Response {
	t.Helper()
	_, token, found := strings.Cut(strings.TrimSpace(link), "/sign-in#token=")
	require.True(t, found, link)
	answer, err := http.Post(url+"/v1/session", "application/json", strings.NewReader(`{"token": "`+token+`"}`))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer
}

// TestPeopleAreInvited with the server stopped and running.
func TestPeopleAreInvited(t *testing.T) {
	folder := t.TempDir()
	invite := func(more ...string) []string {
		return append([]string{"people", "invite", "--data", folder, "--name", "Ada", "--email", "ada@example.org", "--scope", "admin"}, more...)
	}
	old := done(t, invite("--listen", ":9000")...)
	require.Regexp(t, `^http://localhost:9000/sign-in#token=kundi_link_\w{52}\n$`, old)
	link := done(t, invite("--url", "https://crm.example.org/")...)
	require.Regexp(t, `^https://crm.example.org/sign-in#token=kundi_link_\w{52}\n$`, link)

	url := serving(t, folder)
	require.Equal(t, http.StatusUnauthorized, signIn(t, url, old).StatusCode, "another link has taken its place")
	require.Equal(t, http.StatusCreated, signIn(t, url, link).StatusCode)
	require.Equal(t, http.StatusUnauthorized, signIn(t, url, link).StatusCode, "it was used")
	require.Equal(t, http.StatusCreated, signIn(t, url, done(t, invite()...)).StatusCode)
	for _, wrong := range [][]string{{"--name", "Eve"}, {"--scope", "agent"}} {
		code, out, errs := kundi(t, invite(wrong...)...)
		require.Equal(t, []any{exitFailed, ""}, []any{code, out})
		require.Contains(t, errs, "is Ada with the scope admin")
	}
	done(t, "people", "invite", "--data", folder, "--name", "Eve", "--email", "eve@example.org", "--scope", "agent")
	list := done(t, "people", "list", "--data", folder)
	require.Regexp(t, `(?m)^ID +SCOPE +DISABLED +INVITED UNTIL +LAST SIGNED IN +EMAIL +NAME\n[0-9a-f-]{36} +admin +no +never +\S+Z +ada@example.org +Ada\n[0-9a-f-]{36} +agent +no +\S+Z +never +eve@example.org +Eve\n$`, list)
}

func TestPeopleAreListedWithTheServerStopped(t *testing.T) {
	folder := t.TempDir()
	done(t, "people", "invite", "--data", folder, "--name", "Ada", "--email", "ada@example.org", "--scope", "agent")
	require.Contains(t, done(t, "people", "list", "--data", folder), "ada@example.org")
	code, _, errs := kundi(t, "people", "invite", "--data", folder, "--name", "Eve", "--email", "ada@example.org", "--scope", "agent")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "is Ada with the scope agent")
	code, _, errs = kundi(t, "people", "invite", "--data", folder, "--name", "Eve", "--email", "nothing", "--scope", "agent")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "email: must be one e-mail address")
	for _, wrong := range []string{"crm.example.org", "ftp://x", "https://x/path", "https://x?y", "https://a@x", "https://"} {
		code, _, errs = kundi(t, "people", "invite", "--data", folder, "--name", "Eve", "--email", "e@example.org", "--scope", "agent", "--url", wrong)
		require.Equal(t, exitUsage, code, wrong)
		require.Contains(t, errs, "must be an address like https://crm.example.org")
	}
}

// TestTheDemoPrintsALinkFirst: whoever opens it may do everything.
func TestTheDemoPrintsALinkFirst(t *testing.T) {
	folder := t.TempDir()
	var links []string
	for range 2 {
		code, out, errs := runDemo(t, folder, "--contacts", "100")
		require.Equal(t, exitDone, code, errs)
		link, _, _ := strings.Cut(out, "\n")
		require.Regexp(t, `^http://127\.0\.0\.1:\d+/sign-in#token=kundi_link_\w{52}$`, link)
		links = append(links, link)
	}
	require.Contains(t, done(t, "people", "list", "--data", folder), "demo@example.org")
	url := serving(t, folder)
	require.Equal(t, http.StatusUnauthorized, signIn(t, url, links[0]).StatusCode)
	answer := signIn(t, url, links[1])
	require.Equal(t, http.StatusCreated, answer.StatusCode)
	request, err := http.NewRequest(http.MethodGet, url+"/v1/keys", nil)
	require.NoError(t, err)
	request.AddCookie(answer.Cookies()[0])
	answer, err = http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
}
