package segments

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// Watched is a segment of which somebody wants to know who enters and who leaves.
type Watched struct {
	ID ledger.ID
	// Filter accepts the members, with those who were picked. It is nil while the filter does not
	// fit the attributes.
	Filter *filter.Filter
	// Rules changes with all that says who passes, but for records and for who was picked for the
	// segment itself: that is what Picks changes with.
	Rules, Picks string
}

// Revision changes whenever Watched may answer something else. It can be compared.
type Revision struct {
	schema  *fields.Schema
	changes uint64
}

// Revision returns the present one.
func (s *Service) Revision() Revision { return Revision{s.store.Schema(), s.changes.Load()} }

// Watched returns the segments that are watched and not archived, in order of their ids.
func (s *Service) Watched(ctx context.Context) (list []Watched, err error) {
	schema := s.store.Schema()
	err = s.each(ctx, func(segment *Segment) error {
		if !segment.Watched || segment.Archived {
			return nil
		}
		whole, picked, err := readWhole(ctx, s.store, segment.ID)
		if fault.KindOf(err) == fault.KindNotFound {
			return nil // deleted meanwhile
		}
		if err != nil {
			return err
		}
		w := Watched{ID: whole.ID}
		if w.Rules, w.Picks, err = s.fingerprints(ctx, schema, whole); err != nil {
			return err
		}
		w.Filter, err = s.decodeWhole(ctx, schema, whole, picked)
		if fault.KindOf(err) == fault.KindInvalid {
			w.Filter, err = nil, nil
		}
		list = append(list, w)
		return err
	})
	return list, err
}

// fingerprints are Watched.Rules and Watched.Picks of a segment.
func (s *Service) fingerprints(ctx context.Context, schema *fields.Schema, segment *Segment) (rules, picks string, err error) {
	settings := schema.Settings
	all := sha256.New()
	fmt.Fprintln(all, settings.TimeZone, settings.WeekStart, segment.Kind, segment.Hash)
	if err := s.addNamed(ctx, all, segment, map[string]bool{segment.ID.String(): true}); err != nil {
		return "", "", err
	}
	own := sha256.New()
	err = addPicks(own, segment)
	return hex.EncodeToString(all.Sum(nil)), hex.EncodeToString(own.Sum(nil)), err
}

// addNamed adds the segments that a filter names, each once, with those that they name.
func (s *Service) addNamed(ctx context.Context, to hash.Hash, segment *Segment, met map[string]bool) error {
	for _, id := range segment.segments {
		if met[id] {
			continue
		}
		met[id] = true
		parsed, err := uuid.Parse(id)
		if err != nil {
			return err
		}
		named, err := readSegment(ctx, s.store, parsed)
		if fault.KindOf(err) == fault.KindNotFound {
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(to, id, named.Kind, named.Hash)
		if err := addPicks(to, named); err != nil {
			return err
		}
		if err := s.addNamed(ctx, to, named, met); err != nil {
			return err
		}
	}
	return nil
}

// addPicks adds who was picked for a segment: a chunk with other contacts is stored in another place.
func addPicks(to hash.Hash, segment *Segment) error {
	return json.NewEncoder(to).Encode([][]chunkAt{segment.pinnedAt, segment.excludedAt})
}
