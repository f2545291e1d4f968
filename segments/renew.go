package segments

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/filter"
)

// The forms of a definition, by what its record says.
//
//	0  the filter as it was sent: phones in the region of the workspace, channels
//	   under their former names; the name taken by a fold that told more apart
//	1  the filter as filter.Saved writes it, the name by words.Canonical
const formNow = 1

// Renew brings the definitions of an older folder into the present form: it reads
// phone numbers without country code in the region of now, for good. A filter that
// is not valid any more stays as it is. It is called before others use the
// service, and does nothing when there is nothing to do.
func (s *Service) Renew(ctx context.Context, by contacts.Author) error {
	if err := s.define(ctx); err != nil {
		return err
	}
	defer s.defined()
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
	names := map[string]string{} // key by the id of the segment
	err = contacts.EachDocument(ctx, s.store, contacts.SegmentNames, "", func(d contacts.Document) error {
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

// renew brings one definition, whose name is taken by a key, into the present
// form. Its version stays unless it says something else afterwards.
func (s *Service) renew(ctx context.Context, by contacts.Author, before *Segment, key string) error {
	after := *before
	switch f, err := s.decodeFormer(ctx, before); {
	case err == nil:
		after.Filter, after.Hash, after.form = f.Saved(), f.Hash(), formNow
	case fault.KindOf(err) != fault.KindInvalid:
		return err
	case key == nameKey(before.Name):
		return nil
	}
	_, err := s.store.Update(ctx, by, func(tx contacts.Tx) error {
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
		return tx.PutDocument(contacts.Segments, renewed.ID.String(), record)
	})
	return err
}

// decodeFormer checks the filter of a segment of an older form, which may name
// others.
func (s *Service) decodeFormer(ctx context.Context, segment *Segment) (*filter.Filter, error) {
	named := &lookup{ctx: ctx, store: s.store}
	d := filter.Decoder{Schema: s.store.Schema(), Self: segment.ID.String(), Segments: func(id string) (json.RawMessage, bool) {
		raw, ok := named.filterOf(id)
		return filter.Former(raw), ok
	}}
	f, err := d.Decode(filter.Former(segment.Filter), "filter")
	if named.err != nil {
		return nil, named.err
	}
	return f, err
}

// rename takes the name of a segment by its present key. Where another has it by
// now, the segment gets a number behind its name.
func rename(tx contacts.Tx, segment *Segment, key string) error {
	name := segment.Name
	for n := 2; ; n++ {
		present := nameKey(segment.Name)
		if present == key {
			return nil
		}
		holder, err := tx.Document(contacts.SegmentNames, present)
		if err != nil {
			return err
		}
		if holder == nil {
			if err := tx.DeleteDocument(contacts.SegmentNames, key); err != nil {
				return err
			}
			return tx.PutDocument(contacts.SegmentNames, present, []byte(segment.ID.String()))
		}
		segment.Name = fmt.Sprintf("%s (%d)", name, n)
	}
}
