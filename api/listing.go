package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/ledger"
)

// listing answers lists, searches and counts by filter over the records of a kind. T is a
// record, and B is one on the wire.
type listing[T, B any] struct {
	server *server
	noun   wire.Noun
	kind   *ledger.Kind[T]
	about  string // which fields there are
	// elsewhere is what is said to whoever sends words.
	elsewhere map[string]string
	// worded says that the noun registers its search itself, which takes words, too.
	worded bool
	// bodies writes the records of a page, in its order. nil ones do not exist any more, and are
	// left out.
	bodies func(ctx context.Context, page index.Answer, list []*T) ([]B, error)
	// values returns what the records of a page have in a field, by their place in it. Nil for a
	// kind whose records are not written as CSV.
	values func(ctx context.Context, page index.Answer, list []*T) (func(f fields.Field, i int) fields.Value, error)
}

// filtersInput asks for one page of records.
type filtersInput struct {
	Filter json.RawMessage `query:"filter" doc:"A filter over the fields of {nouns}, as JSON (the schema Filter). Absent: all." example:"{\"combinator\":\"and\",\"rules\":[{\"field\":\"created_at\",\"operator\":\"gte\",\"value\":\"2026-01-01\"}]}"`
	Sort   string          `query:"sort" doc:"Fields, each with - before it for falling order; at most 5. {Nouns} without the value come last both ways, ties in the order they were made." example:"-created_at"`
	Limit  int             `query:"limit" doc:"{Nouns} a page. Absent: 50 in JSON, all in the other forms." minimum:"1" maximum:"1000"`
	Cursor string          `query:"cursor" doc:"next_cursor of the page before, in the other forms the header Kundi-Next-Cursor, with the same filter and sort."`
}

func (in *filtersInput) selection(of fields.Entity) selectionText {
	return selectionText{Of: of, Filter: in.Filter, Sort: in.Sort}
}

// ofOwnerInput asks for one page of the records that belong to one.
type ofOwnerInput struct {
	ID     ledger.ID `path:"id" noun:"{owner}" doc:"The id of the {owner}."`
	Sort   string    `query:"sort" doc:"As in the list of all {nouns}." example:"-created_at"`
	Limit  int       `query:"limit" doc:"{Nouns} a page. Absent: 50 in JSON, all in the other forms." minimum:"1" maximum:"1000"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before, in the other forms the header Kundi-Next-Cursor, with the same sort."`
}

type searchRecordsInput struct {
	Body searchRecordsInputBody `body:"json"`
}

type searchRecordsInputBody struct {
	Filter filterText `json:"filter,omitempty"`
	Facets facetsText `json:"facets,omitempty" doc:"Fields whose values are counted among all that pass: names, or objects."`
	Sort   string     `json:"sort,omitempty" doc:"As in the list. Absent: in the order they were made." example:"-created_at"`
	Limit  int        `json:"limit,omitempty" doc:"Records a page." minimum:"1" maximum:"1000" default:"50"`
	Cursor string     `json:"cursor,omitempty" doc:"next_cursor of the page before, with the same filter and sort."`
}

func (in *searchRecordsInputBody) selection(of fields.Entity) selectionText {
	return selectionText{Of: of, Filter: in.Filter, Facets: in.Facets, Sort: in.Sort}
}

type countRecordsInput struct {
	Body countRecordsInputBody `body:"json"`
}

type countRecordsInputBody struct {
	Filter filterText `json:"filter,omitempty"`
	Facets facetsText `json:"facets,omitempty" doc:"Fields whose values are counted among those that pass: names, or objects."`
	Sample int        `json:"sample,omitempty" doc:"How many of those that pass are shown." minimum:"0" maximum:"100"`
}

func (in *countRecordsInputBody) selection(of fields.Entity) selectionText {
	return selectionText{Of: of, Filter: in.Filter, Facets: in.Facets}
}

// counted is how many records pass a filter.
type counted[B any] struct {
	Count  uint64               `json:"count" doc:"How many pass, exactly." example:"471"`
	Facets map[string]facetBody `json:"facets" doc:"By field, as asked for."`
	Sample []B                  `json:"sample" doc:"The first of them in the order they were made."`
	TookMS float64              `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq    uint64               `json:"seq" doc:"The newest change that the answer reflects."`
}

// foundRecords is a page of a search by filter.
type foundRecords[B any] struct {
	records []B
	total   totalBody
	facets  map[string]facetBody
	next    string
	tookMS  float64
	seq     uint64
}

// registerListing adds GET of the noun's path, and POST of search and count below it. L and S
// are the answers of the first two, which name the records after the noun; list and search make
// them.
func registerListing[T, B, L, S any](l listing[T, B], list func(records []B, next string) L, search func(foundRecords[B]) S) {
	n := l.noun
	op := wire.Operation{Elsewhere: l.elsewhere, Heavy: true}
	op.About = l.about + "Facets count all that pass, not the page."
	if !l.worded {
		wire.Register(n.Server, n.OfAll(op, "search-"+n.Plural, http.MethodPost, "/search", "Search "+n.Plural+" by filter"),
			func(ctx context.Context, in *searchRecordsInput) (wire.Answer[S], error) {
				found, err := l.search(ctx, in.Body)
				return wire.Answer[S]{Body: search(found)}, err
			}, checkedAs(l.server, func(in *searchRecordsInput) selectionText { return in.Body.selection(l.kind.Entity) }))
	}
	op.About = "Exact. Every acknowledged write is reflected."
	wire.Register(n.Server, n.OfAll(op, "count-"+n.Plural, http.MethodPost, "/count", "Count "+n.Plural+" by filter"), l.count,
		checkedAs(l.server, func(in *countRecordsInput) selectionText { return in.Body.selection(l.kind.Entity) }))
	op.Media, op.Headers = []string{wire.NDJSONMedia, wire.CSVMedia}, []string{wire.CountHeader, wire.NextCursorHeader}
	forms := "application/json, application/x-ndjson (a " + n.Name + " a line) or text/csv (a column for each field). "
	if l.values == nil {
		op.Media, forms = op.Media[:1], "application/json or application/x-ndjson (a "+n.Name+" a line). "
	}
	op.About = l.about + "With the header Accept it is " + forms +
		"Every acknowledged write is reflected. Paging neither repeats nor skips " + n.Plural + " that stay as they are."
	id := "list-" + n.Plural
	wire.Register(n.Server, n.OfAll(op, id, http.MethodGet, "", "List "+n.Plural+" by filter"),
		func(ctx context.Context, in *filtersInput) (wire.Answer[L], error) {
			return listed(ctx, l, id, *in, list)
		}, checkedAs(l.server, func(in *filtersInput) selectionText { return in.selection(l.kind.Entity) }))
	if n.Owner == nil {
		return
	}
	op.About = "As the list of all " + n.Plural + " with the filter " + n.Owner.Name + "_id answers."
	ofOwner := "list-" + n.Owner.Name + "-" + n.Plural
	wire.Register(n.Server, n.OfOwner(op, ofOwner, http.MethodGet, "List the "+n.Plural+" of "+n.Owner.Article+" "+n.Owner.Name),
		func(ctx context.Context, in *ofOwnerInput) (wire.Answer[L], error) {
			only, err := filterOn(n.Owner.Name+"_id", in.ID)
			if err != nil {
				return wire.Answer[L]{}, err
			}
			return listed(ctx, l, ofOwner, filtersInput{Filter: only, Sort: in.Sort, Limit: in.Limit, Cursor: in.Cursor}, list)
		})
}

// filterOn is a filter that those pass who have an id in a field.
func filterOn(field string, id ledger.ID) ([]byte, error) {
	return json.Marshal(map[string]any{"combinator": "and", "rules": []map[string]any{{"field": field, "operator": "eq", "value": id.String()}}})
}

// listed answers with a page of records, or all, in the form that is asked for.
func listed[T, B, L any](ctx context.Context, l listing[T, B], operation string, in filtersInput, list func(records []B, next string) L) (wire.Answer[L], error) {
	asked, media := l.server.question(in.selection(l.kind.Entity)), wire.MediaOf(ctx)
	if media != wire.JSONMedia && in.Limit == 0 {
		stream, err := l.streamAll(ctx, media, asked, operation, in.Cursor)
		return wire.Answer[L]{Stream: stream}, err
	}
	page, cursor, err := asked.page(ctx, operation, in.Cursor, cmp.Or(in.Limit, 50))
	if err != nil {
		return wire.Answer[L]{}, err
	}
	if err := l.countOwners(ctx, page); err != nil {
		return wire.Answer[L]{}, err
	}
	if media != wire.JSONMedia {
		page.Next = nil
		rows := &recordRows[T, B]{listing: l, asked: asked, page: page}
		return wire.Answer[L]{Stream: rows.stream(media, wire.WithCursor(countOf(page.Count), cursor))}, nil
	}
	bodies, err := l.read(ctx, page)
	return wire.Answer[L]{Body: list(bodies, cursor)}, err
}

// read returns the records of a page that still exist.
func (l listing[T, B]) read(ctx context.Context, page index.Answer) ([]B, error) {
	list, err := l.kind.Many(ctx, l.server.records, page.Refs())
	if err != nil {
		return nil, err
	}
	return l.bodies(ctx, page, list)
}

// countOwners counts the people whose records a page has, see countPeople.
func (l listing[T, B]) countOwners(ctx context.Context, page index.Answer) error {
	if l.kind.Owner != fields.EntityContact {
		return nil
	}
	return l.server.countPeople(ctx, len(slices.Compact(slices.Sorted(slices.Values(page.Owners)))))
}

func (l listing[T, B]) search(ctx context.Context, in searchRecordsInputBody) (foundRecords[B], error) {
	began := l.server.now()
	asked := l.server.question(in.selection(l.kind.Entity))
	page, cursor, err := asked.page(ctx, "search-"+l.noun.Plural, in.Cursor, in.Limit)
	if err != nil {
		return foundRecords[B]{}, err
	}
	bodies, facets, err := l.onPage(ctx, asked.selection, page)
	return foundRecords[B]{bodies, totalBody{Value: page.Count, Relation: "eq"}, facets, cursor, l.server.elapsed(began), page.Seq}, err
}

func (l listing[T, B]) count(ctx context.Context, in *countRecordsInput) (wire.Answer[counted[B]], error) {
	began := l.server.now()
	asked := l.server.question(in.Body.selection(l.kind.Entity))
	page, err := asked.query(ctx, nil, in.Body.Sample)
	if err != nil {
		return wire.Answer[counted[B]]{}, err
	}
	bodies, facets, err := l.onPage(ctx, asked.selection, page)
	return wire.Answer[counted[B]]{Body: counted[B]{Count: page.Count, Facets: facets, Sample: bodies, TookMS: l.server.elapsed(began), Seq: page.Seq}}, err
}

// onPage are the records and the facets of a page.
func (l listing[T, B]) onPage(ctx context.Context, chosen *selection, page index.Answer) ([]B, map[string]facetBody, error) {
	if err := l.countOwners(ctx, page); err != nil {
		return nil, nil, err
	}
	bodies, err := l.read(ctx, page)
	if err != nil {
		return nil, nil, err
	}
	if l.kind.Owner == fields.EntityContact {
		if err := l.server.countSingled(ctx, page.Facets); err != nil {
			return nil, nil, err
		}
	}
	facets, err := l.server.wireFacets(chosen, page.Facets)
	return bodies, facets, err
}

// streamAll answers with every record of a selection after a cursor.
func (l listing[T, B]) streamAll(ctx context.Context, media string, asked *question, operation, cursor string) (*wire.Stream, error) {
	page, _, err := asked.page(ctx, operation, cursor, streamedPage)
	if err != nil {
		return nil, err
	}
	rows := &recordRows[T, B]{listing: l, asked: asked, page: page}
	if l.kind.Owner == fields.EntityContact { // a stream cannot be refused once it has begun
		if err := l.server.countPeople(ctx, int(rows.page.Count)); err != nil {
			return nil, err
		}
	}
	return rows.stream(media, countOf(rows.page.Count)), nil
}
