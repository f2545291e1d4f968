package segments

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ndoto/kundi/contacts"
)

// MaxSegments is how many segments a workspace may have. Each may be scheduled,
// and lists of them are read as a whole.
const MaxSegments = 1_000

// Lengths of a segment's texts, in characters, and of its filter, in bytes.
const (
	MaxName        = 200
	MaxDescription = 2_000
	MaxFilter      = 900 << 10 // a record has at most 1 MiB
)

// Segment is a named filter. Segments that were handed out are copies, but
// share what their pointers and slices lead to.
type Segment struct {
	ID          contacts.ID
	Name        string // unique by words.Canonical
	Description string

	// Filter is the filter as filter.Filter.Saved has it, nil for everyone. Hash
	// is that of its canonical form: equal for filters that say the same.
	Filter json.RawMessage
	Hash   string

	// Schedule says when snapshots are taken by themselves, nil for never.
	Schedule *Schedule

	// Instants have millisecond precision and are in UTC.
	CreatedAt time.Time
	UpdatedAt time.Time
	// UpdatedBy is who wrote this state: who answers for what its refreshes
	// cost. It is zero for what was written before this was kept.
	UpdatedBy contacts.Author

	// Version is the sequence number of the change that wrote this state.
	// Snapshots do not change it.
	Version uint64

	// Last is the newest snapshot, nil when there is none.
	Last *Snapshot

	// attributes and segments are the keys of the definitions (see
	// fields.DefinitionDocument) and the ids of
	// the segments that the filter itself names.
	attributes []string
	segments   []string
	// form is that of the definition; see Renew.
	form int
}

// Schedule is a cron line and the IANA time zone it is read in.
type Schedule struct {
	Cron     string `json:"cron"`
	TimeZone string `json:"time_zone"`
	// Since is when the schedule was set: what was due before it was never
	// missed.
	Since time.Time `json:"since"`
}

func (s *Schedule) equal(t *Schedule) bool {
	if s == nil || t == nil {
		return s == t
	}
	return s.Cron == t.Cron && s.TimeZone == t.TimeZone
}

// segmentRecord is a segment as stored under its id in contacts.Segments.
type segmentRecord struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Filter      json.RawMessage `json:"filter,omitempty"`
	Hash        string          `json:"hash"`
	Schedule    *Schedule       `json:"schedule,omitempty"`
	CreatedAt   time.Time       `json:"created_at"`
	UpdatedAt   time.Time       `json:"updated_at"`
	UpdatedBy   authorRecord    `json:"updated_by,omitzero"`
	Version     uint64          `json:"version"`
	Attributes  []string        `json:"attributes,omitempty"`
	Segments    []string        `json:"segments,omitempty"`
	Form        int             `json:"form,omitempty"`
}

// authorRecord is an author as stored.
type authorRecord struct {
	Source contacts.Source `json:"source"`
	Name   string          `json:"name"`
}

func encodeSegment(s *Segment) ([]byte, error) {
	return json.Marshal(segmentRecord{
		Name: s.Name, Description: s.Description, Filter: s.Filter, Hash: s.Hash, Schedule: s.Schedule,
		CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt, UpdatedBy: authorRecord{s.UpdatedBy.Source, s.UpdatedBy.Name}, Version: s.Version,
		Attributes: s.attributes, Segments: s.segments, Form: s.form,
	})
}

func decodeSegment(id contacts.ID, record []byte) (*Segment, error) {
	var r segmentRecord
	if err := json.Unmarshal(record, &r); err != nil {
		return nil, fmt.Errorf("decode segment: %w", err)
	}
	return &Segment{
		ID: id, Name: r.Name, Description: r.Description, Filter: r.Filter, Hash: r.Hash, Schedule: r.Schedule,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, UpdatedBy: contacts.Author{Source: r.UpdatedBy.Source, Name: r.UpdatedBy.Name}, Version: r.Version,
		attributes: r.Attributes, segments: r.Segments, form: r.Form,
	}, nil
}
