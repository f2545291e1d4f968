package api

import (
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
)

// TestMetricsAreGatheredInAPlace, which they have left when they are sent.
func TestMetricsAreGatheredInAPlace(t *testing.T) {
	h := newHarness(t)
	gathering := 0
	h.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "gathered"}, func() float64 {
		gathering = h.server.Load().Placed
		return 0
	}))
	r := httptest.NewRequest("GET", "/metrics", nil)
	r.Host = "localhost"
	r.Header.Set("Authorization", "Bearer "+h.keys[access.ScopeAgent])
	sending := &watched{ResponseRecorder: httptest.NewRecorder(), placed: func() int { return h.server.Load().Placed }}
	h.server.Handler().ServeHTTP(sending, r)
	require.Equal(t, 1, gathering)
	require.Equal(t, []int{0}, slices.Compact(sending.seen))
	require.Contains(t, sending.Body.String(), "kundi_http_heavy_questions_waiting")
}

// watched notes how many heavy questions are worked on while an answer is sent.
type watched struct {
	*httptest.ResponseRecorder
	placed func() int
	seen   []int
}

func (w *watched) Write(b []byte) (int, error) {
	w.seen = append(w.seen, w.placed())
	return w.ResponseRecorder.Write(b)
}
