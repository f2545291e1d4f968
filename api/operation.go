package api

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/ndoto/kundi/api/wire"
)

// health is the answer of the two probes.
type health struct {
	Status string `json:"status" doc:"Always ok; anything else is a problem." example:"ok"`
}

// registerOperation adds the routes of those who run the server.
func (s *server) registerOperation() {
	wire.Register(s.Server, wire.Operation{
		ID: "get-health", Method: http.MethodGet, Path: "/healthz", Tag: "operation",
		Summary: "Is the process alive?", About: "Open: needs no key.",
	}, func(context.Context, *struct{}) (wire.Answer[health], error) {
		return wire.Answer[health]{Body: health{Status: "ok"}}, nil
	})
	wire.Register(s.Server, wire.Operation{
		ID: "get-readiness", Method: http.MethodGet, Path: "/readyz", Tag: "operation",
		Summary: "Can the server do its work?",
		About:   "Open: needs no key. 503 while the index is built and after writes have stopped; the type of the problem says which.",
	}, func(context.Context, *struct{}) (wire.Answer[health], error) {
		if err := s.ready(); err != nil {
			return wire.Answer[health]{}, err
		}
		return wire.Answer[health]{Body: health{Status: "ok"}}, nil
	})
	s.ServeHandler(http.MethodGet, "/metrics", promhttp.HandlerFor(s.gatherer, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(s.logger.Handler(), slog.LevelError),
	}))
}
