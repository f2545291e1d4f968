package columns

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// passingAtOnce is for how many filters Passing keeps the lock.
const passingAtOnce = 64

// Passing reports for each of some filters whether a contact passes it. repeated are the nodes that
// all of them together have more than once, as of filter.Repeated. It looks only at the row of the
// contact and at what belongs to it, so a thousand filters take a few milliseconds. Each answer is
// of some moment during the call. It ends soon after the context, whose error it returns.
func (t *Tables) Passing(ctx context.Context, ordinal uint32, filters []filter.Node, repeated map[filter.Node]int, env filter.Env) ([]bool, error) {
	passes := make([]bool, 0, len(filters))
	one := roaring.BitmapOf(ordinal)
	for len(passes) < len(filters) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		some := filters[len(passes):min(len(filters), len(passes)+passingAtOnce)]
		t.View(func(v *View) {
			w := newWork(t)
			w.sets.numbers = repeated
			q := v.Of(fields.EntityContact).ask(w, env, one)
			for _, n := range some {
				s := q.node(n)
				passes = append(passes, s.rows.Contains(ordinal) != s.inverted && q.view.of.live.Contains(ordinal))
			}
		})
	}
	return passes, nil
}
