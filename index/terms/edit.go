package terms

// Costs of one edit, in tenths of a typo. They are guesses that were measured. The
// commonest slips are a wrong letter that sounds alike, a doubled letter, and letters in
// the wrong order. People rarely get the first letter wrong.
const (
	costEdit      = 10 // insert, delete or replace a letter
	costAlike     = 7  // replace by one that sounds alike, insert or delete a vowel
	costDouble    = 6  // insert or delete the second of two equal letters
	costTranspose = 9  // two neighbours in the wrong order
	costFirst     = 2  // more, for the first letter

	maxOne = costEdit + costFirst   // the most that one typo costs
	maxTwo = 2*costEdit + costFirst // and two

	// band is by how many letters what was read of the word may be longer or shorter than
	// what was read of the token.
	band = maxTwo/costDouble + 1

	unreachable = 255 - 4*costEdit // adding to it does not overflow a byte
)

// alike has, for each letter, the groups that it belongs to, as bits. Letters of one group
// are mistaken for each other by ear, so two letters are alike when they share a bit.
var alike = [128]uint16{
	'a': 1, 'e': 1, 'i': 1 | 2, 'o': 1 | 4, 'u': 1 | 4, 'y': 1 | 2, 'j': 2 | 8, 'g': 8 | 16,
	'c': 16 | 32, 'k': 16, 'q': 16, 's': 32 | 512, 'z': 32, 'x': 32, 'd': 64, 't': 64,
	'b': 128, 'p': 128, 'v': 128 | 256, 'f': 256, 'w': 256, 'm': 1024, 'n': 1024, 'l': 2048, 'r': 2048,
}

// replaceCost is the cost of reading b where a was meant.
func replaceCost(a, b byte) uint8 {
	switch {
	case a == b:
		return 0
	case a < 128 && b < 128 && alike[a]&alike[b] != 0:
		return costAlike
	}
	return costEdit
}

// gapCost is the cost of a letter c too many or too few, behind the letter before.
func gapCost(c, before byte) uint8 {
	switch {
	case c == before:
		return costDouble
	case c < 128 && alike[c]&1 != 0:
		return costAlike
	}
	return costEdit
}

// edits are the costs of editing one word of ASCII; immutable.
type edits struct {
	word    string
	gaps    []uint8 // of leaving out each character
	replace []uint8 // of reading a character in place of each: rows of len(word)
}

// alphabet is the number of characters that have a row in edits.replace.
const alphabet = 128

func newEdits(word string) *edits {
	e := &edits{word: word, gaps: make([]uint8, len(word)), replace: make([]uint8, alphabet*len(word))}
	for j := range len(word) {
		e.gaps[j] = gapCost(word[j], before(word, j)) + first(j)
		for c := range byte(alphabet) {
			if cost := replaceCost(word[j], c); cost != 0 {
				e.replace[int(c)*len(word)+j] = cost + first(j)
			}
		}
	}
	return e
}

// distance computes the weighted distance of a token from a word. The distance is that of
// optimal string alignment: Damerau-Levenshtein without edits between transposed letters.
// There is a row for each letter of the token. Row d is about its first d letters. Only
// cells within the band are computed.
type distance struct {
	*edits
	rows  []uint8 // of len(word)+1 cells: first d letters of the token against first j of the word
	least []uint8 // of each row
	path  []byte  // the token's letters, for a walk of the trie
}

// newDistance makes a distance for tokens with at most this number of letters.
func newDistance(e *edits, letters int) *distance {
	m := &distance{edits: e, rows: make([]uint8, (letters+1)*(len(e.word)+1)), least: make([]uint8, letters+1)}
	for j := range len(e.word) {
		m.rows[j+1] = unreachable
		if j < band {
			m.rows[j+1] = min(m.rows[j]+e.gaps[j], unreachable)
		}
	}
	return m
}

// before is the letter before the i-th, 0 for none.
func before(s string, i int) byte {
	if i == 0 {
		return 0
	}
	return s[i-1]
}

// first is what an edit of the i-th letter costs more.
func first(i int) uint8 {
	if i == 0 {
		return costFirst
	}
	return 0
}

// extend computes row d. c is the token's letter at d-1, and p the letter before it, 0 for
// none. It returns the least that any row from there on can cost. A token that is not
// ASCII is unreachable.
func (m *distance) extend(d int, c, p byte) uint8 {
	n := len(m.word)
	lo, hi := max(d-band, 0), min(d+band, n)
	if lo > hi || c >= alphabet {
		return unreachable
	}
	for len(m.rows) < (d+1)*(n+1) {
		m.rows, m.least = append(m.rows, make([]uint8, n+1)...), append(m.least, 0)
	}
	row, above := m.rows[d*(n+1):][:n+1], m.rows[(d-1)*(n+1):][:n+1]
	replace := m.replace[int(c)*n:][:n]
	gap, least := gapCost(c, p)+first(d-1), uint8(unreachable)
	for j := lo; j <= hi; j++ {
		best := uint8(unreachable)
		if j < d+band { // the cell above is within its band
			best = min(best, above[j]+gap)
		}
		if j > 0 {
			cost := replace[j-1]
			if cost != 0 && d == 1 && j > 1 {
				cost += costFirst
			}
			best = min(best, above[j-1]+cost)
			if j > lo {
				best = min(best, row[j-1]+m.gaps[j-1])
			}
			if d > 1 && j > 1 && cost != 0 && m.word[j-2] == c && m.word[j-1] == p {
				best = min(best, m.rows[(d-2)*(n+1)+j-2]+costTranspose)
			}
		}
		row[j] = best
		least = min(least, best)
	}
	m.least[d] = least
	return min(least, m.least[d-1]+costTranspose) // the next row may be reached from the one before
}

// reached is the cost of the whole word against the token's first d letters.
func (m *distance) reached(d int) uint8 {
	if len(m.word) > d+band || len(m.word) < d-band {
		return unreachable
	}
	return m.rows[d*(len(m.word)+1)+len(m.word)]
}

// Pattern is an ASCII text, such as an e-mail or a phone number, that is compared with
// others. It is immutable.
type Pattern struct{ edits *edits }

// NewPattern prepares a text for comparing.
func NewPattern(s string) *Pattern { return &Pattern{newEdits(s)} }

// Distance returns the weighted distance from a text, in tenths of a typo. It is false
// if the distance is more than two typos.
func (p *Pattern) Distance(s string) (int, bool) {
	if s == p.edits.word {
		return 0, true
	}
	w := Word{edits: p.edits, plain: p.edits.word}
	whole, _ := w.distances(s, maxTwo)
	return whole, whole <= maxTwo
}

// Within returns the part [from, to) of s that is nearest to the pattern, and its
// weighted distance in tenths of a typo. ok is false if the distance is more than one
// typo.
func (p *Pattern) Within(s string) (cost, from, to int, ok bool) {
	cost = maxOne + 1
	last := len(s) - len(p.edits.word) + band // where a part begins that is long enough
	if last < 0 {
		return cost, 0, 0, false
	}
	d := newDistance(p.edits, min(len(s), len(p.edits.word)+band))
	for i := range min(last+1, len(s)) {
		for j := i; j < len(s); j++ {
			if int(d.extend(j-i+1, s[j], before(s[i:], j-i))) >= cost {
				break
			}
			if reached := int(d.reached(j - i + 1)); reached < cost {
				cost, from, to = reached, i, j+1
			}
		}
	}
	return cost, from, to, cost <= maxOne
}
