package columns

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Somebody comes in a pause of a pass, and has the values that it looks for, blocks behind the others.
func TestAPassSeesWhoComesBehindItsBlocks(t *testing.T) {
	f := decoded(t, `{"combinator":"or","rules":[
		{"field":"country","operator":"in","value":["KE","TZ"]},{"field":"type","operator":"eq","value":"visitor"},
		{"combinator":"and","rules":[{"field":"attributes.tier","operator":"ne","value":"Gold"},{"field":"attributes.score","operator":"gte","value":0}]}]}`)
	for at, came := 1, true; came; at++ {
		table := someTable(t, 120)
		table.limits = limits{quick: 0, pause: 1, most: MaxSteps}
		pauses := 0
		table.paused = func() {
			if pauses++; pauses == at {
				late := person(1)
				late.Ordinal, late.Country = 2*blockRows+7, "TZ"
				fill(table, nil, []*contacts.Contact{late})
			}
		}
		a, err := table.Ask(t.Context(), Question{Filter: f, Env: env, Members: true})
		require.NoError(t, err)
		came = pauses >= at
		require.Equal(t, came, a.Members.Contains(2*blockRows+7), "in pause %d", at)
		table.View(func(v *View) { require.True(t, v.Evaluate(f, env).Equals(a.Members), "in pause %d", at) })
		require.True(t, came || at > 3, "there are pauses in the middle")
	}
}

// Everybody goes in a pause of a pass.
func TestAPassOutlivesItsLastRow(t *testing.T) {
	f := decoded(t, `{"combinator":"or","rules":[
		{"field":"country","operator":"in","value":["KE","TZ"]},{"field":"type","operator":"eq","value":"visitor"},
		{"combinator":"and","not":true,"rules":[{"field":"attributes.tier","operator":"ne","value":"Gold"},{"field":"attributes.score","operator":"gte","value":0}]}]}`)
	for at, gone := 1, true; gone; at++ {
		table := someTable(t, 1)
		table.limits = limits{quick: 0, pause: 1, most: MaxSteps}
		pauses := 0
		table.paused = func() {
			if pauses++; pauses == at {
				table.Apply([]ledger.Change{{Seq: 1, Entity: fields.EntityContact, Op: ledger.OpDelete, Ordinal: 1}})
			}
		}
		a, err := table.Ask(t.Context(), Question{Filter: f, Env: env, Members: true})
		require.NoError(t, err)
		if gone = pauses >= at; gone {
			require.True(t, a.Members.IsEmpty(), "in pause %d", at)
		}
		require.True(t, gone || at > 3, "there are pauses in the middle")
	}
}
