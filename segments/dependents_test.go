package segments_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// A change that fits the segment itself may be too much for one that names it.
func TestAChangeBreaksNoOtherSegment(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	first := w.inCity("first", "Nairobi")
	last := first
	for i := 1; i < filter.MaxSegmentDepth; i++ {
		last = w.create(fmt.Sprintf(`{"name": "chain %d", "filter": %s}`, i, names(last.ID)))
	}
	w.create(`{"name": "deepest", "filter": ` + names(last.ID) + `}`)
	other := w.inCity("other", "Mombasa")
	_, err := w.Patch(context.Background(), by, first.ID, draft(t, `{"filter": `+names(other.ID)+`}`), 0)
	e := refused(t, err, fault.KindInvalid, "invalid-segment")
	require.Len(t, e.Faults, 1)
	require.Equal(t, "filter", e.Faults[0].Path)
	require.Contains(t, e.Faults[0].Detail, `would break the segment "deepest", which names this one: segments may be nested`)

	// Others that do not name it may be as deep as they are.
	w.patch(first.ID, `{"filter": `+cityIs("Mombasa")+`}`)
	w.patch(other.ID, `{"filter": `+cityIs("Kisumu")+`}`)
}

func TestAChangeMakesNoOtherSegmentTooWide(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	first := w.inCity("first", "Nairobi")
	many := func(id ledger.ID) string {
		rule := fmt.Sprintf(`{"field": "segment", "operator": "in", "value": [%q]}`, id)
		return `{"combinator": "or", "rules": [` + strings.Repeat(rule+",", 249) + rule + `]}`
	}
	second := w.create(`{"name": "second", "filter": ` + many(first.ID) + `}`)
	w.create(`{"name": "third", "filter": ` + names(second.ID) + `}`)
	wide := `{"combinator": "or", "rules": [` + strings.Repeat(`{"field": "city", "operator": "exists"},`, 99) + `{"field": "city", "operator": "exists"}]}`
	_, err := w.Patch(context.Background(), by, first.ID, draft(t, `{"filter": `+wide+`}`), 0)
	e := refused(t, err, fault.KindInvalid, "invalid-segment")
	require.Len(t, e.Faults, 2)
	require.Contains(t, e.Faults[0].Detail, `would break the segment "second"`)
	require.Contains(t, e.Faults[1].Detail, `would break the segment "third"`)
}
