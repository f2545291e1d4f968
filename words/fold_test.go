package words

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "github.com/ndoto/kundi/repeatable"
)

func TestLawCanonicalIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := Canonical(rapid.String().Draw(t, "text"))
		require.Equal(t, once, Canonical(once))
	})
}

// Every character, in every case it has, has one canonical form.
func TestLawCanonicalIgnoresCase(t *testing.T) {
	for r := rune(0); r <= 0x1FFFF; r++ {
		if r >= 0xD800 && r <= 0xDFFF {
			continue // surrogates
		}
		once := Canonical(string(r))
		require.Equal(t, once, Canonical(once), "%U", r)
		if other := unicode.SimpleFold(r); other != r {
			require.Equal(t, once, Canonical(string(other)), "%U %U", r, other)
		}
	}
}
