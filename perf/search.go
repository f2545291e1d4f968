package perf

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ndoto/kundi/index"
)

// searches measures searches as they are typed, over the real index.
func searches() []Measurement {
	return []Measurement{
		searching("search-exact", "search: first and last name", Bar{}, Bar{}, func(first, last string) string { return first + " " + last }),
		searching("search-prefix", "search: four letters of a last name", Bar{P50: 10, P99: 100}, Bar{P50: 5, P99: 50},
			func(_, last string) string { return string([]rune(last)[:4]) }),
		searching("search-typo", "search: a last name with a typo", Bar{P50: 20, P99: 100}, Bar{P50: 10, P99: 50},
			func(_, last string) string { return Slip(last) }),
		searching("search-two-words", "search: two words, one with a typo", Bar{P50: 30, P99: 100}, Bar{P50: 15, P99: 50},
			func(first, last string) string { return first + " " + Slip(last) }),
	}
}

// searched is how many people are searched for in turn.
const searched = 500

func searching(name, what string, floor, goal Bar, words func(first, last string) string) Measurement {
	return Measurement{
		Name: name, What: what, Unit: Milliseconds, Floor: floor, Goal: goal, Whole: true,
		Run: func(ctx context.Context, s *Subject) (Result, error) {
			a, err := s.loaded(ctx)
			if err != nil {
				return Result{}, err
			}
			texts := s.texts(words)
			asked, found := 0, 0
			r, err := sample(ctx, s, time.Millisecond, func(i int) error {
				answer, err := a.Index.Search(ctx, index.SearchQuery{Text: texts[i%len(texts)], Limit: 10, Env: s.env})
				asked++
				if len(answer.Hits) > 0 {
					found++
				}
				return err
			})
			r.Note = fmt.Sprintf("%d %% find somebody", 100*found/max(asked, 1))
			return r, err
		},
	}
}

// texts are what is typed to find some of the people.
func (s *Subject) texts(words func(first, last string) string) []string {
	random := rand.New(rand.NewPCG(2, uint64(s.contacts)))
	var list []string
	for tries := 0; len(list) < searched && tries < 100*searched; tries++ {
		person := s.people.Person(random.IntN(s.contacts))
		if person.FirstName != "" && len([]rune(person.LastName)) >= 5 {
			list = append(list, words(person.FirstName, person.LastName))
		}
	}
	if len(list) == 0 { // so few contacts that nobody has a long name
		list = append(list, words("Amina", "Kamau"))
	}
	return list
}

// Slip returns a word with one letter replaced in its middle.
func Slip(word string) string {
	letters := []rune(word)
	middle := len(letters) / 2
	letters[middle] = 'x'
	return string(letters)
}
