package api

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
)

// TestMetricsAreGatheredInAPlace, which they have left when they are sent.
func TestMetricsAreGatheredInAPlace(t *testing.T) {
	h := newHarness(t)
	total := h.server.places.free
	gatherer := h.server.gatherer
	gathering := 0
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gathering = h.server.places.free
		promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{}).ServeHTTP(w, r)
	})
	r := httptest.NewRequest("GET", "/metrics", nil)
	r.Header.Set("Authorization", "Bearer "+h.keys[access.ScopeAgent])
	sending := &watched{ResponseRecorder: httptest.NewRecorder(), places: h.server.places}
	c := gin.CreateTestContextOnly(sending, h.server.engine)
	c.Request = r
	v, err := h.server.admit(c, access.Scopes)
	require.NoError(t, err)
	require.NoError(t, h.server.answerHeavy(handler)(c, v))
	v.end()
	require.Equal(t, total-1, gathering)
	require.Equal(t, []int{total}, slices.Compact(sending.free))
	require.Contains(t, sending.Body.String(), "kundi_http_heavy_questions_waiting")
}

// watched notes how many places are free while an answer is sent.
type watched struct {
	*httptest.ResponseRecorder
	places *places
	free   []int
}

func (w *watched) Write(b []byte) (int, error) {
	w.free = append(w.free, w.places.free)
	return w.ResponseRecorder.Write(b)
}
