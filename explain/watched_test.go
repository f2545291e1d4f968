package explain

import (
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/watch"
)

// TestTurnsOfOneLookCountAtOnce, whichever of them was stored first.
func TestTurnsOfOneLookCountAtOnce(t *testing.T) {
	began := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return began.Add(time.Duration(minutes) * time.Minute) }
	past := watch.Past{Since: began, Inside: roaring.BitmapOf(2), Turns: []watch.Turn{
		{Seq: 10, At: at(1), Contact: 2, Cause: watch.Merged},
		{Seq: 11, At: at(1), Contact: 1, Entered: true, Cause: watch.Merged},
		{Seq: 20, At: at(2), Contact: 1, Cause: watch.Changed},
	}}
	require.Equal(t, []noticed{{seq: 20, at: at(2), cause: watch.Changed}}, together(past, []uint32{1, 2}, false))
	past.Turns[1].At = at(2)
	past.Turns[2].At = at(3)
	require.Equal(t, []noticed{
		{seq: 10, at: at(1), cause: watch.Merged}, {seq: 11, at: at(2), entered: true, cause: watch.Merged}, {seq: 20, at: at(3), cause: watch.Changed},
	}, together(past, []uint32{1, 2}, false))
}
