package main

import (
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
)

func term(field, value string) query.Query {
	q := bleve.NewTermQuery(value)
	q.SetField(field)
	return q
}

func anyTerm(field string, values ...string) query.Query {
	any := bleve.NewDisjunctionQuery()
	for _, v := range values {
		any.AddQuery(term(field, v))
	}
	return any
}

func all(queries ...query.Query) query.Query { return bleve.NewConjunctionQuery(queries...) }

func not(queries ...query.Query) query.Query {
	q := bleve.NewBooleanQuery()
	q.AddMust(bleve.NewMatchAllQuery())
	q.AddMustNot(queries...)
	return q
}

// between matches numbers from one bound to the other, both included. A bound that is
// nil is open.
func between(field string, from, to *float64) query.Query {
	yes := true
	q := bleve.NewNumericRangeInclusiveQuery(from, to, &yes, &yes)
	q.SetField(field)
	return q
}

func below(field string, to float64) query.Query {
	no := false
	q := bleve.NewNumericRangeInclusiveQuery(nil, &to, nil, &no)
	q.SetField(field)
	return q
}

func during(field string, from, to time.Time) query.Query {
	yes := true
	q := bleve.NewDateRangeInclusiveQuery(from, to, &yes, &yes)
	q.SetField(field)
	return q
}

func containing(field, text string) query.Query {
	q := bleve.NewWildcardQuery("*" + text + "*")
	q.SetField(field)
	return q
}

func number(n float64) *float64 { return &n }

// queries are the questions for Bleve, by name.
func (b *alone) queries() map[string]query.Query {
	now := b.at.now
	today := now.Truncate(24 * time.Hour)
	days := func(n int) time.Time { return now.AddDate(0, 0, n) }
	equal := []query.Query{term("type", "customer"), term("country", "US"), term("tier", "pro")}
	neither := not(term("type", "lead"), term("country", "US"))
	customers := term("type", "customer")
	return map[string]query.Query{
		"count: three equalities": all(equal...),
		"count: those and two ranges": all(append([]query.Query{
			between("mrr", number(50), number(500)), during("last_seen_at", days(-90), now)}, equal...)...),
		"count: not a and not b": neither,
		"ids of 30 %":            between("seats", number(1), nil),
		"count: or and not": bleve.NewDisjunctionQuery(
			all(anyTerm("country", "KE", "TZ", "ET"), not(term("tier", "pro"))),
			all(anyTerm("labels", "vip", "churn risk"), between("mrr", number(200), nil))),
		"count: labels any of two": anyTerm("labels", "vip", "trial"),
		"segment: Renewals in the next 60 days": all(customers, anyTerm("tier", "starter", "pro", "enterprise"),
			during("renewal_date", today, today.AddDate(0, 0, 60))),
		"segment: Active in East Africa": all(anyTerm("country", "KE", "TZ", "ET"), during("last_seen_at", days(-30), now),
			anyTerm("channels", "whatsapp", "telegram")),
		"segment: Customers at risk": all(between("mrr", number(100), nil),
			bleve.NewDisjunctionQuery(below("health", 40), not(during("last_seen_at", days(-90), now)))),
		"segment: Newsletter readers": all(term("has", "email"), term("newsletter", "true"),
			not(term("marketing_consent", "false"), term("labels", "do not call"), term("labels", "churn risk"))),
		"segment: New leads of the week": all(term("type", "lead"), during("created_at", days(-7), now)),
		"count: name contains kamau":     containing("name_fold", "kamau"),
		"count: e-mail contains ann":     containing("email", "ann"),
		"4 facets of everyone":           bleve.NewMatchAllQuery(),
		"4 facets of customers":          customers,
		"4 facets of not a and not b":    neither,
		"page of everyone by name":       bleve.NewMatchAllQuery(),
		"page of customers by last seen": customers,
	}
}
