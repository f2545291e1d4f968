package filter_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/filter/filtertest"
	"github.com/ndoto/kundi/ledger"
)

func TestRepeatedFindsWhatMeansTheSame(t *testing.T) {
	const (
		kenya  = `{"field":"country","operator":"eq","value":"KE"}`
		either = `{"combinator":"or","rules":[{"field":"country","operator":"eq","value":"KE"},{"field":"name","operator":"contains","value":"Ada"}]}`
		turned = `{"combinator":"or","not":true,"rules":[{"field":"name","operator":"contains","value":"ada"},{"field":"country","operator":"eq","value":"KE"}]}`
	)
	decoder := filter.Decoder{
		Schema: ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind),
		Segments: func(id string) (filter.Saved, bool, error) {
			return filter.Saved{Filter: json.RawMessage(`{"combinator":"and","rules":[` + kenya + `]}`)}, id == segmentID(1), nil
		},
	}
	for rules, numbers := range map[string]int{
		kenya: 0,
		kenya + `,{"field":"country","operator":"ne","value":"KE"}`: 1, // its Not left aside
		kenya + `,{"field":"country","operator":"eq","value":"TZ"}`: 0,
		either + "," + turned: 3, // the group and both rules
		fmt.Sprintf(`{"field":"segment","operator":"in","value":[%q]},{"field":"segment","operator":"not_in","value":[%q]}`, segmentID(1), segmentID(1)): 2, // the rule and the segment
		`{"field":"last_seen_at","operator":"within_last","value":"P1D"},{"field":"last_seen_at","operator":"within_last","value":"P1W"}`:                0,
		`{"field":"created_at","operator":"on","value":"2026-01-01"},{"field":"created_at","operator":"on","value":"2026-01-01T00:00:00Z"}`:              0,
	} {
		f, err := decoder.Decode([]byte(`{"combinator":"and","rules":[`+rules+`]}`), "filter")
		require.NoError(t, err, rules)
		distinct := map[int]bool{}
		for _, number := range filter.Repeated(f.Root) {
			distinct[number] = true
		}
		require.Len(t, distinct, numbers, rules)
	}
}

func segmentID(n int) string { return fmt.Sprintf("01935f6e-0000-7000-8000-%012d", n) }

// Nodes of one number accept the same contacts.
func TestRepeatedNodesAcceptTheSame(t *testing.T) {
	met := 0
	rapid.Check(t, func(t *rapid.T) {
		w := filtertest.Draw(t, 10)
		f := w.Filter(t)
		twice := &filter.Group{Rules: []filter.Node{f.Root, w.Filter(t).Root}}
		byNumber := map[int]filter.Node{}
		for n, number := range filter.Repeated(twice) {
			first, known := byNumber[number]
			if !known {
				byNumber[number] = n
				continue
			}
			met++
			for _, c := range w.Contacts {
				require.Equal(t, filter.Match(positive(first), w.Facts(c), w.Env), filter.Match(positive(n), w.Facts(c), w.Env))
			}
		}
	})
	require.Positive(t, met, "trees must have nodes that mean the same")
}

// positive is a node with its Not left aside.
func positive(n filter.Node) filter.Node {
	switch n := n.(type) {
	case *filter.Group:
		g := *n
		g.Not = false
		return &g
	case *filter.Rule:
		r := *n
		r.Not = false
		return &r
	}
	return n
}
