package api

import (
	"github.com/google/uuid"
)

// machineLimits are what requests may take at once. Those of the owner are not
// limited.
type machineLimits struct {
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

// defaultLimits are those for a machine with this number of processors. One key may
// have two batches of the largest size under way, and an answer as much as its key.
func defaultLimits(processors int) machineLimits {
	const bytesOfKey = 32 << 20
	return machineLimits{Places: sharesOfPlaces * processors, PlacesOfKey: processors, Bytes: 256 << 20, BytesOfKey: bytesOfKey, Answer: bytesOfKey}
}

// load is what is under way at a moment.
type load struct {
	Requests int
	Heavy    int   // heavy questions, those that wait for a place included
	Bytes    int64 // of bodies and answers
	Placed   int   // heavy questions that are worked on
	Waiting  int   // heavy questions that wait for a place
}

// load returns what is under way of all keys. It is safe for concurrent use, and
// of several moments when requests begin and end meanwhile.
func (s *machine) load() load {
	all := load{Bytes: s.bytes.used.Load()}
	for _, u := range s.usages.all() {
		requests, heavy := u.underWay()
		all.Requests, all.Heavy = all.Requests+requests, all.Heavy+heavy
	}
	all.Placed, all.Waiting = s.places.load()
	return all
}

// loadOf returns what is under way of one key, zero for one that has made no
// request.
func (s *machine) loadOf(key uuid.UUID) load {
	u := s.usages.find(key)
	if u == nil {
		return load{}
	}
	of := load{Bytes: u.bytes.used.Load()}
	of.Requests, of.Heavy = u.underWay()
	of.Placed, of.Waiting = s.places.loadOf(u)
	return of
}
