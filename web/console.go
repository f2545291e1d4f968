package web

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// built are the files of the console as its build has left them.
//
//go:embed all:dist
var built embed.FS

// Console serves the files of the console. It is safe for concurrent use.
type Console struct {
	index []byte // with noncePlace where the nonce of an answer goes
	files map[string]*file
}

const (
	indexName    = "index.html"
	assetsFolder = "/assets/"
	noncePlace   = "__NONCE__"
)

// Built returns the console that this program was built with. It fails if the build has left
// no page.
func Built() (*Console, error) {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		return nil, err
	}
	return New(dist)
}

// New returns a console of the files in dist. It fails if they cannot be read, or if there is no
// index.html.
func New(dist fs.FS) (*Console, error) {
	c := &Console{files: map[string]*file{}}
	err := fs.WalkDir(dist, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		if name == indexName {
			c.index = content
			return nil
		}
		c.files["/"+name] = newFile("/"+name, content)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the files of the console: %w", err)
	}
	if c.index == nil {
		return nil, errors.New("the console has no index.html: build it first")
	}
	return c, nil
}

// Page returns what answers a GET of a path: the file there, else the page, which shows itself
// what the path means, if html says that the client wants one. A file that is missing among the
// assets is no page, so that an older page does not take one for a script.
func (c *Console) Page(path string, html bool) http.Handler {
	if f := c.files[path]; f != nil {
		return f
	}
	if html && !strings.HasPrefix(path, assetsFolder) {
		return http.HandlerFunc(c.serveIndex)
	}
	return nil
}

// serveIndex answers with the page. Scripts and styles in it run only with the nonce of this
// answer, and nothing is loaded from elsewhere.
func (c *Console) serveIndex(w http.ResponseWriter, _ *http.Request) {
	nonce := rand.Text()
	content := bytes.ReplaceAll(c.index, []byte(noncePlace), []byte(nonce))
	header := w.Header()
	setEvery(header)
	header.Set("Content-Security-Policy", policy(nonce))
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(http.StatusOK)
	w.Write(content) //nolint:errcheck // a client that is gone needs no answer
}

// policy is the Content-Security-Policy of the page.
func policy(nonce string) string {
	return "default-src 'none'; script-src 'self' 'nonce-" + nonce + "'; style-src 'self' 'nonce-" + nonce + "'; " +
		"img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

// setEvery sets the headers that every answer has.
func setEvery(header http.Header) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
}

// file is one file beside the page.
type file struct {
	kind    string // its Content-Type
	keep    string // its Cache-Control
	plain   variant
	smaller func() variant // compressed by gzip when it was first asked for; empty when that does not help
}

// kinds are the media types of files, by the ending of their names. Package mime would ask the
// computer.
var kinds = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml",
	".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
}

// variant is a file in one encoding.
type variant struct {
	content []byte
	etag    string
}

func newVariant(content []byte) variant {
	hash := sha256.Sum256(content)
	return variant{content: content, etag: `"` + base64.RawURLEncoding.EncodeToString(hash[:18]) + `"`}
}

func newFile(name string, content []byte) *file {
	f := &file{kind: cmp.Or(kinds[path.Ext(name)], "application/octet-stream"), keep: "no-cache", plain: newVariant(content)}
	if strings.HasPrefix(name, assetsFolder) { // the name changes with the content
		f.keep = "public, max-age=31536000, immutable"
	}
	f.smaller = sync.OnceValue(func() variant { return compressed(content) })
	return f
}

// compressed returns a file in gzip, the empty variant when it hardly becomes smaller.
func compressed(content []byte) variant {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return variant{}
	}
	if _, err := w.Write(content); err != nil || w.Close() != nil || b.Len()*10 > len(content)*9 {
		return variant{}
	}
	return newVariant(b.Bytes())
}

// ServeHTTP implements http.Handler.
func (f *file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header, as := w.Header(), f.plain
	setEvery(header)
	if smaller := f.smaller(); smaller.content != nil {
		header.Set("Vary", "Accept-Encoding")
		if takesGzip(r.Header.Get("Accept-Encoding")) {
			header.Set("Content-Encoding", "gzip")
			as = smaller
		}
	}
	header.Set("Cache-Control", f.keep)
	header.Set("Content-Type", f.kind)
	header.Set("ETag", as.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(as.content))
}

// takesGzip reads a header Accept-Encoding.
func takesGzip(header string) bool {
	for entry := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(entry, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			quality, given := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
			return !given || strings.Trim(quality, "0.") != ""
		}
	}
	return false
}
