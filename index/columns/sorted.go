package columns

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
	"sort"
	"strings"
)

// sortedCodes are the codes of a dictionary in the order of their keys, in
// leaves: a code more or less moves one leaf's worth of them. Its leaf is found by
// the beginnings of keys, which stand together; a key itself is in memory that no
// cache has.
type sortedCodes struct {
	leaves [][]uint32 // none of them empty
	ends   []uint64   // beginning of the last key of each
}

// maxLeaf is how many codes a leaf has before it is split in two.
const maxLeaf = 512

// keyed gives the key of a code in use: a dictionary, or one as it was.
type keyed interface {
	key(code uint32) string
	used(code uint32) bool
}

// codePlace is where a code stands.
type codePlace struct{ leaf, at int }

// beginning is the first eight bytes of a key, as a number that is in the order of keys.
func beginning(key string) uint64 {
	var begin [8]byte
	copy(begin[:], key)
	return binary.BigEndian.Uint64(begin[:])
}

// seek returns where the first code stands whose key is not less, or with
// behind is greater, than the given one.
func (s *sortedCodes) seek(keys keyed, key string, behind bool) codePlace {
	bound := 0
	if behind {
		bound = 1
	}
	reaches := func(code uint32) bool { return strings.Compare(keys.key(code), key) >= bound }
	begin := beginning(key)
	leaf := sort.Search(len(s.leaves), func(i int) bool {
		if s.ends[i] != begin {
			return s.ends[i] > begin
		}
		return reaches(last(s.leaves[i]))
	})
	if leaf == len(s.leaves) {
		return codePlace{leaf, 0}
	}
	codes := s.leaves[leaf]
	return codePlace{leaf, sort.Search(len(codes), func(i int) bool { return reaches(codes[i]) })}
}

func last(codes []uint32) uint32 { return codes[len(codes)-1] }

// noteEnd takes the last key of a leaf anew.
func (s *sortedCodes) noteEnd(keys keyed, leaf int) {
	s.ends[leaf] = beginning(keys.key(last(s.leaves[leaf])))
}

// fill takes leaves in place of those it has, but for empty ones.
func (s *sortedCodes) fill(keys keyed, leaves [][]uint32) {
	s.leaves = slices.DeleteFunc(leaves, func(leaf []uint32) bool { return len(leaf) == 0 })
	s.ends = slices.Grow(s.ends[:0], len(s.leaves))[:len(s.leaves)]
	for leaf := range s.leaves {
		s.noteEnd(keys, leaf)
	}
}

// insert puts a code in, whose key is new.
func (s *sortedCodes) insert(keys keyed, code uint32) {
	if len(s.leaves) == 0 {
		s.fill(keys, [][]uint32{{code}})
		return
	}
	key := keys.key(code)
	p := s.seek(keys, key, false)
	if p.leaf == len(s.leaves) { // behind all others
		p.leaf--
		p.at = len(s.leaves[p.leaf])
		s.ends[p.leaf] = beginning(key)
	}
	leaf := slices.Insert(s.leaves[p.leaf], p.at, code)
	s.leaves[p.leaf] = leaf
	if half := len(leaf) / 2; len(leaf) > maxLeaf {
		s.leaves[p.leaf] = leaf[:half:half]
		s.leaves = slices.Insert(s.leaves, p.leaf+1, slices.Clone(leaf[half:]))
		s.ends = slices.Insert(s.ends, p.leaf, 0)
		s.noteEnd(keys, p.leaf)
	}
}

// remove takes a code out, which still has its key.
func (s *sortedCodes) remove(keys keyed, code uint32) {
	p := s.seek(keys, keys.key(code), false)
	leaf := slices.Delete(s.leaves[p.leaf], p.at, p.at+1)
	s.leaves[p.leaf] = leaf
	switch {
	case len(leaf) == 0:
		s.leaves = slices.Delete(s.leaves, p.leaf, p.leaf+1)
		s.ends = slices.Delete(s.ends, p.leaf, p.leaf+1)
	case p.at == len(leaf):
		s.noteEnd(keys, p.leaf)
	}
}

// renew brings in line codes whose keys changed, whether they were there before
// or are in use now.
func (s *sortedCodes) renew(keys keyed, changed []uint32) {
	if len(s.leaves) == 0 {
		s.fill(keys, slices.Collect(slices.Chunk(sortCodes(keys, changed), maxLeaf/2)))
		return
	}
	var gone dense
	for _, code := range changed {
		gone.add(code)
	}
	for i, leaf := range s.leaves {
		s.leaves[i] = slices.DeleteFunc(leaf, gone.has)
	}
	s.fill(keys, s.leaves)
	for _, code := range changed {
		if keys.used(code) && gone.has(code) { // once each
			s.insert(keys, code)
			gone.remove(code)
		}
	}
}

// sortCodes returns those of the codes that are in use, each once, in the order
// of their keys. Most keys are told apart by their first bytes.
func sortCodes(keys keyed, codes []uint32) []uint32 {
	type entry struct {
		begin uint64
		code  uint32
	}
	entries := make([]entry, 0, len(codes))
	for _, code := range codes {
		if keys.used(code) {
			entries = append(entries, entry{beginning(keys.key(code)), code})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if a.begin != b.begin {
			return cmp.Compare(a.begin, b.begin)
		}
		return strings.Compare(keys.key(a.code), keys.key(b.code))
	})
	sorted := make([]uint32, len(entries))
	for i, e := range entries {
		sorted[i] = e.code
	}
	return slices.Compact(sorted)
}

// between yields the codes from one place to before another.
func (s *sortedCodes) between(from, to codePlace) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for leaf := from.leaf; leaf <= to.leaf && leaf < len(s.leaves); leaf++ {
			for _, code := range s.part(leaf, from, to) {
				if !yield(code) {
					return
				}
			}
		}
	}
}

// part is what a leaf has of the codes from one place to before another.
func (s *sortedCodes) part(leaf int, from, to codePlace) []uint32 {
	codes := s.leaves[leaf]
	if leaf == to.leaf {
		codes = codes[:to.at]
	}
	if leaf == from.leaf {
		codes = codes[from.at:]
	}
	return codes
}

// appendBeginning appends the codes whose keys begin so.
func (s *sortedCodes) appendBeginning(codes []uint32, keys keyed, begin string) []uint32 {
	from, to := s.seek(keys, begin, false), s.end()
	if last := len(begin) - 1; begin[last] < 0xff { // which no text has: it is UTF-8
		to = s.seek(keys, begin[:last]+string([]byte{begin[last] + 1}), false)
	}
	for leaf := from.leaf; leaf <= to.leaf && leaf < len(s.leaves); leaf++ {
		codes = append(codes, s.part(leaf, from, to)...)
	}
	return codes
}

// backward yields the codes before a place, the last first.
func (s *sortedCodes) backward(from codePlace) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for leaf := min(from.leaf, len(s.leaves)-1); leaf >= 0; leaf-- {
			codes := s.leaves[leaf]
			if leaf == from.leaf {
				codes = codes[:from.at]
			}
			for _, code := range slices.Backward(codes) {
				if !yield(code) {
					return
				}
			}
		}
	}
}

// end is the place behind the last code.
func (s *sortedCodes) end() codePlace { return codePlace{leaf: len(s.leaves)} }
