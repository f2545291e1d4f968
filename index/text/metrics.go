package text

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// register adds the metrics of the index.
func (x *Index) register(r prometheus.Registerer) error {
	gauge := func(name, help string, value func(Status) float64) error {
		return r.Register(prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Namespace: "kundi", Subsystem: x.of.subsystem, Name: name, Help: help},
			func() float64 { return value(x.Status()) },
		))
	}
	var tokens error
	if x.of.spelled {
		tokens = gauge("tokens", "Distinct words of all "+x.of.plural+".", func(s Status) float64 { return float64(s.Tokens) })
	}
	return errors.Join(
		tokens,
		gauge("applied_seq", "Number (seq) of the newest change that searches find.", func(s Status) float64 { return float64(s.Applied) }),
		gauge("lag_changes", "Changes of the log that searches do not find yet.", func(s Status) float64 { return float64(s.Lag) }),
		gauge("files", "Files of the text index; merges keep them few.", func(s Status) float64 { return float64(s.Files) }),
	)
}
