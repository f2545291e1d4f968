package differ

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/jackc/pgx/v5"

	"github.com/ndoto/kundi/index/columns"
)

// every third record is one of those that a funnel is limited to.
const third = 3

// funnel is the SQL that counts who passes a group that ends with each of its members in turn, among
// the records whose ordinal leaves a rest.
func (s asSQL) funnel(q question) string {
	counts := make([]string, len(q.filter.Nodes))
	for i := range counts {
		counts[i] = "count(*) FILTER (WHERE " + s.group(q.of, &group{q.filter.Or, q.filter.Not, q.filter.Nodes[:i+1]}) + ")"
	}
	return fmt.Sprintf("SELECT ARRAY[%s] FROM %s WHERE %s.ordinal %% %d = %d", strings.Join(counts, ", "), tablesOf[q.of], tablesOf[q.of][:1], third, q.number%third)
}

// compareFunnel asks both systems for the funnel of a question, limited to a part of the records. It
// fails if they count otherwise.
func (c *Comparison) compareFunnel(ctx context.Context, q question) error {
	f, env, err := q.decoded()
	if err != nil {
		return err
	}
	within := roaring.New()
	for ordinal := q.number % third; ordinal <= c.highest(); ordinal += third {
		within.Add(uint32(ordinal))
	}
	ours, err := c.columns.Ask(ctx, columns.Question{Of: q.of, Filter: f, Env: env, Within: within, Funnel: f})
	if err != nil {
		return err
	}
	var theirs []uint64
	if err := c.conn.QueryRow(ctx, q.sql().funnel(q), pgx.QueryExecModeExec).Scan(&theirs); err != nil {
		return err
	}
	if !slices.Equal(ours.Funnel, theirs) || ours.Count != theirs[len(theirs)-1] {
		return fmt.Errorf("within every third record: kundi has the funnel %v and counts %d, postgres has %v", ours.Funnel, ours.Count, theirs)
	}
	return nil
}

// highest is no less than any ordinal.
func (c *Comparison) highest() int { return int(max(c.maker.last, c.maker.talks, c.maker.notes)) }
