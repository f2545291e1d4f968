package api

import (
	"context"
	"strings"
	"time"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index"
)

// maxSorts is how many fields a selection may be sorted by.
const maxSorts = 5

// selectionText is a selection of contacts, or of records of another entity, as it was
// sent.
type selectionText struct {
	Of     fields.Entity // "" for contacts
	Query  string
	Filter []byte
	Facets facetsText
	Sort   string
	Self   string // the segment whose filter it is, "" for none
}

// checkedAs is what finds everything that is wrong with the selection of a request; see wire.Register.
func checkedAs[I any](s *server, text func(in *I) selectionText) func(context.Context, *I) error {
	return func(ctx context.Context, in *I) error {
		_, err := s.selection(ctx, s.records.Schema(), s.now(), text(in))
		return err
	}
}

// question is a selection that the index is asked by. It is checked again when the schema changes, so that the filter
// and the columns have the same names of options and labels.
type question struct {
	*selection
	server *server
	text   selectionText
}

func (s *server) question(text selectionText) *question { return &question{server: s, text: text} }

// ask calls ask when the selection is checked, and again with another selection when the schema has changed meanwhile;
// see index.Index.Steady. The present moment is that of the first selection.
func (q *question) ask(ctx context.Context, ask func() error) error {
	return q.server.index.Steady(ctx, func(schema *fields.Schema) error {
		if q.selection == nil || q.schema != schema {
			now := q.server.now()
			if q.selection != nil {
				now = q.env.Now
			}
			chosen, err := q.server.selection(ctx, schema, now, q.text)
			if err != nil {
				return err
			}
			q.selection = chosen
		}
		return ask()
	})
}

// query asks the columns for what comes after a position, nil for the first page.
func (q *question) query(ctx context.Context, after *fields.Position, limit int) (found index.Answer, err error) {
	err = q.ask(ctx, func() (err error) {
		found, err = q.columns(ctx, after, limit)
		return err
	})
	return found, err
}

// page asks the columns for the page that begins at a cursor of an operation, and seals where the next one does.
func (q *question) page(ctx context.Context, operation, cursor string, limit int) (found index.Answer, next string, err error) {
	err = q.ask(ctx, func() error {
		boundTo := q.boundTo(operation, "")
		after, err := q.server.Cursors.OpenPosition(cursor, boundTo...)
		if err != nil {
			return err
		}
		if found, err = q.columns(ctx, after, limit); err != nil {
			return err
		}
		next, err = q.server.Cursors.SealPosition(found.Next, boundTo...)
		return err
	})
	return found, next, err
}

func (q *question) columns(ctx context.Context, after *fields.Position, limit int) (index.Answer, error) {
	return q.server.index.Query(ctx, index.Query{
		Of: q.of, Filter: q.filter, Env: q.env, Facets: q.facets, Sort: q.sort, After: after, Limit: limit,
	})
}

// selection is which contacts are asked for, in which order, and what is to be
// counted about them, checked against one schema and at one moment.
type selection struct {
	of     fields.Entity // "" for contacts
	schema *fields.Schema
	query  string // "" for none
	filter *filter.Filter
	env    filter.Env
	facets []fields.FacetQuery
	sort   []fields.Sort
}

// boundTo is what a cursor through the selection is bound to: the operation
// that lists it and the words searched for, beside the filter and the sort, with
// the order of the options that it sorts by.
func (s *selection) boundTo(operation, query string) []string {
	order := make([]string, len(s.sort))
	for i, criterion := range s.sort {
		order[i] = criterion.Field.Name
		if criterion.Desc {
			order[i] = "-" + order[i]
		}
	}
	bound := []string{operation, query, s.filter.Hash(), strings.Join(order, ",")}
	for _, criterion := range s.sort {
		if a := criterion.Field.Attribute; a != nil && len(a.Options) > 0 {
			bound = append(bound, string(wire.Binding(a.Options)))
		}
	}
	return bound
}

// selection checks a selection by a schema, and says everything that is wrong with it.
func (s *server) selection(ctx context.Context, schema *fields.Schema, now time.Time, text selectionText) (*selection, error) {
	out := &selection{of: text.Of, schema: schema, env: filter.EnvOf(schema, now)}
	if strings.TrimSpace(text.Query) != "" {
		out.query = text.Query
	}
	var d wire.Decoder
	facets := readFacets(&d, text.Facets)
	out.facets = out.checkFacets(&d, facets)
	out.sort = readSorts(&d, out.fields(), text.Sort)

	var err error
	out.filter, err = filter.Decoder{Schema: schema, Of: text.Of, Segments: s.segments.Saved(ctx), Self: text.Self}.Decode(text.Filter, "filter")
	if err := fault.Join(d.Err(), err); err != nil {
		return nil, err
	}
	return out, s.openFacets(out, facets)
}

// fields are those that the records have.
func (s *selection) fields() fieldSet {
	if s.of == "" {
		return s.schema
	}
	return s.schema.Of(s.of)
}

// readSorts reads an order like "-attributes.mrr,name", "" for none.
func readSorts(d *wire.Decoder, of fieldSet, text string) []fields.Sort {
	if text == "" {
		return nil
	}
	names := strings.Split(text, ",")
	if len(names) > maxSorts {
		d.Fault("sort", "must have at most %d fields", maxSorts)
		return nil
	}
	order := make([]fields.Sort, 0, len(names))
	asked := map[string]bool{}
	for i, name := range names {
		name, desc := strings.CutPrefix(strings.TrimSpace(name), "-")
		field, known := of.Field(name)
		refused := noOrder(field)
		switch {
		case !known:
			meant := of.Meant(name, func(f fields.Field) bool { return noOrder(f) == "" })
			d.Fault("sort", "must be names of fields, each with - before it for falling order; number %d is none%s", i+1, fields.DidYouMean(meant))
		case refused != "":
			d.Fault("sort", "%s; number %d is one", refused, i+1)
		case asked[name]:
			d.Fault("sort", "must not have a field twice; number %d is", i+1)
		}
		asked[name] = true
		order = append(order, fields.Sort{Field: field, Desc: desc})
	}
	return order
}

// noOrder says why a field gives no order, "" when it does.
func noOrder(f fields.Field) string {
	switch {
	case f.HasLines():
		return "must not be a text of several lines"
	case f.Type == fields.FieldMany:
		return "must not be a field with several values"
	}
	return f.NotShown()
}
