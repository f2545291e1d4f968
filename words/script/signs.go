package script

import "strings"

// smallTsu is the sign of Japanese that doubles the consonant behind it.
const smallTsu = 'っ'

// addKana adds what depends on the syllable before or behind: long vowels, mostly
// written short, and doubled consonants.
func (b *builder) addKana(at int) {
	l := b.lattice
	switch r := b.letters[at]; {
	case r == smallTsu && at+1 < len(b.letters):
		l.edges[at] = nil
		for _, s := range letters().spellings[string(b.letters[at+1])] {
			b.add(at, at+1, s.cost, []spelling{newSpelling(s.latin[:min(1, len(s.latin))], 0)})
		}
		b.add(at, at+1, 1, []spelling{newSpelling("t", 0), newSpelling("", 0)})
	case at > 0 && (r == 'う' || r == 'お') && b.vowelBefore(at) == 'o', at > 0 && r == 'う' && b.vowelBefore(at) == 'u', at > 0 && r == 'ー':
		latin := map[rune]string{'う': "u", 'お': "o"}[r]
		l.edges[at] = nil
		b.add(at, at+1, 0, []spelling{newSpelling("", 0), newSpelling(latin, 0), newSpelling("h", 1)})
	}
}

// addSilent adds that a letter of Thai is silent which bears the sign that it is,
// perhaps with a vowel between.
func (b *builder) addSilent(at int) {
	const thanthakhat, lowVowel, highVowel = 0x0E4C, 0x0E38, 0x0E34
	for to := at + 1; to < len(b.letters) && to <= at+2; to++ {
		switch b.letters[to] {
		case thanthakhat:
			b.lattice.edges[at] = nil
			b.add(at, to+1, 0, []spelling{newSpelling("", 0), newSpelling(b.fallback(at)[0].latin, 2)})
			return
		case lowVowel, highVowel:
		default:
			return
		}
	}
}

// vowelBefore is the vowel in which the spelling of the syllable before ends.
func (b *builder) vowelBefore(at int) byte {
	for from := at - 1; from >= 0; from-- {
		for _, e := range b.lattice.edges[from] {
			if int(e.to) == at && e.latin != "" {
				return e.latin[len(e.latin)-1]
			}
		}
	}
	return 0
}

// repeated is the letter that a sign of repetition stands for, behind some letters:
// Misuzu is written みすゞ. Any other letter is itself.
func repeated(letters []rune, r rune) rune {
	if r != 'ゝ' && r != 'ゞ' || len(letters) == 0 {
		return r
	}
	last := letters[len(letters)-1]
	if r == 'ゞ' && strings.ContainsRune("かきくけこさしすせそたちつてとはひふへほ", last) {
		return last + 1 // the same, voiced
	}
	return last
}
