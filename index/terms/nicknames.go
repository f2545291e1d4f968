package terms

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"
)

// nicknameLines says which given names stand for each other. Two kinds of
// lines: names and, behind a colon, the short and pet forms of them; and one
// name in many languages.
//
//go:embed nicknames.txt
var nicknameLines string

// minMisspelt is the number of letters from which a pet form may have a typo.
const minMisspelt = 4

// Misspelt returns the word with the names that it may stand for as a pet form
// with a typo. Nearly every word is one typo away from some pet form, so this is
// for words that no contact has. The word itself stays as it is.
func (w *Word) Misspelt() *Word {
	if w.unfinished || w.nicknames != nil || len(w.plain) < minMisspelt {
		return w
	}
	found := map[string]int{}
	names := nicknameDictionary()
	names.near(w.edits, min(w.budget(), maxOne), 0, func(from, to uint32) {
		for term := from; term < to; term++ {
			name := names.token(term)
			typo, _ := w.distances(name, maxOne)
			for other, cost := range Nicknames(name) {
				if sum := cost + costTypo + typo + costMisspelt; cost == costNickname && (found[other] == 0 || sum < found[other]) {
					found[other] = sum
				}
			}
		}
	})
	if len(found) == 0 {
		return w
	}
	out := *w
	out.nicknames = found
	return &out
}

// nicknameDictionary has all names that have or are pet forms.
var nicknameDictionary = sync.OnceValue(func() *Dictionary {
	var entries []Entry
	for _, name := range slices.Sorted(maps.Keys(nicknames())) {
		entries = append(entries, Entry{Text: name})
	}
	return NewDictionary(entries)
})

// nickname is one group of names that stand for each other.
type nickname struct {
	formal []string // names, in their spellings
	pet    []string // short and pet forms; none: formal are one name in many languages
}

// nicknames maps a name to the groups it is in.
var nicknames = sync.OnceValue(func() map[string][]*nickname {
	groups := make(map[string][]*nickname, 8_000)
	for line := range strings.Lines(nicknameLines) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		formal, pet, _ := strings.Cut(line, ":")
		g := &nickname{strings.Fields(formal), strings.Fields(pet)}
		for _, name := range slices.Concat(g.formal, g.pet) {
			groups[name] = append(groups[name], g)
		}
	}
	return groups
})

// Nicknames returns the names that a folded name may stand for, each with what
// that costs: a name and its pet forms stand for each other, less so two pet
// forms of one name, and a name for the same in another language. It returns
// nil for most words.
func Nicknames(name string) map[string]int {
	var out map[string]int
	for _, spelling := range endings(name) {
		for _, g := range nicknames()[spelling] {
			if out == nil {
				out = make(map[string]int, 32)
			}
			g.put(spelling, out)
		}
	}
	delete(out, name)
	return out
}

// put adds what a name of the group stands for.
func (g *nickname) put(name string, out map[string]int) {
	add := func(names []string, cost int) {
		for _, n := range names {
			for _, spelling := range endings(n) {
				if old, known := out[spelling]; !known || cost < old {
					out[spelling] = cost
				}
			}
		}
	}
	switch {
	case len(g.pet) == 0:
		add(g.formal, costLanguage)
	case slices.Contains(g.formal, name):
		add(g.formal, costNickname)
		add(g.pet, costNickname)
	default:
		add(g.formal, costNickname)
		add(g.pet, costSibling)
	}
}

// petEndings are written one for the other: bobby, bobbie.
var petEndings = []string{"ie", "y", "i"}

// endings returns a name with every ending that it may be written with.
func endings(name string) []string {
	for _, ending := range petEndings {
		stem, found := strings.CutSuffix(name, ending)
		if !found || len(stem) < 3 {
			continue
		}
		out := []string{name}
		for _, other := range petEndings {
			if other != ending {
				out = append(out, stem+other)
			}
		}
		return out
	}
	return []string{name}
}
