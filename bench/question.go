package main

import (
	"encoding/json"
	"strings"

	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/words"
)

// Kind says what a question asks for.
type Kind string

// The kinds of questions.
const (
	Count  Kind = "count"
	IDs    Kind = "ids"
	Facets Kind = "facets"
	Page   Kind = "page" // the first pageRows
)

const pageRows = 50

// Question is asked of every system. All systems must give the same answer.
type Question struct {
	Name   string
	Kind   Kind
	Filter json.RawMessage // Kundi's filter; nil for everyone
	// Where is the same filter as a condition of SQL, "" for everyone. Each dialect
	// replaces the names in braces: the attributes, which are not columns in every
	// system, and the times.
	Where string
	// Fields are those of Kundi that facets count, or the one that a page is
	// sorted by, with "-" for descending.
	Fields []string
}

// Counted reports whether the ratio of the question is a part of the mean of counts
// and facets.
func (q Question) Counted() bool { return q.Kind == Count || q.Kind == Facets }

const (
	equalities = `type = 'customer' AND country = 'US' AND {tier} = 'pro'`
	ranges     = ` AND {mrr} BETWEEN 50 AND 500 AND last_seen_at BETWEEN {90 days ago} AND {now}`
)

// rules makes a filter from rules that all must be true.
func rules(text string) json.RawMessage {
	return json.RawMessage(`{"combinator":"and","rules":[` + text + `]}`)
}

// Questions returns all questions. The segments are the samples of kundi demo.
func Questions() []Question {
	threeEqual := `{"field":"type","operator":"eq","value":"customer"},{"field":"country","operator":"eq","value":"US"},
		{"field":"attributes.tier","operator":"eq","value":"pro"}`
	twoRanges := `,{"field":"attributes.mrr","operator":"between","value":[50,500]},{"field":"last_seen_at","operator":"within_last","value":"P90D"}`
	neither := rules(`{"field":"type","operator":"ne","value":"lead"},{"field":"country","operator":"ne","value":"US"}`)
	contains := func(field, text string) json.RawMessage {
		return rules(`{"field":"` + field + `","operator":"contains","value":"` + text + `"}`)
	}
	customers := rules(`{"field":"type","operator":"eq","value":"customer"}`)
	return []Question{
		{Name: "count: three equalities", Kind: Count, Filter: rules(threeEqual), Where: equalities},
		{Name: "ids: those and two ranges", Kind: IDs, Filter: rules(threeEqual + twoRanges), Where: equalities + ranges},
		{Name: "count: not a and not b", Kind: Count, Filter: neither, Where: `type <> 'lead' AND country IS DISTINCT FROM 'US'`},
		{Name: "ids of 30 %", Kind: IDs, Filter: rules(`{"field":"attributes.seats","operator":"gte","value":1}`), Where: `{seats} >= 1`},
		segment("Renewals in the next 60 days", `type = 'customer' AND {tier} IN ('starter', 'pro', 'enterprise')
			AND {renewal_date} BETWEEN {today} AND {in 60 days}`),
		segment("Active in East Africa", `country IN ('KE', 'TZ', 'ET') AND last_seen_at BETWEEN {30 days ago} AND {now}
			AND channels && ARRAY['whatsapp', 'telegram']`),
		segment("Customers at risk", `{mrr} >= 100 AND ({health} < 40 OR last_seen_at IS NULL
			OR last_seen_at < {90 days ago} OR last_seen_at > {now})`),
		segment("Newsletter readers", `email IS NOT NULL AND {newsletter} AND NOT {consent refused}
			AND NOT labels && ARRAY['do not call', 'churn risk']`),
		segment("New leads of the week", `type = 'lead' AND created_at BETWEEN {7 days ago} AND {now}`),
		{Name: "count: name contains kamau", Kind: Count, Filter: contains("name", "kamau"), Where: `name_fold LIKE '%kamau%'`},
		{Name: "count: e-mail contains ann", Kind: Count, Filter: contains("email", "ann"), Where: `email LIKE '%ann%'`},
		{Name: "4 facets of everyone", Kind: Facets, Fields: []string{"type", "country", "attributes.tier", "labels"}},
		{Name: "4 facets of customers", Kind: Facets, Filter: customers, Where: `type = 'customer'`, Fields: []string{"type", "country", "attributes.tier", "labels"}},
		{Name: "4 facets of not a and not b", Kind: Facets, Filter: neither, Where: `type <> 'lead' AND country IS DISTINCT FROM 'US'`, Fields: []string{"type", "country", "attributes.tier", "labels"}},
		{Name: "page of everyone by name", Kind: Page, Fields: []string{"name"}},
		{Name: "page of customers by last seen", Kind: Page, Filter: customers, Where: `type = 'customer'`, Fields: []string{"-last_seen_at"}},
	}
}

// segment returns the question that counts a sample segment.
func segment(name, where string) Question {
	for _, s := range fixtures.Segments() {
		if s.Name == name {
			return Question{Name: "segment: " + name, Kind: Count, Filter: s.Filter, Where: where}
		}
	}
	return Question{Name: "segment: " + name, Kind: Count, Filter: rules(`{"field":"no sample segment has this name"}`), Where: where}
}

// sorting splits the field of a page from its direction.
func (q Question) sorting() (field string, descending bool) {
	return strings.CutPrefix(q.Fields[0], "-")
}

// Search asks for people by words. The answers of systems differ, so they are not
// compared. Instead the report says how often the first ten hits have somebody with
// the wanted name.
type Search struct {
	Name string
	Way  Way
	// Texts are what is typed, and Wanted, by the same index, how the name of
	// a right hit folds or ends.
	Texts, Wanted []string
}

// Way says what is known of the text that was typed.
type Way string

// The ways to search.
const (
	Prefix Way = "prefix" // the beginning of a word
	Typo   Way = "typo"   // words, one with a wrong letter
	// Keystroke is Prefix asked for one small answer, where there is a shorter
	// way to that.
	Keystroke Way = "keystroke"
)

// searchTexts is how many people are searched for.
const searchTexts = 40

// Searches returns the searches for people of a generator.
func Searches(people *fixtures.Generator, total int) []Search {
	searches := []Search{
		{Name: "search: four letters of a last name", Way: Prefix},
		{Name: "search: a last name with a typo", Way: Typo},
		{Name: "search: two words, one with a typo", Way: Typo},
		{Name: "suggestions: three letters of a last name", Way: Keystroke},
	}
	add := func(s *Search, text, wanted string) {
		s.Texts, s.Wanted = append(s.Texts, words.Canonical(text)), append(s.Wanted, words.Canonical(wanted))
	}
	for i := 0; len(searches[0].Texts) < searchTexts && i < total; i++ {
		p := people.Person(i * 7919 % total)
		last := []rune(p.LastName)
		if p.FirstName == "" || len(last) < 6 || p.Name != p.FirstName+" "+p.LastName {
			continue
		}
		slip := string(last[:3]) + "x" + string(last[4:])
		add(&searches[0], string(last[:4]), string(last[:4]))
		add(&searches[1], slip, p.LastName)
		add(&searches[2], p.FirstName+" "+slip, p.Name)
		add(&searches[3], string(last[:3]), string(last[:3]))
	}
	return searches
}
