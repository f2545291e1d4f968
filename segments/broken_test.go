package segments_test

import (
	"context"
	"fmt"
	"strings"
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

// BenchmarkBroken looks at 1,000 segments in five layers. Each has five rules that name segments of the layer before.
func BenchmarkBroken(b *testing.B) {
	w := newWorkspace(b, segments.Options{})
	var list []*segments.Segment
	for i := range 1_000 {
		rules := []string{`{"field": "city", "operator": "eq", "value": "Nairobi"}`}
		for n := range 5 {
			if layer := i / 200; layer > 0 {
				rules = append(rules, fmt.Sprintf(`{"field": "segment", "operator": "in", "value": [%q]}`, list[(layer-1)*200+(i+n*7)%200].ID))
			}
		}
		list = append(list, w.create(fmt.Sprintf(`{"name": "s%d", "filter": {"combinator": "or", "rules": [%s]}}`, i, strings.Join(rules, ","))))
	}
	for b.Loop() {
		_, err := w.Broken(context.Background(), list)
		require.NoError(b, err)
	}
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

// TestAStoreThatFailsIsNoFaultOfAFilter: who gave up a request, or waits for a store that is busy, is not told that
// there is no such segment.
func TestAStoreThatFailsIsNoFaultOfAFilter(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	named := w.inCity("named", "Nairobi")
	naming := w.naming("naming", "in", named.ID)
	s := w.serve(&unreadable{w.store}, segments.Options{})
	_, ok, err := s.Saved(context.Background())(named.ID.String())
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, ok)
	_, err = s.Create(context.Background(), by, draft(t, `{"name": "another", "filter": `+string(naming.Filter)+`}`))
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.Broken(context.Background(), []*segments.Segment{naming})
	require.ErrorIs(t, err, context.Canceled)
}

// unreadable is a store of which no document can be read.
type unreadable struct{ segments.Store }

func (*unreadable) Document(context.Context, ledger.Collection, string) ([]byte, error) {
	return nil, context.Canceled
}
