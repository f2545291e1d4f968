package search

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/indextest"
)

// Who sounds nearest is found though more people than are ranked sound somewhat
// alike, have the same family name and were seen later.
func TestTheNearestSoundIsRankedAmongManyNamesakes(t *testing.T) {
	r := indextest.NewRecords()
	add := func(name string, seen time.Time) uint32 {
		ordinal := uint32(len(r.People) + 1)
		r.People[ordinal] = &contacts.Contact{
			Ordinal: ordinal, ID: uuid.New(), Type: contacts.TypeLead, Name: name, LastSeenAt: seen,
			Email: fmt.Sprintf("c%d@solo.example", ordinal),
		}
		return ordinal
	}
	old := time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	tamira := add("Tamira Ortega", old)
	for i := range searchEffort.ranked + 200 {
		add("Tambora Ortega", old.AddDate(1, 0, i))
	}
	x := newMirror(t, r)
	a := search(t, x, "tamora ortega")
	require.NotEmpty(t, a.Hits)
	require.Equal(t, tamira, a.Hits[0].Ordinal)
}

// Somebody is found by ear though another is two typos away, for those are few.
func TestSearchGoesOnByEar(t *testing.T) {
	r := indextest.NewRecords()
	for i, name := range []string{"Cheronna Dubois", "Siobhan Dubois", "Simon Martin"} {
		ordinal := uint32(i + 1)
		r.People[ordinal] = &contacts.Contact{
			Ordinal: ordinal, ID: uuid.New(), Type: contacts.TypeLead, Name: name, Email: fmt.Sprintf("c%d@solo.example", ordinal),
		}
	}
	x := newMirror(t, r)
	var found []string
	for _, hit := range search(t, x, "chevonne dubois").Hits {
		found = append(found, r.People[hit.Ordinal].Name)
	}
	require.Equal(t, []string{"Cheronna Dubois", "Siobhan Dubois"}, found)
}
