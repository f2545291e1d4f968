package text

import (
	"context"
	"sync"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// fakeStore is a store in memory with a log, as much as the index reads.
type fakeStore struct {
	mu        sync.Mutex
	people    map[uint32]*contacts.Contact
	companies map[uint32]*contacts.Company
	ordinals  []uint32
	log       []contacts.Change
	kept      uint64 // the log before it is gone
	reads     int    // of records
	wake      func()
	scanned   func()        // called when records are scanned
	held      chan struct{} // reading the log waits until it is closed
}

func newFakeStore() *fakeStore {
	return &fakeStore{people: map[uint32]*contacts.Contact{}, companies: map[uint32]*contacts.Company{}, wake: func() {}}
}

func (s *fakeStore) append(c contacts.Change) {
	c.Seq = uint64(len(s.log) + 1)
	s.log = append(s.log, c)
}

func (s *fakeStore) put(c *contacts.Contact) uint32 {
	s.mu.Lock()
	c.Ordinal = uint32(len(s.ordinals) + 1)
	s.ordinals = append(s.ordinals, c.Ordinal)
	s.people[c.Ordinal] = c
	s.append(contacts.Change{Entity: fields.EntityContact, Op: contacts.OpCreate, Ordinal: c.Ordinal})
	s.mu.Unlock()
	s.wake()
	return c.Ordinal
}

func (s *fakeStore) change(ordinal uint32, f func(*contacts.Contact), all ...string) {
	s.mu.Lock()
	c := s.people[ordinal].Clone()
	f(c)
	s.people[ordinal] = c
	s.append(contacts.Change{Entity: fields.EntityContact, Op: contacts.OpUpdate, Ordinal: ordinal, Fields: all})
	s.mu.Unlock()
	s.wake()
}

func (s *fakeStore) remove(ordinal uint32) {
	s.mu.Lock()
	delete(s.people, ordinal)
	s.append(contacts.Change{Entity: fields.EntityContact, Op: contacts.OpDelete, Ordinal: ordinal})
	s.mu.Unlock()
	s.wake()
}

func (s *fakeStore) company(ordinal uint32, name string) {
	s.mu.Lock()
	op := contacts.OpUpdate
	if s.companies[ordinal] == nil {
		op = contacts.OpCreate
	}
	s.companies[ordinal] = &contacts.Company{Ordinal: ordinal, Name: name}
	s.append(contacts.Change{Entity: fields.EntityCompany, Op: op, Ordinal: ordinal})
	s.mu.Unlock()
	s.wake()
}

func (s *fakeStore) Head() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return uint64(len(s.log))
}

func (s *fakeStore) Contacts(_ context.Context, ordinals []uint32) ([]*contacts.Contact, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*contacts.Contact, len(ordinals))
	for i, o := range ordinals {
		out[i] = s.people[o]
	}
	s.reads += len(ordinals)
	return out, nil
}

func (s *fakeStore) Companies(_ context.Context, ordinals []uint32) ([]*contacts.Company, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*contacts.Company, len(ordinals))
	for i, o := range ordinals {
		out[i] = s.companies[o]
	}
	return out, nil
}

func (s *fakeStore) ScanContacts(_ context.Context, from uint32, limit int) ([]*contacts.Contact, error) {
	if s.scanned != nil {
		s.scanned()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*contacts.Contact
	for _, o := range s.ordinals[min(int(max(from, 1)-1), len(s.ordinals)):] {
		if c := s.people[o]; c != nil && len(out) < limit {
			out = append(out, c)
		}
		if len(out) == limit {
			break
		}
	}
	return out, nil
}

// hold makes reading the log wait for release.
func (s *fakeStore) hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = make(chan struct{})
}

func (s *fakeStore) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.held)
	s.held = nil
}

func (s *fakeStore) Changes(ctx context.Context, after uint64, limit int) ([]contacts.Change, error) {
	s.mu.Lock()
	if held := s.held; held != nil {
		s.mu.Unlock()
		select {
		case <-held:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		s.mu.Lock()
	}
	defer s.mu.Unlock()
	if after < s.kept {
		return nil, &fault.Error{Kind: fault.KindGone, Type: "gone", Message: "The log no longer reaches back."}
	}
	rest := s.log[min(int(after), len(s.log)):]
	return append([]contacts.Change(nil), rest[:min(limit, len(rest))]...), nil
}
