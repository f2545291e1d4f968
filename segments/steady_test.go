package segments_test

import (
	"context"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/segments"
)

// turning is an index whose first answer is one between two schemas.
type turning struct {
	matcher
	turn   func() // the schema becomes another one
	behind int    // how often the columns do not follow
	asked  int
}

func (x *turning) Follows(schema *fields.Schema) bool {
	x.behind--
	return x.behind < 0 && x.matcher.Follows(schema)
}

func (x *turning) Members(ctx context.Context, f *filter.Filter, env filter.Env) (*roaring.Bitmap, uint64, error) {
	if x.asked++; x.asked == 1 {
		x.turn()
		return roaring.New(), 1, nil
	}
	return x.matcher.Members(ctx, f, env)
}

// TestAnAnswerBetweenTwoSchemasIsNotTaken: while an option gets another name, a filter with the former one
// would accept nobody.
func TestAnAnswerBetweenTwoSchemasIsNotTaken(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("n", "Nairobi")
	w.add("Nairobi", 10)
	x := &turning{matcher: matcher{w.store}, behind: 3, turn: func() {
		w.define(fields.AttributeDefinition{Number: 1, Key: "tier", Label: "Tier", Type: fields.AttributeText})
	}}
	service := segments.New(w.store, x, w.people(), w.schedule, segments.Options{})
	done, err := service.Refresh(t.Context(), by, segment.ID)
	require.NoError(t, err)
	require.EqualValues(t, 10, done.Snapshot.Count)
	require.Equal(t, 2, x.asked)
	require.Negative(t, x.behind, "it waited for the columns")
}
