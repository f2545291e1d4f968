package terms

import (
	_ "embed"
	"strings"
	"sync"
)

// nicknameGroups are given names with their short and pet forms, one group a
// line, the formal name first; a name may be in several groups. Written from
// general knowledge of English and the commonest names of other European
// languages.
//
//go:embed nicknames.txt
var nicknameGroups string

// nicknames maps a name to the other names of its groups.
var nicknames = sync.OnceValue(func() map[string][]string {
	names := make(map[string][]string, 2_000)
	for line := range strings.Lines(nicknameGroups) {
		group := strings.Fields(line)
		for i, name := range group {
			for j, other := range group {
				// A formal name and its pet forms stand for each other; two pet
				// forms only through the formal name, which is there as well.
				if i != j && (i == 0 || j == 0) {
					names[name] = append(names[name], other)
				}
			}
		}
	}
	return names
})

// Nicknames returns the names that a folded name is a pet form of, and the pet
// forms that it has. The slice is shared.
func Nicknames(name string) []string { return nicknames()[name] }

// siblings returns the other pet forms of the names that name is a pet form
// of: bobby for rob.
func siblings(name string) []string {
	var out []string
	for _, formal := range Nicknames(name) {
		out = append(out, Nicknames(formal)...)
	}
	return out
}
