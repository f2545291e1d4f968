package filter

import (
	"strconv"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// TestMatchRandomBuckets: the bucket is that of the id and the salt, and of nothing else.
func TestMatchRandomBuckets(t *testing.T) {
	id := uuid.MustParse("019abcde-0000-7000-8000-000000000001")
	who := subject(t, map[string]any{"name": "Ana"})
	for _, test := range []struct{ member, salt string }{
		{"", ""}, {`,"salt":""`, ""}, {`,"salt":null`, ""}, {`,"salt":"spring"`, "spring"}, {`,"salt":" spring "`, "spring"}, {`,"salt":"Spring"`, "Spring"}, {`,"salt":7`, "7"},
	} {
		bucket := fields.Bucket(id, test.salt)
		for bound, below := range map[int]bool{0: false, bucket: false, bucket + 1: true, fields.Buckets: true} {
			rest := `"value":` + strconv.Itoa(bound) + test.member + `}`
			lt := decodeRule(t, `{"field":"random_bucket","operator":"lt",`+rest)
			gte := decodeRule(t, `{"field":"random_bucket","operator":"gte",`+rest)
			require.Equal(t, below, Match(lt, who, Env{}), "%d < %d, salt %q", bucket, bound, test.salt)
			require.Equal(t, !below, Match(gte, who, Env{}), "%d >= %d, salt %q", bucket, bound, test.salt)
		}
	}
}

// TestSaltsMakeOtherFilters: filters that differ in the salt alone are not the same.
func TestSaltsMakeOtherFilters(t *testing.T) {
	spring := decodeAll(t, english(`{"field":"random_bucket","operator":"lt","value":10,"salt":"spring"}`))
	summer := decodeAll(t, english(`{"field":"random_bucket","operator":"lt","value":10,"salt":"summer"}`))
	require.NotEqual(t, spring.Hash(), summer.Hash())
	both := &Group{Rules: []Node{spring.Root.Rules[0], summer.Root.Rules[0]}}
	require.Empty(t, Repeated(both))
	require.JSONEq(t, english(`{"field":"random_bucket","operator":"lt","value":10,"salt":"spring"}`), string(spring.Saved()))
}
