package api

import (
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index"
)

// mostSteps is how many rules and groups a preview counts. Each costs two evaluations.
const mostSteps = 50

// ruleCountBody is what a rule or a group comes to.
type ruleCountBody struct {
	Location string `json:"location" doc:"Where in the filter it is." example:"filter.rules[1].rules[0]"`
	Alone    uint64 `json:"alone" doc:"How many contacts pass it by itself: of a group with not, that."`
	After    uint64 `json:"after" doc:"How many pass the filter that ends with it. Of those of the outermost group, the funnel has the same number."`
}

// filtersOf are the filters of steps: two of each.
func filtersOf(steps []filter.Step) []*filter.Filter {
	list := make([]*filter.Filter, 0, 2*len(steps))
	for _, s := range steps {
		list = append(list, s.Alone, s.Through)
	}
	return list
}

// countsOf is what the filters of steps have found, in the order of filtersOf.
func countsOf(steps []filter.Step, found []index.Overlap) []ruleCountBody {
	list := make([]ruleCountBody, len(steps))
	for i, s := range steps {
		list[i] = ruleCountBody{s.Location, found[2*i].Count, found[2*i+1].Count}
	}
	return list
}
