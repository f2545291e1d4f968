package index

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
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

// fieldsOfChanges are changed.attributes.KEY of some attributes, which it defines.
func fieldsOfChanges(t *testing.T, r *indextest.Records, n int) []fields.Field {
	definitions := make([]*fields.AttributeDefinition, n)
	for i := range definitions {
		definitions[i] = &fields.AttributeDefinition{Number: uint32(i + 1), Key: fmt.Sprint("k", i), Type: fields.AttributeText}
	}
	r.Define(ledger.OpCreate, "k0", definitions...)
	named := make([]fields.Field, n)
	for i := range named {
		field, known := r.Schema().Field(fmt.Sprint("changed.attributes.k", i))
		require.True(t, known)
		named[i] = field
	}
	return named
}

// TestAQuestionWaitsForOthersThatAskWhenFieldsChanged, and the fields that nobody has asked for the longest make room.
func TestAQuestionWaitsForOthersThatAskWhenFieldsChanged(t *testing.T) {
	r := indextest.NewRecords()
	x, _ := open(t, t.TempDir(), r)
	defer closeIndex(t, x)
	named := fieldsOfChanges(t, r, MaxKeptChanges+3)
	ask := func(ctx context.Context, named []fields.Field) error {
		return x.withChanges(ctx, named, func() error { return nil })
	}
	kept := func(f fields.Field) bool { return x.changes.kept[columns.ChangeKeyOf(*f.Changed)] != nil }

	started, end, first := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		first <- x.withChanges(context.Background(), named[:MaxKeptChanges], func() error {
			close(started)
			<-end
			return nil
		})
	}()
	<-started
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, ask(short, named[MaxKeptChanges:]), context.DeadlineExceeded, "all are in use")
	require.NoError(t, ask(t.Context(), named[:2]), "those in use are shared")
	second := make(chan error, 1)
	go func() { second <- ask(context.Background(), named[MaxKeptChanges-1:]) }()
	close(end)
	require.NoError(t, <-first)
	require.NoError(t, <-second)
	require.True(t, kept(named[MaxKeptChanges-1]))

	require.NoError(t, ask(t.Context(), named[:1]))
	require.NoError(t, ask(t.Context(), named[1:MaxKeptChanges-1]))
	require.NoError(t, ask(t.Context(), named[MaxKeptChanges+2:]))
	require.True(t, kept(named[0]), "it was asked for later than those that made room")
	require.Equal(t, fault.KindInvalid, fault.KindOf(ask(t.Context(), named)), "they can never be kept at once")
}

// TestTheIDSaysWhenAContactWasMade: no history of its creation is needed, and what was sent does not count.
func TestTheIDSaysWhenAContactWasMade(t *testing.T) {
	r := indextest.NewRecords()
	x, _ := open(t, t.TempDir(), r)
	defer closeIndex(t, x)
	before := time.Now().Add(-time.Millisecond)
	for ordinal, id := range []uuid.UUID{1: ledger.NewID(), 2: uuid.New()} {
		if ordinal > 0 {
			c := &contacts.Contact{Ordinal: uint32(ordinal), ID: id, Type: contacts.TypeLead, Country: "KE", CreatedAt: everyone.Now.AddDate(-5, 0, 0)}
			r.Tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: c.Ordinal, Record: c})
		}
	}
	made := x.table.Made([]uint32{1, 2})
	require.WithinRange(t, time.UnixMilli(made[0]), before, time.Now())
	require.Equal(t, everyone.Now.AddDate(-5, 0, 0).UnixMilli(), made[1], "of an id that says nothing")
}
