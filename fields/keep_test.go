package fields

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKeepIsPatchedByMember(t *testing.T) {
	count := json.Number("7")
	for _, c := range []struct {
		before Keep
		patch  any
		after  Keep
	}{
		{Keep{5, "P1D"}, nil, Keep{}},
		{Keep{5, "P1D"}, map[string]any{}, Keep{5, "P1D"}},
		{Keep{}, map[string]any{}, Keep{DefaultKept, ""}},
		{Keep{5, "P1D"}, map[string]any{"count": count}, Keep{7, "P1D"}},
		{Keep{5, "P1D"}, map[string]any{"count": nil}, Keep{DefaultKept, "P1D"}},
		{Keep{5, "P1D"}, map[string]any{"age": nil}, Keep{5, ""}},
		{Keep{}, Keep{5, "P1D"}.Members(), Keep{5, "P1D"}},
		{Keep{5, "P1D"}, Keep{}.Members(), Keep{}},
	} {
		after, faults := c.before.Patch(c.patch, "keep")
		require.Empty(t, faults)
		require.Equal(t, c.after, after, c)
	}
}
