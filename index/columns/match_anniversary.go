package columns

import "github.com/ndoto/kundi/filter"

// What a look for an anniversary at a single row costs, beside its share of a scan, and in steps.
const (
	yearlyCost  = 256
	yearlySteps = 10
)

// anniversaries returns the rows with a day or moment that is accepted: by looking at the rows that
// matter when they are few, else at every row.
func (c *numberColumn) anniversaries(q query, a *filter.Anniversaries) selection {
	if q.within != nil && c.few(q.within, yearlyCost) {
		rows := q.work.filterRows(q.within, yearlySteps, func(i int, batch []uint32) []uint32 {
			kept := batch[:0]
			for _, row := range batch {
				if n := c.get(row); n != none && a.Has(n) {
					kept = append(kept, row)
				}
			}
			return kept
		})
		return selection{rows: rows, owned: true, inside: true}
	}
	return c.inSpans(q, a.Spans)
}
