package columns

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestALoadedDictionaryFindsItsKeys, whether its slots are filled one by one or by parts. Two codes with one key are damage.
func TestALoadedDictionaryFindsItsKeys(t *testing.T) {
	for _, keys := range []uint32{10, 60_000} {
		written := newDictionary()
		for i := range keys {
			written.add(fmt.Sprint("key ", i), "")
		}
		load := func(twice string) (*dictionary, error) {
			loaded := newDictionary()
			for i := range written.pieces() {
				require.NoError(t, loaded.decode(i, written.encode(i, nil)))
			}
			if twice != "" {
				loaded.refs = append(loaded.refs, loaded.arena.add(twice, ""))
			}
			return loaded, loaded.reindex(func(code uint32) bool { return code%7 != 0 })
		}
		loaded, err := load("")
		require.NoError(t, err)
		for i := range keys {
			key, code := fmt.Sprint("key ", i), written.find(fmt.Sprint("key ", i))
			if code%7 == 0 {
				code = 0
			}
			require.Equal(t, code, loaded.find(key), key)
		}
		_, err = load("key 1")
		require.ErrorIs(t, err, errCorrupt, "of %d keys", keys)
		_, err = load("another")
		require.NoError(t, err)
	}
}
