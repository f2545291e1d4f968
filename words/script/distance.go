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

// Far is greater than any distance that Distance returns within its limit.
const Far = 1 << 10

// maxLetters is how many Latin letters are compared.
const maxLetters = 64

// Distance returns how far lower-case Latin letters are from the nearest spelling of
// the word: 0 for a usual one, Far for more than limit.
func (l *Lattice) Distance(latin string, limit int) int {
	whole, _ := l.Distances(latin, limit)
	return whole
}

// row has the costs of reaching one place of a lattice: row[n] is the cost after n
// Latin letters. Of a text with n letters, n+1 costs are used.
type row [maxLetters + 1]int16

// Distances returns the distance from the nearest whole spelling, and from the nearest
// beginning of a spelling.
func (l *Lattice) Distances(latin string, limit int) (whole, beginning int) {
	n := len(latin)
	if n == 0 || n > maxLetters {
		return Far, Far
	}
	var extra row // what each letter costs when it is too many
	for j := range n {
		extra[j+1] = int16(l.extraCost(latin, j))
	}
	w := walker{latin: latin, extra: extra[:n+1], limit: int16(min(limit, Far)), begun: Far}
	var room [256]int16 // enough for most names
	at := room[:]       // a row for each place, one behind the other
	if size := (len(l.edges) + 1) * (n + 1); size > len(room) {
		at = make([]int16, size)
	}
	for i := range at {
		at[i] = Far
	}
	rowOf := func(place int) []int16 { return at[place*(n+1) : (place+1)*(n+1)] }
	at[0] = 0
	for from := range l.edges {
		row := rowOf(from)
		least := row[0]
		for j := 1; j <= n; j++ {
			row[j] = min(row[j], row[j-1]+extra[j])
			least = min(least, row[j])
		}
		for i := range l.edges[from] {
			e := &l.edges[from][i]
			if price := int16(e.price()); least+price <= w.limit {
				w.walk(e.latin, price, row, rowOf(int(e.to)))
			}
		}
	}
	least, tail := int16(Far), int16(0)
	last := rowOf(len(l.edges))
	for j := n; j >= 0; j-- {
		least = min(least, last[j]+tail)
		tail += extra[j]
	}
	return w.told(least), w.told(min(w.begun, least))
}

// walker goes along the edges of a lattice for some letters of Latin.
type walker struct {
	latin   string
	extra   []int16 // what each letter costs when it is too many
	limit   int16
	begun   int16 // the least that all letters cost on the way
	scratch [2]row
}

// told is a distance as it is answered.
func (w *walker) told(distance int16) int {
	if distance > w.limit {
		return Far
	}
	return int(distance)
}

// walk goes along the letters of an edge of a price from one row to another. It ends
// where everything costs more than the limit.
func (w *walker) walk(letters string, price int16, from, to []int16) {
	for i := range len(letters) {
		c := letters[i]
		missing := int16(missingCost(c))
		next := w.scratch[i&1][:len(from)]
		next[0] = from[0] + missing
		least := next[0]
		for j := 1; j < len(from); j++ {
			cost := from[j-1]
			if c != w.latin[j-1] {
				cost += int16(replaced[c&maxByte][w.latin[j-1]&maxByte])
			}
			next[j] = min(cost, from[j]+missing, next[j-1]+w.extra[j])
			least = min(least, next[j])
		}
		from = next
		if least+price > w.limit {
			return
		}
		w.begun = min(w.begun, from[len(w.latin)]+price)
	}
	for j := range to {
		to[j] = min(to[j], from[j]+price)
	}
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

// Limit returns the distance up to which Latin letters may stand for a word. Longer
// texts may be further away.
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
