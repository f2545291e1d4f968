package api

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// health is the answer of the two probes.
type health struct {
	Status string `json:"status" doc:"Always ok; anything else is a problem." example:"ok"`
}

// registerOperation adds the routes of those who run the server.
func (s *server) registerOperation() {
	register(s.machine, operation{
		id: "get-health", method: http.MethodGet, path: "/healthz", tag: "operation",
		summary: "Is the process alive?", about: "Open: needs no key.",
	}, func(context.Context, *struct{}) (answer[health], error) {
		return answer[health]{Body: health{Status: "ok"}}, nil
	})
	register(s.machine, operation{
		id: "get-readiness", method: http.MethodGet, path: "/readyz", tag: "operation",
		summary: "Can the server do its work?",
		about:   "Open: needs no key. 503 while the index is built and after writes have stopped; the type of the problem says which.",
	}, func(context.Context, *struct{}) (answer[health], error) {
		if err := s.ready(); err != nil {
			return answer[health]{}, err
		}
		return answer[health]{Body: health{Status: "ok"}}, nil
	})
	s.serveHandler(http.MethodGet, "/metrics", promhttp.HandlerFor(s.gatherer, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(s.logger.Handler(), slog.LevelError),
	}))
}
