package index

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/ledger"
)

func tier(number uint32) *fields.AttributeDefinition {
	return &fields.AttributeDefinition{Number: number, Key: "tier", Type: fields.AttributeText}
}

func gold(number uint32) fields.Attribute {
	return fields.Attribute{Number: number, Value: fields.TextValue("gold")}
}

func TestDeletedAttributesLoseTheirColumn(t *testing.T) {
	dir, r := t.TempDir(), indextest.NewRecords()
	x, _ := open(t, dir, r)
	r.Define(ledger.OpCreate, "tier", tier(7))
	r.Put(1, "KE", gold(7))
	require.Equal(t, []uint32{7}, x.table.AttributeNumbers())
	r.Define(ledger.OpDelete, "tier")
	require.Empty(t, x.table.AttributeNumbers())
	r.Put(2, "KE", gold(7)) // a record may still hold it
	require.Empty(t, x.table.AttributeNumbers())
	closeIndex(t, x)

	require.NoError(t, os.Remove(filepath.Join(dir, checkpointFile)))
	x, _ = open(t, dir, r)
	require.Empty(t, x.table.AttributeNumbers(), "a rebuild reads the same records")
	closeIndex(t, x)
}

// watched calls seen when the second page of records and those after it are read.
type watched struct {
	*indextest.Records
	seen func()
}

func (w *watched) Scan(ctx context.Context, of *ledger.Shape, from ledger.Ref, limit int, visit func(ledger.Ref, []byte) error) error {
	if from.Ordinal > 0 {
		w.seen()
	}
	return w.Records.Scan(ctx, of, from, limit, visit)
}

// The columns of a deleted attribute are not made first and then dropped.
func TestARebuildMakesNoColumnOfADeletedAttribute(t *testing.T) {
	r := indextest.NewRecords()
	r.Define(ledger.OpCreate, "tier", tier(7))
	r.Define(ledger.OpDelete, "tier")
	r.Define(ledger.OpCreate, "tier", tier(8))
	r.Put(1, "KE", gold(7), gold(8))
	looks := 0
	source := &watched{Records: r}
	x := &Index{source: source, kinds: indextest.Kinds, log: slog.New(slog.DiscardHandler)}
	source.seen = func() {
		looks++
		require.Equal(t, []uint32{8}, x.table.AttributeNumbers())
	}
	require.NoError(t, x.rebuild(t.Context()))
	require.Positive(t, looks)
}

// After a kill, the log has the deletion of an attribute whose key is that of another one in
// the schema. Only the deleted one loses its column.
func TestAnAttributeThatIsDefinedAgainKeepsItsColumnAfterAKill(t *testing.T) {
	for name, before := range map[string]func(r *indextest.Records){
		"defined after the checkpoint": func(*indextest.Records) {},
		"defined before the checkpoint": func(r *indextest.Records) {
			r.Define(ledger.OpCreate, "tier", tier(1))
			r.Put(1, "KE", gold(1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, r := t.TempDir(), indextest.NewRecords()
			x, _ := open(t, dir, r)
			before(r)
			closeIndex(t, x)
			r.Follow = func([]ledger.Change) {} // the columns of this are lost
			for number := range uint32(3) {
				r.Define(ledger.OpCreate, "tier", tier(number+1))
				r.Put(number+1, "KE", gold(number+1))
				if number < 2 {
					r.Define(ledger.OpDelete, "tier")
				}
			}

			x, _ = open(t, dir, r)
			require.Equal(t, []uint32{3}, x.table.AttributeNumbers())
			r.Put(9, "KE", gold(3))
			r.Define(ledger.OpDelete, "tier")
			require.Empty(t, x.table.AttributeNumbers())
			closeIndex(t, x)
		})
	}
}

// One commit may define and delete attributes of the same key more than once.
func TestAttributesOfOneCommit(t *testing.T) {
	r := indextest.NewRecords()
	x, _ := open(t, t.TempDir(), r)
	defer closeIndex(t, x)
	var commit []ledger.Change
	r.Follow = func(changes []ledger.Change) { commit = append(commit, changes...) }
	for number := range uint32(3) {
		r.Define(ledger.OpCreate, "tier", tier(number+1))
		r.Put(number+1, "KE", gold(number+1))
		if number < 2 {
			r.Define(ledger.OpDelete, "tier")
		}
	}
	x.Apply(commit)
	require.Equal(t, []uint32{3}, x.table.AttributeNumbers())
}

// Records keep the values of a deleted attribute, and the columns do not, also after a restart.
func TestVerifyExpectsNoColumnOfADeletedAttribute(t *testing.T) {
	dir, r := t.TempDir(), indextest.NewRecords()
	x, _ := open(t, dir, r)
	r.Define(ledger.OpCreate, "tier", tier(1), &fields.AttributeDefinition{Number: 2, Key: "tier", Type: fields.AttributeText, Entity: fields.EntityCompany})
	r.Put(1, "KE", gold(1))
	r.Put(2, "KE", gold(1))
	writeCompany(r, ledger.OpCreate, &companies.Company{Ordinal: 1, ID: uuid.New(), Name: "Acme", Attributes: fields.Attributes{gold(2)}})
	r.Define(ledger.OpDelete, "tier")
	closeIndex(t, x)
	for range 2 { // from the checkpoint, then from the records
		x, _ = open(t, dir, r)
		found, err := x.Verify(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, found)
		r.Put(1, "TZ", gold(1)) // which is written from the record as it is
		found, err = x.Verify(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, found)
		closeIndex(t, x)
		require.NoError(t, os.Remove(filepath.Join(dir, checkpointFile)))
	}
}
