// Package spelling finds the name that somebody has most likely meant, for errors
// such as "did you mean country?".
package spelling

// Nearest returns the name with the fewest edits from a word. Of several such
// names it returns the first. It returns "" if every name needs more than most
// edits. An edit adds, removes or replaces one byte.
func Nearest(word string, names []string, most int) string {
	best, distance := "", most+1
	for _, name := range names {
		if max(len(word), len(name))-min(len(word), len(name)) >= distance {
			continue // it needs at least that many edits
		}
		if d := edits(word, name); d < distance {
			best, distance = name, d
		}
	}
	return best
}

// edits returns the Levenshtein distance of two words, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(above+1, row[j]+1, diagonal+cost)
			diagonal = above
		}
	}
	return row[len(b)]
}
