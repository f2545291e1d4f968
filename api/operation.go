package api

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// health is the answer of the two probes.
type health struct {
	Status string `json:"status" doc:"Always ok; anything else is a problem." example:"ok"`
}

// registerOperation adds the routes of those who run the server.
func (s *server) registerOperation() {
	register(s, operation{
		id: "get-health", method: http.MethodGet, path: "/healthz", tag: "operation",
		summary: "Is the process alive?", about: "Open: needs no key.",
	}, func(context.Context, *struct{}) (answer[health], error) {
		return answer[health]{Body: health{Status: "ok"}}, nil
	})
	register(s, operation{
		id: "get-readiness", method: http.MethodGet, path: "/readyz", tag: "operation",
		summary: "Can the server do its work?",
		about:   "Open: needs no key. 503 while the index is built and after writes have stopped; the type of the problem says which.",
	}, func(context.Context, *struct{}) (answer[health], error) {
		if err := s.ready(); err != nil {
			return answer[health]{}, err
		}
		return answer[health]{Body: health{Status: "ok"}}, nil
	})
	s.serveRaw(http.MethodGet, "/metrics", s.answerMetrics(promhttp.HandlerFor(s.gatherer, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelError),
	})))
}

// serveRaw adds a route that answers by itself, behind a key.
func (s *server) serveRaw(method, path string, answer func(*gin.Context, *visit) error) {
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

// answerMetrics answers with what a handler writes. It is a heavy question: the
// metrics are gathered in a place, and sent when they have left it.
func (s *server) answerMetrics(handler http.Handler) func(*gin.Context, *visit) error {
	return func(c *gin.Context, v *visit) error {
		if err := v.beginHeavy(); err != nil {
			return err
		}
		w := &kept{ResponseWriter: c.Writer, body: &buffer{visit: v, most: s.maxAnswer}, status: http.StatusOK}
		if err := v.inPlace(v.ctx, patience, func() error {
			handler.ServeHTTP(w, c.Request.WithContext(v.ctx))
			return w.err
		}); err != nil {
			return err
		}
		c.Writer.WriteHeader(w.status)
		w.body.sendTo(&pieces{visit: v, to: c.Writer})
		return nil
	}
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
func (s *server) serveOpenAPI() error {
	document, err := renderOpenAPI(s.huma.OpenAPI())
	if err != nil {
		return err
	}
	s.serveRaw(http.MethodGet, "/openapi.json", func(c *gin.Context, v *visit) error {
		c.Writer.Header().Set("Content-Type", jsonMedia)
		(&pieces{visit: v, to: c.Writer}).Write(document) //nolint:errcheck // a client that is gone needs no answer
		return nil
	})
	return nil
}
