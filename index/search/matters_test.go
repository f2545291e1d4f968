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

// newPlace opens an index over some people; ordinals are their places from 1.
func newPlace(t testing.TB, people ...contacts.Contact) *mirror {
	t.Helper()
	r := indextest.NewRecords()
	for i, c := range people {
		c.Ordinal, c.ID = uint32(i+1), uuid.New()
		r.People[c.Ordinal] = &c
	}
	x := newMirror(t, r)
	return x
}

// ranked says in which order a search finds people.
func ranked(t testing.TB, x *mirror, query string) (ordinals []uint32) {
	t.Helper()
	for _, hit := range search(t, x, query).Hits {
		ordinals = append(ordinals, hit.Ordinal)
	}
	return ordinals
}

// However little is known of a contact, it comes before those whom the words fit
// worse.
func TestWhatMatchesDecides(t *testing.T) {
	for _, test := range []struct {
		query string
		want  contacts.Contact // nobody can reach this one
		other contacts.Contact
	}{
		{"amina yusuf", contacts.Contact{Name: "Amina Yusuf"}, contacts.Contact{Name: "Emina Yousef"}},
		{"amina mombasa", contacts.Contact{Name: "Amina Said", City: "Mombasa"}, contacts.Contact{Name: "Amina Said", City: "Nairobi"}},
		{"ahmet izmir", contacts.Contact{Name: "Ahmet Kaya", City: "İzmir"}, contacts.Contact{Name: "Ahmet Kaya", City: "Ankara"}},
		{"Yar'Adua", contacts.Contact{Name: "Musa Yar'Adua"}, contacts.Contact{Name: "Ana Pop", City: "Oradea"}},
		{"robert carter", contacts.Contact{Name: "Robert Carter"}, contacts.Contact{Name: "Bob Carter"}},
		{"rob", contacts.Contact{Name: "Rob"}, contacts.Contact{Name: "Robin Gall"}},
	} {
		test.other.Email, test.other.LastSeenAt = "someone@post.example", time.Now()
		require.Equal(t, uint32(2), ranked(t, newPlace(t, test.other, test.want), test.query)[0], test.query)
	}
}

// Sounds and nicknames are of people; a typo may be in the name of a place.
func TestPlacesHaveNoOtherForms(t *testing.T) {
	x := newPlace(t,
		contacts.Contact{Name: "Ana Pop", City: "Oradea", Email: "ana@post.example"},
		contacts.Contact{Name: "Amina Said", City: "Mombasa", Email: "said@post.example"},
		contacts.Contact{Name: "Ivo Lind", City: "Bill", Email: "ivo@post.example"})
	require.Equal(t, "typo", search(t, x, "oradia").Hits[0].Highlights[0].Way)
	require.Empty(t, ranked(t, x, "william"))
	require.Equal(t, []uint32{2}, ranked(t, x, "amina mombassa"))
	for _, hit := range search(t, x, "amina nomvasa").Hits {
		require.Equal(t, "name", hit.Highlights[0].Field, "two typos are too many for a place")
		require.Len(t, hit.Highlights, 1)
	}
}

// More of the digits before fewer, whole numbers before parts, then who was seen
// last.
func TestDigitsRankByHowMuchTheyTell(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC) }
	numbers := func(phones ...string) *mirror {
		var people []contacts.Contact
		for i, phone := range phones {
			people = append(people, contacts.Contact{Name: fmt.Sprintf("Nobody%c", 'A'+i), Phone: phone, LastSeenAt: at(i + 1)})
		}
		return newPlace(t, people...)
	}
	for _, test := range []struct {
		query  string
		phones []string // in the order wanted, the last seen last
	}{
		{"722123456", []string{"+254722123456", "+4972212345678", "+4930922123456"}},
		{"0722 123 456", []string{"+254722123456", "+4930722123456"}},
		{"2123456", []string{"+18082123456", "+254722123456"}},
		{"123456", []string{"+4972123456", "+254722123456", "+254123456789"}},
		{"3456", []string{"+497213456", "+254722123456", "+254734567890"}},
	} {
		want := make([]uint32, len(test.phones))
		for i := range want {
			want[i] = uint32(i + 1)
		}
		require.Equal(t, want, ranked(t, numbers(test.phones...), test.query), test.query)
	}
	require.Equal(t, []uint32{2, 1}, ranked(t, numbers("+254722123456", "+254733123456"), "123456"), "the last seen first")
}

// No list has all that people are called: of those who have the family name, who is
// called somewhat like it comes behind those whom the words fit.
func TestNamesakesThatAreAlikeComeLast(t *testing.T) {
	x := newPlace(t,
		contacts.Contact{Name: "Aram Kim", Email: "a@post.example"},
		contacts.Contact{Name: "Wojciecha Kim", Email: "w@post.example"},
		contacts.Contact{Name: "Wojtko Kim", Email: "o@post.example"},
		contacts.Contact{Name: "Wojtko Lind", Email: "l@post.example"})
	require.Equal(t, []uint32{3, 2}, ranked(t, x, "vojtka kim"))
}
