package wire

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// onePage is a page at every path but /none, for who wants one.
type onePage struct{}

func (onePage) Page(path string, html bool) http.Handler {
	if !html || path == "/none" {
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		w.Write([]byte("page")) //nolint:errcheck // of a test
	})
}

func TestPagesAreWhereNoOperationIs(t *testing.T) {
	r := newRig(t, func(s *Server) { s.pages = onePage{} })
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, c := range []struct {
		method, path, accept, host string
		status                     int
		body                       string
	}{
		{"GET", "/", browser, "localhost", 200, "page"},
		{"GET", "/contacts/x?q=1", "application/json, text/html", "localhost", 200, "page"},
		{"HEAD", "/", browser, "localhost", 200, ""},
		{"GET", "/", "*/*", "localhost", 404, "not-found"},
		{"GET", "/", "text/*", "localhost", 404, "not-found"},
		{"GET", "/", "", "localhost", 404, "not-found"},
		{"GET", "/", "text/html;q=0, */*", "localhost", 404, "not-found"},
		{"GET", "/none", browser, "localhost", 404, "not-found"},
		{"GET", "/v1", browser, "localhost", 404, "not-found"},
		{"GET", "/v1/nothing", browser, "localhost", 404, "not-found"},
		{"GET", "/v1/things/x/y", browser, "localhost", 404, "not-found"},
		{"GET", "/openapi.json", browser, "localhost", 401, "unauthorized"},
		{"POST", "/", browser, "localhost", 404, "not-found"},
		{"GET", "/", browser, "evil.example", 421, "unknown-host"},
	} {
		request := httptest.NewRequest(c.method, c.path, nil)
		request.Host = c.host
		request.Header.Set("Accept", c.accept)
		w := httptest.NewRecorder()
		r.server.Handler().ServeHTTP(w, request)
		require.Equal(t, c.status, w.Code, "%v", c)
		require.Contains(t, w.Body.String(), c.body, "%v", c)
		if c.method == "HEAD" {
			require.Empty(t, w.Body.String())
		}
	}
}
