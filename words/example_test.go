package words_test

import (
	"fmt"

	"github.com/ndoto/kundi/words"
)

// Filters and uniqueness compare texts by their one canonical form.
func ExampleCanonical() {
	fmt.Println(words.Canonical("Straße   Ł'ÉTÉ"))
	fmt.Println(words.Canonical("MÜLLER") == words.Canonical("muller"))
	// Output:
	// strasse l'ete
	// true
}

// Searches find a word in each way in which it is usually written.
func ExampleSearchTokens() {
	for _, token := range words.SearchTokens("Müller O'Neill") {
		fmt.Println(token.Text, token.Word, token.Words)
	}
	// Output:
	// muller 0 1
	// mueller 0 1
	// o 1 1
	// neill 2 1
	// oneill 1 2
}
