package index

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/ledger"
)

// TestQuestionsAreAskedAgainWhenSomebodyComesBack: a contact that comes back while a question is answered
// has its times in the end. When contacts come back each time, the question is refused.
func TestQuestionsAreAskedAgainWhenSomebodyComesBack(t *testing.T) {
	r := indextest.NewRecords()
	x, _ := open(t, t.TempDir(), r)
	defer closeIndex(t, x)
	changed, _ := r.Schema().Field("changed.country")
	named := []fields.Field{changed}
	asked := uint32(0)
	whileBack := func(times uint32) error {
		asked = 0
		return x.withChanges(t.Context(), named, func() error {
			if asked++; asked <= times {
				back := &contacts.Contact{Ordinal: asked, ID: uuid.New(), Type: contacts.TypeLead, Country: "KE", CreatedAt: everyone.Now}
				r.Tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpRestore, Ordinal: asked, Record: back})
			}
			return nil
		})
	}
	require.NoError(t, whileBack(changesTries-1))
	require.EqualValues(t, changesTries, asked)
	for ordinal := uint32(1); ordinal < changesTries; ordinal++ {
		require.Equal(t, fields.IntValue(everyone.Now.UnixMilli()), x.table.ChangedAt(named, ordinal)["changed.country"])
	}
	err := whileBack(changesTries)
	require.Equal(t, fault.KindUnavailable, fault.KindOf(err))
	require.EqualValues(t, changesTries, asked)
}
