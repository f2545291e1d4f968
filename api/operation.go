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
	s.serveRaw(http.MethodGet, "/metrics", promhttp.HandlerFor(s.gatherer, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelError),
	}))
}

// serveRaw adds a route whose handler answers by itself, behind a key.
func (s *server) serveRaw(method, path string, handler http.Handler) {
	scopes := s.scopesOf(method, path)
	s.engine.Handle(method, path, func(c *gin.Context) {
		v, err := s.admit(c, scopes)
		defer v.end()
		if err != nil {
			s.fail(c, err)
			return
		}
		s.limitWriting(c.Writer)
		handler.ServeHTTP(c.Writer, c.Request.WithContext(v.ctx))
	})
}

// serveOpenAPI adds the description of every operation registered before.
func (s *server) serveOpenAPI() error {
	document, err := renderOpenAPI(s.huma.OpenAPI())
	if err != nil {
		return err
	}
	s.serveRaw(http.MethodGet, "/openapi.json", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", jsonMedia)
		w.Write(document) //nolint:errcheck // a client that is gone needs no answer
	}))
	return nil
}
