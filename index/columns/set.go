package columns

import (
	"encoding/binary"
	"iter"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// setColumn is a many-valued column. Rows with the same labels, spelled alike
// and in the same order, share one set; a label is a member under its fold.
//
// Codes stay as they are while any row holds them, as in textColumn.
type setColumn struct {
	fold    func(string) string
	codes   codes // row -> code of its set
	sets    *dictionary
	holders []uint32 // by set: number of rows

	spellings *dictionary // labels as spelled; a set's key is their codes
	users     []uint32    // by spelling: number of sets
	spelled   []uint32    // by spelling: number of rows
	member    []uint32    // by spelling: code of its fold

	members *dictionary // folds
	forms   []uint32    // by member: number of spellings
	rows    postings    // by member
	present *roaring.Bitmap
}

func newSetColumn(fold func(string) string) *setColumn {
	return &setColumn{
		fold: fold, sets: newDictionary(), spellings: newDictionary(), members: newDictionary(),
		present: roaring.New(),
	}
}

// set gives a row its labels; a missing value takes them away.
func (s *setColumn) set(row uint32, v fields.Value) {
	old := s.codes.get(row)
	if s.spells(old, v.List) {
		return
	}
	var code uint32
	if len(v.List) > 0 {
		code = s.intern(v.List)
		*at(&s.holders, code)++
	}
	s.leave(row, old)
	s.join(row, code)
}

// spells reports whether a set is spelled like the list.
func (s *setColumn) spells(set uint32, list []string) bool {
	i := 0
	for spelling := range s.labels(set) {
		if i == len(list) || s.spellings.key(spelling) != list[i] {
			return false
		}
		i++
	}
	return i == len(list)
}

// labels yields the spellings of a set, none for set 0.
func (s *setColumn) labels(set uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if set == 0 {
			return
		}
		key := s.sets.key(set)
		for len(key) > 0 {
			spelling, n := uvarint(key)
			key = key[n:]
			if !yield(spelling) {
				return
			}
		}
	}
}

// intern returns the code of a set, new or not.
func (s *setColumn) intern(list []string) uint32 {
	var key []byte
	var spellings []uint32
	for _, label := range list {
		spelling := s.label(label)
		if s.holds(spellings, s.member[spelling]) {
			continue
		}
		spellings = append(spellings, spelling)
		key = binary.AppendUvarint(key, uint64(spelling))
	}
	code, added := s.sets.add(string(key), string(key))
	if added {
		for _, spelling := range spellings {
			s.users[spelling]++
		}
	}
	return code
}

// label returns the code of a label as spelled, new or not.
func (s *setColumn) label(label string) uint32 {
	spelling, added := s.spellings.add(label, label)
	if added {
		*at(&s.member, spelling) = 0
		*at(&s.users, spelling) = 0
		*at(&s.spelled, spelling) = 0
		s.belong(spelling)
	}
	return spelling
}

// belong makes a spelling a form of its member.
func (s *setColumn) belong(spelling uint32) {
	fold := s.fold(s.spellings.key(spelling))
	member, _ := s.members.add(fold, fold)
	s.member[spelling] = member
	*at(&s.forms, member)++
}

// holds reports whether a spelling of the member is in the list already.
func (s *setColumn) holds(spellings []uint32, member uint32) bool {
	for _, spelling := range spellings {
		if s.member[spelling] == member {
			return true
		}
	}
	return false
}

// join makes a row one of a set's.
func (s *setColumn) join(row, set uint32) {
	s.codes.set(row, set)
	if set == 0 {
		return
	}
	s.present.Add(row)
	for spelling := range s.labels(set) {
		s.rows.add(s.member[spelling], row)
	}
	s.spell(set, 1)
}

// spell says that some rows more are of a set, modulo 2^32: -n for fewer.
func (s *setColumn) spell(set, rows uint32) {
	for spelling := range s.labels(set) {
		s.spelled[spelling] += rows
	}
}

// leave takes a row out of a set and forgets what nothing uses any more.
func (s *setColumn) leave(row, set uint32) {
	if set == 0 {
		return
	}
	s.present.Remove(row)
	for spelling := range s.labels(set) {
		s.rows.remove(s.member[spelling], row)
	}
	s.spell(set, ^uint32(0))
	s.unhold(set, 1)
}

// unhold says that some rows are not of a set any more, and forgets what nothing uses.
func (s *setColumn) unhold(set, rows uint32) {
	s.holders[set] -= rows
	if s.holders[set] > 0 {
		return
	}
	for spelling := range s.labels(set) {
		s.users[spelling]--
		if s.users[spelling] > 0 {
			continue
		}
		member := s.member[spelling]
		s.spellings.release(spelling)
		s.forms[member]--
		if s.forms[member] == 0 {
			s.members.release(member)
		}
	}
	s.sets.release(set)
}

// at returns the i-th number of a slice, which it grows with zeros.
func at(slice *[]uint32, i uint32) *uint32 {
	if n := int(i) + 1 - len(*slice); n > 0 {
		*slice = append(*slice, make([]uint32, n)...)
	}
	return &(*slice)[i]
}

// uvarint reads one code from the key of a set.
func uvarint(key string) (code uint32, n int) {
	for shift := 0; n < len(key); shift += 7 {
		b := key[n]
		n++
		code |= uint32(b&0x7F) << shift
		if b < 0x80 {
			break
		}
	}
	return code, n
}
