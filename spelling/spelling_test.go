package spelling

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNearest(t *testing.T) {
	names := []string{"identifier", "name", "email"}
	for word, want := range map[string]string{"identifer": "identifier", "nmae": "name", "e-mail": "email", "name": "name", "shoe_size": "", "": ""} {
		require.Equal(t, want, Nearest(word, names, 3), word)
	}
	require.Equal(t, "name", Nearest("nam", names, 1))
	require.Empty(t, Nearest("na", names, 1))
	require.Empty(t, Nearest("x", nil, 3))
}
