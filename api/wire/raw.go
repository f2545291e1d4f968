package wire

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// serveRaw adds a route that answers by itself, behind a key.
func (s *Server) serveRaw(method, path string, answer func(*gin.Context, *Visit) error) {
	scopes := s.scopesOf(method, path)
	s.route(method, path, func(c *gin.Context) {
		v, err := s.admit(c, scopes)
		defer v.end()
		if err == nil {
			err = answer(c, v)
		}
		if err != nil {
			s.fail(c, err)
		}
	})
}

// ServeHandler adds a route that a handler answers, behind a key. It is a heavy
// question: the handler works in a place, and what it wrote is sent when it has
// left it. The document does not describe it.
func (s *Server) ServeHandler(method, path string, handler http.Handler) {
	s.serveRaw(method, path, func(c *gin.Context, v *Visit) error {
		if err := v.beginHeavy(); err != nil {
			return err
		}
		w := &kept{ResponseWriter: c.Writer, body: &buffer{visit: v, most: s.limits.Answer}, status: http.StatusOK}
		if err := v.inPlace(v.ctx, patience, func() error {
			handler.ServeHTTP(w, c.Request.WithContext(v.ctx))
			return w.err
		}); err != nil {
			return err
		}
		c.Writer.WriteHeader(w.status)
		w.body.sendTo(&pieces{visit: v, to: c.Writer})
		return nil
	})
}

// kept is an answer that is not sent yet, but for its header.
type kept struct {
	http.ResponseWriter
	body   *buffer
	status int
	err    error // the first
}

func (k *kept) WriteHeader(status int) { k.status = status }

func (k *kept) Write(b []byte) (int, error) {
	n, err := k.body.Write(b)
	if k.err == nil {
		k.err = err
	}
	return n, err
}

// serveOpenAPI adds the description of every operation registered before.
func (s *Server) serveOpenAPI() error {
	document, err := renderOpenAPI(s.huma.OpenAPI())
	if err != nil {
		return err
	}
	s.serveRaw(http.MethodGet, "/openapi.json", func(c *gin.Context, v *Visit) error {
		c.Writer.Header().Set("Content-Type", JSONMedia)
		(&pieces{visit: v, to: c.Writer}).Write(document) //nolint:errcheck // a client that is gone needs no answer
		return nil
	})
	return nil
}
