package eval

import "slices"

// Depth is how many hits of each query are read.
const Depth = 10

// Score says how well queries were answered. All members but Queries are means.
//
// Recall at k is the number of relevant contacts among the first k hits, divided by
// the most that is possible: the smaller of k and the number of relevant contacts. The
// reciprocal rank is 1 / rank of the first relevant hit, and 0 if none of the first
// Depth hits is relevant.
type Score struct {
	Queries    int     `json:"queries"`
	RecallAt1  float64 `json:"recall_at_1"`
	RecallAt5  float64 `json:"recall_at_5"`
	RecallAt10 float64 `json:"recall_at_10"`
	MRR        float64 `json:"mrr"`
}

// ScoreOf scores one answer. hits are the identifiers of its hits, best first. If one
// is there twice, the first counts.
func ScoreOf(relevant, hits []string) Score {
	hits = distinct(hits)
	s := Score{
		Queries: 1, RecallAt1: recall(relevant, hits, 1), RecallAt5: recall(relevant, hits, 5), RecallAt10: recall(relevant, hits, Depth),
	}
	if rank := rankOf(relevant, hits); rank > 0 {
		s.MRR = 1 / float64(rank)
	}
	return s
}

// distinct returns the first Depth different hits.
func distinct(hits []string) []string {
	var out []string
	for _, hit := range hits {
		if len(out) < Depth && !slices.Contains(out, hit) {
			out = append(out, hit)
		}
	}
	return out
}

// rankOf is the rank of the first relevant hit from 1, 0 without one.
func rankOf(relevant, hits []string) int {
	return 1 + slices.IndexFunc(hits, func(hit string) bool { return slices.Contains(relevant, hit) })
}

func recall(relevant, hits []string, k int) float64 {
	found := 0
	for _, hit := range hits[:min(k, len(hits))] {
		if slices.Contains(relevant, hit) {
			found++
		}
	}
	return float64(found) / float64(min(k, len(relevant)))
}

// mean is the score of all queries of the scores together.
func mean(scores []Score) Score {
	var sum Score
	for _, s := range scores {
		sum.Queries += s.Queries
		sum.RecallAt1 += s.RecallAt1
		sum.RecallAt5 += s.RecallAt5
		sum.RecallAt10 += s.RecallAt10
		sum.MRR += s.MRR
	}
	n := float64(max(sum.Queries, 1))
	return Score{sum.Queries, sum.RecallAt1 / n, sum.RecallAt5 / n, sum.RecallAt10 / n, sum.MRR / n}
}
