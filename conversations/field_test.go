package conversations

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/ledger/ledgertest"
)

// TestEveryFieldOfAConversation empties each member of a Conversation by itself. A member that no
// field declares fails with its name; an exception that is not needed fails too.
func TestEveryFieldOfAConversation(t *testing.T) {
	byStore := map[string]bool{"Ordinal": true, "Owner": true, "ID": true, "Version": true, "Attributes": true}
	for i := range reflect.TypeFor[Conversation]().NumField() {
		name := reflect.TypeFor[Conversation]().Field(i).Name
		base, changed := ledgertest.Full[Conversation](), ledgertest.Full[Conversation]()
		base.Status, base.Priority, base.Channel = Open, 1, 1 // those of Full are none
		*changed = *base
		reflect.ValueOf(changed).Elem().Field(i).SetZero()
		declared := 0
		for j := range Kind.Fields {
			f := &Kind.Fields[j]
			if f.Same == nil || f.Same(base, changed) {
				continue
			}
			declared++
			require.NotEqual(t, f.Get(base), f.Get(changed), f.Name)
			again := base.Clone()
			f.Set(again, f.Get(changed))
			require.Equal(t, reflect.ValueOf(changed).Elem().Field(i).Interface(), reflect.ValueOf(again).Elem().Field(i).Interface(), f.Name)
		}
		require.Equal(t, !byStore[name], declared == 1, "Conversation.%s is in %d fields", name, declared)

		clone := base.Clone()
		if list := reflect.ValueOf(clone).Elem().Field(i); list.Kind() == reflect.Slice {
			list.Index(0).SetZero()
			require.NotZero(t, reflect.ValueOf(base).Elem().Field(i).Index(0).Interface(), "Conversation.%s is shared with the clone", name)
		}
	}
}
