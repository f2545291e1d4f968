package workspace

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// lateStore does something before it runs a closure, as when the closure waits
// for its turn.
type lateStore struct {
	Store
	meanwhile func()
}

func (s lateStore) Update(ctx context.Context, by ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	s.meanwhile()
	return s.Store.Update(ctx, by, closure)
}

func (w *workbench) late(meanwhile func()) *Service {
	return NewService(lateStore{w.store, meanwhile}, func() time.Time { return w.clock })
}

func TestDefinitionsAreReadBeforeTheirTurn(t *testing.T) {
	w := newWorkbench(t)
	d := fields.Draft{"key": "tier", "type": "list", "options": []any{"Free", "Pro"}}
	service := w.late(func() { clear(d) })

	made, err := service.DefineAttribute(t.Context(), tester, d)
	require.NoError(t, err)
	require.Equal(t, []string{"Free", "Pro"}, made.Attribute.Options)

	d["options"] = []any{"Free", "Pro", "Max"}
	done, err := service.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", d, 0)
	require.NoError(t, err)
	a := done.Attribute
	require.Equal(t, []string{"Free", "Pro", "Max"}, a.Options)
	require.Equal(t, plain(a), plain(w.Attributes(fields.EntityContact)[0]), "the document says what the definition does")
}

func TestDocumentOfADefinitionIsItsJSON(t *testing.T) {
	w := newWorkbench(t)
	a := w.define(fields.Draft{"key": "score", "type": "number", "min": 1.5, "max": 7, "label": "<Score>", "description": "how much"})
	want, err := json.Marshal(a)
	require.NoError(t, err)
	documents, err := w.store.Documents(t.Context(), ledger.AttributeDefinitions, "", "", 1)
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(documents[0].Value))
}

func TestPatchOfAnAttributeThatIsOvertaken(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "tier", "type": "list", "options": []any{"Free"}})
	others := []fields.Draft{{"description": "theirs"}}
	service := w.late(func() {
		if len(others) > 0 {
			_, err := w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", others[0], 0)
			require.NoError(t, err)
			others = others[1:]
		}
	})
	done, err := service.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"label": "Ours"}, 0)
	require.NoError(t, err)
	a := done.Attribute
	require.Equal(t, "Ours", a.Label)
	require.Equal(t, "theirs", a.Description, "the patch was made of the definition that came before it")

	others = []fields.Draft{{"description": "1"}}
	_, err = service.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"label": "Late"}, a.Version)
	problem(t, fault.KindPrecondition, err)

	others = []fields.Draft{{"description": "a"}, {"description": "b"}, {"description": "c"}, {"description": "d"}, {"description": "e"}, {"description": "f"}}
	_, err = service.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"label": "Never"}, 0)
	require.Equal(t, "attribute-changing", problem(t, fault.KindConflict, err).Type)
	require.Equal(t, "Ours", w.Attributes(fields.EntityContact)[0].Label)
	require.Len(t, others, 6-patchTries)
}
