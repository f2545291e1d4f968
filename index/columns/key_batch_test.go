package columns

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestABatchGivesTheCodesThatAddWouldGive, to keys that are there, that are new, and that come twice in one batch.
func TestABatchGivesTheCodesThatAddWouldGive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, many := newDictionary(), newDictionary()
		batch := keyBatch{to: many}
		var wanted, got []uint32
		for range rapid.IntRange(0, 3*batchKeys).Draw(t, "keys") {
			key := fmt.Sprint("key ", rapid.IntRange(0, 500).Draw(t, "key"))
			code, _ := one.add(key, key)
			wanted = append(wanted, code)
			if batch.add(key) {
				got = append(got, batch.added()...)
			}
		}
		got = append(got, batch.added()...)
		require.Equal(t, wanted, got)
		for code := range uint32(one.size()) {
			if one.used(code) {
				require.Equal(t, code, many.find(one.key(code)))
			}
		}
		require.Equal(t, one.size(), many.size())
		require.Empty(t, batch.added(), "nothing waits")
	})
}
