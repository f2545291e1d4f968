package columns

import (
	"strings"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/segments/filter"
)

// textPart is what a rule looks for in folded texts.
type textPart struct {
	// test is whether a text has the part. Several goroutines may call it.
	test func(string) bool
	// grams are trigrams that every such text has, none when the part is shorter
	// than one.
	grams []uint32
	// begins are the beginnings by which such texts are known, none when that is
	// not what the rule looks for.
	begins []string
	// tails says by tail whether it has the part, nil when that is not known.
	tails []bool
	// exact says that every text with the trigrams passes the test.
	exact bool
	// word is what a word of every such text has, nil when that is nothing.
	word *textPart
	// whole says that a text with such a word passes the test.
	whole bool
}

// maxGrams is how many trigrams of a part are looked up: of a long part as
// many from its beginning are enough.
const maxGrams = 16

func newTextPart(r *filter.Rule) textPart {
	if len(r.Values) == 0 {
		return textPart{test: func(string) bool { return false }}
	}
	part := r.Values[0].Text
	p := textPart{test: textTest(r.Operator, part)}
	if r.Operator == filter.StartsWith {
		p.begins = []string{part}
	}
	if r.Field.Type == contacts.FieldPhone { // is tested by its digits
		if p.begins != nil {
			p.begins = append(p.begins, "+"+part)
		}
		test := p.test
		p.test = func(s string) bool { return test(strings.TrimPrefix(s, "+")) }
	}
	p.grams = gramsOf(part)
	p.exact = r.Operator == filter.Contains && len(part) == 3 && r.Field.Type != contacts.FieldPhone
	p.word = wordPart(r.Operator, part)
	p.whole = r.Operator == filter.Contains && !strings.Contains(part, wordSeparator)
	return p
}

// wordPart is what a word has of texts that have the part: all of it, or of
// several words the longest, at the same end of a word as of a text.
func wordPart(o filter.Operator, part string) *textPart {
	longest := ""
	for _, word := range strings.Split(part, wordSeparator) {
		if len(word) > len(longest) {
			longest = word
		}
	}
	if longest == "" {
		return nil
	}
	return &textPart{test: textTest(o, longest), grams: gramsOf(longest), exact: o == filter.Contains && len(longest) == 3}
}

func gramsOf(part string) []uint32 {
	grams := make([]uint32, max(0, min(len(part)-2, maxGrams)))
	for i := range grams {
		grams[i] = gramAt(part, i)
	}
	return grams
}

func textTest(o filter.Operator, part string) func(string) bool {
	switch o {
	case filter.StartsWith:
		return func(s string) bool { return strings.HasPrefix(s, part) }
	case filter.EndsWith:
		return func(s string) bool { return strings.HasSuffix(s, part) }
	}
	return func(s string) bool { return strings.Contains(s, part) }
}
