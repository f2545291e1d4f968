package terms

import "strings"

// maxKeys is how many keys a word has at most.
const maxKeys = 4

// soundKey is a key under which words are found that sound alike. Its upper half
// is that of the coarse classes of its consonants, as in Daitch and Mokotoff's
// code: words that may be mistaken for each other share it. The lower half tells
// within them those that sound nearly the same. Both are hashes, so that a few
// others share them.
type soundKey uint32

// coarse is the upper half alone, the least of all keys with it.
func (k soundKey) coarse() soundKey { return k &^ fineMask }

const fineMask = 1<<16 - 1

// soundKeys are the keys of a word.
type soundKeys struct {
	n    int
	keys [maxKeys]soundKey

	sure  classSet // coarse classes that each key has
	first classSet // with one of which a key begins
}

// list returns the keys.
func (k *soundKeys) list() []soundKey { return k.keys[:k.n] }

// share reports whether both have the coarse half of a key.
func (k *soundKeys) share(other *soundKeys) bool {
	for _, a := range k.list() {
		for _, b := range other.list() {
			if a.coarse() == b.coarse() {
				return true
			}
		}
	}
	return false
}

// mayShare reports whether a token may share a key, as far as its letters tell at
// a glance.
func (k *soundKeys) mayShare(token string) bool {
	if k.n == 0 || token == "" || !isLatin(token[:1]) || k.first&begins[token[0]-'a'] == 0 {
		return false
	}
	has := classSet(0)
	for i := 0; i < len(token); i++ {
		if c := token[i] - 'a'; c < 26 {
			has |= becomes[c]
		}
	}
	return k.sure&^has == 0
}

// add adds a key, once.
func (k *soundKeys) add(w *keying) {
	key := w.key()
	for _, other := range k.list() {
		if other == key {
			return
		}
	}
	if k.n < maxKeys {
		if k.n == 0 {
			k.sure = w.set
		}
		k.keys[k.n] = key
		k.n++
		k.sure &= w.set
		k.first |= w.first
	}
}

// class is what a sound is in a key: its coarse class and, within that, what it
// nearly is. The zero class is a sound that a key does without.
type class struct{ coarse, fine byte }

// classes of each sound: what it is and, if it may be, something else.
var classes = func() (t [len(sounds)][]class) {
	silent := class{}
	for _, c := range []struct {
		sounds string
		as     []class
	}{
		{"pb", []class{{'p', 'p'}}}, {"fv", []class{{'p', 'f'}}}, {"w", []class{silent, {'p', 'f'}}},
		{"tT", []class{{'t', 't'}}}, {"d", []class{{'t', 'd'}}},
		{"sz", []class{{'s', 's'}}}, {"S", []class{{'s', 'S'}}}, {"Z", []class{{'s', 'S'}, {'r', 'r'}}},
		{"c", []class{{'s', 's'}, {'k', 'k'}}}, {"C", []class{{'s', 'S'}, {'k', 'k'}}}, {"x", []class{{'s', 's'}, silent}},
		{"G", []class{{'s', 'j'}, {'k', 'g'}}}, {"j", []class{{'s', 'j'}, silent}},
		{"k", []class{{'k', 'k'}}}, {"g", []class{{'k', 'g'}}}, {"H", []class{{'k', 'k'}, silent}}, {"h", []class{silent}},
		{"m", []class{{'n', 'm'}}}, {"n", []class{{'n', 'n'}}},
		{"l", []class{{'l', 'l'}}}, {"L", []class{{'l', 'l'}, silent}}, {"r", []class{{'r', 'r'}}}, {"R", []class{{'r', 'r'}, silent}},
	} {
		for i := range len(c.sounds) {
			t[strings.IndexByte(sounds, c.sounds[i])] = c.as
		}
	}
	return t
}()

// vowel is the class of a vowel, which only counts at the start.
var vowel = class{'a', 'a'}

// classSet has a bit for each coarse class.
type classSet uint8

const coarseClasses = "aptsknlr"

func (c class) bit() classSet {
	if c == (class{}) {
		return 0
	}
	return 1 << strings.IndexByte(coarseClasses, c.coarse)
}

// becomes and begins are the classes that each letter may be, at all and when it
// is the first; with every class where a first one may be silent.
var becomes, begins = func() (becomes, begins [26]classSet) {
	for first, list := range patterns {
		for _, p := range list {
			for i, sound := range p.sounds {
				set := classSet(0)
				if isVowel(sounds[sound]) {
					set = vowel.bit()
				}
				for _, c := range classes[sound] {
					set |= c.bit()
					if i == 0 && c == (class{}) {
						begins[first] = 1<<len(coarseClasses) - 1
					}
				}
				if i == 0 {
					begins[first] |= set
				}
				for j := range len(p.letters) {
					becomes[p.letters[j]-'a'] |= set
				}
			}
		}
	}
	begins['h'-'a'] = 1<<len(coarseClasses) - 1
	return becomes, begins
}()

// keying is a key that is being made.
type keying struct {
	coarse, fine uint32
	last         byte // the coarse class of the sound before
	set, first   classSet
	n            int
}

func (k *keying) put(c class) {
	if c == (class{}) || c.coarse == k.last {
		return
	}
	k.coarse = (k.coarse ^ uint32(c.coarse)) * prime
	k.fine = (k.fine ^ uint32(c.fine)) * prime
	if k.n == 0 {
		k.first = c.bit()
	}
	k.set |= c.bit()
	k.last = c.coarse
	k.n++
}

func (k *keying) key() soundKey {
	return soundKey((k.coarse^k.coarse<<16)&^fineMask | (k.fine^k.fine>>16)&fineMask)
}

// keysOf returns the keys of a word: one for each way of reading its consonants,
// and those without a last one that may be silent, as far as they have room.
func keysOf(v voice) (out soundKeys) {
	if len(v) == 0 {
		return out
	}
	var ways, cut [maxKeys]keying
	ways[0] = keying{coarse: offset, fine: offset}
	n, cuts := 1, 0
	for i, sound := range v {
		switch {
		case isVowel(v.at(i)):
			for k := range n {
				if ways[k].n == 0 {
					ways[k].put(vowel)
				}
				ways[k].last = 0
			}
			continue
		case v.isDropped(i):
			continue
		}
		as := classes[sound&soundMask]
		if i == len(v)-1 && i > 1 && (as[0].coarse == 't' || as[0].coarse == 's') {
			cuts = copy(cut[:], ways[:n])
		}
		for k := range n {
			if len(as) > 1 && n < maxKeys {
				ways[n] = ways[k]
				ways[n].put(as[1])
				n++
			}
			ways[k].put(as[0])
		}
	}
	for i := range ways[:n] {
		out.add(&ways[i])
	}
	for i := range cut[:cuts] {
		if cut[i].n > 1 {
			out.add(&cut[i])
		}
	}
	return out
}

// isDropped reports whether the i-th sound is one that is hardly heard between
// two consonants: Lindsay, Castle.
func (v voice) isDropped(i int) bool {
	return isOneOf(v.at(i), "td") && isOneOf(v.at(i-1), "lnrs") && isOneOf(v.at(i+1), "szSmnlkg")
}
