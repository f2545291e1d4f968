package terms

import (
	"slices"
	"sort"
	"sync/atomic"

	"github.com/ndoto/kundi/words/script"
)

// Entry is a token and the number of contacts that have it.
type Entry struct {
	Text  string
	Count uint32
}

// Dictionary is a sorted set of tokens. It is a trie in arrays: the children of a node
// follow the node, and next skips them. To walk it is to scan arrays, at ten bytes a
// node. That is several times as fast as an FST. It is immutable except for the
// counts, and safe for concurrent use.
type Dictionary struct {
	labels []byte
	depths []uint8
	next   []uint32 // the first node behind the node's subtree
	first  []uint32 // how many tokens come before the node; one more than nodes

	text   string   // all tokens
	ends   []uint32 // where each ends
	counts []uint32 // atomic

	voices   []byte   // of all tokens
	voiceEnd []uint32 // where the voice of each ends
	sounds   keyed
	endings  keyed // by endingKey
	latin    keyed // tokens of Latin letters by their script.Key
	others   keyed // tokens of other scripts by their script.Lattice.Keys
}

// keyed finds tokens by a key that they share. It has pairs of the hash of a key and a
// term, in order of the hash.
type keyed []keyedTerm

type keyedTerm struct{ key, term uint32 }

func (k *keyed) add(key uint32, term int) { *k = append(*k, keyedTerm{key, uint32(term)}) }

// sort puts pairs in order of their keys, and those of one key in order of their terms. Whole numbers are sorted in half the
// time of pairs.
func (k keyed) sort() {
	pairs := make([]uint64, len(k))
	for i, e := range k {
		pairs[i] = uint64(e.key)<<32 | uint64(e.term)
	}
	slices.Sort(pairs)
	for i, pair := range pairs {
		k[i] = keyedTerm{uint32(pair >> 32), uint32(pair)}
	}
}

// like returns the terms that have the key.
func (k keyed) like(key uint32) keyed { return k.between(key, key) }

// between returns the terms that have a key from the first to the last.
func (k keyed) between(first, last uint32) keyed {
	from := sort.Search(len(k), func(i int) bool { return k[i].key >= first })
	k = k[from:]
	return k[:sort.Search(len(k), func(i int) bool { return k[i].key > last })]
}

// NewDictionary makes a dictionary. The entries are in rising order of Text, without
// doubles, each with 1 to 255 bytes.
//
// To find how a token sounds and how it is read takes long. So these keys are copied
// from the earlier dictionaries, for the tokens that they have.
func NewDictionary(entries []Entry, earlier ...*Dictionary) *Dictionary {
	d := &Dictionary{
		ends: make([]uint32, 0, len(entries)), counts: make([]uint32, 0, len(entries)), voiceEnd: make([]uint32, 0, len(entries)),
	}
	inherited := d.inherit(entries, earlier)
	var open []uint32 // the nodes of the last token
	var text []byte
	var room [maxSounds]byte
	last := ""
	for i, e := range entries {
		shared := commonPrefix(last, e.Text)
		d.close(open[shared:])
		open = open[:shared]
		for depth := shared; depth < len(e.Text); depth++ {
			open = append(open, uint32(len(d.labels)))
			d.labels = append(d.labels, e.Text[depth])
			d.depths = append(d.depths, uint8(depth+1))
			d.next = append(d.next, 0)
			d.first = append(d.first, uint32(i))
		}
		text = append(text, e.Text...)
		d.ends = append(d.ends, uint32(len(text)))
		d.counts = append(d.counts, e.Count)
		heard := speak(room[:0], e.Text)
		d.voices = append(d.voices, heard...)
		d.voiceEnd = append(d.voiceEnd, uint32(len(d.voices)))
		if !inherited[i] {
			d.addKeys(e.Text, heard, i)
		}
		last = e.Text
	}
	d.close(open)
	d.text = string(text)
	d.first = append(d.first, uint32(len(entries)))
	d.sounds.sort()
	d.endings.sort()
	d.sortReadings(d.latin)
	d.sortReadings(d.others)
	d.trim()
	return d
}

// trim gives back the room that the arrays had to grow: a quarter of some. A dictionary never grows.
func (d *Dictionary) trim() {
	d.labels, d.depths, d.next, d.first = slices.Clone(d.labels), slices.Clone(d.depths), slices.Clone(d.next), slices.Clone(d.first)
	d.voices = slices.Clone(d.voices)
	for _, k := range []*keyed{&d.sounds, &d.endings, &d.latin, &d.others} {
		*k = slices.Clone(*k)
	}
}

// sortReadings puts terms in order of their keys. Of those with one key, the most frequent
// is first, because more may share a key than are compared.
func (d *Dictionary) sortReadings(k keyed) {
	terms := make([]uint64, len(k)) // the most frequent first
	for i, e := range k {
		terms[i] = uint64(^d.counts[e.term])<<32 | uint64(e.term)
	}
	slices.Sort(terms)
	ranks := make([]uint32, d.Len())
	for rank, term := range terms {
		ranks[uint32(term)] = uint32(rank)
	}
	for i := range k {
		k[i].term = ranks[k[i].term]
	}
	k.sort()
	for i := range k {
		k[i].term = uint32(terms[k[i].term])
	}
}

// inherit takes the keys of those of the entries that earlier dictionaries have, and
// says which those are.
func (d *Dictionary) inherit(entries []Entry, earlier []*Dictionary) []bool {
	inherited := make([]bool, len(entries))
	for _, from := range earlier {
		const gone = ^uint32(0)
		terms := make([]uint32, from.Len()) // theirs, by those of before
		next := 0
		for term := range terms {
			token := from.token(uint32(term))
			for next < len(entries) && entries[next].Text < token {
				next++
			}
			terms[term] = gone
			if next < len(entries) && entries[next].Text == token && !inherited[next] {
				terms[term], inherited[next] = uint32(next), true
			}
		}
		for _, lists := range []struct{ into, from *keyed }{{&d.sounds, &from.sounds}, {&d.endings, &from.endings}, {&d.latin, &from.latin}, {&d.others, &from.others}} {
			for _, e := range *lists.from {
				if term := terms[e.term]; term != gone {
					lists.into.add(e.key, int(term))
				}
			}
		}
	}
	return inherited
}

// addKeys adds the keys under which a token is found by ear, and by a word of
// another script.
func (d *Dictionary) addKeys(token string, heard voice, term int) {
	keys := keysOf(heard)
	for _, key := range keys.list() {
		d.sounds.add(uint32(key), term)
	}
	if len(token) >= minEnding+leastBefore && isLatin(token) {
		d.endings.add(endingKey(token), term)
	}
	if lattice := script.Of(token); lattice != nil {
		for _, key := range lattice.Keys() {
			d.others.add(uint32(key), term)
		}
	} else if key, ok := script.KeyOf(token); ok {
		d.latin.add(uint32(key), term)
	}
}

// endingKey is what a word and the tokens that end with it share.
func endingKey(token string) uint32 { return hash(token[len(token)-minEnding:]) }

func (d *Dictionary) close(nodes []uint32) {
	for _, n := range nodes {
		d.next[n] = uint32(len(d.labels))
	}
}

// Len returns the number of tokens.
func (d *Dictionary) Len() int { return len(d.ends) }

// token returns the text of a term.
func (d *Dictionary) token(term uint32) string {
	from := uint32(0)
	if term > 0 {
		from = d.ends[term-1]
	}
	return d.text[from:d.ends[term]]
}

// voice returns the voice of a term; it is shared.
func (d *Dictionary) voice(term uint32) voice {
	from := uint32(0)
	if term > 0 {
		from = d.voiceEnd[term-1]
	}
	return d.voices[from:d.voiceEnd[term]]
}

func (d *Dictionary) count(term uint32) uint32 { return atomic.LoadUint32(&d.counts[term]) }

// terminal reports whether a token ends at the node.
func (d *Dictionary) terminal(node uint32) bool { return d.first[node+1] != d.first[node] }

// descend returns the node that is reached by s, which is not empty.
func (d *Dictionary) descend(s string) (node uint32, ok bool) {
	at, end := uint32(0), uint32(len(d.labels))
	for i := 0; i < len(s); i++ {
		for at < end && d.labels[at] < s[i] {
			at = d.next[at]
		}
		if at >= end || d.labels[at] != s[i] {
			return 0, false
		}
		node, end = at, d.next[at]
		at++
	}
	return node, len(s) > 0
}

// lookup returns the term of a token.
func (d *Dictionary) lookup(token string) (term uint32, ok bool) {
	node, ok := d.descend(token)
	if !ok || !d.terminal(node) {
		return 0, false
	}
	return d.first[node], true
}

// under returns the range of terms that start with s.
func (d *Dictionary) under(s string) (from, to uint32) {
	node, ok := d.descend(s)
	if !ok {
		return 0, 0
	}
	return d.first[node], d.first[d.next[node]]
}

// near calls found with every term within the budget of the word. When prefixBudget is
// positive, it also calls found with ranges of terms that have a beginning within
// prefixBudget. A term may be found more than once.
func (d *Dictionary) near(word *edits, budget, prefixBudget int, found func(from, to uint32)) {
	m := newDistance(word, len(word.word)+band)
	limit := max(budget, prefixBudget)
	for n, end := uint32(0), uint32(len(d.labels)); n < end; {
		depth := int(d.depths[n])
		before := byte(0)
		if depth > 1 {
			before = m.path[depth-2]
		}
		least := m.extend(depth, d.labels[n], before)
		if int(least) > limit {
			n = d.next[n]
			continue
		}
		m.path = append(m.path[:depth-1], d.labels[n])
		reached := int(m.reached(depth))
		if prefixBudget > 0 && reached <= prefixBudget {
			found(d.first[n], d.first[d.next[n]])
			n = d.next[n]
			continue
		}
		if reached <= budget && d.terminal(n) {
			found(d.first[n], d.first[n]+1)
		}
		n++
	}
}

// entries returns the tokens in order, with their counts of now.
func (d *Dictionary) entries() []Entry {
	out := make([]Entry, d.Len())
	for i := range out {
		out[i] = Entry{d.token(uint32(i)), d.count(uint32(i))}
	}
	return out
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// hash is FNV-1a.
func hash(s string) uint32 {
	h := uint32(offset)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * prime
	}
	return h
}

// The constants of FNV-1a.
const (
	offset = 2166136261
	prime  = 16777619
)
