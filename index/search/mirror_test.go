package search

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/ledger"
)

// mirror is an engine over the columns and the text of records.
type mirror struct {
	*Engine
	source *indextest.Records
	table  *columns.Tables
	text   *text.Index
}

// patient is the pace of a text index that is waited for on a machine that is busy with others.
var patient = text.Pace{Wait: time.Minute, Gather: 5 * time.Millisecond, Settle: time.Minute}

// newMirror returns a mirror that follows records, once its text answers. It ends
// with the test.
func newMirror(t testing.TB, r *indextest.Records) *mirror {
	t.Helper()
	return openMirror(t, t.TempDir(), r)
}

// openMirror is newMirror with the folder of its text.
func openMirror(t testing.TB, dir string, r *indextest.Records) *mirror {
	t.Helper()
	table := columns.NewTables(indextest.Kinds...)
	table.Fill(companies.Kind, ledger.RecordsOf(slices.Collect(maps.Values(r.Firms)))...)
	table.Fill(contacts.Kind, ledger.RecordsOf(slices.Collect(maps.Values(r.People)))...)
	table.Advance(r.Head())
	x, err := text.Open(context.Background(), text.Options{Dir: dir, Documents: text.ContactDocuments(r), Source: r, Pace: patient})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, x.Close(context.Background())) })
	built(t, x)
	r.Follow = table.Apply
	return &mirror{New(filtered{table}, x.Terms(), x, r.Schema), r, table, x}
}

// filtered are columns that say who passes a filter.
type filtered struct{ *columns.Tables }

func (c filtered) Members(ctx context.Context, f *filter.Filter, env filter.Env) (*roaring.Bitmap, uint64, error) {
	a, err := c.Ask(ctx, columns.Question{Filter: f, Env: env, Members: true})
	return a.Members, a.Seq, err
}

// built waits until a text index answers.
func built(t testing.TB, x *text.Index) {
	t.Helper()
	<-x.Opened()
	r, err := x.Reader()
	require.NoError(t, err)
	require.NoError(t, r.Close())
}

var everyone = filter.Env{Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Zone: time.UTC}
