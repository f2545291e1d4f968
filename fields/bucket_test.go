package fields

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// TestBucketsAreForEver pins buckets that were computed apart from this program.
func TestBucketsAreForEver(t *testing.T) {
	for _, test := range []struct {
		id, salt string
		seed     uint32
		bucket   int
	}{
		{"00000000-0000-0000-0000-000000000000", "", 1768495365, 8739},
		{"01935f6e-0000-7000-8000-000000000001", "", 2221494379, 6314},
		{"01935f6e-0000-7000-8000-000000000001", "spring", 2221494379, 4541},
		{"01935f6e-0000-7000-8000-000000000002", "spring", 2238271998, 7468},
		{"01935f6e-0000-7000-8000-000000000001", "Frühling", 2221494379, 6728},
	} {
		id := uuid.MustParse(test.id)
		require.Equal(t, test.seed, SeedOf(id), test.id)
		require.Equal(t, test.bucket, Bucket(id, test.salt), "%s %q", test.id, test.salt)
	}
}

// TestBucketsAreEven: ids that differ little fall into all parts alike, and of those in one
// quarter of a draw a quarter is in the same quarter of another.
func TestBucketsAreEven(t *testing.T) {
	const ids = 100_000
	tenths, both := [10]int{}, 0
	for i := range ids {
		id := uuid.MustParse("01935f6e-0000-7000-8000-000000000000")
		id[13], id[14], id[15] = byte(i>>16), byte(i>>8), byte(i)
		bucket := Bucket(id, "spring")
		tenths[bucket*10/Buckets]++
		if bucket < Buckets/4 && Bucket(id, "summer") < Buckets/4 {
			both++
		}
	}
	for _, n := range tenths {
		require.InDelta(t, ids/10, n, 500)
	}
	require.InDelta(t, ids/16, both, 400)
}
