package perf

import (
	"context"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/columns"
)

// The rules of the questions, over the contacts of package fixtures.
const (
	equalities = `{"field":"type","operator":"eq","value":"customer"},
		{"field":"country","operator":"eq","value":"US"},
		{"field":"attributes.tier","operator":"eq","value":"pro"}`
	ranges = `{"field":"attributes.mrr","operator":"between","value":[50,500]},
		{"field":"last_seen_at","operator":"within_last","value":"P90D"}`
	neither      = `{"field":"type","operator":"ne","value":"lead"},{"field":"country","operator":"ne","value":"US"}`
	third        = `{"field":"attributes.seats","operator":"gte","value":1}` // about 30 %
	fragment     = `{"field":"name","operator":"contains","value":"kamau"}`
	shortLetters = `{"field":"email","operator":"contains","value":"ann"}`
	relative     = `{"field":"last_seen_at","operator":"within_last","value":"P30D"},
		{"field":"created_at","operator":"not_within_last","value":"P1Y"}`
	atRisk = `{"field":"attributes.mrr","operator":"gte","value":100},
		{"combinator":"or","rules":[
			{"field":"attributes.health","operator":"lt","value":40},
			{"field":"last_seen_at","operator":"not_within_last","value":"P90D"}]}`
	five = `{"field":"type","operator":"eq","value":"customer"},
		{"field":"attributes.mrr","operator":"between","value":[50,500]},
		{"combinator":"or","rules":[
			{"field":"attributes.health","operator":"lt","value":40},
			{"field":"last_seen_at","operator":"not_within_last","value":"P90D"}]},
		{"combinator":"and","not":true,"rules":[{"field":"country","operator":"in","value":["US","GB"]}]}`
)

// The bars of an evaluation and of facets.
var (
	evaluationFloor = Bar{P99: 20}
	evaluationGoal  = Bar{P99: 10}
)

// evaluations measures the columns alone.
func evaluations() []Measurement {
	return []Measurement{
		counting("count-equalities", "count: three equalities", equalities),
		counting("count-ranges", "count: three equalities, a number range and a date range", equalities+","+ranges),
		counting("count-neither", "count: not a and not b", neither),
		counting("count-relative", "count: relative dates", relative),
		counting("count-nested", "count: a range and (a range or a relative date)", atRisk),
		barred(counting("count-five", "count: five conditions, with an or, a not and ranges", five), Bar{P99: 10}, Bar{P99: 5}),
		counting("count-contains", "count: name contains five letters", fragment),
		counting("count-contains-short", "count: e-mail contains three letters", shortLetters),
		evaluating("ids-ranges", "ids: three equalities, a number range and a date range", equalities+","+ranges),
		evaluating("ids-third", "ids: a number range that a third passes", third),
		{
			Name: "difference", What: "evaluation and who entered and left since a day ago", Unit: Milliseconds,
			Floor: evaluationFloor, Goal: evaluationGoal, Run: runDifference,
		},
		{
			Name: "facets", What: "4 facets over everything", Unit: Milliseconds,
			Floor: evaluationFloor, Goal: evaluationGoal, Run: runFacets,
		},
		paging("page-name", "first 50 by name", fields.Sort{Field: fields.Field{Name: "name"}}),
		paging("page-seen", "first 50 by last seen, newest first", fields.Sort{Field: fields.Field{Name: "last_seen_at"}, Desc: true}),
	}
}

func counting(name, what, rules string) Measurement {
	return measured(name, what, rules, func(ctx context.Context, s *Subject, f *filter.Filter) (uint64, error) {
		a, err := s.ask(ctx, columns.Question{Filter: f})
		return a.Count, err
	})
}

// barred is a measurement with bars of its own.
func barred(m Measurement, floor, goal Bar) Measurement {
	m.Floor, m.Goal = floor, goal
	return m
}

func evaluating(name, what, rules string) Measurement {
	return measured(name, what, rules, func(ctx context.Context, s *Subject, f *filter.Filter) (uint64, error) {
		a, err := s.ask(ctx, columns.Question{Filter: f, Members: true})
		if err != nil {
			return 0, err
		}
		return uint64(len(a.Members.ToArray())), nil
	})
}

// measured is the measurement of one filter; ask returns how many pass.
func measured(name, what, rules string, ask func(context.Context, *Subject, *filter.Filter) (uint64, error)) Measurement {
	return Measurement{
		Name: name, What: what, Unit: Milliseconds, Floor: evaluationFloor, Goal: evaluationGoal,
		Run: func(ctx context.Context, s *Subject) (Result, error) {
			f, err := s.decode(rules)
			if err != nil {
				return Result{}, err
			}
			s.columns()
			var n uint64
			r, err := sample(ctx, s, time.Millisecond, func(int) (err error) {
				n, err = ask(ctx, s, f)
				return err
			})
			r.Note = rows(n)
			return r, err
		},
	}
}

func (s *Subject) decode(rules string) (*filter.Filter, error) {
	return filter.Decoder{Schema: s.schema}.Decode([]byte(group(rules)), "filter")
}

// group is a filter of these rules.
func group(rules string) string { return `{"combinator":"and","rules":[` + rules + `]}` }

func runDifference(ctx context.Context, s *Subject) (Result, error) {
	f, err := s.decode(relative)
	if err != nil {
		return Result{}, err
	}
	before := s.env
	before.Now = before.Now.AddDate(0, 0, -1)
	former, err := s.columns().Ask(ctx, columns.Question{Filter: f, Env: before, Members: true})
	if err != nil {
		return Result{}, err
	}
	var entered, left uint64
	r, err := sample(ctx, s, time.Millisecond, func(int) error {
		a, err := s.ask(ctx, columns.Question{Filter: f, Members: true})
		if err != nil {
			return err
		}
		entered = roaring.AndNot(a.Members, former.Members).GetCardinality()
		left = roaring.AndNot(former.Members, a.Members).GetCardinality()
		return nil
	})
	r.Note = rows(entered+left) + " entered or left"
	return r, err
}

func runFacets(ctx context.Context, s *Subject) (Result, error) {
	var all []fields.Field
	for _, name := range []string{"type", "country", "attributes.tier", "labels"} {
		field, _ := s.schema.Field(name)
		all = append(all, field)
	}
	s.columns()
	return sample(ctx, s, time.Millisecond, func(int) error {
		_, err := s.ask(ctx, columns.Question{Facets: fields.CountValues(all...)})
		return err
	})
}

func paging(name, what string, by fields.Sort) Measurement {
	return Measurement{
		Name: name, What: what, Unit: Milliseconds, Floor: evaluationFloor, Goal: evaluationGoal,
		Run: func(ctx context.Context, s *Subject) (Result, error) {
			by := by
			by.Field, _ = s.schema.Field(by.Field.Name)
			s.columns()
			return sample(ctx, s, time.Millisecond, func(int) error {
				_, err := s.ask(ctx, columns.Question{Sort: []fields.Sort{by}, Limit: 50})
				return err
			})
		},
	}
}
