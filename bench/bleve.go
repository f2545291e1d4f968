package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/simple"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// alone is Bleve alone: keywords with facets, numeric ranges and date ranges.
type alone struct {
	path  string
	index bleve.Index // nil until loaded
	at    moments
}

// aloneMapping keeps only what the questions need, and nothing stored.
func aloneMapping() mapping.IndexMapping {
	plain := func(f *mapping.FieldMapping) *mapping.FieldMapping {
		f.Store, f.IncludeInAll, f.IncludeTermVectors = false, false, false
		return f
	}
	doc := bleve.NewDocumentStaticMapping()
	for _, name := range []string{"type", "country", "tier", "labels", "channels", "name_fold", "email", "newsletter", "marketing_consent", "has"} {
		doc.AddFieldMappingsAt(name, plain(bleve.NewKeywordFieldMapping()))
	}
	for _, name := range []string{"mrr", "health", "seats"} {
		doc.AddFieldMappingsAt(name, plain(bleve.NewNumericFieldMapping()))
	}
	for _, name := range []string{"created_at", "last_seen_at", "renewal_date"} {
		doc.AddFieldMappingsAt(name, plain(bleve.NewDateTimeFieldMapping()))
	}
	words := plain(bleve.NewTextFieldMapping())
	words.Analyzer = "simple"
	doc.AddFieldMappingsAt("words", words)
	m := bleve.NewIndexMapping()
	m.DefaultMapping = doc
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m
}

// Name implements System.
func (*alone) Name() string { return "bleve" }

// Setup implements System.
func (*alone) Setup() string {
	return "Bleve alone in this process, on disk: keyword facets, numeric and date ranges, nothing stored, only fields that are asked about, one merged file from its builder"
}

// Load implements System, with Bleve's builder for an index that is made at
// once: one file in the end.
func (b *alone) Load(ctx context.Context, rows *Rows) error {
	builder, err := bleve.NewBuilder(b.path, aloneMapping(), map[string]any{"batchSize": 10_000, "buildPathPrefix": filepath.Dir(b.path)})
	if err != nil {
		return err
	}
	for _, c := range rows.people {
		if err := errors.Join(ctx.Err(), builder.Index(fmt.Sprintf("%08d", c.Ordinal), aloneDocument(rows.schema, c))); err != nil {
			return errors.Join(err, builder.Close())
		}
	}
	if err := builder.Close(); err != nil {
		return err
	}
	b.index, err = bleve.Open(b.path)
	return err
}

func aloneDocument(schema *fields.Schema, c *contacts.Contact) map[string]any {
	d := map[string]any{"type": string(c.Type), "labels": c.Labels, "channels": c.Channels, "created_at": c.CreatedAt}
	put := func(name, value string) {
		if value != "" {
			d[name] = value
		}
	}
	fold := words.Canonical(c.Name)
	put("name_fold", fold)
	put("words", fold)
	put("country", c.Country)
	put("email", strings.ToLower(c.Email))
	for _, key := range []string{"tier", "newsletter", "marketing_consent"} {
		put(key, plain(schema, key, c))
	}
	for _, key := range []string{"mrr", "health", "seats"} {
		if text := plain(schema, key, c); text != "" {
			d[key], _ = strconv.ParseFloat(text, 64)
		}
	}
	has := []string{}
	if c.Email != "" {
		has = append(has, "email")
	}
	d["has"] = has
	if !c.LastSeenAt.IsZero() {
		d["last_seen_at"] = c.LastSeenAt
	}
	if day := plain(schema, "renewal_date", c); day != "" {
		d["renewal_date"], _ = time.Parse(time.DateOnly, day)
	}
	return d
}

// Prepare implements System.
func (b *alone) Prepare(_ context.Context, q Question) (func(context.Context) (Answer, error), error) {
	switch q.Kind {
	case Nothing, Members, Change:
		return nil, nil
	}
	asked, ok := b.queries()[q.Name]
	if !ok {
		return nil, fmt.Errorf("no query of Bleve for %q", q.Name)
	}
	if q.Kind == IDs {
		return func(ctx context.Context) (Answer, error) { return b.ids(ctx, asked) }, nil
	}
	return func(ctx context.Context) (a Answer, err error) {
		request := bleve.NewSearchRequestOptions(asked, 0, 0, false)
		request.Score = "none"
		for _, field := range q.Fields {
			if q.Kind == Facets {
				request.AddFacet(field, bleve.NewFacetRequest(strings.TrimPrefix(field, "attributes."), fields.MaxFacetValues))
			}
		}
		if q.Kind == Page {
			request.Size = pageRows
			field := strings.Replace(q.Fields[0], "name", "name_fold", 1)
			request.SortBy([]string{field, "_id"})
		}
		result, err := b.index.SearchInContext(ctx, request)
		if err != nil {
			return a, err
		}
		a.Count = result.Total
		if q.Kind == Page {
			for _, hit := range result.Hits {
				id, err := strconv.ParseUint(hit.ID, 10, 32)
				if err != nil {
					return a, err
				}
				a.IDs = append(a.IDs, uint32(id))
			}
		}
		for field, facet := range result.Facets {
			for _, t := range facet.Terms.Terms() {
				a.Facets = append(a.Facets, Facet{field, t.Term, uint64(t.Count)})
			}
		}
		return a, nil
	}, nil
}

// ids walks the matches, which is faster than a page of all.
func (b *alone) ids(ctx context.Context, asked query.Query) (a Answer, err error) {
	advanced, err := b.index.Advanced()
	if err != nil {
		return a, err
	}
	reader, err := advanced.Reader()
	if err != nil {
		return a, err
	}
	defer reader.Close()
	searcher, err := asked.Searcher(ctx, reader, b.index.Mapping(), search.SearcherOptions{Score: "none"})
	if err != nil {
		return a, err
	}
	defer searcher.Close()
	matches := &search.SearchContext{
		DocumentMatchPool: search.NewDocumentMatchPool(searcher.DocumentMatchPoolSize()+1, 0), IndexReader: reader,
	}
	for {
		match, err := searcher.Next(matches)
		if err != nil || match == nil {
			return a, err
		}
		name, err := reader.ExternalID(match.IndexInternalID)
		if err != nil {
			return a, err
		}
		id, err := strconv.ParseUint(name, 10, 32)
		if err != nil {
			return a, err
		}
		a.IDs = append(a.IDs, uint32(id))
		matches.DocumentMatchPool.Put(match)
	}
}

// Search implements Searcher.
func (b *alone) Search(ctx context.Context, way Way, text string) ([]uint32, error) {
	var asked query.Query
	if way != Typo {
		prefix := bleve.NewPrefixQuery(text)
		prefix.SetField("words")
		asked = prefix
	} else {
		var words []query.Query
		for _, word := range strings.Fields(text) {
			fuzzy := bleve.NewFuzzyQuery(word)
			fuzzy.SetField("words")
			fuzzy.SetFuzziness(1)
			words = append(words, fuzzy)
		}
		asked = bleve.NewConjunctionQuery(words...)
	}
	result, err := b.index.SearchInContext(ctx, bleve.NewSearchRequestOptions(asked, 10, 0, false))
	if err != nil {
		return nil, err
	}
	var ids []uint32
	for _, hit := range result.Hits {
		id, err := strconv.ParseUint(hit.ID, 10, 32)
		if err != nil {
			return nil, err
		}
		ids = append(ids, uint32(id))
	}
	return ids, nil
}

// Close implements System.
func (b *alone) Close() error {
	if b.index == nil {
		return nil
	}
	return b.index.Close()
}
