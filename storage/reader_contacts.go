package storage

import (
	"context"

	"github.com/ndoto/kundi/contacts"
)

// The methods of contacts.Reader that know the kind of their records.

// Contacts implements contacts.Reader. The contacts are the caller's own.
func (s *Store) Contacts(ctx context.Context, ordinals []uint32) ([]*contacts.Contact, error) {
	return contactKind.Many(ctx, s, refsOf(ordinals))
}

// Companies implements contacts.Reader.
func (s *Store) Companies(ctx context.Context, ordinals []uint32) ([]*contacts.Company, error) {
	return companyKind.Many(ctx, s, refsOf(ordinals))
}

// ScanContacts implements contacts.Reader.
func (s *Store) ScanContacts(ctx context.Context, from uint32, limit int) ([]*contacts.Contact, error) {
	return contactKind.Scan(ctx, s, contacts.Ref{Ordinal: from}, limit)
}

// ScanCompanies implements contacts.Reader.
func (s *Store) ScanCompanies(ctx context.Context, from uint32, limit int) ([]*contacts.Company, error) {
	return companyKind.Scan(ctx, s, contacts.Ref{Ordinal: from}, limit)
}

// Deleted is Buried of contacts.
func (s *Store) Deleted(ctx context.Context, ordinals []uint32) ([]contacts.ID, error) {
	return s.Buried(ctx, &contactKind.Shape, ordinals)
}

// Redirects returns what has become of contacts that were merged into others, in
// the order of the ordinals, the zero Redirect for all others.
func (s *Store) Redirects(ctx context.Context, ordinals []uint32) ([]contacts.Redirect, error) {
	return s.redirects(ctx, s.kinds.of(contactKind), ordinals)
}

// History implements contacts.Reader.
func (s *Store) History(ctx context.Context, ordinal uint32, before uint64, limit int) ([]contacts.HistoryEntry, error) {
	return s.history(ctx, s.kinds.of(contactKind), ordinal, before, limit)
}

// MergeOf implements contacts.Reader.
func (s *Store) MergeOf(ctx context.Context, absorbed uint32) (m *contacts.Merge, err error) {
	k := s.kinds.of(contactKind)
	key := func(r contacts.Ref) []byte { return k.mergeKey(r.Ordinal) }
	err = s.readValues(ctx, refsOf([]uint32{absorbed}), key, func(_ int, record []byte) error {
		merged, err := k.decodeMerge(absorbed, record)
		if err == nil {
			m = typedMerge(merged)
		}
		return err
	})
	return m, err
}
