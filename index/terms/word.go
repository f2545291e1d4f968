package terms

import "github.com/ndoto/kundi/words/script"

// Way says how a word of a query fits a word of a contact.
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

// String returns the name of the way in the API.
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

// IsForm reports whether the word and the token are different forms of one name, and
// not spellings of one word.
func (w Way) IsForm() bool { return w == Nickname || w == SoundAlike }

// Match says how a word of a query fits a token, and at which cost. The cost is in
// tenths of a typo. It is 0 for the same word.
type Match struct {
	Way  Way
	Cost int
}

// IsPet reports whether one word is a nickname of the other, or both are nicknames of
// one name.
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
	costSeldom     = 10 // a pet form that is seldom used for the name
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
	soundsSame     = 3  // up to which words sound the same, however they are spelt
	leastInCommon  = 5  // of so many letters one has to be in both words, if they do not
	farSound       = 20 // how differently a word may sound
	soundPerLetter = 2  // and that by letter
	mostUnlike     = 3  // times that, from where on nothing is alike
	costOther      = 4  // what a word that sounds otherwise costs more at least, for it is spelt otherwise
	maxSpelling    = 30 // of distance that counts
)

// MaxKnown is the highest cost at which Terms.Known returns a word that only sounds
// alike.
const MaxKnown = costNear

// MinTypo is the lowest cost of a match with a typo.
const MinTypo = costTypo

// MaxOneTypo is the highest cost of a match with one typo.
const MaxOneTypo = costTypo + maxOne

// MaxCost is the highest cost of a match.
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
	// whole says that it is more likely a whole word than the beginning of another.
	whole bool

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

// NewWord prepares a word. spellings has at least one spelling (Token.Text of
// words.SearchTokens), the plain one first. unfinished says that the word may be the
// beginning of a longer one.
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

// NewJoined prepares several words of a query that are joined. They are not a name of
// their own, so they have no nicknames.
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

// Text returns the plain spelling.
func (w *Word) Text() string { return w.forms[0] }

// Forms returns all spellings. The slice is shared and must not be changed.
func (w *Word) Forms() []string { return w.forms }

// Unfinished reports whether more letters may follow.
func (w *Word) Unfinished() bool { return w.unfinished }

// Whole returns the word as one that is more likely whole than unfinished: smith is
// seldom the beginning of Smithson. It does not change w.
func (w *Word) Whole() *Word {
	out := *w
	out.whole = true
	return &out
}
