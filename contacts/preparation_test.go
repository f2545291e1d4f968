package contacts

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPreparationIsReadyFromTheFrontOn(t *testing.T) {
	w := newWorkbench(t)
	for _, n := range []int{1, preparationPart, preparationPart + 1, MaxBatch} {
		list := make([]Draft, n)
		for i := range list {
			list[i] = Draft{"email": fmt.Sprintf("p%d@example.org", i)}
		}
		p := w.prepareAll(list)
		for _, first := range []int{1, n / 2, n} {
			p.wait(first)
			for i := range first {
				require.NotNil(t, p.items[i].patch, "item %d of %d", i, n)
			}
		}
		p.finish()
		for i := range n - 1 {
			require.Negative(t, bytes.Compare(p.items[i].id[:], p.items[i+1].id[:]), "ids are in order")
		}
	}
}
