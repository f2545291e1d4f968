package wire

import (
	"github.com/google/uuid"
)

// Limits are what requests may take at once. The requests of the owner have none.
type Limits struct {
	// Places are how many heavy questions are worked on at once, PlacesOfKey how
	// many of them may be of one key.
	Places, PlacesOfKey int
	// Bytes are what bodies that arrive or are worked on, and answers that are
	// sent, may have together; BytesOfKey those of one key.
	Bytes, BytesOfKey int64
	// Answer is how many bytes an answer in one piece may have.
	Answer int64
}

// Evaluating a heavy question keeps a processor busy, so one key works on as many
// at once as there are processors. With four times as many in all, one or two keys
// that never pause leave places for the others.
const sharesOfPlaces = 4

// DefaultLimits are those for a computer with this number of processors. One key may
// have two batches of the largest size under way, and one answer as many bytes.
func DefaultLimits(processors int) Limits {
	const bytesOfKey = 32 << 20
	return Limits{Places: sharesOfPlaces * processors, PlacesOfKey: processors, Bytes: 256 << 20, BytesOfKey: bytesOfKey, Answer: bytesOfKey}
}

// Load is what is under way at a moment: of one key, or of all keys together.
type Load struct {
	Requests int
	Heavy    int   // heavy questions, those that wait for a place included
	Bytes    int64 // of bodies and answers
	Placed   int   // heavy questions that are worked on
	Waiting  int   // heavy questions that wait for a place
}

// Load returns what is under way of all keys. It is safe for concurrent use. Its
// numbers are read one after the other, so they may be of different moments.
func (s *Server) Load() Load {
	all := Load{Bytes: s.bytes.used.Load()}
	for _, u := range s.usages.all() {
		requests, heavy := u.underWay()
		all.Requests, all.Heavy = all.Requests+requests, all.Heavy+heavy
	}
	all.Placed, all.Waiting = s.places.load()
	return all
}

// LoadOf returns what is under way of one key, zero for one that has made no
// request.
func (s *Server) LoadOf(key uuid.UUID) Load {
	u := s.usages.find(key)
	if u == nil {
		return Load{}
	}
	of := Load{Bytes: u.bytes.used.Load()}
	of.Requests, of.Heavy = u.underWay()
	of.Placed, of.Waiting = s.places.loadOf(u)
	return of
}
