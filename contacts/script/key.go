package script

import "slices"

// The classes of a key: consonants that spellings of one name confuse. What a
// name may have in two classes (b and v, s and t for ث) has two keys on the
// side of the other script.
//
//	p  p b              k  k q g c gh kh   n  n
//	f  f v w ph         s  s z j x c ch sh m  m
//	t  t d th dh        l  l               r  r
//
// Vowels, y and h have none: scripts leave them out.
func classOf(c byte) byte {
	switch c {
	case 'p', 'b':
		return 'p'
	case 'f', 'v', 'w':
		return 'f'
	case 't', 'd':
		return 't'
	case 'k', 'q', 'g', 'c':
		return 'k'
	case 's', 'z', 'j', 'x':
		return 's'
	case 'l', 'm', 'n', 'r':
		return c
	}
	return 0
}

// maxKey is how many classes a key has at most: enough to tell a name.
const maxKey = 8

// Key returns the consonants of a word of Latin letters, as classes, the same
// one twice in a row as one. False when the word has anything but a to z.
func Key(latin string) (key string, ok bool) {
	var scratch [maxKey]byte
	out := scratch[:0]
	for i := 0; i < len(latin); i++ {
		if latin[i] < 'a' || latin[i] > 'z' {
			return "", false
		}
		out = appendClass(out, latin, i)
	}
	return string(out), latin != ""
}

// appendClass appends the class of a letter.
func appendClass(out []byte, latin string, i int) []byte {
	next := byte(0)
	if i+1 < len(latin) {
		next = latin[i+1]
	}
	c := latin[i]
	class := classOf(c)
	switch {
	case c == 'p' && next == 'h':
		class = 'f'
	case c == 'c' && (next == 'h' || next == 'e' || next == 'i' || next == 'y'):
		class = 's'
	case c == 'x' && len(out) > 0:
		out = appendOther(out, 'k')
	}
	return appendOther(out, class)
}

// appendOther appends a class that is not the last already.
func appendOther(out []byte, class byte) []byte {
	if class == 0 || len(out) == maxKey || len(out) > 0 && out[len(out)-1] == class {
		return out
	}
	return append(out, class)
}

// classes returns the classes that a spelling of some letters may have inside a
// word, where what follows is not known: c before any vowel, x anywhere.
func classes(latin string) []string {
	out := []string{""}
	for i := 0; i < len(latin); i++ {
		ambiguous := latin[i] == 'x' || latin[i] == 'c' && i+1 == len(latin)
		n := len(out)
		for j := range n {
			switch before := []byte(out[j]); {
			case ambiguous:
				other := before
				if latin[i] == 'x' || latin[i] == 'c' {
					other = appendOther(slices.Clone(before), 'k')
				}
				if latin[i] == 'x' {
					other = appendOther(other, 's')
				}
				out = append(out, string(other))
				out[j] = string(appendOther(before, 's'))
			default:
				out[j] = string(appendClass(before, latin, i))
			}
		}
	}
	return out
}

// classKey is a key that is being made.
type classKey struct {
	classes [maxKey]byte
	length  uint8
}

// with returns the key with further classes.
func (k classKey) with(classes string) classKey {
	out := k.classes[:k.length]
	for i := range len(classes) {
		out = appendOther(out, classes[i])
	}
	k.length = uint8(len(out))
	return k
}

func (k classKey) String() string { return string(k.classes[:k.length]) }
