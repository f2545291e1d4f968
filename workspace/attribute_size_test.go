package workspace

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// largeOptions are 1,000 options of 325 bytes each.
func largeOptions() []any {
	list := make([]any, 1_000)
	for i := range list {
		list[i] = strings.Repeat("\U0001F600", 80) + fmt.Sprintf("%05d", i)
	}
	return list
}

func TestDefinitionsAreBoundedTogether(t *testing.T) {
	w := newWorkbench(t)
	large := largeOptions()
	for i := range 6 {
		w.define(fields.Draft{"key": fmt.Sprintf("a%d", i), "type": "list", "options": large})
	}
	_, err := w.DefineAttribute(t.Context(), tester, fields.Draft{"key": "b", "type": "list", "options": large})
	refused := problem(t, fault.KindConflict, err)
	require.Equal(t, "attributes-too-large", refused.Type)
	require.Contains(t, refused.Message, "at most 2097152 bytes together")
	require.Nil(t, w.store.Schema().Attribute("b"))

	w.define(fields.Draft{"key": "b", "type": "list", "options": large[:300]})
	head := w.store.Head()
	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "b", fields.Draft{"options": large[:500]}, 0)
	require.Equal(t, "attributes-too-large", problem(t, fault.KindConflict, err).Type)
	require.Equal(t, head, w.store.Head(), "what is refused changes nothing")
	require.Len(t, w.store.Schema().Attribute("b").Options, 300)
	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "a0", fields.Draft{"options": large[:500]}, 0)
	require.NoError(t, err)
	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "b", fields.Draft{"options": large[:500]}, 0)
	require.NoError(t, err, "there is room again")
	_, err = w.DeleteAttribute(t.Context(), tester, fields.EntityContact, "a1", 0)
	require.NoError(t, err)
	w.define(fields.Draft{"key": "c", "type": "list", "options": large})
}
