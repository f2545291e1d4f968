package search

import (
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/terms"
)

// idIn returns the id that a text is as a whole, as filters have it; "" if it is none.
func idIn(text string) string {
	id, err := uuid.Parse(strings.Trim(strings.TrimSpace(text), `"'`))
	if err != nil {
		return ""
	}
	return id.String()
}

// findID finds who has an id, also by one of a record that was merged into it, and reports whether anybody has. Words
// are not looked for then.
func (s *searcher) findID(text string) bool {
	id := idIn(text)
	field, known := s.schema().Of(s.of).Field("id")
	if id == "" || !known {
		return false
	}
	found := s.ask(columns.Question{Filter: only(field, filter.Eq, id), Within: s.within, Members: true}).Members
	if found.IsEmpty() {
		return false
	}
	s.id, s.ranked, s.tiers = id, found, []*roaring.Bitmap{found}
	ordinals := found.ToArray()
	for i, p := range s.named(ordinals) {
		s.hits = append(s.hits, rankedHit{ordinal: ordinals[i], score: score(0, 0, p)})
	}
	return true
}

// idHit is hit of somebody who was found by an id. That of a record that was merged into it is another form of its own.
func (s *searcher) idHit(r *rankedHit) fields.Hit {
	field, _ := s.schema().Of(s.of).Field("id")
	found := fields.Highlight{Field: "id", Way: WayForm}
	s.columns.View(func(v *columns.View) {
		var own columns.Values
		if v.Values([]uint32{r.ordinal}, []fields.Field{field}, &own) && len(own.Ordinals) == 1 && own.Of(0)[0].Text == s.id {
			found.Way = terms.Exact.String()
		}
	})
	found.Ranges = [][2]int{{0, len(s.id)}}
	return fields.Hit{Ordinal: r.ordinal, Score: r.score, Highlights: []fields.Highlight{found}}
}
