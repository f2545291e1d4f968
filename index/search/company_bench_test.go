package search

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// benchFirms is the number of companies that searches are measured over.
const benchFirms = 100_000

// BenchmarkCompanySearch reports the median and the slowest in a hundred of each kind of query.
func BenchmarkCompanySearch(b *testing.B) {
	firms := manyFirms(benchFirms)
	e, _ := firmsOf(b, firms)
	first := func(s string, letters int) string {
		runes := []rune(s)
		return string(runes[:min(letters, len(runes))])
	}
	for _, kind := range []struct {
		name  string
		query func(name, domain string) string
	}{
		{"name", func(name, _ string) string { return name }},
		{"first word", func(name, _ string) string { return strings.Fields(name)[0] }},
		{"prefix", func(name, _ string) string { return first(name, 4) }},
		{"one typo", func(name, _ string) string { return name[:len(name)/2] + "x" + name[len(name)/2+1:] }},
		{"legal form", func(name, _ string) string { return strings.Fields(name)[0] + " ltd" }},
		{"domain", func(_, domain string) string { return domain }},
	} {
		b.Run(kind.name, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				f := firms[i*7919%len(firms)]
				domain := "nowhere.example"
				if len(f.Domains) > 0 {
					domain = f.Domains[0]
				}
				began := time.Now()
				_, err := e.Search(context.Background(), Query{Text: kind.query(f.Name, domain), Limit: 10, Env: everyone})
				took = append(took, time.Since(began))
				require.NoError(b, err)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
