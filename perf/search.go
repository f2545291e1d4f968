package perf

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/ndoto/kundi/index/search"
	"github.com/ndoto/kundi/words"
)

// What is typed to find somebody.
func exact(first, last string) string    { return first + " " + last }
func prefix(_, last string) string       { return string([]rune(last)[:4]) }
func typo(_, last string) string         { return Slip(last) }
func twoWords(first, last string) string { return first + " " + Slip(last) }

// keystroke is a last name as far as it is typed: of different people
// different parts.
func keystroke(first, last string) string {
	letters := []rune(last)
	return string(letters[:1+len(first)%len(letters)])
}

// searches measures searches as they are typed, in process.
func searches() []Measurement {
	return []Measurement{
		{Name: "name-words", What: "distinct words of names, as searches find them", Unit: Words, Run: runNameWords},
		searching("search-exact", "search: first and last name", exact),
		searching("search-prefix", "search: four letters of a last name", prefix),
		searching("search-typo", "search: a last name with a typo", typo),
		searching("search-two-words", "search: two words, one with a typo", twoWords),
		{
			Name: "company-search", What: "search: companies, by the first word of a name, every second with a typo", Unit: Milliseconds, Whole: true,
			Run: runCompanySearch,
		},
	}
}

// runNameWords counts what the invented names are made of: with few words
// searches would be easy.
func runNameWords(ctx context.Context, s *Subject) (Result, error) {
	seen := map[string]struct{}{}
	for i := range s.contacts {
		if ctx.Err() != nil {
			return Result{}, context.Cause(ctx)
		}
		for _, token := range words.SearchTokens(s.people.Person(i).Name) {
			seen[token.Text] = struct{}{}
		}
	}
	return single(float64(len(seen)), ""), nil
}

// searched is how many people are searched for in turn.
const searched = 500

func searching(name, what string, words func(first, last string) string) Measurement {
	return Measurement{
		Name: name, What: what, Unit: Milliseconds, Whole: true,
		Run: func(ctx context.Context, s *Subject) (Result, error) {
			a, err := s.loaded(ctx)
			if err != nil {
				return Result{}, err
			}
			texts := s.texts(words)
			asked, found := 0, 0
			r, err := sample(ctx, s, time.Millisecond, func(i int) error {
				answer, err := a.Index.Search(ctx, search.Query{Text: texts[i%len(texts)], Limit: 10, Env: s.env})
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

func runCompanySearch(ctx context.Context, s *Subject) (Result, error) {
	a, err := s.loaded(ctx)
	if err != nil {
		return Result{}, err
	}
	names := s.firms()
	found := 0
	r, err := sample(ctx, s, time.Millisecond, func(i int) error {
		answer, err := a.Index.SearchCompanies(ctx, search.Query{Text: names[i%len(names)], Limit: 10, Env: s.env})
		found += min(len(answer.Hits), 1)
		return err
	})
	r.Note = fmt.Sprintf("found %d times", found)
	return r, err
}

// firms are what is typed to find some of the companies that people work for.
func (s *Subject) firms() []string {
	random := rand.New(rand.NewPCG(3, uint64(s.contacts)))
	var list []string
	for tries := 0; len(list) < searched && tries < 100*searched; tries++ {
		word, _, _ := strings.Cut(s.people.Person(random.IntN(s.contacts)).Company, " ")
		if len([]rune(word)) < 5 {
			continue
		}
		if len(list)%2 == 1 {
			word = Slip(word)
		}
		list = append(list, word)
	}
	if len(list) == 0 { // so few contacts have a company
		list = append(list, "Maji Safi")
	}
	return list
}

// texts are what is typed to find some of the people, searched of them.
func (s *Subject) texts(words func(first, last string) string) []string {
	random := rand.New(rand.NewPCG(2, uint64(s.contacts)))
	var list []string
	for tries := 0; len(list) < searched && tries < 100*searched; tries++ {
		person := s.people.Person(random.IntN(s.contacts))
		if person.FirstName != "" && len([]rune(person.LastName)) >= 5 {
			list = append(list, words(person.FirstName, person.LastName))
		}
	}
	for len(list) < searched { // so few contacts have long names
		list = append(list, words("Amina", "Kamau"))
	}
	return list
}

// Slip returns a word with one letter in its middle replaced.
func Slip(word string) string {
	letters := []rune(word)
	middle := len(letters) / 2
	letters[middle] = 'x'
	return string(letters)
}
