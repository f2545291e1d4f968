package segments

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// isNew reports whether the segment is being made.
func (d *drafting) isNew() bool { return d.segment.Version == 0 }

// kind reads the kind, which only a new segment can be given.
func (d *drafting) kind(raw json.RawMessage) {
	kind := Kind("")
	switch {
	case raw == nil:
		kind = d.segment.Kind
	case json.Unmarshal(raw, &kind) != nil, kind != KindDynamic && kind != KindStatic:
		d.fault("kind", `must be "dynamic" or "static"`)
	case !d.isNew() && kind != d.segment.Kind:
		d.fault("kind", "cannot be changed: duplicate the segment, or make another one")
	}
	if d.isNew() {
		d.segment.Kind = KindDynamic
		if kind == KindStatic {
			d.segment.Kind = kind
		}
	}
}

// labels reads labels as those of contacts are read.
func (d *drafting) labels(raw json.RawMessage) {
	if raw == nil {
		return
	}
	var sent []any
	noText := func(label any) bool { _, isText := label.(string); return !isText }
	if err := json.Unmarshal(raw, &sent); err != nil || slices.ContainsFunc(sent, noText) {
		d.fault("labels", "must be an array of texts")
		return
	}
	if len(sent) > fields.MaxLabels {
		d.fault("labels", fmt.Sprintf("must have at most %d labels", fields.MaxLabels))
		return
	}
	field, _ := d.schema.Field("labels")
	v, fault := d.schema.Coerce(field, sent)
	if fault != "" {
		d.fault("labels", fault)
		return
	}
	d.segment.Labels = v.List
}

// keep merges the members that were sent into what is kept of snapshots.
func (d *drafting) keep(raw json.RawMessage) {
	if raw == nil {
		return
	}
	var sent any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&sent); err != nil {
		d.fault("keep", "must be JSON")
		return
	}
	keep, faults := d.segment.Keep.Patch(sent, "keep")
	if d.faults = append(d.faults, faults...); len(faults) == 0 {
		d.segment.Keep = keep
	}
}

// flag reads a member that is true or false; null is false.
func (d *drafting) flag(path string, raw json.RawMessage, to *bool) {
	if raw == nil {
		return
	}
	var sent *bool
	if err := json.Unmarshal(raw, &sent); err != nil {
		d.fault(path, "must be true or false")
		return
	}
	*to = sent != nil && *sent
}

// picks reads a set of contacts that replaces those who were picked before.
func (d *drafting) picks(which PickSet, raw json.RawMessage) error {
	if raw == nil {
		return nil
	}
	path := string(which)
	var ids []string
	if err := json.Unmarshal(raw, &ids); err != nil {
		d.fault(path, "must be an array of ids of contacts")
		return nil
	}
	if len(ids) > MaxPicks {
		d.fault(path, fmt.Sprintf("must have at most %d ids", MaxPicks))
		return nil
	}
	set, faults, err := d.find(ids, path)
	if err != nil {
		return err
	}
	d.faults = append(d.faults, faults...)
	d.picked[which] = set
	return nil
}

// origin says where the first members of a static segment come from: those who pass a filter,
// who are in a segment, or who are in one of its snapshots.
type origin struct {
	filter   *filter.Filter
	segment  ledger.ID
	snapshot uint32 // 0 for those who are in the segment now
}

// origin reads where the first members of a static segment come from.
func (d *drafting) origin(raw json.RawMessage) error {
	if raw == nil || isNull(raw) {
		return nil
	}
	if !d.isNew() || d.segment.Kind != KindStatic {
		d.fault("from", "must be absent: only a new static segment takes its first members from elsewhere")
		return nil
	}
	var sent struct {
		Filter    json.RawMessage `json:"filter"`
		SegmentID *string         `json:"segment_id"`
		Snapshot  *uint32         `json:"snapshot"`
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&sent); err != nil || (sent.Filter == nil) == (sent.SegmentID == nil) || sent.Snapshot != nil && sent.SegmentID == nil {
		d.fault("from", "must be {filter}, {segment_id} or {segment_id, snapshot}; snapshot is a number")
		return nil
	}
	d.from = &origin{}
	if sent.Filter != nil {
		f, err := d.decoded(sent.Filter, "from.filter")
		d.from.filter = f
		return err
	}
	id, err := uuid.Parse(*sent.SegmentID)
	if err != nil || !ledger.IsID(*sent.SegmentID) {
		d.fault("from.segment_id", "must be the id of a segment")
		return nil
	}
	d.from.segment = id
	if sent.Snapshot != nil {
		if d.from.snapshot = *sent.Snapshot; *sent.Snapshot == 0 {
			d.fault("from.snapshot", "must be the number of a snapshot, at least 1")
		}
	}
	return nil
}
