package terms

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNicknames(t *testing.T) {
	for _, test := range []struct {
		name, other string
		cost        int
	}{
		{"robert", "bob", costNickname},
		{"elizabeth", "liz", costNickname},
		{"jose", "pepe", costNickname},
		{"aleksandr", "sasha", costNickname},
		{"katarzyna", "kasia", costNickname},
		{"georgios", "yorgos", costNickname},
		{"catherine", "cathryn", costNickname},
		{"bob", "rob", costSibling},
		{"jose", "giuseppe", costLanguage},
		{"robert", "bobbi", costNickname}, // not in the list, but bobby is
	} {
		require.Equal(t, test.cost, Nicknames(test.name)[test.other], "%s for %s", test.other, test.name)
		require.Equal(t, test.cost, Nicknames(test.other)[test.name], "%s for %s", test.name, test.other)
	}
	require.NotContains(t, Nicknames("robert"), "robert")
	require.NotContains(t, Nicknames("edward"), "theodore", "both are called Ted, but neither is the other")
	require.Nil(t, Nicknames("zzyzx"))
	for name := range nicknames() {
		require.True(t, isLatin(name), "%q is not folded", name)
	}
}
