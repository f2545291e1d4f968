package terms

import (
	"strings"
	"unicode/utf8"

	"github.com/ndoto/kundi/contacts/script"
)

// Way says how a word of a query came to a word of a contact.
type Way uint8

// The ways, in the order in which they rank.
const (
	Exact Way = iota + 1
	Prefix
	Nickname
	SoundAlike
	Fragment
	Typo
)

// String returns the word used on the wire.
func (w Way) String() string {
	switch w {
	case Exact:
		return "exact"
	case Prefix:
		return "prefix"
	case Nickname:
		return "nickname"
	case SoundAlike:
		return "sound"
	case Fragment:
		return "fragment"
	case Typo:
		return "typo"
	}
	return ""
}

// IsForm reports whether the word and the token are different forms of one name,
// not spellings of one word.
func (w Way) IsForm() bool { return w == Nickname || w == SoundAlike }

// Match is how well a word of a query fits a token. Cost is in tenths of a
// typo; 0 is the same word.
type Match struct {
	Way  Way
	Cost int
}

// IsPet reports whether one is a pet form of the other, or both of one name.
func (m Match) IsPet() bool { return m.Way == Nickname && m.Cost < costLanguage }

// What each way costs at least. An exact word comes before the beginning of
// one, both before a nickname and a word that sounds the same, all of them
// before a typo.
const (
	costSpelling   = 1 // the other national spelling
	costCompletion = 2 // the beginning of the last word of the query
	costBeginning  = 8 // the beginning where the word was finished
	costInitial    = 4 // a single letter for a whole name
	costLetter     = 2 // a single letter for the same
	costUsual      = 7 // a pet form for the name that it usually stands for
	costNickname   = 8
	costSibling    = 11 // two pet forms of one name
	costLanguage   = 14 // a name in another language
	costSound      = 9
	costNear       = 16 // the most of a sound that is known without looking for typos
	costFar        = 30 // from which on differences of sound and spelling count a third
	costReading    = 9  // in another script, and how far it is from a usual spelling
	costRead       = 8  // in Latin letters, in the way in which it is mostly read
	costEnding     = 13 // the end of a name, and a letter of its beginning each
	costTypo       = 12
	costMisspelt   = 3 // more, when the typo is in a pet form: behind two typos in the name

	maxCompletion = 3 // what letters that are still missing may add

	minEnding   = 4 // letters of a word that may be the end of a name
	leastBefore = 2 // letters that the name has before them: of one it is a typo
	mostBefore  = 4 // of them that count

	minSound       = 3  // letters of a word that is looked for by ear
	farSound       = 20 // how differently a word may sound
	soundPerLetter = 2  // and that by letter
	mostUnlike     = 3  // times that, from where on nothing is alike
	costOther      = 4  // what a word that sounds otherwise costs more at least, for it is spelt otherwise
	maxSpelling    = 30 // of distance that counts
)

// MaxKnown is the most that a word costs that only sounds otherwise for Terms.Known to
// return it.
const MaxKnown = costNear

// MinTypo is the least that a match with a typo costs.
const MinTypo = costTypo

// MaxOneTypo is the most that a match with one typo costs.
const MaxOneTypo = costTypo + maxOne

// MaxCost is the most that a match costs.
const MaxCost = costTypo + maxTwo + costCompletion + maxCompletion

// Word is one word of a query, ready to be matched. It is immutable and safe
// for concurrent use.
type Word struct {
	// forms are its spellings; the first is the plain one.
	forms []string
	// unfinished says that more letters may follow.
	unfinished bool
	// joined says that it is several words of the query, which only nearly the same
	// sound may stand for.
	joined bool
	// settled says that it is more likely a word as it is.
	settled bool

	reduced string // without national spelling: muller for mueller
	// looksNational says that it is none though it looks so: joe.
	looksNational bool
	plain         string // the form of Latin letters, whose typos are looked for; "" for none
	edits         *edits // of plain
	voice         voice  // of plain
	keys          soundKeys
	nicknames     map[string]int  // cost by name
	lattice       *script.Lattice // of a word of another script than Latin
	read          []latinForm     // its spellings in Latin letters
	spelled       bool            // words of another script are not compared
}

// NewWord prepares a word given by its spellings (Token.Text of
// contacts.SearchTokens), of which there is at least one. unfinished says
// that it may be the beginning of a longer one.
func NewWord(spellings []string, unfinished bool) *Word {
	w := NewJoined(spellings, unfinished)
	w.joined = false
	if w.plain == "" {
		return w
	}
	w.nicknames = Nicknames(w.plain)
	w.reduced = national(w.plain)
	w.looksNational = w.reduced == "" && reduce(w.plain) != ""
	if w.nicknames == nil {
		w.nicknames = Nicknames(w.reduced)
	}
	return w
}

// NewJoined prepares several words that were joined: they are no name of their
// own, so they have no nicknames.
func NewJoined(spellings []string, unfinished bool) *Word {
	w := &Word{forms: spellings, unfinished: unfinished, joined: true, lattice: script.Of(spellings[0])}
	for _, form := range spellings {
		if isLatin(form) {
			w.plain, w.edits, w.voice = form, newEdits(form), speak(nil, form)
			w.keys = keysOf(w.voice)
			break
		}
	}
	w.read = latinForms(spellings)
	return w
}

// Text is the plain spelling.
func (w *Word) Text() string { return w.forms[0] }

// Forms are all spellings. The slice is shared.
func (w *Word) Forms() []string { return w.forms }

// Unfinished reports whether more letters may follow.
func (w *Word) Unfinished() bool { return w.unfinished }

// Settled returns the word as one that need not be completed though it may be:
// smith is seldom the beginning of Smithson. The word itself stays as it is.
func (w *Word) Settled() *Word {
	out := *w
	out.settled = true
	return &out
}

// Match compares the word with a token and returns the cheapest way from one
// to the other; false when there is none.
func (w *Word) Match(token string) (Match, bool) { return w.match(token, nil) }

// MinIndirect is the least cost of a match that is not direct: see MatchDirectly.
const MinIndirect = min(costSound, costReading, costEnding, costTypo)

// MatchDirectly is Match where the word is the token, begins it or is called so, and
// nothing else can be nearer. It compares no letters and no sounds, so it is fast.
// False says nothing: Match may still be true.
func (w *Word) MatchDirectly(token string) (Match, bool) {
	m := w.direct(token)
	return m, m.Cost <= MinIndirect
}

// direct is the cheapest way to a token that the word is, begins or is called;
// dearer than MaxCost when there is none.
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

// take makes it a match in another way when that costs less.
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

// Spelled is Match by spelling alone, without nicknames and sounds.
func (w *Word) Spelled(token string) (Match, bool) {
	out := *w
	out.nicknames, out.voice, out.spelled = nil, nil, true
	return out.Match(token)
}

// matchSound returns what it costs to have heard the token: how differently it
// sounds, and how differently it is spelt, the less the more alike they sound.
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
	cost = costSound + sound + min(3*spelling/4, spelling/4+3*sound)
	if cost > costFar {
		cost = costFar + (cost-costFar)/3
	}
	return cost, cost <= costTypo+maxTwo
}

// SoundsLike is how much the word sounds like a token, in hundredths: also far
// beyond what Match takes for the same sound.
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

// Near reports whether a token of so many letters may be a few typos away.
func (w *Word) Near(letters int) bool {
	return letters >= len(w.plain)-band && (w.unfinished || letters <= len(w.plain)+band)
}

// exactCost is the cost of a word being the token; a letter says little.
func exactCost(form string) int {
	if utf8.RuneCountInString(form) == 1 {
		return costLetter
	}
	return 0
}

// beginningCost is the cost of form being the beginning of token. Joe is a name,
// so it is hardly the beginning of Joerg.
func (w *Word) beginningCost(form, token string) int {
	missing := min(utf8.RuneCountInString(token[len(form):]), maxCompletion)
	switch {
	case w.unfinished && !w.settled && !(w.looksNational && national(token) != ""):
		return costCompletion + missing
	case utf8.RuneCountInString(form) == 1:
		return costInitial
	}
	return costBeginning + missing
}

// budget is the distance up to which a token may differ: nothing for one and
// two letters, one typo for three, two that are easily made for four, any two
// from five on.
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

// distances returns the weighted distance of the word to the token and to the
// token's nearest beginning, unreachable for more than limit.
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

// national returns the word without the national spelling in which it is
// written, "" when it is in none: joe is a name of its own, not jö.
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

// reduce undoes national spellings: mueller becomes muller. "" when there is
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
