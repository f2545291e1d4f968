package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

var script = strings.Repeat("console.log('Kundi');\n", 100)

func testConsole(t *testing.T) *Console {
	t.Helper()
	c, err := New(fstest.MapFS{
		"index.html":        {Data: []byte(`<meta nonce="__NONCE__"><script nonce="__NONCE__" src="/assets/main-1.js"></script>`)},
		"icon.svg":          {Data: []byte("<svg/>")},
		"assets/main-1.js":  {Data: []byte(script)},
		"assets/x-1.woff2":  {Data: []byte("wOF2")},
		"assets/strange.xy": {Data: []byte("xy")},
	})
	require.NoError(t, err)
	return c
}

// get asks for a path, with headers by name and value.
func get(t *testing.T, c *Console, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	page := c.Page(path, true)
	require.NotNil(t, page, path)
	page.ServeHTTP(w, r)
	return w
}

func TestThePageHasAnotherNonceEachTime(t *testing.T) {
	c := testConsole(t)
	seen := map[string]bool{}
	for _, path := range []string{"/", "/index.html", "/contacts/01935f6e", "/sign-in"} {
		w := get(t, c, path)
		require.Equal(t, 200, w.Code)
		nonce := regexp.MustCompile(`<meta nonce="(\w{26})"><script nonce="(\w{26})"`).FindStringSubmatch(w.Body.String())
		require.NotNil(t, nonce, w.Body.String())
		require.Equal(t, nonce[1], nonce[2])
		seen[nonce[1]] = true
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self' 'nonce-" + nonce[1] + "'; style-src 'self' 'nonce-" + nonce[1] + "'; img-src 'self'; " +
				"font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
			"Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8",
		} {
			require.Equal(t, want, w.Header().Get(name), name)
		}
	}
	require.Len(t, seen, 4)
}

func TestFilesAreServed(t *testing.T) {
	c := testConsole(t)
	for path, want := range map[string][2]string{
		"/assets/main-1.js":  {"text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		"/assets/x-1.woff2":  {"font/woff2", "public, max-age=31536000, immutable"},
		"/assets/strange.xy": {"application/octet-stream", "public, max-age=31536000, immutable"},
		"/icon.svg":          {"image/svg+xml", "no-cache"},
	} {
		w := get(t, c, path)
		require.Equal(t, 200, w.Code, path)
		require.Equal(t, want, [2]string{w.Header().Get("Content-Type"), w.Header().Get("Cache-Control")}, path)
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		require.NotEmpty(t, w.Header().Get("ETag"))
		again := get(t, c, path, "If-None-Match", `"x", W/`+w.Header().Get("ETag"))
		require.Equal(t, 304, again.Code, path)
		require.Empty(t, again.Body.String())
	}
}

func TestScriptsAreCompressed(t *testing.T) {
	c := testConsole(t)
	plain := get(t, c, "/assets/main-1.js", "Accept-Encoding", "br, gzip;q=0")
	require.Equal(t, script, plain.Body.String())
	require.Empty(t, plain.Header().Get("Content-Encoding"))
	smaller := get(t, c, "/assets/main-1.js", "Accept-Encoding", "deflate, gzip;q=0.5, br")
	require.Equal(t, "gzip", smaller.Header().Get("Content-Encoding"))
	require.NotEqual(t, plain.Header().Get("ETag"), smaller.Header().Get("ETag"))
	for _, w := range []*httptest.ResponseRecorder{plain, smaller} {
		require.Equal(t, "Accept-Encoding", w.Header().Get("Vary"))
	}
	require.Less(t, smaller.Body.Len(), len(script)/10)
	r, err := gzip.NewReader(bytes.NewReader(smaller.Body.Bytes()))
	require.NoError(t, err)
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	require.Equal(t, script, string(text))
	require.Empty(t, get(t, c, "/icon.svg", "Accept-Encoding", "gzip").Header().Get("Content-Encoding"), "it would not become smaller")
}

func TestWhatIsNoPage(t *testing.T) {
	c := testConsole(t)
	require.Nil(t, c.Page("/assets/main-0.js", true), "an older page asks for a script that is gone")
	require.Nil(t, c.Page("/", false))
	require.Nil(t, c.Page("/anything", false))
	require.NotNil(t, c.Page("/icon.svg", false))
}

func TestAConsoleHasAPage(t *testing.T) {
	_, err := New(fstest.MapFS{"assets/main.js": {}})
	require.ErrorContains(t, err, "index.html")
	built, err := Built()
	require.NoError(t, err)
	require.Contains(t, string(built.index), noncePlace)
}
