package index

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/ledger"
)

// TestSteadyAsksAgainWhenTheSchemaHasChanged, also when the first answer was an error.
func TestSteadyAsksAgainWhenTheSchemaHasChanged(t *testing.T) {
	r := indextest.NewRecords()
	x, _ := open(t, t.TempDir(), r)
	defer closeIndex(t, x)
	var seen []*fields.Schema
	require.NoError(t, x.Steady(t.Context(), func(schema *fields.Schema) error {
		if seen = append(seen, schema); len(seen) == 1 {
			r.Define(ledger.OpCreate, "tier", tier(1))
			return errors.New("no such field")
		}
		return nil
	}))
	require.Len(t, seen, 2)
	require.NotSame(t, seen[0], seen[1])

	failure := errors.New("no such field")
	require.ErrorIs(t, x.Steady(t.Context(), func(*fields.Schema) error { return failure }), failure)
}

// behindSource has a schema whose renaming no follower was told of.
type behindSource struct {
	*indextest.Records
	schema *fields.Schema
}

func (b *behindSource) Schema() *fields.Schema { return b.schema }

// TestSteadyWaitsForTheColumns, which have the names of a renaming a moment after the schema.
func TestSteadyWaitsForTheColumns(t *testing.T) {
	r := indextest.NewRecords()
	x, _ := open(t, t.TempDir(), r)
	defer closeIndex(t, x)
	renaming := &fields.Renaming{Entity: fields.EntityContact, From: "vip", To: "key"}
	source := &behindSource{Records: r, schema: r.Schema().WithRenaming("labels", renaming)}
	x.source = source

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	never := func(*fields.Schema) error { t.Error("the columns do not follow yet"); return nil }
	require.ErrorIs(t, x.Steady(ctx, never), context.DeadlineExceeded)

	x.followSchema()
	asked := false
	require.NoError(t, x.Steady(t.Context(), func(schema *fields.Schema) error {
		asked = schema == source.schema
		return nil
	}))
	require.True(t, asked)
}
