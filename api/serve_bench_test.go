package api

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

// The benchmarks measure a whole request but the network: routing, key,
// reading, use case, store in memory, columns, answer.

func BenchmarkUpsert(b *testing.B) {
	h := newHarness(b)
	for i := 0; b.Loop(); i++ {
		body := fmt.Sprintf(`{"identifier":"c-%d","name":"Amina Yusuf","email":"amina%d@example.org","country":"KE","labels":["vip"]}`, i, i)
		require.Equal(b, 201, h.call("POST", "/v1/contacts/upsert", body).do().Code)
	}
}

func BenchmarkCount(b *testing.B) {
	h := newHarness(b)
	h.people()
	body := `{"filter":{"combinator":"and","rules":[{"field":"country","operator":"eq","value":"KE"}]},"facets":["attributes.tier"]}`
	for b.Loop() {
		require.Equal(b, 200, h.call("POST", "/v1/contacts/count", body).do().Code)
	}
}

func BenchmarkMembers(b *testing.B) {
	h := newHarness(b)
	const people = 10_000
	target := h.members(people)
	for _, media := range []string{wire.NDJSONMedia, wire.CSVMedia} {
		b.Run(media, func(b *testing.B) {
			for b.Loop() {
				require.Equal(b, 200, h.call("GET", target+"?fields=name,email,city,country,labels").with("Accept", media).do().Code)
			}
			b.ReportMetric(float64(people*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
