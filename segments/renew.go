package segments

import (
	"context"
	"fmt"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// The forms of a stored definition:
//
//	0  The filter is as it was sent: phone numbers are read in the region of the
//	   workspace, and channels have their former names. The name is reserved by
//	   an older fold that told more names apart.
//	1  The filter is as filter.Saved writes it. The name is reserved by
//	   words.Canonical.
//	2  The options of lists are among what the filter names.
const formNow = 2

// Renew brings the definitions of an older folder into the present form. It
// reads phone numbers without a country code in the present region of the
// workspace, and stores them with the code. A filter that is not valid any more
// stays as it is. The program calls Renew before others use the service. Renew
// writes nothing if all definitions have the present form.
func (s *Service) Renew(ctx context.Context, by ledger.Author) error {
	if err := s.lockDefinitions(ctx); err != nil {
		return err
	}
	defer s.unlockDefinitions()
	var older []*Segment
	err := s.each(ctx, func(segment *Segment) error {
		if segment.form < formNow {
			older = append(older, segment)
		}
		return nil
	})
	if err != nil || len(older) == 0 {
		return err
	}
	names := map[string]string{} // key of the name, by the id of the segment
	err = ledger.EachDocument(ctx, s.store, NameDocuments, "", func(d ledger.Document) error {
		names[string(d.Value)] = d.Key
		return nil
	})
	if err != nil {
		return err
	}
	for _, segment := range older {
		if err := s.renew(ctx, by, segment, names[segment.ID.String()]); err != nil {
			return fmt.Errorf("bringing segment %s into its present form: %w", segment.ID, err)
		}
	}
	return nil
}

// renew brings one definition into the present form. key is the key under which
// its name is reserved. Its version stays the same unless the name or the
// meaning of the filter changes.
func (s *Service) renew(ctx context.Context, by ledger.Author, before *Segment, key string) error {
	after := *before
	switch f, err := s.decodeFormer(ctx, before); {
	case err == nil:
		after.Filter, after.Hash, after.form = f.Saved(), f.Hash(), formNow
		after.attributes, after.segments = named(f.Root)
	case fault.KindOf(err) != fault.KindInvalid:
		return err
	case key == nameKey(before.Name):
		return nil
	}
	_, err := s.store.Update(ctx, by, func(tx ledger.Tx) error {
		renewed := after
		if err := rename(tx, &renewed, key); err != nil {
			return err
		}
		if renewed.Name != before.Name || renewed.Hash != before.Hash {
			renewed.Version = tx.Seq()
		}
		record, err := encodeSegment(&renewed)
		if err != nil {
			return err
		}
		if err := updateUses(tx, before.ID, before.attributes, renewed.attributes); err != nil {
			return err
		}
		return tx.PutDocument(SegmentDocuments, renewed.ID.String(), record)
	})
	return err
}

// decodeFormer checks the filter of a segment of an older form. The filter may
// name other segments of an older form.
func (s *Service) decodeFormer(ctx context.Context, segment *Segment) (*filter.Filter, error) {
	schema, named := s.store.Schema(), s.Saved(ctx)
	d := filter.Decoder{Schema: schema, Self: segment.ID.String(), Segments: func(id string) (filter.Saved, bool, error) {
		saved, ok, err := named(id)
		saved.Filter = filter.Former(saved.Filter, schema)
		return saved, ok, err
	}}
	return d.Decode(filter.Former(segment.Filter, schema), "filter")
}

// rename reserves the name of a segment under its present key. If another
// segment has the name, the segment gets a number after its name: "VIP (2)".
func rename(tx ledger.Tx, segment *Segment, key string) error {
	name := segment.Name
	for n := 2; ; n++ {
		present := nameKey(segment.Name)
		if present == key {
			return nil
		}
		holder, err := tx.Document(NameDocuments, present)
		if err != nil {
			return err
		}
		if holder == nil {
			if err := tx.DeleteDocument(NameDocuments, key); err != nil {
				return err
			}
			return tx.PutDocument(NameDocuments, present, []byte(segment.ID.String()))
		}
		segment.Name = fmt.Sprintf("%s (%d)", name, n)
	}
}
