package app

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// numbers are those of one kind.
type numbers struct {
	entity         fields.Entity
	number, prefix byte
	claims         []ledger.ClaimKind
}

// given are the numbers that stand in data folders, for ever: of kinds, of the keys of their
// records, and of their claims. Whoever makes a noun adds its line first, so that nobody else
// takes them. A kind may have fewer claims than its line.
var given = []numbers{
	{"contact", 0, 'c', []ledger.ClaimKind{1, 2, 3, 4, 7, 9, 13, 19}}, // 13: an identity of a channel; 19: a suppressed address, which no contact holds
	{"company", 1, 'o', []ledger.ClaimKind{5, 6, 8, 10, 11, 12}},
	{"conversation", 2, 'v', []ledger.ClaimKind{14}},    // its id
	{"message", 3, 'g', []ledger.ClaimKind{15}},         // its source id
	{"note", 4, 'e', []ledger.ClaimKind{16}},            // its id
	{"quarantined", 5, 'x', []ledger.ClaimKind{17, 18}}, // its id, its source id
	{"campaign_event", 6, 'j', []ledger.ClaimKind{20}},  // its id
	{"probe", 7, 'p', []ledger.ClaimKind{200}},          // of the tests of package storage, like the next
	{"segment_event", 8, 'z', []ledger.ClaimKind{21}},
	{"leaf", 9, 'y', []ledger.ClaimKind{201}},
}

// claimsOf are the claims of a kind, in rising order.
func claimsOf(k *ledger.Shape) (claims []ledger.ClaimKind) {
	for _, u := range k.Unique {
		claims = append(claims, u.Claim)
	}
	if k.ValueClaim != 0 {
		claims = append(claims, k.ValueClaim)
	}
	slices.Sort(claims)
	return claims
}

// TestKindsHaveTheirNumbers compares the kinds with the numbers that they were given.
func TestKindsHaveTheirNumbers(t *testing.T) {
	for _, k := range Kinds {
		shape := k.Info()
		i := slices.IndexFunc(given, func(n numbers) bool { return n.entity == shape.Entity })
		require.GreaterOrEqual(t, i, 0, "give %s its numbers", shape.Entity)
		require.Equal(t, []byte{given[i].number, given[i].prefix}, []byte{shape.Number, shape.Prefix}, shape.Entity)
		require.Subset(t, given[i].claims, claimsOf(shape), shape.Entity)
	}
}

// TestNumbersAreGivenOnce: no two kinds share one.
func TestNumbersAreGivenOnce(t *testing.T) {
	kinds, prefixes, claims := map[byte]fields.Entity{}, map[byte]fields.Entity{}, map[ledger.ClaimKind]fields.Entity{}
	for _, g := range given {
		require.Empty(t, kinds[g.number], "the number of %s", g.entity)
		require.Empty(t, prefixes[g.prefix], "the prefix of %s", g.entity)
		require.Less(t, int(g.number), ledger.MaxKinds)
		kinds[g.number], prefixes[g.prefix] = g.entity, g.entity
		for _, c := range g.claims {
			require.Empty(t, claims[c], "claim %d of %s", c, g.entity)
			claims[c] = g.entity
		}
	}
}
