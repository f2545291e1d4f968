package terms

// Costs of one edit, in tenths of a typo. They are measured guesses: a wrong
// letter that sounds alike, a doubled letter and letters in the wrong order
// are the commonest slips, and people rarely get the first letter wrong.
const (
	costEdit      = 10 // insert, delete or replace a letter
	costAlike     = 7  // replace by one that sounds alike, insert or delete a vowel
	costDouble    = 6  // insert or delete the second of two equal letters
	costTranspose = 9  // two neighbours in the wrong order
	costFirst     = 2  // more, for the first letter

	maxOne = costEdit + costFirst   // the most that one typo costs
	maxTwo = 2*costEdit + costFirst // and two

	// band is how far the lengths read of word and token may be apart.
	band = maxTwo/costDouble + 1

	unreachable = 255 - 4*costEdit // adding to it does not overflow a byte
)

// alike are the groups of letters that are mistaken for each other by ear, as
// bits; two letters are alike when they share one.
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

// gapCost is the cost of a letter too many or too few, given its neighbour
// before.
func gapCost(c, before byte) uint8 {
	switch {
	case c == before:
		return costDouble
	case c < 128 && alike[c]&1 != 0:
		return costAlike
	}
	return costEdit
}

// distance computes, row by row of a token's letters, the weighted distance
// of optimal string alignment (Damerau-Levenshtein without edits between
// transposed letters) from a word. Row d is that of the token's first d
// letters; only cells within the band are computed.
type distance struct {
	word string
	path []byte    // the token's letters, for a walk of the trie
	rows [][]uint8 // rows[d][j]: first d letters of the token against first j of the word
}

func newDistance(word string) *distance {
	m := &distance{word: word, rows: make([][]uint8, 1, len(word)+band+1)}
	row := make([]uint8, len(word)+1)
	for j := 1; j < len(row); j++ {
		row[j] = unreachable
		if j <= band {
			row[j] = min(row[j-1]+gapCost(word[j-1], before(word, j-1))+first(j-1), unreachable)
		}
	}
	m.rows[0] = row
	return m
}

func before(s string, i int) byte {
	if i == 0 {
		return 0
	}
	return s[i-1]
}

func first(i int) uint8 {
	if i == 0 {
		return costFirst
	}
	return 0
}

// extend computes row d for the token's letter c at d-1, whose neighbour
// before is p (0 for none), and returns the row's least cost.
func (m *distance) extend(d int, c, p byte) uint8 {
	for len(m.rows) <= d {
		m.rows = append(m.rows, make([]uint8, len(m.word)+1))
	}
	row, above := m.rows[d], m.rows[d-1]
	lo, hi := max(d-band, 0), min(d+band, len(m.word))
	least := uint8(unreachable)
	gap := gapCost(c, p) + first(d-1)
	for j := lo; j <= hi; j++ {
		best := uint8(unreachable)
		if j < d+band { // the cell above is within its band
			best = min(best, above[j]+gap)
		}
		if j > 0 {
			w := m.word[j-1]
			replace := replaceCost(w, c)
			if replace != 0 && (j == 1 || d == 1) {
				replace += costFirst
			}
			best = min(best, above[j-1]+replace)
			if j > lo {
				best = min(best, row[j-1]+gapCost(w, before(m.word, j-1))+first(j-1))
			}
			if d > 1 && j > 1 && w == p && m.word[j-2] == c && w != c {
				best = min(best, m.rows[d-2][j-2]+costTranspose)
			}
		}
		best = min(best, unreachable)
		row[j] = best
		least = min(least, best)
	}
	return least
}

// reached is the cost of the whole word against the token's first d letters.
func (m *distance) reached(d int) uint8 {
	if len(m.word) > d+band || len(m.word) < d-band {
		return unreachable
	}
	return m.rows[d][len(m.word)]
}

// Distance returns the weighted distance of two tokens in tenths of a typo;
// false when it is more than that of two typos.
func Distance(a, b string) (int, bool) {
	w := Word{plain: a}
	whole, _ := w.distances(b)
	return whole, whole <= maxTwo
}
