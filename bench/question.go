package main

import (
	"encoding/json"

	"github.com/ndoto/kundi/fixtures"
)

// Kind says what a question asks for.
type Kind string

// The kinds of questions.
const (
	Nothing Kind = "nothing" // the least that a system can be asked
	Count   Kind = "count"
	IDs     Kind = "ids"
	Facets  Kind = "facets"
	Page    Kind = "page"    // the first pageRows
	Members Kind = "members" // ids that other programs know, as CSV
	Change  Kind = "change"  // one contact is changed durably, then counted
)

const pageRows = 50

// nothingToAsk is the name of the question of the kind Nothing.
const nothingToAsk = "nothing (/healthz, SELECT 1)"

// Question is asked of every system. All systems must give the same answer.
type Question struct {
	Name   string
	Kind   Kind
	Ten    bool            // one of the ten questions that have a mean of their own
	Filter json.RawMessage // Kundi's filter; nil for everyone
	// Fixed is the filter with instants in place of periods, for a system whose clock moves on while it
	// is asked. It is nil if the filter has no period of instants.
	Fixed json.RawMessage
	// Where is the same filter as a condition of SQL, "" for everyone. In braces are
	// times, and conditions that each dialect writes in its own way.
	Where string
	// Statement is what systems with SQL are asked instead, where a table of labels answers alone.
	Statement string
	// Fields are those of Kundi that facets count, or the one that a page is
	// sorted by, with "-" for descending.
	Fields []string
}

// Counted reports whether the ratio of the question is a part of the mean of counts
// and facets.
func (q Question) Counted() bool { return q.Kind == Count || q.Kind == Facets }

const (
	equalities = `type = 'customer' AND country = 'US' AND tier = 'pro'`
	ranges     = ` AND mrr BETWEEN 50 AND 500 AND last_seen_at BETWEEN {90 days ago} AND {now}`
	neither    = `type <> 'lead' AND {country is not US}`
)

// facetFields are four fields with few values.
var facetFields = []string{"type", "country", "attributes.tier", "labels"}

// rules makes a filter from rules that all must be true.
func rules(text string) json.RawMessage {
	return json.RawMessage(`{"combinator":"and","rules":[` + text + `]}`)
}

// Questions returns all questions. The segments are the samples of kundi demo.
func Questions(at moments) []Question {
	const (
		threeEqual = `{"field":"type","operator":"eq","value":"customer"},{"field":"country","operator":"eq","value":"US"},
			{"field":"attributes.tier","operator":"eq","value":"pro"}`
		worth = threeEqual + `,{"field":"attributes.mrr","operator":"between","value":[50,500]}`
		mix   = `{"combinator":"or","rules":[
			{"combinator":"and","rules":[{"field":"country","operator":"in","value":["KE","TZ","ET"]},{"field":"attributes.tier","operator":"ne","value":"pro"}]},
			{"combinator":"and","rules":[{"field":"labels","operator":"any_of","value":["vip","churn risk"]},{"field":"attributes.mrr","operator":"gte","value":200}]}]}`
		seated = `{"field":"attributes.seats","operator":"gte","value":1}`
	)
	notBoth := rules(`{"field":"type","operator":"ne","value":"lead"},{"field":"country","operator":"ne","value":"US"}`)
	contains := func(field, text string) json.RawMessage {
		return rules(`{"field":"` + field + `","operator":"contains","value":"` + text + `"}`)
	}
	customers := rules(`{"field":"type","operator":"eq","value":"customer"}`)
	return []Question{
		// Pages come first, so that no system has an order from an earlier question.
		{Name: "page of everyone by name", Kind: Page, Fields: []string{"name"}},
		{Name: "page of customers by last seen", Kind: Page, Filter: customers, Where: `type = 'customer'`, Fields: []string{"-last_seen_at"}},
		{Name: nothingToAsk, Kind: Nothing},
		{Name: "count: three equalities", Kind: Count, Ten: true, Filter: rules(threeEqual), Where: equalities},
		{
			Name: "count: those and two ranges", Kind: Count, Ten: true, Where: equalities + ranges,
			Filter: rules(worth + `,{"field":"last_seen_at","operator":"within_last","value":"P90D"}`),
			Fixed:  rules(worth + "," + at.since("last_seen_at", "between", 90)),
		},
		{
			Name: "count: or and not", Kind: Count, Ten: true, Filter: rules(mix),
			Where: `(country IN ('KE', 'TZ', 'ET') AND {tier is not pro}) OR ({labels: vip, churn risk} AND mrr >= 200)`,
		},
		at.risk(),
		{Name: "4 facets of everyone", Kind: Facets, Ten: true, Fields: facetFields},
		{Name: "count: not a and not b", Kind: Count, Ten: true, Filter: notBoth, Where: neither},
		relative(),
		{Name: "count: name contains kamau", Kind: Count, Ten: true, Filter: contains("name", "kamau"), Where: `name_fold LIKE '%kamau%'`},
		{
			Name: "count: labels any of two", Kind: Count, Ten: true, Statement: "SELECT count(DISTINCT id) FROM contact_labels WHERE label IN ('vip', 'trial')",
			Filter: rules(`{"field":"labels","operator":"any_of","value":["vip","trial"]}`),
		},
		{Name: "ids of 30 %", Kind: IDs, Ten: true, Filter: rules(seated), Where: `seats >= 1`},
		segment("Active in East Africa", `country IN ('KE', 'TZ', 'ET') AND last_seen_at BETWEEN {30 days ago} AND {now} AND {channels: whatsapp, telegram}`).
			fixed(`{"field":"country","operator":"in","value":["KE","TZ","ET"]},{"field":"channels","operator":"any_of","value":["whatsapp","telegram"]},` +
				at.since("last_seen_at", "between", 30)),
		segment("Newsletter readers", `{email exists} AND newsletter AND {consent is not refused} AND NOT {labels: do not call, churn risk}`),
		segment("New leads of the week", `type = 'lead' AND created_at BETWEEN {7 days ago} AND {now}`).
			fixed(`{"field":"type","operator":"eq","value":"lead"},` + at.since("created_at", "between", 7)),
		{Name: "count: e-mail contains ann", Kind: Count, Filter: contains("email", "ann"), Where: `email LIKE '%ann%'`},
		{Name: "4 facets of customers", Kind: Facets, Filter: customers, Where: `type = 'customer'`, Fields: facetFields},
		{Name: "4 facets of not a and not b", Kind: Facets, Filter: notBoth, Where: neither, Fields: facetFields},
		{Name: "members of 30 % as CSV, ids only", Kind: Members, Filter: rules(seated), Where: `seats >= 1`},
		{Name: "one change, then the count, durable", Kind: Change, Filter: rules(worth), Where: equalities + ` AND mrr BETWEEN 50 AND 500`},
	}
}

// risk returns the question that counts the sample segment "Customers at risk".
func (m moments) risk() Question {
	q := segment("Customers at risk", `mrr >= 100 AND (health < 40 OR {not seen for 90 days})`)
	q.Ten = true
	return q.fixed(`{"field":"attributes.mrr","operator":"gte","value":100},{"combinator":"or","rules":[
		{"field":"attributes.health","operator":"lt","value":40},` + m.since("last_seen_at", "not_between", 90) + `]}`)
}

// relative returns the question that counts the sample segment with a period of days. A clock that moves on
// does not change who passes, until midnight.
func relative() Question {
	q := segment("Renewals in the next 60 days", `type = 'customer' AND tier IN ('starter', 'pro', 'enterprise') AND renewal_date BETWEEN {today} AND {in 60 days}`)
	q.Ten = true
	return q
}

// since is a rule about whether an instant lies in the days before now.
func (m moments) since(field, operator string, days int) string {
	const layout = "2006-01-02T15:04:05.000Z"
	return `{"field":"` + field + `","operator":"` + operator + `","value":["` + m.now.AddDate(0, 0, -days).Format(layout) + `","` + m.now.Format(layout) + `"]}`
}

// fixed returns the question with rules that have no period of instants.
func (q Question) fixed(text string) Question {
	q.Fixed = rules(text)
	return q
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
