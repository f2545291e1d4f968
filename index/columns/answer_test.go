package columns

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// fields are those that can be counted; sorts take the single-valued ones.
func (h *history) fields() []fields.Field {
	var all []fields.Field
	for _, f := range contacts.StandardFields {
		if f.Type.HasValues() && (h.wide == nil || !ofTheCompany(f)) {
			all = append(all, f)
		}
	}
	for _, a := range h.world.Schema.Attributes() {
		f, _ := h.world.Schema.Field(fields.AttributePrefix + a.Key)
		all = append(all, f)
	}
	derived := []fields.Field{{Name: countName, Type: fields.FieldNumber}, {Name: latestName, Type: fields.FieldInstant}}
	if h.asked != "" {
		return append(all, derived...)
	}
	if h.wide != nil {
		for _, f := range append(slices.Clip(all), derived...) {
			all = append(all, joinedField(f))
		}
	}
	return all
}

// value is what a contact has in a field.
func (h *history) value(c *contacts.Contact, f fields.Field) fields.Value {
	if h.wide == nil && ofTheCompany(f) {
		return h.world.Facts(c).Value(f)
	}
	if h.wide != nil && strings.HasPrefix(f.Name, joinedPrefix) {
		if c = h.wide[h.meant(c.Company)]; c == nil {
			return fields.Value{}
		}
		f.Name = f.Plain() // the wide company is a contact, so it is a field of its own
	}
	switch f.Name {
	case countName, latestName:
		return h.derived(f.Name, c.Ordinal)
	}
	v := contacts.Kind.Value(f, c)
	if v.IsMissing() && f.Standard != nil && f.Standard.Unset != "" {
		return fields.TextValue(f.Standard.Unset)
	}
	return v
}

// folded is the form in which texts of a field are equal.
func folded(f fields.Field, text string) string {
	if f.HasExactMembers() {
		return text
	}
	switch f.Type {
	case fields.FieldEmail:
		return fields.CanonicalEmail(text)
	case fields.FieldPhone, fields.FieldID:
		return text
	}
	return words.Canonical(text)
}

// compareValues orders present values of one field.
func compareValues(f fields.Field, a, b fields.Value) int {
	flag := map[bool]int{true: 1}
	return cmp.Or(
		strings.Compare(folded(f, a.Text), folded(f, b.Text)), cmp.Compare(a.Float, b.Float),
		cmp.Compare(a.Int, b.Int), cmp.Compare(flag[a.Bool], flag[b.Bool]),
	)
}

// compareSorted is compareValues as a sort has it: options of a list come in the
// order of its definition.
func compareSorted(f fields.Field, a, b fields.Value) int {
	if f.Attribute != nil && f.Attribute.Type == fields.AttributeList {
		return cmp.Compare(slices.Index(f.Attribute.Options, a.Text), slices.Index(f.Attribute.Options, b.Text))
	}
	return compareValues(f, a, b)
}

// some draws some of the people, and their ordinals.
func (h *history) some() ([]*contacts.Contact, *roaring.Bitmap) {
	all := rapid.IntRange(0, 2).Draw(h.t, "all") == 0
	rows := roaring.New()
	var people []*contacts.Contact
	for _, c := range h.records() {
		if all || rapid.Bool().Draw(h.t, "in") {
			people = append(people, c)
			rows.Add(c.Ordinal)
		}
	}
	slices.SortFunc(people, func(a, b *contacts.Contact) int { return cmp.Compare(a.Ordinal, b.Ordinal) })
	return people, rows
}

// facetQueries asks about every field: for its first values, for those behind
// some place, or for ranges.
func (h *history) facetQueries() []fields.FacetQuery {
	queries := fields.CountValues(h.fields()...)
	for i, q := range queries {
		switch f := q.Field; rapid.IntRange(0, 2).Draw(h.t, "facet") {
		case 1:
			if v := h.anyValue(f); f.Type != fields.FieldCheckbox && !v.IsMissing() {
				v.Text = folded(f, v.Text)
				queries[i].After = &fields.FacetPlace{Value: v, Count: rapid.Uint64Range(1, 4).Draw(h.t, "after")}
			}
		case 2:
			queries[i].Bounds = h.bounds(f)
		}
	}
	return queries
}

// anyValue is a single value that somebody has, or none.
func (h *history) anyValue(f fields.Field) fields.Value {
	if len(h.records()) == 0 {
		return fields.Value{}
	}
	c := rapid.SampledFrom(h.records()).Draw(h.t, "whose")
	v := h.value(c, f)
	if len(v.List) > 0 {
		return fields.TextValue(v.List[0])
	}
	return v
}

// bounds draws some for a field of numbers, often such as contacts have.
func (h *history) bounds(f fields.Field) (bounds []fields.Value) {
	for range rapid.IntRange(1, 5).Draw(h.t, "bounds") {
		if v := h.anyValue(f); v.Kind == fields.KindNumber || v.Kind == fields.KindInt {
			bounds = append(bounds, v)
		}
	}
	slices.SortFunc(bounds, func(a, b fields.Value) int { return compareValues(f, a, b) })
	return slices.CompactFunc(bounds, func(a, b fields.Value) bool { return compareValues(f, a, b) == 0 })
}

func TestFacetsCountEveryValue(t *testing.T) {
	asked := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		h := anyHistory(t, 20)
		h.run()
		if len(h.world.Contacts) == 0 {
			return
		}
		people, rows := h.some()
		queries := h.facetQueries()
		var facets []fields.Facet
		h.table.View(func(v *View) { facets = v.Facets(rows, queries)() })
		for i, q := range queries {
			want := h.facet(q, people)
			require.Equal(t, want, facets[i], "%+v", q)
			if q.After != nil && len(want.Values) > 0 {
				asked["behind a place"]++
			}
			if len(want.Ranges) > 2 && want.Missing < uint64(len(people)) {
				asked["ranges"]++
			}
		}
	})
	require.Positive(t, asked["behind a place"])
	require.Positive(t, asked["ranges"])
}

// facet counts one by one.
func (h *history) facet(q fields.FacetQuery, people []*contacts.Contact) fields.Facet {
	f := q.Field
	facet := fields.Facet{Field: f}
	type group struct {
		value     fields.Value
		count     uint64
		spellings map[string]int
	}
	var groups []*group
	count := func(v fields.Value) {
		i := slices.IndexFunc(groups, func(g *group) bool { return compareValues(f, g.value, v) == 0 })
		if i < 0 {
			i, groups = len(groups), append(groups, &group{value: v, spellings: map[string]int{}})
		}
		groups[i].count++
		groups[i].spellings[v.Text]++
	}
	for _, c := range people {
		v := h.value(c, f)
		switch v.Kind {
		case fields.Missing:
			facet.Missing++
		case fields.KindList:
			for _, member := range v.List {
				count(fields.TextValue(member))
			}
		default:
			count(v)
		}
	}
	compare := func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.count, a.count), compareValues(f, a.value, b.value))
	}
	slices.SortFunc(groups, compare)
	if q.Bounds != nil {
		facet.Ranges = make([]fields.FacetRange, len(q.Bounds)+1)
		for i := range facet.Ranges {
			r := &facet.Ranges[i]
			if i > 0 {
				r.From = q.Bounds[i-1]
			}
			if i < len(q.Bounds) {
				r.To = q.Bounds[i]
			}
			for _, g := range groups {
				if (r.From.IsMissing() || compareValues(f, g.value, r.From) >= 0) && (r.To.IsMissing() || compareValues(f, g.value, r.To) < 0) {
					r.Count += g.count
				}
			}
		}
		return facet
	}
	for _, g := range groups {
		behind := q.After == nil || compare(g, &group{value: q.After.Value, count: q.After.Count}) > 0
		if full := len(facet.Values) == fields.MaxFacetValues; !behind || full {
			facet.Other += g.count
			if behind && facet.Next == nil {
				last := facet.Values[len(facet.Values)-1]
				facet.Next = &fields.FacetPlace{Value: last.Value, Count: last.Count}
			}
			continue
		}
		for text, n := range g.spellings {
			if n > g.spellings[g.value.Text] || n == g.spellings[g.value.Text] && text < g.value.Text {
				g.value.Text = text
			}
		}
		facet.Values = append(facet.Values, fields.FacetValue{Value: g.value, Count: g.count})
	}
	return facet
}

func TestPagesGoThroughEveryRowOnceInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := anyHistory(t, 20)
		h.run()
		people, rows := h.some()
		order := h.order()
		slices.SortFunc(people, func(a, b *contacts.Contact) int { return comparePeople(order, h.value, a, b) })

		limit := rapid.IntRange(1, 12).Draw(t, "limit")
		wanted, got := []uint32{}, []uint32{}
		for _, c := range people {
			wanted = append(wanted, c.Ordinal)
		}
		var after *fields.Position
		for range len(people) + 1 {
			var page []uint32
			var err error
			h.table.View(func(v *View) { page, after, err = v.Page(rows, order, after, limit) })
			require.NoError(t, err)
			got = append(got, page...)
			if after == nil {
				break
			}
			require.Len(t, page, limit)
		}
		require.Nil(t, after)
		require.Equal(t, wanted, got, "%+v", order)
	})
}

// order draws up to three criteria.
func (h *history) order() []fields.Sort {
	var order []fields.Sort
	for range rapid.IntRange(0, 3).Draw(h.t, "criteria") {
		f := rapid.SampledFrom(h.fields()).Draw(h.t, "field")
		if f.Type != fields.FieldMany {
			order = append(order, fields.Sort{Field: f, Desc: rapid.Bool().Draw(h.t, "desc")})
		}
	}
	return order
}

// A row whose values change between two pages may move; the others are
// neither repeated nor left out.
func TestPagesKeepRowsThatStayPut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t, 20)
		order := h.order()
		before := slices.Clone(h.world.Contacts)
		seen := map[uint32]int{}
		for after, first := (*fields.Position)(nil), true; first || after != nil; first = false {
			h.table.View(func(v *View) {
				var page []uint32
				page, after, _ = v.Page(v.Evaluate(nil, env), order, after, 4)
				for _, row := range page {
					seen[row]++
				}
			})
			h.write()
			if len(seen) > 200 {
				break // every page makes a row more
			}
		}
		for _, c := range before {
			if slices.Contains(h.world.Contacts, c) {
				require.Equal(t, 1, seen[c.Ordinal])
			}
		}
	})
}

func TestManyValuedFieldsGiveNoOrder(t *testing.T) {
	labels, _ := ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind).Field("labels")
	newTables(gramBatch).View(func(v *View) {
		_, _, err := v.Page(roaring.New(), []fields.Sort{{Field: labels}}, nil, 10)
		require.Equal(t, fault.KindInvalid, fault.KindOf(err))
	})
}
