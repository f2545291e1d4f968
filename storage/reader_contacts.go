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
