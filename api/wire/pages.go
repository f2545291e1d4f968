package wire

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// Pages are what a browser shows. They hold nothing secret, so they need no key.
type Pages interface {
	// Page returns what answers a GET of a path, nil when there is nothing. html says whether
	// the client wants a page to show. The handler sets all headers of the answer.
	Page(path string, html bool) http.Handler
}

// operationsPrefix is where only operations are.
const operationsPrefix = "/v1/"

// servePage answers with what a browser shows, or returns false when there is nothing.
func (s *Server) servePage(c *gin.Context) bool {
	path := c.Request.URL.Path
	if s.pages == nil || !reads(c.Request.Method) || strings.HasPrefix(path+"/", operationsPrefix) {
		return false
	}
	page := s.pages.Page(path, wantsPage(c.Request))
	if page == nil {
		return false
	}
	v := &Visit{server: s, head: c.Request.Method == http.MethodHead}
	page.ServeHTTP(&pageWriter{ResponseWriter: c.Writer, body: pieces{visit: v, to: c.Writer}}, c.Request)
	return true
}

// wantsPage reports whether a header Accept names HTML itself. A browser that opens a page does,
// and scripts and programs that take anything do not.
func wantsPage(r *http.Request) bool {
	html := acceptanceOf("text/html", mediaRanges(strings.Join(r.Header.Values("Accept"), ",")))
	return html.specific == 2 && html.quality > 0
}

// pageWriter sends an answer in pieces, for each of which the client has its time.
type pageWriter struct {
	http.ResponseWriter
	body pieces
}

// Write implements http.ResponseWriter.
func (w *pageWriter) Write(b []byte) (int, error) { return w.body.Write(b) }
