package index

import (
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/columns"
)

// costAnonymous puts visitors behind everyone who can be reached.
const costAnonymous = 100

// rank scores contacts; those that do not match after all are left out.
func (s *searcher) rank(ordinals []uint32) []contacts.Hit {
	people := s.people(ordinals)
	a := newAligner(s.phrase, s.missingCosts())
	allowed := 0
	if s.loose {
		allowed = 1
	}
	hits := make([]contacts.Hit, 0, len(people))
	for i, p := range people {
		r := newRecord(p)
		found := a.align(r)
		if found.missing > allowed || len(found.chosen) == 0 {
			continue
		}
		hits = append(hits, contacts.Hit{Ordinal: ordinals[i], Score: score(found.cost, p), Highlights: found.highlights()})
	}
	return hits
}

// score turns a cost into what grows with the fit: 100 for a whole e-mail,
// phone number or identifier, 83 for a whole name, 30 and less with a typo.
// Of contacts that fit equally the one that was seen last comes first, which
// is worth less than the smallest difference of cost.
func score(cost int, p columns.Person) float64 {
	if p.Email == "" && p.Phone == "" && p.Identifier == "" {
		cost += costAnonymous
	}
	return 1000 / (10 + float64(cost) - recency(p.LastSeenAt))
}

// recency maps an instant to [0, 1), later ones higher: the share that has
// passed of the two centuries from 1970.
func recency(milliseconds int64) float64 {
	const span = 200 * 365.25 * 24 * 3600 * 1000
	return min(max(float64(milliseconds)/span, 0), 0.999)
}

// missingCosts are the costs of leaving out each word.
func (s *searcher) missingCosts() []int {
	out := make([]int, len(s.phrase.words))
	everyone := uint64(0)
	s.index.table.View(func(v *columns.View) { everyone = v.Size() })
	for i, word := range s.phrase.words {
		out[i] = costMissing + rarity(s.index.text.Terms().Count(word), everyone)
	}
	return out
}
