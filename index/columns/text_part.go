package columns

import (
	"slices"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// textPart is what a rule looks for in folded texts.
type textPart struct {
	operator filter.Operator
	text     string
	phone    bool     // texts are phone numbers, known by their digits
	dialled  []string // of a phone: see dialledRests
	// grams are trigrams that every such text has, none when the part is shorter
	// than one.
	grams []uint32
	// begins are the beginnings by which such texts are known, none when that is
	// not what the rule looks for.
	begins []string
	// tails says by tail whether it has the part, nil when that is not known.
	tails []bool
	// exact says that every text with the trigrams has the part.
	exact bool
	// whole says that the part lies within one word.
	whole bool
	// any looks for many parts at once instead of text, nil for one.
	any *automaton
}

// steps is what a look at a text costs.
func (p *textPart) steps() uint64 {
	if p.any != nil {
		return manyPartsSteps
	}
	return 1
}

// maxGrams is how many trigrams of a part are looked up: of a long part as
// many from its beginning are enough.
const maxGrams = 16

func newTextPart(r *filter.Rule) textPart {
	if len(r.Values) == 0 {
		return textPart{}
	}
	p := partOf(r.Operator, r.Values[0].Text)
	if r.Operator == filter.StartsWith {
		p.begins = []string{p.text}
	}
	if r.Field.Type == fields.FieldPhone {
		p.phone, p.exact = true, false
		p.dialled = dialledRests(p.text)
		if p.begins != nil {
			p.begins = append(p.begins, "+"+p.text)
			for _, begin := range fields.NationalBeginnings(p.text) {
				p.begins = append(p.begins, "+"+begin)
			}
			slices.Sort(p.begins)
			p.begins = outermost(p.begins)
		}
	}
	return p
}

func partOf(o filter.Operator, text string) textPart {
	return textPart{
		operator: o, text: text, grams: gramsOf(text),
		exact: o == filter.Contains && len(text) == 3,
		whole: o == filter.Contains && !strings.Contains(text, wordSeparator),
	}
}

// word is what a word has of texts that have the part: all of it, or of several
// words the longest, at the same end of a word as of a text; false when that is
// nothing.
func (p textPart) word() (textPart, bool) {
	switch {
	case p.any != nil:
		return textPart{}, false
	case p.whole:
		return p, p.text != ""
	}
	longest := ""
	for word := range wordsIn(p.text) {
		if len(word) > len(longest) {
			longest = word
		}
	}
	return partOf(p.operator, longest), longest != ""
}

func gramsOf(part string) []uint32 {
	grams := make([]uint32, max(0, min(len(part)-2, maxGrams)))
	for i := range grams {
		grams[i] = gramAt(part, i)
	}
	return grams
}

// outermost leaves out what begins with another, of texts in order.
func outermost(begins []string) []string {
	kept := begins[:1]
	for _, begin := range begins[1:] {
		if !strings.HasPrefix(begin, kept[len(kept)-1]) {
			kept = append(kept, begin)
		}
	}
	return kept
}

// in reports whether a text has the part.
func (p *textPart) in(text string) bool {
	if p.phone {
		return p.inPhone(strings.TrimPrefix(text, "+"))
	}
	return p.inText(text)
}

// inPhone looks at the digits of a number, and at those that are dialled within
// its country.
func (p *textPart) inPhone(digits string) bool {
	if p.inText(digits) {
		return true
	}
	if p.any == nil && !p.mayBeDialled(digits) {
		return false
	}
	n := fields.NationalOf(digits)
	switch {
	case p.any != nil:
		var written [32]byte
		return p.any.in(view(append(append(written[:0], n.Trunk...), n.Rest...)))
	case p.operator == filter.StartsWith:
		return n.Begins(p.text)
	case p.operator == filter.EndsWith:
		return n.Ends(p.text)
	}
	return n.BeginsInTrunk(p.text)
}

// maxCountryCode is the most digits that a country code has.
const maxCountryCode = 3

// mayBeDialled rules out, at little cost, nearly all numbers whose national form
// does not have the part.
func (p *textPart) mayBeDialled(digits string) bool {
	if p.operator == filter.EndsWith {
		return len(p.dialled) > 0 && len(p.text)+maxCountryCode >= len(digits)
	}
	for _, rest := range p.dialled {
		for at := 1; at <= maxCountryCode && at < len(digits); at++ {
			if rest == "" || digits[at] == rest[0] && strings.HasPrefix(digits[at:], rest) {
				return true
			}
		}
	}
	return p.operator == filter.StartsWith
}

// dialledRests returns what is left of a part behind what may be dialled before a
// number within a country: one or two digits; none when it cannot begin so.
func dialledRests(part string) (rests []string) {
	for n := range min(len(part), 2) {
		if !strings.Contains(fields.TrunkDigits, part[n:n+1]) {
			break
		}
		rests = append(rests, part[n+1:])
	}
	return rests
}

func (p *textPart) inText(text string) bool {
	if p.any != nil {
		return p.any.in(text)
	}
	switch p.operator {
	case filter.StartsWith:
		return strings.HasPrefix(text, p.text)
	case filter.EndsWith:
		return strings.HasSuffix(text, p.text)
	case filter.Contains:
		return strings.Contains(text, p.text)
	}
	return false
}
