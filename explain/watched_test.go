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
	require.Equal(t, []noticed{{seq: 20, at: at(2), cause: watch.Changed}}, together(past, []uint32{1, 2}, nil, false))
	past.Turns[1].At = at(2)
	past.Turns[2].At = at(3)
	require.Equal(t, []noticed{
		{seq: 10, at: at(1), cause: watch.Merged}, {seq: 11, at: at(2), entered: true, cause: watch.Merged}, {seq: 20, at: at(3), cause: watch.Changed},
	}, together(past, []uint32{1, 2}, nil, false))
}

// TestNobodyWasInASegmentBeforeTheyWereMade: who came while it was not watched hides nothing of those before.
func TestNobodyWasInASegmentBeforeTheyWereMade(t *testing.T) {
	began := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return began.Add(time.Duration(minutes) * time.Minute) }
	came := watch.Turn{Seq: 10, At: at(1), Contact: 1, Entered: true, Cause: watch.Changed}
	entered := noticed{seq: 10, at: at(1), entered: true, cause: watch.Changed}
	past := watch.Past{Since: at(60), Inside: roaring.BitmapOf(1, 2), Turns: []watch.Turn{came}}
	require.Empty(t, together(past, []uint32{1, 2}, nil, true), "2 may have been in it before")
	made := map[uint32]time.Time{2: at(30)}
	require.Equal(t, []noticed{entered}, together(past, []uint32{1, 2}, made, true))

	left := watch.Turn{Seq: 20, At: at(40), Contact: 1, Cause: watch.Merged}
	past = watch.Past{Turns: []watch.Turn{came, left}}
	require.Equal(t, []noticed{entered}, together(past, []uint32{2, 1}, made, true), "2 was in it when 1 left")
	made[2] = at(50)
	require.Equal(t, []noticed{entered, {seq: 20, at: at(40), cause: watch.Merged}}, together(past, []uint32{2, 1}, made, true))

	past.Turns = []watch.Turn{came, {Seq: 30, At: at(55), Contact: 2, Cause: watch.Changed}}
	require.Equal(t, []noticed{entered}, together(past, []uint32{2, 1}, made, true), "1 has stayed")
}
