package terms

import "strings"

// sounds are the sounds of names. Letters that are read otherwise in other
// languages have a sound of their own that is near to all that they may be, so
// that one reading serves all languages:
//
//	a e i o u  vowels, y too
//	b d f g h k l m n p r s t v w z  as in English
//	c  c before e, i, y: s, in Italian and Slavic names ch, seldom k
//	C  ch, cz, tch, tsch: as in Charles, Christian, Charlotte, Bach, Chaim
//	G  g before e, i: as in George, Gerhard, Gimenez
//	H  gh and kh: g, k, h or nothing
//	j  j and dg: as in John, Jose, Jan, Jean
//	L  ll between vowels, lh, gli: l, or the y of Spanish
//	R  r at the end that is silent in French: Boucher
//	S  sh, sch, sz, sj
//	T  th
//	x  x at the start: as in Xavier, Ximena, Xiao
//	Z  zh, and the Polish rz
const sounds = "aeioubcdfghjklmnprstvwxzCGHLRSTZ"

// voice is how a word sounds: a byte for each sound, whose lower bits are its
// place among sounds and whose upper ones are that of its weight.
type voice []byte

const (
	soundBits = 5
	soundMask = 1<<soundBits - 1
)

// maxSounds is the number of sounds of a word that can be heard; longer words are
// not looked for by ear.
const maxSounds = 24

// at returns the letter of the i-th sound, 0 outside of the word.
func (v voice) at(i int) byte {
	if i < 0 || i >= len(v) {
		return 0
	}
	return sounds[v[i]&soundMask]
}

// speak appends to an empty voice the sounds of a folded token. A token with
// anything but the letters a to z, with one letter or with very many has none.
func speak(v voice, token string) voice {
	if len(token) < 2 || !isLatin(token) {
		return v
	}
	for i := 0; i < len(token); {
		p := reading(token, i)
		i += len(p.letters)
		for _, sound := range p.sounds {
			if len(v) > 0 && v[len(v)-1] == sound {
				continue // doubled letters are one sound
			}
			if len(v) == maxSounds {
				return v[:0]
			}
			v = append(v, sound)
		}
	}
	for i := range v {
		v[i] |= v.weight(i) << soundBits
	}
	return v
}

// The weight of a sound is what it costs that the other word does not have it, in
// tenths of a typo.
const (
	weighsFull   = iota // a consonant
	weighsWeak          // one that is often silent or half a vowel, and a vowel between consonants
	weighsEnd           // one at the end that is silent in French
	weighsGlide         // a vowel beside another
	weighsSilent        // an e or w at the end
	weighsMore          // how much further the weight of the same at the start of a word is
)

var weights = [1 << (8 - soundBits)]uint8{10, 4, 5, 2, 1, 14, 8, 6}

// weightsFirst are the weights at the start of a word, where people err least.
var weightsFirst = [weighsMore]uint8{weighsFull: 5, weighsWeak: 6, weighsEnd: 6, weighsGlide: 7, weighsSilent: 7}

// weight returns the place among weights of the i-th sound.
func (v voice) weight(i int) uint8 {
	w := v.weightWithin(i)
	if i == 0 {
		return weightsFirst[w]
	}
	return w
}

func (v voice) weightWithin(i int) uint8 {
	before, sound, after := v.at(i-1), v.at(i), v.at(i+1)
	switch {
	case after == 0 && (sound == 'e' || sound == 'w'):
		return weighsSilent
	case isVowel(sound) && (isVowel(before) || isVowel(after)):
		return weighsGlide
	case isVowel(sound), isOneOf(sound, "hHwjR"):
		return weighsWeak
	case after == 0 && isOneOf(sound, "tdszpTx"):
		return weighsEnd
	case isOneOf(sound, "td") && isOneOf(before, "lnrs") && !isVowel(after), // Lindsay, Castle
		sound == 'c' && (before == 's' || after == 'k'), // Priscilla, Nowicki
		sound == 'g' && before == 'n', sound == 's' && before == 'c':
		return weighsWeak
	}
	return weighsFull
}

func isVowel(letter byte) bool {
	switch letter {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}

func isOneOf(letter byte, letters string) bool { return strings.IndexByte(letters, letter) >= 0 }

// Costs of one sound for another, in tenths of a typo.
const (
	otherConsonant = 10
	otherVowel     = 4
	otherKind      = 20 // a vowel for a consonant
	otherEnd       = 3  // more, of another vowel at the end: Maria is not Mario

	unheard = 200 // adding to it does not overflow a byte
)

// confused are sounds that are taken for each other, by what that costs.
var confused = [...]struct {
	cost  uint8
	pairs string
}{
	{1, "ei ou uw vw cs cz sz xs xz xS cS Tt td kH kC gH gG jG jZ SC Ll Rr"},
	{2, "ae ao ij bp bv fv gk hH hG hj cC cS sS sC Cj jS Hj ZS Zz zC mn xk xh xj"},
	{3, "au eu eo iu ai kG kc ji Zr Zs Td Tj jz fp wf hk hC CT Ts Tz Tf wb ct Li Gi bf zt"},
	{4, "lr dz nr mb fh Hf wg dh dj sj cj GS Gs Gz"},
}

// swaps are the costs of hearing one sound for another, by their places.
var swaps = func() (t [len(sounds)][len(sounds)]uint8) {
	for a := range t {
		for b := range t {
			switch va, vb := isVowel(sounds[a]), isVowel(sounds[b]); {
			case a == b:
			case va != vb:
				t[a][b] = otherKind
			case va:
				t[a][b] = otherVowel
			default:
				t[a][b] = otherConsonant
			}
		}
	}
	for _, c := range confused {
		for _, pair := range strings.Fields(c.pairs) {
			a, b := strings.IndexByte(sounds, pair[0]), strings.IndexByte(sounds, pair[1])
			t[a][b], t[b][a] = min(t[a][b], c.cost), min(t[b][a], c.cost)
		}
	}
	return t
}()

// differs returns how differently two words sound, in tenths of a typo, more than
// limit when it is more: the least cost of making one of the other by leaving
// sounds out, adding and swapping them.
func (v voice) differs(other voice, limit int) int {
	if len(v) == 0 || len(other) == 0 {
		return limit + 1
	}
	var rows [2][maxSounds + 1]uint8
	above, row := rows[0][:len(other)+1], rows[1][:len(other)+1]
	for j, b := range other {
		above[j+1] = min(above[j]+weights[b>>soundBits], unheard)
	}
	for _, a := range v {
		weight, swap := weights[a>>soundBits], &swaps[a&soundMask]
		row[0] = min(above[0]+weight, unheard)
		least := row[0]
		for j, b := range other {
			best := min(above[j]+swap[b&soundMask], above[j+1]+weight, row[j]+weights[b>>soundBits], unheard)
			row[j+1] = best
			least = min(least, best)
		}
		if int(least) > limit {
			return limit + 1
		}
		above, row = row, above
	}
	// Now above is the last row and row the one before it.
	a, b, last := v[len(v)-1], other[len(other)-1], len(other)
	cost := above[last]
	if x, y := v.at(len(v)-1), other.at(last-1); x != y && isVowel(x) && isVowel(y) {
		swap := swaps[a&soundMask][b&soundMask] + otherEnd
		cost = min(row[last-1]+swap, row[last]+weights[a>>soundBits], above[last-1]+weights[b>>soundBits])
	}
	return min(int(cost), limit+1)
}
