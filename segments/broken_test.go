package segments_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// TestWhatIsBrokenIsSaid: an attribute is gone, which no program of today removes.
func TestWhatIsBrokenIsSaid(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	w.define(fields.AttributeDefinition{Number: 1, Key: "tier", Label: "Tier", Type: fields.AttributeText})
	gold := w.create(`{"name": "gold", "filter": {"combinator": "or", "rules": [
		{"field": "city", "operator": "eq", "value": "Nairobi"},
		{"combinator": "and", "rules": [{"field": "attributes.tier", "operator": "eq", "value": "gold"}, {"field": "attributes.tier", "operator": "exists"}]}]}}`)
	list := []*segments.Segment{
		w.inCity("Nairobi", "Nairobi"), gold, w.create(`{"name": "static", "kind": "static"}`), w.create(`{"name": "everyone"}`),
		w.naming("not gold", "not_in", gold.ID),
	}
	paths := func() (paths [][]string) {
		faults, err := w.Broken(context.Background(), list)
		require.NoError(t, err)
		for _, of := range faults {
			var found []string
			for _, f := range of {
				require.NotEmpty(t, f.Detail)
				found = append(found, f.Path)
			}
			paths = append(paths, found)
		}
		return paths
	}
	require.Equal(t, make([][]string, 5), paths())
	w.update(func(tx ledger.Tx) error { return tx.DeleteDocument(ledger.AttributeDefinitions, "tier") })
	inGold := []string{"filter.rules[1].rules[0].field", "filter.rules[1].rules[1].field"}
	require.Equal(t, [][]string{nil, inGold, nil, nil, {"filter.rules[0].value[0]"}}, paths())
	list[1] = w.patch(gold.ID, `{"filter": null}`)
	require.Equal(t, make([][]string, 5), paths())
}

// TestWhatIsBrokenIsSaidWithoutPicks: there may be a million of them.
func TestWhatIsBrokenIsSaidWithoutPicks(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	picked := w.create(`{"name": "picked", "kind": "static"}`)
	w.pick(picked.ID, segments.Pinned, idsOf(w.add("Nairobi", 1)), nil)
	var list []*segments.Segment
	for _, name := range []string{"a", "b", "c"} {
		list = append(list, w.naming(name, "in", picked.ID))
	}
	counted := &reads{Store: w.store, of: map[string]int{}}
	faults, err := w.serve(counted, segments.Options{}).Broken(context.Background(), list)
	require.NoError(t, err)
	require.Equal(t, make([][]fault.Fault, 3), faults)
	require.Equal(t, map[string]int{segments.SegmentDocuments.Name: 1}, counted.of)
}

// reads is a store that counts the documents that are read, by their collections.
type reads struct {
	segments.Store
	of map[string]int
}

func (r *reads) Document(ctx context.Context, c ledger.Collection, key string) ([]byte, error) {
	r.of[c.Name]++
	return r.Store.Document(ctx, c, key)
}
