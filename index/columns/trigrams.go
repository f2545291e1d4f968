package columns

import "slices"

// trigrams finds the texts of a dictionary that contain a part: for each three
// bytes that follow each other, the codes whose key has them. What it returns
// are candidates, which are then held against the key itself.
//
// Codes are indexed a segment at a time, and neighbours of about a size are
// joined, so that a search reads few. New codes lie behind the last segment
// until they are a batch; a code that is given again to another key is noted as
// changed until its segment is renewed. So a change costs next to nothing, and
// what is not indexed is little.
type trigrams struct {
	batch    int // codes of a new segment
	most     int // bytes of the postings of a joined segment, trigrams of the keys of a restored one
	segments []segment
	worn     bool     // some segment may be, see segment.worn
	job      *gramJob // under way, nil for none
	ever     int      // the most segments that there were at once

	loaded  []readSegment // from a checkpoint, until restored
	writing bool          // a checkpoint is written
	given   []uint32      // codes that were given to other keys since that began
}

// gramBatch is few enough to look at and enough to index at once.
const gramBatch = 1 << 12

// mostPostings keeps it to some 10 ms to join or renew a segment.
const mostPostings = 1 << 20

// changedShare is the part of a segment's codes that may change before it is
// renewed.
const changedShare = 16

// joinedShare is how many times as large as the one after it a segment is, when
// both may grow.
const joinedShare = 4

func newTrigrams(batch int) *trigrams { return &trigrams{batch: batch, most: mostPostings} }

// indexed is the first code that lies in no segment.
func (t *trigrams) indexed() uint32 {
	if t == nil || len(t.segments) == 0 {
		return 0
	}
	return t.segments[len(t.segments)-1].end
}

// added takes note of a new key under a code of the dictionary. What there is to
// do then is a job.
func (t *trigrams) added(code uint32) {
	if t == nil {
		return
	}
	if j := t.job; j != nil && code >= j.keys.first && code < j.keys.end {
		j.changed = append(j.changed, code)
	}
	if t.writing {
		t.given = append(t.given, code)
	}
	if code >= t.indexed() {
		return
	}
	i, _ := slices.BinarySearchFunc(t.segments, code, func(s segment, code uint32) int { return int(s.end) - int(code) - 1 })
	t.segments[i].change(code)
	t.worn = t.worn || t.segments[i].worn()
}

// narrow looks up a part's trigrams in every segment, nil when that does not
// help.
func (t *trigrams) narrow(grams []uint32) []narrowed {
	if t == nil || len(grams) == 0 {
		return nil
	}
	list := make([]narrowed, len(t.segments))
	for i := range list {
		list[i] = t.segments[i].rarest(grams)
	}
	return list
}

// narrowed are the shortest postings of a part's trigrams in a segment, the
// shortest first. Every code of the segment whose key has the trigrams is in all
// of them or has changed. The segment is as it was: it may be joined to another
// while a question pauses.
type narrowed struct {
	segment
	lists [3][]byte
	n     int // of lists
}

// rarest looks the trigrams up.
func (s *segment) rarest(grams []uint32) narrowed {
	r := narrowed{segment: *s}
	for _, gram := range grams {
		list := s.find(gram)
		at := r.n
		for at > 0 && len(list) < len(r.lists[at-1]) {
			at--
		}
		if at == len(r.lists) {
			continue
		}
		r.n = min(r.n+1, len(r.lists))
		copy(r.lists[at+1:r.n], r.lists[at:])
		r.lists[at] = list
		if len(list) == 0 {
			break // no key has them all
		}
	}
	return r
}

// looks is about how many codes are candidates or have changed.
func (r *narrowed) looks() int {
	if r.dense(r.lists[0]) {
		return int(r.end - r.first)
	}
	return len(r.lists[0]) + r.changes
}

// candidates returns the codes in all of the postings, but not those that have
// changed. It writes them to a buffer.
func (r *narrowed) candidates(buffer []uint32) []uint32 {
	codes := r.unpack(r.lists[0], buffer[:0])
	for _, list := range r.lists[1:max(r.n, 1)] {
		if 16*len(codes) < len(list) {
			break // the keys are looked at sooner
		}
		codes = r.keep(codes, list)
	}
	return r.unchanged(codes)
}
