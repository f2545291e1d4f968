package script

import (
	"math/bits"
	"slices"
	"strings"
)

// Key has the consonants of a word, as classes of consonants that spellings confuse.
// It has at most eight classes of four bits each, the first in the highest bits. The
// same class twice in a row counts once. If a letter may be in two classes (s and t
// for ث), a word of another script has several keys.
//
//	p  p b              k  k q g c gh kh   n  n
//	f  f v w ph         s  s z j x c ch sh m  m
//	t  t d th dh        l  l               r  r
//
// Vowels, y and h have no class, because many scripts do not write them.
type Key uint32

// Of a class in a key.
const (
	classBits = 4
	keyBits   = 32
)

// classOf returns the class of a letter, 0 for none.
func classOf(c byte) Key {
	switch c {
	case 'p', 'b':
		return labial
	case 'f', 'v', 'w':
		return fricative
	case 't', 'd':
		return dental
	case 'k', 'q', 'g', 'c':
		return guttural
	case 's', 'z', 'j', 'x':
		return sibilant
	}
	return Key(strings.IndexByte("lmnr", c) + 1)
}

// The classes; 1 to 4 are the letters that have one of their own.
const (
	labial Key = iota + 5
	fricative
	dental
	guttural
	sibilant
)

// KeyOf returns the key of a word in Latin letters. ok is false if the word has
// anything but a to z.
func KeyOf(latin string) (key Key, ok bool) {
	for i := 0; i < len(latin); i++ {
		if latin[i] < 'a' || latin[i] > 'z' {
			return 0, false
		}
		key = key.withLetter(latin, i)
	}
	return key, latin != ""
}

// KeyOfBeginning returns the beginning of the keys of all words that begin with the
// given Latin letters. It leaves out a last c or p, because their class depends on the
// next letter.
func KeyOfBeginning(latin string) (key Key, ok bool) { return KeyOf(strings.TrimRight(latin, "cp")) }

// Under returns the lowest and the highest of the keys that begin with this one.
func (k Key) Under() (from, to Key) { return k, k | (1<<k.free() - 1) }

// free is how many bits have no class.
func (k Key) free() int {
	if k == 0 {
		return keyBits
	}
	return bits.TrailingZeros32(uint32(k)) / classBits * classBits
}

// with returns the key with a class behind it, unless that is its last already.
func (k Key) with(class Key) Key {
	free := k.free()
	if class == 0 || free == 0 || k != 0 && k>>free&(1<<classBits-1) == class {
		return k
	}
	return k | class<<(free-classBits)
}

// withAll returns the key with the classes of another behind it.
func (k Key) withAll(other Key) Key {
	for ; other != 0; other <<= classBits {
		k = k.with(other >> (keyBits - classBits))
	}
	return k
}

// withLetter returns the key with the class of a letter of a word.
func (k Key) withLetter(latin string, i int) Key {
	next := byte(0)
	if i+1 < len(latin) {
		next = latin[i+1]
	}
	switch c := latin[i]; {
	case c == 'p' && next == 'h':
		return k.with(fricative)
	case c == 'c' && (next == 'h' || next == 'e' || next == 'i' || next == 'y'):
		return k.with(sibilant)
	case c == 'x' && k != 0:
		return k.with(guttural).with(sibilant)
	default:
		return k.with(classOf(c))
	}
}

// keysOf returns the classes that a spelling of some letters may have inside a
// word, where what stands around it is not known: c before any vowel, x anywhere.
func keysOf(latin string) []Key {
	out := []Key{0}
	for i := 0; i < len(latin); i++ {
		c := latin[i]
		for j, k := range slices.Clone(out) {
			switch {
			case c == 'x':
				out = append(out, k.with(guttural).with(sibilant))
				out[j] = k.with(sibilant)
			case c == 'c' && i+1 == len(latin):
				out = append(out, k.with(guttural))
				out[j] = k.with(sibilant)
			default:
				out[j] = k.withLetter(latin, i)
			}
		}
	}
	return out
}
