package segments

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// Draft is a merge patch (RFC 7396) for a segment, by member: see draftMembers. An absent
// member stays as it is; JSON null removes it. The members of the schedule (cron, time_zone, jitter)
// and of keep (count, age) are merged too. A filter always replaces the whole former filter, and so do lists.
type Draft map[string]json.RawMessage

// draftMembers are the members of a draft.
var draftMembers = []string{
	"name", "description", "kind", "filter", "from", "schedule", "keep", "owner", "labels", "archived", "watched", "pinned", "excluded",
}

// drafting applies a draft to a segment and collects what is wrong.
type drafting struct {
	segment *Segment
	schema  *fields.Schema
	check   func(cron, zone string) (cronFault, zoneFault string)
	decode  func(raw []byte, path string) (*filter.Filter, error)
	find    func(ids []string, path string) (*roaring.Bitmap, []fault.Fault, error)
	faults  []fault.Fault

	picked map[PickSet]*roaring.Bitmap // sets that were sent
	from   *origin                     // where the members of a new static segment come from, nil when it was not sent
}

func (d *drafting) fault(path, detail string) {
	d.faults = append(d.faults, fault.Fault{Path: path, Detail: detail})
}

// apply returns every fault at once, as one error of KindInvalid.
func (d *drafting) apply(draft Draft) error {
	for member := range draft {
		if !slices.Contains(draftMembers, member) {
			d.fault("", "has a member that no segment has; the members are "+strings.Join(draftMembers, ", "))
			break
		}
	}
	var ok bool
	if d.segment.Name, ok = d.text("name", d.segment.Name, draft["name"], MaxName); ok && d.segment.Name == "" {
		d.fault("name", "is required")
	}
	d.segment.Description, _ = d.text("description", d.segment.Description, draft["description"], MaxDescription)
	d.schedule(draft["schedule"])
	d.keep(draft["keep"])
	d.kind(draft["kind"])
	d.segment.Owner, _ = d.text("owner", d.segment.Owner, draft["owner"], MaxOwner)
	d.labels(draft["labels"])
	d.flag("archived", draft["archived"], &d.segment.Archived)
	d.flag("watched", draft["watched"], &d.segment.Watched)
	for _, read := range []func() error{
		func() error { return d.filter(draft["filter"]) },
		func() error { return d.origin(draft["from"]) },
		func() error { return d.picks(Pinned, draft[string(Pinned)]) },
		func() error { return d.picks(Excluded, draft[string(Excluded)]) },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	return fault.Invalid("invalid-segment", "The segment is not valid.", d.faults)
}

// text returns the value of a member, or the value before if the member is
// absent. limit is in characters. ok is false after a fault.
func (d *drafting) text(path, before string, raw json.RawMessage, limit int) (text string, ok bool) {
	if raw == nil {
		return before, true
	}
	var sent *string
	if err := json.Unmarshal(raw, &sent); err != nil {
		d.fault(path, "must be text")
		return before, false
	}
	if sent == nil {
		return "", true
	}
	text, fault := fields.CoerceText(*sent)
	if fault == "" && utf8.RuneCountInString(text) > limit {
		fault = fmt.Sprintf("must have at most %d characters", limit)
	}
	if fault != "" {
		d.fault(path, fault)
	}
	return text, fault == ""
}

// schedule merges the members that were sent into the schedule of the segment.
func (d *drafting) schedule(raw json.RawMessage) {
	switch {
	case raw == nil:
		return
	case isNull(raw):
		d.segment.Schedule = nil
		return
	}
	var sent map[string]any
	if err := json.Unmarshal(raw, &sent); err != nil {
		d.fault("schedule", "must be an object {cron, time_zone, jitter} or null")
		return
	}
	var s Schedule
	if before := d.segment.Schedule; before != nil {
		s = *before
	}
	_, zoneIsSent := sent["time_zone"].(string) // an empty one that was sent is a fault
	cron, cronIsText := d.member(sent, "cron", s.Cron)
	zone, zoneIsText := d.member(sent, "time_zone", s.TimeZone)
	s.Jitter, _ = d.member(sent, "jitter", s.Jitter)
	if len(sent) > 0 {
		d.fault("schedule", "has an unknown member: a schedule has the members cron, time_zone and jitter")
	}
	s.Cron, s.TimeZone = cron, zone
	if s.TimeZone == "" && !zoneIsSent {
		s.TimeZone = d.schema.Zone().String()
	}
	cronFault, zoneFault := d.check(s.Cron, s.TimeZone)
	if cronFault != "" && cronIsText {
		d.fault("schedule.cron", cronFault)
	}
	if zoneFault != "" && zoneIsText {
		d.fault("schedule.time_zone", zoneFault)
	}
	d.jitter(&s)
	d.segment.Schedule = &s
}

// jitter checks how late the runs of a schedule may be.
func (d *drafting) jitter(s *Schedule) {
	if s.Jitter == "" {
		return
	}
	if _, ok := parseJitter(s.Jitter); !ok {
		d.fault("schedule.jitter", "must be a number of minutes up to an hour, like PT10M or PT1H")
	}
	if strings.HasPrefix(strings.TrimSpace(s.Cron), "@every") {
		d.fault("schedule.jitter", "must be absent with @every: its runs are counted from the last one, and come at moments of their own")
	}
}

// member removes a member from the object and returns its text. It is "" for
// null, and the text before if the member is absent.
func (d *drafting) member(object map[string]any, name, before string) (text string, isText bool) {
	value, present := object[name]
	delete(object, name)
	switch value := value.(type) {
	case nil:
		if present {
			return "", true
		}
		return before, true
	case string:
		return value, true
	}
	d.fault("schedule."+name, "must be text")
	return before, false
}

// filter checks the filter that was sent. A new segment without a filter gets
// the one that everyone passes.
func (d *drafting) filter(raw json.RawMessage) error {
	if raw == nil && d.segment.Hash != "" {
		return nil
	}
	if d.segment.Kind == KindStatic {
		if raw != nil && !isNull(raw) {
			d.fault("filter", "must be absent: the members of a static segment are picked; name a filter in from to begin with those who pass it now")
		}
		raw = nil
	}
	f, err := d.decoded(raw, "filter")
	if f == nil || err != nil {
		return err
	}
	if d.segment.Filter = f.Saved(); len(d.segment.Filter) > MaxFilter {
		d.fault("filter", fmt.Sprintf("must have at most %d bytes", MaxFilter))
		return nil
	}
	d.segment.Hash, d.segment.form = f.Hash(), formNow
	d.segment.attributes, d.segment.segments = named(f.Root)
	d.segment.changed = changedBy(f.Root)
	return nil
}

// decoded decodes a filter that was sent. It is nil after a fault.
func (d *drafting) decoded(raw json.RawMessage, path string) (*filter.Filter, error) {
	f, err := d.decode(filter.WithPresentLabels(raw, d.schema), path)
	var invalid *fault.Error
	if errors.As(err, &invalid) && invalid.Kind == fault.KindInvalid {
		d.faults = append(d.faults, invalid.Faults...)
		return nil, nil
	}
	return f, err
}

// maxNamedOptions is how many options of a filter are noted one by one, because each is a document.
const maxNamedOptions = 1_000

// named lists what the rules of a filter name, also inside of where: the keys of the documents of
// attributes and options, and the ids of segments. It does not follow the segments. Of a filter
// that names very many options, it says which attributes have them, and not which they are.
func named(root *filter.Group) (attributes, segments []string) {
	attributes, segments = namedIn(root)
	slices.Sort(attributes)
	slices.Sort(segments)
	attributes, segments = slices.Compact(attributes), slices.Compact(segments)
	options := 0
	for _, key := range attributes {
		if strings.Contains(key, optionMark) {
			options++
		}
	}
	if options > maxNamedOptions {
		for i, key := range attributes {
			if attribute, _, option := strings.Cut(key, optionMark); option {
				attributes[i] = attribute + optionMark
			}
		}
		attributes = slices.Compact(attributes)
	}
	return attributes, segments
}

// namedIn is named without its order, and with all options.
func namedIn(root *filter.Group) (attributes, segments []string) {
	filter.EachOwnRule(root, func(r *filter.Rule) {
		attributes = append(attributes, namedByRule(r)...)
		if r.Field.Type == fields.FieldSegment {
			for _, v := range r.Values {
				segments = append(segments, v.Text)
			}
		}
	})
	return attributes, segments
}

// namedByRule lists the keys of the documents of the attribute and the options that a rule names.
func namedByRule(r *filter.Rule) (list []string) {
	if a := r.Field.Attribute; a != nil {
		list = append(list, a.Document())
		if a.Type == fields.AttributeList {
			for _, v := range r.Values {
				list = append(list, optionDocument(a, v.Text))
			}
		}
	}
	if of := r.Field.Changed; of != nil && of.Attribute != nil {
		list = append(list, of.Attribute.Document())
	}
	if r.Related != nil && r.Related.Where != nil {
		inside, _ := namedIn(r.Related.Where)
		list = append(list, inside...)
	}
	return list
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }
