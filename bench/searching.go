package main

import (
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/words"
)

// Search asks for people by words. The answers of systems differ, so they are not
// compared. Instead the report says how often the first ten hits have somebody with
// the wanted name.
type Search struct {
	Name string
	Way  Way
	// Texts are what is typed, and Wanted, by the same index, how the name of
	// a right hit folds or ends.
	Texts, Wanted []string
}

// Way says what is known of the text that was typed.
type Way string

// The ways to search.
const (
	Prefix Way = "prefix" // the beginning of a word
	Typo   Way = "typo"   // words, one with a wrong letter
	// Keystroke is Prefix asked for one small answer, where there is a shorter
	// way to that.
	Keystroke Way = "keystroke"
)

// searchTexts is how many people are searched for.
const searchTexts = 40

// Searches returns the searches for people of a generator.
func Searches(people *fixtures.Generator, total int) []Search {
	searches := []Search{
		{Name: "search: four letters of a last name", Way: Prefix},
		{Name: "search: a last name with a typo", Way: Typo},
		{Name: "search: two words, one with a typo", Way: Typo},
		{Name: "suggestions: three letters of a last name", Way: Keystroke},
	}
	add := func(s *Search, text, wanted string) {
		s.Texts, s.Wanted = append(s.Texts, words.Canonical(text)), append(s.Wanted, words.Canonical(wanted))
	}
	for i := 0; len(searches[0].Texts) < searchTexts && i < total; i++ {
		p := people.Person(i * 7919 % total)
		last := []rune(p.LastName)
		if p.FirstName == "" || len(last) < 6 || p.Name != p.FirstName+" "+p.LastName {
			continue
		}
		slip := string(last[:3]) + "x" + string(last[4:])
		add(&searches[0], string(last[:4]), string(last[:4]))
		add(&searches[1], slip, p.LastName)
		add(&searches[2], p.FirstName+" "+slip, p.Name)
		add(&searches[3], string(last[:3]), string(last[:3]))
	}
	return searches
}
