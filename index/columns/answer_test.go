package columns

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
)

// fields are those that can be counted; sorts take the single-valued ones.
func (h *history) fields() []contacts.Field {
	var fields []contacts.Field
	for _, f := range contacts.StandardFields {
		if f.Type != contacts.FieldSegment {
			fields = append(fields, f)
		}
	}
	for _, a := range h.world.Schema.Attributes() {
		f, _ := h.world.Schema.Field(contacts.AttributePrefix + a.Key)
		fields = append(fields, f)
	}
	return fields
}

// value is what a contact has in a field.
func (h *history) value(c *contacts.Contact, f contacts.Field) contacts.Value {
	facts := h.world.Facts(c)
	return f.Of(facts.Contact, facts.Company)
}

func (h *history) companyOf(c *contacts.Contact) *contacts.Company { return h.world.Facts(c).Company }

// folded is the form in which texts of a field are equal.
func folded(f contacts.Field, text string) string {
	switch f.Type {
	case contacts.FieldEmail:
		return contacts.CanonicalEmail(text)
	case contacts.FieldPhone, contacts.FieldID:
		return text
	}
	return contacts.Canonical(text)
}

// compareValues orders present values of one field.
func compareValues(f contacts.Field, a, b contacts.Value) int {
	flag := map[bool]int{true: 1}
	return cmp.Or(
		strings.Compare(folded(f, a.Text), folded(f, b.Text)), cmp.Compare(a.Float, b.Float),
		cmp.Compare(a.Int, b.Int), cmp.Compare(flag[a.Bool], flag[b.Bool]),
	)
}

// compareSorted is compareValues as a sort has it: options of a list come in the
// order of its definition.
func compareSorted(f contacts.Field, a, b contacts.Value) int {
	if f.Attribute != nil && f.Attribute.Type == contacts.AttributeList {
		return cmp.Compare(slices.Index(f.Attribute.Options, a.Text), slices.Index(f.Attribute.Options, b.Text))
	}
	return compareValues(f, a, b)
}

// some draws some of the people, and their ordinals.
func (h *history) some() ([]*contacts.Contact, *roaring.Bitmap) {
	all := rapid.IntRange(0, 2).Draw(h.t, "all") == 0
	rows := roaring.New()
	var people []*contacts.Contact
	for _, c := range h.world.Contacts {
		if all || rapid.Bool().Draw(h.t, "in") {
			people = append(people, c)
			rows.Add(c.Ordinal)
		}
	}
	slices.SortFunc(people, func(a, b *contacts.Contact) int { return cmp.Compare(a.Ordinal, b.Ordinal) })
	return people, rows
}

func TestFacetsCountEveryValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t, 20)
		h.run()
		people, rows := h.some()
		fields := h.fields()
		var facets []contacts.Facet
		h.table.View(func(v *View) { facets = v.Facets(rows, fields)() })
		for i, f := range fields {
			require.Equal(t, h.facet(f, people), facets[i], f.Name)
		}
	})
}

// facet counts one by one.
func (h *history) facet(f contacts.Field, people []*contacts.Contact) contacts.Facet {
	facet := contacts.Facet{Field: f}
	type group struct {
		value     contacts.Value
		count     uint64
		spellings map[string]int
	}
	var groups []*group
	count := func(v contacts.Value) {
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
		case contacts.Missing:
			facet.Missing++
		case contacts.KindList:
			for _, member := range v.List {
				count(contacts.TextValue(member))
			}
		default:
			count(v)
		}
	}
	slices.SortFunc(groups, func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.count, a.count), compareValues(f, a.value, b.value))
	})
	for i, g := range groups {
		if i >= contacts.MaxFacetValues {
			facet.Other += g.count
			continue
		}
		for text, n := range g.spellings {
			if n > g.spellings[g.value.Text] || n == g.spellings[g.value.Text] && text < g.value.Text {
				g.value.Text = text
			}
		}
		facet.Values = append(facet.Values, contacts.FacetValue{Value: g.value, Count: g.count})
	}
	return facet
}

func TestPagesGoThroughEveryRowOnceInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t, 20)
		h.run()
		people, rows := h.some()
		order := h.order()
		slices.SortFunc(people, func(a, b *contacts.Contact) int { return comparePeople(order, h.companyOf, a, b) })

		limit := rapid.IntRange(1, 12).Draw(t, "limit")
		wanted, got := []uint32{}, []uint32{}
		for _, c := range people {
			wanted = append(wanted, c.Ordinal)
		}
		var after *contacts.Position
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
func (h *history) order() []contacts.Sort {
	var order []contacts.Sort
	for range rapid.IntRange(0, 3).Draw(h.t, "criteria") {
		f := rapid.SampledFrom(h.fields()).Draw(h.t, "field")
		if f.Type != contacts.FieldMany {
			order = append(order, contacts.Sort{Field: f, Desc: rapid.Bool().Draw(h.t, "desc")})
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
		for after, first := (*contacts.Position)(nil), true; first || after != nil; first = false {
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
	labels, _ := contacts.NewSchema(contacts.DefaultSettings(), nil).Field("labels")
	NewTable().View(func(v *View) {
		_, _, err := v.Page(roaring.New(), []contacts.Sort{{Field: labels}}, nil, 10)
		require.Equal(t, contacts.KindInvalid, contacts.KindOf(err))
	})
}
