package terms

import "strings"

// Sound returns a key under which names that sound alike are equal: Smith and
// Smyth, Catherine and Kathryn, Philip and Filip, Schmidt and Schmitt. It
// takes a folded token; a token with anything but the letters a-z has no key.
//
// The key is of our own making, in the tradition of Metaphone but for names of
// many European languages, and stricter, since an equal key ranks before a
// typo. It is the skeleton of consonants by their sound (c before e, i, y is s
// and else k; ph and v are f; sch, sh and tch are S; th is t; dt, tt, d at the
// end are t; g before e or i is j; doubled letters are single; h is silent
// after a vowel or a consonant), with an a for a vowel at the start, and the
// last vowel when the name ends in one: a, o, or e for all others but a silent
// e, for Mario is not Maria. Vowels within are dropped.
func Sound(token string) string {
	if len(token) < 3 || strings.ContainsFunc(token, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return ""
	}
	s := sounder{in: token, out: make([]byte, 0, len(token))}
	s.start()
	for s.at < len(s.in) {
		s.step()
	}
	s.end()
	return string(s.out)
}

type sounder struct {
	in  string
	at  int
	out []byte
}

// start reads what sounds different at the beginning of a name.
func (s *sounder) start() {
	switch {
	case s.take("kn"), s.take("gn"), s.take("pn"):
		s.put('n')
	case s.take("wr"):
		s.put('r')
	case s.take("ps"), s.take("cz"), s.take("ts"), s.take("tz"), s.take("x"):
		s.put('s')
	case s.take("ch"):
		if s.peek(0) == 'r' || s.peek(0) == 'l' { // Christian, Chloe
			s.put('k')
		} else {
			s.put('S')
		}
	case isVowel(s.peek(0)):
		s.at++
		s.put('a')
	case s.take("h"):
		s.put('h')
	}
}

// step reads one sound.
func (s *sounder) step() {
	for _, p := range soundsFrom[s.in[s.at]-'a'] {
		if strings.HasPrefix(s.in[s.at:], p.letters) && (p.before == "" || strings.IndexByte(p.before, s.peek(len(p.letters))) >= 0) {
			s.at += len(p.letters)
			for i := range len(p.sound) {
				s.put(p.sound[i])
			}
			return
		}
	}
	c := s.in[s.at]
	s.at++
	if !isVowel(c) && c != 'h' && c != 'w' {
		s.put(c)
	}
}

// soundPattern is letters by their sound; before lists the letters that must
// follow.
type soundPattern struct{ letters, before, sound string }

// soundsFrom are the patterns by their first letter.
var soundsFrom = func() (by [26][]soundPattern) {
	for _, p := range soundPatterns {
		by[p.letters[0]-'a'] = append(by[p.letters[0]-'a'], p)
	}
	return by
}()

// soundPatterns are all, the longer ones first.
var soundPatterns = []soundPattern{
	{"tsch", "", "S"}, {"sch", "", "S"}, {"tch", "", "S"}, {"cz", "", "S"}, {"sz", "", "S"}, {"sh", "", "S"},
	{"ch", "", "S"}, {"zh", "", "S"}, {"ck", "", "k"}, {"ph", "", "f"}, {"pf", "", "f"}, {"gh", "", ""},
	{"th", "", "t"}, {"dt", "", "t"}, {"qu", "", "k"}, {"ks", "", "ks"}, {"x", "", "ks"},
	{"sc", "eiy", "s"}, {"c", "eiy", "s"}, {"c", "", "k"}, {"q", "", "k"},
	{"gy", "aeou", "k"}, {"g", "eiy", "j"}, {"v", "", "f"}, {"z", "", "s"}, {"d", "\x00", "t"}, {"j", "", "j"},
}

// end adds the last vowel, which tells Maria from Mario. A single e is silent.
func (s *sounder) end() {
	last, before := s.in[len(s.in)-1], s.in[len(s.in)-2]
	switch {
	case last == 'a' || last == 'o':
		s.out = append(s.out, '.', last)
	case last == 'e' && !isVowel(before):
	case isVowel(last):
		s.out = append(s.out, '.', 'e')
	}
}

// peek returns the letter n after the current one, 0 behind the end.
func (s *sounder) peek(n int) byte {
	if s.at+n < len(s.in) {
		return s.in[s.at+n]
	}
	return 0
}

func (s *sounder) take(letters string) bool {
	if !strings.HasPrefix(s.in[s.at:], letters) {
		return false
	}
	s.at += len(letters)
	return true
}

// put appends a sound unless it repeats the last one.
func (s *sounder) put(c byte) bool {
	if n := len(s.out); n == 0 || s.out[n-1] != c {
		s.out = append(s.out, c)
	}
	return true
}

func isVowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u', 'y':
		return true
	}
	return false
}
