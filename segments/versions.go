package segments

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// MaxVersions is how many versions of its definition a segment keeps, with the present one.
const MaxVersions = 100

// Version is a definition that a segment has or had: its name, its description and its filter.
type Version struct {
	N           uint32 // from 1 in every segment, without gaps
	At          time.Time
	Author      ledger.Author
	Name        string
	Description string
	// Filter and Hash are as in Segment.
	Filter json.RawMessage
	Hash   string
	// Before is the version before, nil for the oldest that is kept.
	Before *Version
}

// versionRecord is a version as stored in VersionDocuments.
type versionRecord struct {
	N           uint32          `json:"n"`
	At          time.Time       `json:"at"`
	Author      authorRecord    `json:"author"`
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Filter      json.RawMessage `json:"filter,omitempty"`
	Hash        string          `json:"hash"`
}

func (r *versionRecord) version() *Version {
	return &Version{
		N: r.N, At: r.At, Author: ledger.Author{Source: r.Author.Source, Name: r.Author.Name},
		Name: r.Name, Description: r.Description, Filter: r.Filter, Hash: r.Hash,
	}
}

// present is the version that the definition of a segment is. Segments of older programs have
// one that is not stored, with the number 1.
func (s *Segment) present() *Version {
	return &Version{
		N: max(s.n, 1), At: s.UpdatedAt, Author: s.UpdatedBy,
		Name: s.Name, Description: s.Description, Filter: s.Filter, Hash: s.Hash,
	}
}

// versionKey is the key of a version in VersionDocuments.
func versionKey(segment ledger.ID, n uint32) string { return snapshotKey(segment, n) }

// putVersion gives a segment the number of its version. If it has another definition than before,
// the new one is stored as the next version, and one that is too many is removed. before is nil
// for a new segment.
func putVersion(tx ledger.Tx, before, after *Segment) error {
	switch {
	case before == nil:
		after.n = 1
	case sameVersion(before, after):
		return nil
	case before.n == 0: // of an older program
		if err := storeVersion(tx, before.ID, before.present()); err != nil {
			return err
		}
		after.n = 2
	default:
		after.n = before.n + 1
	}
	if after.n > MaxVersions {
		if err := tx.DeleteDocument(VersionDocuments, versionKey(after.ID, after.n-MaxVersions)); err != nil {
			return err
		}
	}
	return storeVersion(tx, after.ID, after.present())
}

func sameVersion(a, b *Segment) bool {
	return a.Name == b.Name && a.Description == b.Description && string(a.Filter) == string(b.Filter)
}

func storeVersion(tx ledger.Tx, segment ledger.ID, v *Version) error {
	record, err := json.Marshal(versionRecord{
		N: v.N, At: v.At, Author: authorRecord{v.Author.Source, v.Author.Name},
		Name: v.Name, Description: v.Description, Filter: v.Filter, Hash: v.Hash,
	})
	if err != nil {
		return err
	}
	return tx.PutDocument(VersionDocuments, versionKey(segment, v.N), record)
}

// Versions returns up to limit versions of a segment with a number below before (0 for the
// newest), newest first. It returns fewer if their filters are large. more says whether others
// follow.
func (s *Service) Versions(ctx context.Context, id ledger.ID, before uint32, limit int) (list []*Version, more bool, err error) {
	segment, err := readSegment(ctx, s.store, id)
	if err != nil {
		return nil, false, err
	}
	newest := segment.present().N
	if before == 0 || before > newest {
		before = newest + 1
	}
	oldest := oldestVersion(newest)
	size := 0
	for n := before - 1; n >= oldest && n > 0; n-- {
		if len(list) == limit || size >= pageBytes {
			return list, true, nil
		}
		v, err := s.readVersion(ctx, segment, n)
		if err != nil {
			return nil, false, err
		}
		if n > oldest {
			if v.Before, err = s.readVersion(ctx, segment, n-1); err != nil {
				return nil, false, err
			}
		}
		size += len(v.Filter)
		list = append(list, v)
	}
	return list, false, nil
}

// oldestVersion is the lowest number of a version that is kept, if newest is the highest.
func oldestVersion(newest uint32) uint32 { return max(newest, MaxVersions) - MaxVersions + 1 }

// readVersion returns version n of a segment.
func (s *Service) readVersion(ctx context.Context, segment *Segment, n uint32) (*Version, error) {
	present := segment.present()
	switch {
	case n == present.N:
		return s.storedOr(ctx, segment.ID, present)
	case n == 0 || n > present.N:
		return nil, fault.NotFound("version")
	case n < oldestVersion(present.N):
		return nil, versionExpired(oldestVersion(present.N))
	}
	v, err := s.storedOr(ctx, segment.ID, &Version{N: n})
	if err == nil && v.Hash == "" { // it went while it was read
		return nil, versionExpired(n + 1)
	}
	return v, err
}

// storedOr returns a version as it is stored, or if it is not stored, the one given.
func (s *Service) storedOr(ctx context.Context, segment ledger.ID, v *Version) (*Version, error) {
	document, err := s.store.Document(ctx, VersionDocuments, versionKey(segment, v.N))
	if err != nil || document == nil {
		return v, err
	}
	var r versionRecord
	if err := json.Unmarshal(document, &r); err != nil {
		return nil, fmt.Errorf("decode version of a segment: %w", err)
	}
	return r.version(), nil
}

// FormerFilter returns the filter of the newest version that has a filter with a hash. It is nil if no
// version that is kept has it, or if it no longer fits the schema.
func (s *Service) FormerFilter(ctx context.Context, id ledger.ID, hash string) (*filter.Filter, error) {
	segment, err := readSegment(ctx, s.store, id)
	if err != nil {
		return nil, err
	}
	for n := segment.present().N; n > 0; n-- {
		v, err := s.readVersion(ctx, segment, n)
		switch {
		case fault.KindOf(err) == fault.KindGone:
			return nil, nil
		case err != nil:
			return nil, err
		case v.Hash == hash:
			f, err := s.decode(ctx, s.store.Schema(), id, v.Filter, "filter")
			if fault.KindOf(err) == fault.KindInvalid {
				return nil, nil
			}
			return f, err
		}
	}
	return nil, nil
}

func versionExpired(oldest uint32) error {
	return &fault.Error{
		Kind: fault.KindGone, Type: "version-expired",
		Message: fmt.Sprintf("The version was removed: a segment keeps its newest %d. The oldest one is %d.", MaxVersions, oldest),
	}
}

// Restore gives a segment the name, the description and the filter of version n, as a new
// version. A definition that no longer fits the schema, or the segments that are there, is an
// error of KindConflict. Other errors are as for Patch, and of KindNotFound and KindGone for a
// version that is not kept.
func (s *Service) Restore(ctx context.Context, by ledger.Caller, id ledger.ID, n uint32, version uint64) (Result, error) {
	segment, err := readSegment(ctx, s.store, id)
	if err != nil {
		return Result{}, err
	}
	v, err := s.readVersion(ctx, segment, n)
	if err != nil {
		return Result{}, err
	}
	d, err := draftOf(v.Name, v.Description)
	if err != nil {
		return Result{}, err
	}
	if segment.Kind != KindStatic {
		d["filter"] = v.Filter
		if v.Filter == nil {
			d["filter"] = json.RawMessage("null")
		}
	}
	r, err := s.Patch(ctx, by, id, d, version)
	if broken := fault.KindOf(err) == fault.KindInvalid; broken {
		err = brokenVersion(err)
	}
	return r, err
}

// draftOf is a draft of a name and a description.
func draftOf(name, description string) (Draft, error) {
	d := Draft{}
	for member, text := range map[string]string{"name": name, "description": description} {
		raw, err := json.Marshal(text)
		if err != nil {
			return nil, err
		}
		d[member] = raw
	}
	return d, nil
}
