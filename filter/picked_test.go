package filter

import (
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// people are customers with the ordinals 1 to 4, of whom 4 has absorbed 9, and 5, who is a lead.
func people() []*contacts.Contact {
	list := []*contacts.Contact{{Ordinal: 5, Type: contacts.TypeLead}}
	for i := range uint32(4) {
		list = append(list, &contacts.Contact{Ordinal: i + 1, Type: contacts.TypeCustomer})
	}
	list[4].Absorbed = []ledger.Absorbed{{Ordinal: 9}}
	return list
}

func TestPickedContactsOfASegment(t *testing.T) {
	const customers = `{"combinator":"and","rules":[{"field":"type","operator":"eq","value":"customer"}]}`
	pinned, excluded := roaring.BitmapOf(1, 5, 9), roaring.BitmapOf(5, 9)
	for name, want := range map[string]struct {
		saved   Saved
		members []uint32
	}{
		"pinned":               {Saved{Filter: []byte(customers), Pinned: pinned}, []uint32{1, 2, 3, 4, 5}},
		"excluded":             {Saved{Filter: []byte(customers), Excluded: excluded}, []uint32{1, 2, 3}},
		"both":                 {Saved{Filter: []byte(customers), Pinned: pinned, Excluded: excluded}, []uint32{1, 2, 3}},
		"of everyone":          {Saved{Excluded: excluded}, []uint32{1, 2, 3}},
		"static":               {Saved{Static: true, Pinned: pinned}, []uint32{1, 4, 5}},
		"static, and excluded": {Saved{Static: true, Pinned: pinned, Excluded: excluded}, []uint32{1}},
		"static, and nobody":   {Saved{Static: true}, nil},
	} {
		d := Decoder{Schema: testSchema(), Segments: func(string) (Saved, bool, error) { return want.saved, true, nil }}
		own, err := d.DecodeSaved(want.saved, "filter")
		require.NoError(t, err)
		named, err := d.Decode([]byte(inGroup(`{"field":"segment","operator":"in","value":["it"]}`)), "filter")
		require.NoError(t, err)
		opposite, err := d.Decode([]byte(inGroup(`{"field":"segment","operator":"not_in","value":["it"]}`)), "filter")
		require.NoError(t, err)
		env := EnvOf(testSchema(), present)
		var members []uint32
		for _, c := range people() {
			facts := contacts.Kind.Facts(c)
			in := Match(own.Root, facts, env)
			require.Equal(t, in, Match(named.Root, facts, env), name)
			require.Equal(t, !in, Match(opposite.Root, facts, env), name)
			if in {
				members = append(members, c.Ordinal)
			}
		}
		require.ElementsMatch(t, want.members, members, name)
	}
}

// TestPickedContactsAreRepeatedBySet: the same set is one, an equal one another.
func TestPickedContactsAreRepeatedBySet(t *testing.T) {
	one, other := roaring.BitmapOf(1), roaring.BitmapOf(1)
	nodes := []Node{&Picked{one}, &Picked{one}, &Picked{other}}
	repeated := Repeated(&Group{Rules: nodes})
	require.Equal(t, map[Node]int{nodes[0]: repeated[nodes[0]], nodes[1]: repeated[nodes[0]]}, repeated)
}
