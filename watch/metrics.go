package watch

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	segments prometheus.Gauge
	events   *prometheus.CounterVec
	seconds  prometheus.Counter
	differed prometheus.Counter
}

// newMetrics makes the metrics and registers them, if registerer is not nil.
func newMetrics(registerer prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		segments: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kundi_watched_segments", Help: "Segments of which it is noted who enters and who leaves.",
		}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kundi_watched_segment_events_total", Help: "Contacts that entered watched segments, and that left them.",
		}, []string{"event"}),
		seconds: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kundi_watched_segment_seconds_total", Help: "How long the evaluation of watched segments has taken.",
		}),
		differed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kundi_watched_segment_differences_total",
			Help: "Contacts of whom the nightly evaluation of everybody disagreed with what was noted. More than 0 is a fault of Kundi.",
		}),
	}
	for _, word := range []string{"entered", "left"} {
		m.events.WithLabelValues(word)
	}
	if registerer == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.segments, m.events, m.seconds, m.differed} {
		if err := registerer.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *metrics) looked(took time.Duration) { m.seconds.Add(took.Seconds()) }

func (m *metrics) stored(moves []move) {
	entered := 0
	for i := range moves {
		if moves[i].entered {
			entered++
		}
	}
	m.events.WithLabelValues("entered").Add(float64(entered))
	m.events.WithLabelValues("left").Add(float64(len(moves) - entered))
}
