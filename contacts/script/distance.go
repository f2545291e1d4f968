package script

// What a letter costs more or less than the nearest spelling of a word.
const (
	costWrong  = 7 // another consonant, one too many or too few
	costAlike  = 2 // a consonant that is confused with the one meant
	costNear   = 1 // a vowel that sounds much the same
	costVowel  = 2 // another vowel, one too few, h, y or w too few
	costDouble = 1 // a letter twice that is spelled once
	costBreath = 1 // an h where it says little: behind a consonant, at the end
)

// Far is more than any distance that is told.
const Far = 1 << 10

// maxLetters is how many Latin letters are compared.
const maxLetters = 64

// Distance is how far lower-case Latin letters are from the nearest spelling
// of the word, 0 for a usual one; Far when that is more than limit.
func (l *Lattice) Distance(latin string, limit int) int {
	whole, _ := l.Distances(latin, limit)
	return whole
}

// Distances returns the distance and that from the nearest beginning of a spelling.
func (l *Lattice) Distances(latin string, limit int) (whole, beginning int) {
	n := len(latin)
	if n == 0 || n > maxLetters {
		return Far, Far
	}
	begun := Far
	var extra [maxLetters + 1]int // what each letter costs when it is too many
	for j := range n {
		extra[j+1] = l.extraCost(latin, j)
	}
	width := n + 1
	rows := make([]int, (len(l.edges)+1)*width)
	for i := range rows {
		rows[i] = Far
	}
	rows[0] = 0
	var scratch [2][maxLetters + 1]int
	for from := range l.edges {
		row := rows[from*width : (from+1)*width]
		least := Far
		for j := range width {
			if j > 0 {
				row[j] = min(row[j], row[j-1]+extra[j])
			}
			least = min(least, row[j])
		}
		if least > limit {
			continue
		}
		for i := range l.edges[from] {
			e := &l.edges[from][i]
			if least+e.price() > limit {
				continue
			}
			reached := walk(e, latin, row, &scratch, extra[:width], &begun)
			into := rows[int(e.to)*width : (int(e.to)+1)*width]
			for j := range width {
				into[j] = min(into[j], reached[j]+e.price())
			}
		}
	}
	last := rows[len(l.edges)*width:]
	least := Far
	tail := 0
	for j := n; j >= 0; j-- {
		least = min(least, last[j]+tail)
		tail += extra[j]
	}
	begun = min(begun, least)
	if least > limit {
		least = Far
	}
	if begun > limit {
		begun = Far
	}
	return least, begun
}

// walk goes along the letters of an edge and returns the row that is reached. begun
// becomes the least that all letters of Latin cost on the way, if that is less.
func walk(e *edge, latin string, row []int, scratch *[2][maxLetters + 1]int, extra []int, begun *int) []int {
	for i := range len(e.latin) {
		c := e.latin[i]
		missing := missingCost(c)
		next := scratch[i&1][:len(row)]
		next[0] = row[0] + missing
		for j := 1; j < len(row); j++ {
			cost := row[j-1]
			if c != latin[j-1] {
				cost += int(replaced[c&maxByte][latin[j-1]&maxByte])
			}
			next[j] = min(cost, row[j]+missing, next[j-1]+extra[j])
		}
		row = next
		*begun = min(*begun, row[len(latin)]+e.price())
	}
	return row
}

// extraCost is what a letter costs that the word has not.
func (l *Lattice) extraCost(latin string, j int) int {
	c, before := latin[j], byte(0)
	if j > 0 {
		before = latin[j-1]
	}
	switch {
	case c == before && !isVowel(c):
		return min(costDouble, l.vowel)
	case isVowel(c) && (j == 0 || isVowel(before)): // scripts write a vowel at the beginning, and long ones
		return max(l.vowel, costVowel)
	case isVowel(c):
		return l.vowel
	case c == 'h' && (j+1 == len(latin) || j > 0 && !isVowel(before)):
		return costBreath
	case c == 'h':
		return costVowel
	}
	return costWrong
}

// missingCost is what a letter costs that the word has and Latin has not.
func missingCost(c byte) int {
	if isVowel(c) || c == 'h' || c == 'y' || c == 'w' {
		return costVowel
	}
	return costWrong
}

const maxByte = 0x7F // of ASCII

// replaced is what it costs to write the second letter for the first.
var replaced = func() (costs [maxByte + 1][maxByte + 1]uint8) {
	for a := range byte(maxByte + 1) {
		for b := range byte(maxByte + 1) {
			costs[a][b] = uint8(replaceCost(a, b))
		}
	}
	return costs
}()

func replaceCost(a, b byte) int {
	switch {
	case isSound(a) && isSound(b):
		switch string([]byte{min(a, b), max(a, b)}) {
		case "iy", "ei", "ou", "uw", "jy", "ij", "ow", "ey":
			return costNear
		}
		return costVowel
	case isAlike(a, b):
		return costAlike
	}
	return costWrong
}

// isAlike reports consonants that stand for each other in spellings.
func isAlike(a, b byte) bool {
	switch string([]byte{min(a, b), max(a, b)}) {
	case "ck", "cq", "cs", "cz", "gk", "gq", "kq", "sx", "sz", "dt", "bp", "bv", "bw", "fv", "vw":
		return true
	}
	return false
}

func isVowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}

// isSound reports a vowel or what is half one.
func isSound(c byte) bool { return isVowel(c) || c == 'y' || c == 'w' || c == 'j' }

// Limit is the distance up to which so many Latin letters are believed.
func Limit(latin string) int {
	switch n := len(latin); {
	case n <= 2:
		return 1
	case n == 3:
		return 2
	case n <= 5:
		return 3
	case n <= 8:
		return 4
	}
	return 5
}
