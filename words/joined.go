package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ndoto/kundi/words/script"
)

// familyLength is how many characters at the beginning of a chunk are the family
// name; noCharacters when the chunk is no name of several.
func familyLength(words []span, spellings []forms) int {
	if len(words) < 2 {
		return noCharacters
	}
	name := ""
	for i, w := range words {
		if !w.cjk {
			return noCharacters
		}
		name += spellings[i].plain
	}
	return script.FamilyLength(name)
}

const noCharacters = -1

// join adds the joined forms of a chunk of several words: all of them, and,
// of three and more, each neighbouring pair; of characters the family name, when
// it has several, and the given name.
func (t *Tokenizer) join(words []span, spellings []forms, first, family int) {
	n := len(words)
	if n < 2 {
		return
	}
	part := func(from, to int) {
		t.emit(joinForms(spellings[from:to]), words[from].from, words[to-1].to, first+from, to-from)
	}
	part(0, n)
	switch {
	case n == 2:
	case family != noCharacters:
		if family > 1 {
			part(0, family)
		}
		if family > 0 && n-family > 1 {
			part(family, n)
		}
		if family == 2 && n == 3 { // it may have one character all the same
			part(1, n)
		}
	default:
		for i := 0; i+1 < n; i++ {
			part(i, i+2)
		}
	}
}

// leads reports the first words of names that many write as one with the word behind,
// folded.
func leads(word string) bool {
	switch word {
	case "abd", "abdul", "abdel", "abdal", "abdur", "abdol", "abu", "abou", "عبد", "ابو", "ابي", "ابن", "بن", "بنت", "ام", "ال":
		return true
	}
	return false
}

// trails reports words that many write as one with the word before.
func trails(word string) bool {
	switch word {
	case "eddine", "eddin", "uddin", "aldin", "eldin", "allah", "ullah", "الدين", "الله":
		return true
	}
	return false
}

// lead joins the first word of the chunk with the word before when many write them
// as one, and remembers a chunk of one word.
func (t *Tokenizer) lead(words []span, spellings []forms, first int) {
	if b := t.before; b.plain != "" && (leads(b.plain) || trails(spellings[0].plain)) {
		t.emit(joinForms([]forms{b.forms, spellings[0]}), b.from, words[0].to, first-1, 2)
	}
	t.before = lead{}
	if len(words) == 1 {
		t.before = lead{words[0], spellings[0]}
	}
}

func joinForms(parts []forms) forms {
	var plain, national, latin strings.Builder
	var out forms
	hasNational, hasLatin := false, false
	for _, p := range parts {
		plain.WriteString(p.plain)
		national.WriteString(orElse(p.national, p.plain))
		latin.WriteString(orElse(p.latin, p.plain))
		hasNational = hasNational || p.national != ""
		hasLatin = hasLatin || p.latin != ""
	}
	out.plain = plain.String()
	if hasNational {
		out.national = national.String()
	}
	if hasLatin {
		out.latin = latin.String()
	}
	switch r, _ := utf8.DecodeRuneInString(out.plain); {
	case unicode.In(r, unicode.Hiragana, unicode.Katakana):
		out.latin = latinOf(out.plain) // syllables change each other
	case unicode.Is(unicode.Han, r):
		out.japanese = script.Japanese(out.plain)
	}
	return out
}

// latinOf is how a word of another script is mostly read, "" when that is not
// known.
func latinOf(plain string) string {
	if lattice := script.Of(plain); lattice != nil {
		return lattice.Latin()
	}
	return ""
}
