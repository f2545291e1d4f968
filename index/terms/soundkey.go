package terms

import "strings"

// maxKeys is how many keys a word has at most.
const maxKeys = 4

// soundKeys are keys of a word by its sound.
type soundKeys struct {
	n    int
	keys [maxKeys]uint32
}

// list returns the keys.
func (k *soundKeys) list() []uint32 { return k.keys[:k.n] }

// share reports whether both have a key.
func (k *soundKeys) share(other *soundKeys) bool {
	for _, a := range k.list() {
		for _, b := range other.list() {
			if a == b {
				return true
			}
		}
	}
	return false
}

// classes of sounds, as in Daitch and Mokotoff's code: those that are confused
// have one. The second is what a sound may be as well; '-' is nothing.
var classes = func() (t [128][2]byte) {
	for _, c := range []struct {
		sounds        string
		class, second byte
	}{
		{"pbfv", 'p', 0}, {"w", '-', 'p'}, {"tdT", 't', 0}, {"szS", 's', 0}, {"Z", 's', 'r'}, {"Cc", 's', 'k'}, {"kgq", 'k', 0},
		{"G", 's', 'k'}, {"H", 'k', '-'}, {"j", 's', '-'}, {"x", 's', '-'}, {"mnN", 'n', 0}, {"l", 'l', 0}, {"L", 'l', '-'}, {"r", 'r', 0}, {"R", 'r', '-'}, {"h", '-', 0},
	} {
		for i := range len(c.sounds) {
			t[c.sounds[i]] = [2]byte{c.class, c.second}
		}
	}
	return t
}()

// keysOf returns the keys of a word.
func keysOf(s *spoken) (out soundKeys) {
	if s.n == 0 {
		return out
	}
	type way struct {
		hash uint32
		last byte
		n    int
	}
	var ways [maxKeys]way
	n := 1
	ways[0] = way{hash: 2166136261}
	put := func(w *way, c byte) {
		if c == '-' || c == w.last {
			return
		}
		w.hash = (w.hash ^ uint32(c)) * 16777619
		w.last = c
		w.n++
	}
	add := func(h uint32) {
		for _, k := range out.list() {
			if k == h {
				return
			}
		}
		if out.n < maxKeys {
			out.keys[out.n] = h
			out.n++
		}
	}
	var cut [maxKeys]way
	cuts := 0
	for i, c := range s.list() {
		if isSpokenVowel(c) {
			for k := range n {
				if ways[k].n == 0 {
					put(&ways[k], 'a')
				}
				ways[k].last = 0
			}
			continue
		}
		class := classes[c]
		if class[0] == 't' && i > 0 && i < s.n-1 && strings.IndexByte("lnrs", s.sounds[i-1]) >= 0 && strings.IndexByte("szSmnlkg", s.sounds[i+1]) >= 0 {
			continue // Lindsay, Castle
		}
		if i == s.n-1 && i > 1 && (class[0] == 't' || class[0] == 's') {
			cuts = copy(cut[:], ways[:n])
		}
		for k := range n {
			if class[1] != 0 && n < maxKeys {
				ways[n] = ways[k]
				put(&ways[n], class[1])
				n++
			}
			put(&ways[k], class[0])
		}
	}
	for k := range n {
		add(ways[k].hash)
	}
	for k := range cuts {
		if cut[k].n > 1 {
			add(cut[k].hash)
		}
	}
	return out
}
