package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/search"
)

// kundi is Kundi's index, asked in process. Its store is the rows in memory, which
// answer none of the questions.
type kundi struct {
	dir   string
	index *index.Index
	rows  *Rows
	env   filter.Env
	ids   []uint32 // of the last answer
}

// Name implements System.
func (*kundi) Name() string { return "kundi" }

// Setup implements System.
func (*kundi) Setup() string {
	return "Kundi's index in this process over rows in memory, no setting; filters are decoded beforehand; ids go into the array of the answer before"
}

// Load implements System.
func (k *kundi) Load(ctx context.Context, rows *Rows) (err error) {
	k.rows = rows
	if k.index, err = index.Open(ctx, index.Options{Dir: filepath.Join(k.dir, "kundi"), Source: rows, Kinds: app.Kinds}); err != nil {
		return err
	}
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for k.index.TextStatus().Applied < rows.Head() {
		select {
		case <-look.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// Prepare implements System.
func (k *kundi) Prepare(_ context.Context, q Question) (func(context.Context) (Answer, error), error) {
	schema := k.rows.Schema()
	var f *filter.Filter
	if q.Filter != nil {
		var err error
		if f, err = (filter.Decoder{Schema: schema}).Decode(q.Filter, "filter"); err != nil {
			return nil, err
		}
	}
	switch q.Kind {
	case Nothing, Members, Change: // what a store and a server do
		return nil, nil
	case Count:
		return func(ctx context.Context) (Answer, error) {
			n, _, err := k.index.Count(ctx, f, k.env)
			return Answer{Count: n}, err
		}, nil
	case IDs:
		return func(ctx context.Context) (Answer, error) {
			members, _, err := k.index.Members(ctx, f, k.env)
			if err != nil {
				return Answer{}, err
			}
			k.ids = columns.Ordinals(members, k.ids)
			return Answer{IDs: k.ids}, nil
		}, nil
	}
	ask := index.Query{Filter: f, Env: k.env}
	if q.Kind == Page {
		name, descending := strings.CutPrefix(q.Fields[0], "-")
		field, _ := schema.Field(name)
		ask.Sort, ask.Limit = []fields.Sort{{Field: field, Desc: descending}}, pageRows
	} else {
		for _, name := range q.Fields {
			field, _ := schema.Field(name)
			ask.Facets = append(ask.Facets, fields.FacetQuery{Field: field})
		}
	}
	return func(ctx context.Context) (Answer, error) {
		got, err := k.index.Query(ctx, ask)
		return Answer{Count: got.Count, IDs: got.Ordinals, Facets: facetLines(got.Facets)}, err
	}, nil
}

func facetLines(facets []fields.Facet) []Facet {
	var lines []Facet
	for _, f := range facets {
		for _, v := range f.Values {
			lines = append(lines, Facet{f.Field.Name, v.Value.Text, v.Count})
		}
	}
	return lines
}

// Search implements Searcher.
func (k *kundi) Search(ctx context.Context, way Way, text string) (ids []uint32, err error) {
	var hits []fields.Hit
	if way == Keystroke {
		var answer search.Suggestions
		answer, err = k.index.Suggest(ctx, search.SuggestQuery{Text: text, Limit: search.MaxSuggestions})
		hits = answer.Hits
	} else {
		var answer search.Answer
		answer, err = k.index.Search(ctx, search.Query{Text: text, Limit: 10, Env: k.env})
		hits = answer.Hits
	}
	for _, hit := range hits {
		ids = append(ids, hit.Ordinal)
	}
	return ids, err
}

// Close implements System.
func (k *kundi) Close() error {
	if k.index == nil {
		return nil
	}
	return k.index.Close(context.Background())
}
