package terms

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"
)

// The lists say which given names stand for each other.
var (
	// nicknameLines are of two kinds: names and, behind a colon, the short and pet
	// forms of them; and one name in many languages.
	//
	//go:embed nicknames.txt
	nicknameLines string
	// englishNicknameLines are another's list, of lines of the first kind.
	//
	//go:embed nicknames_en.txt
	englishNicknameLines string
	// rareNicknameLines are of the first kind: what people are seldom called.
	//
	//go:embed nicknames_rare.txt
	rareNicknameLines string
	// usualNicknameLines are pet forms and, behind a colon, the names that they
	// usually stand for.
	//
	//go:embed nicknames_usual.txt
	usualNicknameLines string
)

// minMisspelt is the number of letters from which a pet form may have a typo.
const minMisspelt = 4

// Misspelt returns the word with the names that it may stand for if it is a nickname
// with a typo. Nearly every word is one typo away from some nickname, so this is for
// words that no contact has. It does not change w.
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
				if sum := cost + costTypo + typo + costMisspelt; cost <= costNickname && (found[other] == 0 || sum < found[other]) {
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
	for _, name := range slices.Sorted(maps.Keys(nicknames().of)) {
		entries = append(entries, Entry{Text: name})
	}
	return NewDictionary(entries)
})

// nickname is one group of names that stand for each other.
type nickname struct {
	formal []string // names, in their spellings
	pet    []string // short and pet forms; none: formal are one name in many languages
	cost   int      // of a pet form for a name
}

// nicknameGroups are all groups.
type nicknameGroups struct {
	of     map[string][]*nickname // the groups that a name is in
	formal map[string]bool        // names that our own list has pet forms for
	pet    map[string]bool        // the pet forms of all lists
}

// nicknames reads the lists.
var nicknames = sync.OnceValue(func() *nicknameGroups {
	n := &nicknameGroups{make(map[string][]*nickname, 10_000), map[string]bool{}, map[string]bool{}}
	eachNickname(nicknameLines, func(formal, pet []string) {
		n.add(&nickname{formal, pet, costNickname})
		for _, name := range formal {
			n.formal[name] = n.formal[name] || len(pet) > 0
		}
	})
	eachNickname(englishNicknameLines, func(formal, pet []string) { n.add(&nickname{formal, pet, costNickname}) })
	eachNickname(rareNicknameLines, func(formal, pet []string) { n.add(&nickname{formal, pet, costSeldom}) })
	eachNickname(usualNicknameLines, func(pet, formal []string) {
		for _, name := range formal {
			n.add(&nickname{[]string{name}, pet, costUsual})
		}
	})
	return n
})

// eachNickname calls read with the names before and behind the colon of each line.
func eachNickname(lines string, read func(before, behind []string)) {
	for line := range strings.Lines(lines) {
		if before, behind, _ := strings.Cut(line, ":"); !strings.HasPrefix(line, "#") {
			read(strings.Fields(before), strings.Fields(behind))
		}
	}
}

func (n *nicknameGroups) add(g *nickname) {
	for _, name := range slices.Concat(g.formal, g.pet) {
		n.of[name] = append(n.of[name], g)
	}
	for _, name := range g.pet {
		n.pet[name] = true
	}
}

// Nicknames returns the names that a folded name may stand for, each with its cost.
// The cheapest are a nickname and the name that it usually means. Then come a nickname
// and other names, two nicknames of one name, and the same name in another language.
// It returns nil for most words.
func Nicknames(name string) map[string]int {
	out := map[string]int{}
	for _, spelling := range endings(name) {
		for _, g := range nicknames().of[spelling] {
			nicknames().put(g, spelling, out)
		}
	}
	delete(out, name)
	if len(out) == 0 {
		return nil
	}
	return out
}

// put adds what a name stands for in one of its groups. Two pet forms are
// siblings only by a name that is no pet form itself, and when neither is a name
// of its own: Joe and Anna are both called for Joanna, but nobody means the other.
func (n *nicknameGroups) put(g *nickname, name string, out map[string]int) {
	add := func(other string, cost int) {
		for _, spelling := range endings(other) {
			if old, known := out[spelling]; !known || cost < old {
				out[spelling] = cost
			}
		}
	}
	if len(g.pet) == 0 {
		for _, other := range g.formal {
			add(other, costLanguage)
		}
		return
	}
	named := slices.Contains(g.formal, name)
	related := !n.formal[name] && slices.ContainsFunc(g.formal, func(f string) bool { return n.formal[f] || !n.pet[f] })
	for _, other := range g.formal {
		add(other, g.cost)
	}
	for _, other := range g.pet {
		switch {
		case named:
			add(other, g.cost)
		case related && !n.formal[other]:
			add(other, costSibling)
		}
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
