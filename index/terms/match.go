package terms

import (
	"strings"
	"unicode/utf8"
)

// Match compares the word with a token and returns the cheapest way in which it fits.
// It is false if the word does not fit.
func (w *Word) Match(token string) (Match, bool) { return w.match(token, nil) }

// MinIndirect is the lowest cost of a match that MatchDirectly does not find.
const MinIndirect = min(costSound, costReading, costEnding, costTypo)

// MatchDirectly is a fast form of Match. It finds only a token that is the word,
// begins with it, or is a nickname of it, if no other way can be cheaper. It compares
// no letters and no sounds. If it is false, Match may still be true.
func (w *Word) MatchDirectly(token string) (Match, bool) {
	m := w.direct(token)
	return m, m.Cost <= MinIndirect
}

// direct returns the cheapest way in which the word is the token, begins it, or is a
// nickname of it. The cost is above MaxCost when there is none.
func (w *Word) direct(token string) Match {
	best := Match{Cost: MaxCost + 1}
	for i, form := range w.forms {
		read := 0
		if i > 0 && w.lattice != nil {
			read = costRead
		}
		if token == form {
			best.take(Exact, exactCost(form)+read)
			break
		}
		if strings.HasPrefix(token, form) {
			best.take(Prefix, w.beginningCost(form, token)+read)
		}
	}
	if best.Way == Exact {
		return best
	}
	if w.reduced != "" && token == w.reduced {
		best.take(Exact, costSpelling)
	}
	if cost, ok := w.nicknames[token]; ok {
		if w.lattice != nil {
			cost += costRead
		}
		best.take(Nickname, cost)
	}
	return best
}

// take makes m a match in another way if that costs less.
func (m *Match) take(way Way, cost int) {
	if cost < m.Cost {
		*m = Match{way, cost}
	}
}

// match is Match of a token whose voice may be known already.
func (w *Word) match(token string, heard voice) (Match, bool) {
	best := w.direct(token)
	if best.Way == Exact && best.Cost <= MaxCost {
		return best, true
	}
	if best.Cost > costReading {
		w.matchReading(token, best.take)
	}
	if cost, ok := w.matchEnding(token); ok {
		best.take(Fragment, cost)
	}
	if best.Cost > costSound {
		w.matchTypo(token, best.take)
		if cost, ok := w.matchSound(token, heard); ok {
			best.take(SoundAlike, cost)
		}
	}
	return best, best.Cost <= MaxCost
}

// Spelled is Match by the spelling alone, without nicknames and sounds.
func (w *Word) Spelled(token string) (Match, bool) {
	out := *w
	out.nicknames, out.voice, out.spelled = nil, nil, true
	return out.Match(token)
}

// matchSound returns what it costs to have heard the token. That grows with how
// differently it sounds, and with how differently it is spelt. The spelling counts less,
// the more alike they sound.
func (w *Word) matchSound(token string, heard voice) (cost int, ok bool) {
	most := w.soundBudget()
	if most == 0 || !w.keys.mayShare(token) {
		return 0, false
	}
	var room [maxSounds]byte
	if heard == nil {
		heard = speak(room[:0], token)
	}
	sound := w.voice.differs(heard, most)
	if sound > most {
		return 0, false
	}
	if keys := keysOf(heard); !w.keys.share(&keys) {
		return 0, false
	}
	spelling, _ := w.distances(token, maxSpelling)
	spelling = min(spelling, maxSpelling)
	if sound > soundsSame && spelling == maxSpelling && unlike(w.plain, token) {
		return 0, false
	}
	cost = costSound + sound + min(3*spelling/4, spelling/4+3*sound)
	if cost > costFar {
		cost = costFar + (cost-costFar)/3
	}
	return cost, cost <= costTypo+maxTwo
}

// unlike reports whether two words have next to no letters in common. Of letters that are
// no word few sounds are left, which sound like many names: zzzqqq is heard as zk.
func unlike(a, b string) bool { return leastInCommon*inCommon(a, b) < max(len(a), len(b)) }

// inCommon returns how many letters two words have in common, in the same order.
func inCommon(a, b string) int {
	row := make([]int, len(b)+1)
	for i := range len(a) {
		diagonal := 0
		for j := range len(b) {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

// SoundsLike returns how much the word sounds like a token, from 0 to 100. It is above
// 0 also for tokens that Match does not find by their sound.
func (w *Word) SoundsLike(token string) int {
	most := soundPerLetter * mostUnlike * max(len(w.plain), len(token))
	if len(w.voice) == 0 || !isLatin(token) {
		return 0
	}
	var room [maxSounds]byte
	return max(100-100*w.voice.differs(speak(room[:0], token), most)/most, 0)
}

// soundBudget is how differently a token may sound, none for a word of one or
// two letters.
func (w *Word) soundBudget() int {
	switch {
	case len(w.voice) == 0, len(w.plain) < minSound:
		return 0
	case w.joined:
		return costNear - costSound
	}
	return min(farSound, soundPerLetter*len(w.plain))
}

// matchEnding returns what it costs that the word is the end of the token, as short
// forms of names often are: Aisha of Mwanaisha, Fernanda of Mariafernanda.
func (w *Word) matchEnding(token string) (cost int, ok bool) {
	before := len(token) - len(w.plain)
	if w.joined || len(w.plain) < minEnding || before < leastBefore || !strings.HasSuffix(token, w.plain) || !isLatin(token) {
		return 0, false
	}
	return costEnding + min(before, mostBefore), true
}

// matchTypo tries what needs the distance of word and token.
func (w *Word) matchTypo(token string, better func(Way, int)) {
	budget, prefixBudget := w.budget(), 0
	if budget == 0 || !isLatin(token) || !w.Near(len(token)) {
		return
	}
	if w.unfinished {
		prefixBudget = w.prefixBudget()
	}
	whole, beginning := w.distances(token, max(budget, prefixBudget))
	if whole <= budget {
		better(Typo, costTypo+whole)
	}
	if beginning <= prefixBudget {
		better(Typo, costTypo+beginning+costCompletion+maxCompletion)
	}
}

// Near reports whether a token with this number of letters can be within a few typos
// of the word.
func (w *Word) Near(letters int) bool {
	return letters >= len(w.plain)-band && (w.unfinished || letters <= len(w.plain)+band)
}

// exactCost is the cost of a word that is the token. A single letter says little.
func exactCost(form string) int {
	if utf8.RuneCountInString(form) == 1 {
		return costLetter
	}
	return 0
}

// beginningCost is the cost of a form that is the beginning of the token. Joe is a name,
// so it is hardly the beginning of Joerg.
func (w *Word) beginningCost(form, token string) int {
	missing := min(utf8.RuneCountInString(token[len(form):]), maxCompletion)
	switch {
	case w.unfinished && !w.whole && !(w.looksNational && national(token) != ""):
		return costCompletion + missing
	case utf8.RuneCountInString(form) == 1:
		return costInitial
	}
	return costBeginning + missing
}

// budget is the distance up to which a token may differ. A word of one or two letters must
// be the same. Three letters may have one typo, four may have two that are easily made, and
// five and more any two.
func (w *Word) budget() int {
	switch n := len(w.plain); {
	case n < 3:
		return 0
	case n == 3:
		return costEdit
	case n == 4:
		return 2 * costAlike
	default:
		return maxTwo
	}
}

// prefixBudget is the same for the beginning of an unfinished word.
func (w *Word) prefixBudget() int {
	switch n := len(w.plain); {
	case n < 4:
		return 0
	case n < 8:
		return maxOne
	default:
		return maxTwo
	}
}

// distances returns the weighted distances of the word to the token and to the nearest
// beginning of the token. One above limit is unreachable.
func (w *Word) distances(token string, limit int) (whole, beginning int) {
	d := newDistance(w.edits, len(token))
	beginning = unreachable
	for i := range len(token) {
		if int(d.extend(i+1, token[i], before(token, i))) > limit {
			return unreachable, beginning
		}
		beginning = min(beginning, int(d.reached(i+1)))
	}
	return int(d.reached(len(token))), beginning
}

// national returns the word without the national spelling in which it is written, "" when
// it is in none. Names of their own have none: joe is not jö.
func national(word string) string {
	reduced := reduce(word)
	if reduced == "" {
		return ""
	}
	names := Nicknames(word)
	if cost, ok := names[reduced]; names == nil || ok && cost <= costNickname {
		return reduced
	}
	return ""
}

// reduce undoes national spellings: mueller becomes muller. It returns "" when there is
// nothing to undo.
func reduce(s string) string {
	out := reducer.Replace(s)
	if out == s {
		return ""
	}
	return out
}

var reducer = strings.NewReplacer("ue", "u", "oe", "o", "ae", "a", "aa", "a")

// isLatin reports whether typos are looked for in s: digits are exact.
func isLatin(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return s != ""
}
