package fields

import (
	"fmt"

	"github.com/ndoto/kundi/fault"
)

// MaxDefinitionBytes is how much all definitions may have together, by size:
// they are listed in one answer and are always in memory.
const MaxDefinitionBytes = 2 << 20

// size is about how many bytes the definition has in an answer: its texts, and
// some for what stands around them.
func (a *AttributeDefinition) size() int {
	const fixed, perText = 300, 3
	n := fixed + len(a.Key) + len(a.Label) + len(a.Description) + len(a.Group) + len(a.Pattern) + len(a.Cue)
	for _, f := range a.Former {
		n += 2*perText + len(f.Name) + len(f.Option)
	}
	if a.Default != nil {
		n += perText + len(fmt.Sprint(a.Default))
	}
	for _, list := range [][]string{a.Options, a.Schemes} {
		for _, text := range list {
			n += perText + len(text)
		}
	}
	return n
}

// CheckSize refuses a definition that makes all of them too large together.
// before is the one that it takes the place of, nil for none. One that does not
// grow is never refused: there may be more of old.
func (s *Schema) CheckSize(before, after *AttributeDefinition) error {
	grows := after.size()
	if before != nil {
		grows -= before.size()
	}
	total := s.size + grows
	if grows <= 0 || total <= MaxDefinitionBytes {
		return nil
	}
	return &fault.Error{Kind: fault.KindConflict, Type: "attributes-too-large", Message: fmt.Sprintf(
		"The definitions of all attributes have at most %d bytes together: their texts, 3 more for each option and 300 for each attribute. "+
			"They would have %d. Use fewer or shorter options.", MaxDefinitionBytes, total)}
}
