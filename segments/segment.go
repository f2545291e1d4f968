package segments

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// MaxSegments is how many segments a workspace may have. There is a limit because
// each may have a schedule, and some requests read all of them.
const MaxSegments = 1_000

// The longest texts and the longest filter of a segment.
const (
	MaxName        = 200       // characters
	MaxDescription = 2_000     // characters
	MaxFilter      = 900 << 10 // bytes; a record has at most 1 MiB
)

// Segment is a named set of contacts: those who pass a filter, and those who were picked. Segments that were handed out are copies, but
// share what their pointers and slices lead to.
type Segment struct {
	ID          ledger.ID
	Name        string // unique by words.Canonical
	Description string
	Kind        Kind
	Owner       string   // who looks after it, as the workspace calls them
	Labels      []string // unique by words.Canonical
	// Archived segments are not refreshed by their schedules, and lists leave them out.
	Archived bool
	// Watched says that it is noted who enters the segment and who leaves it.
	Watched bool

	// Filter is the filter as filter.Filter.Saved writes it, nil for everyone. A static
	// segment has none.
	// Hash is the hash of its canonical form: filters that mean the same have
	// the same hash.
	Filter json.RawMessage
	Hash   string

	// Schedule says when the scheduler refreshes the segment, nil for never.
	Schedule *Schedule

	// Keep says which snapshots are kept; the zero value for those of Settings.KeepSnapshots.
	Keep fields.Keep

	// Instants have millisecond precision and are in UTC.
	CreatedAt time.Time
	UpdatedAt time.Time
	// UpdatedBy is the author of the newest change of the definition. The cost
	// of refreshes is counted for this author. It is zero for definitions that
	// were stored before Kundi kept authors.
	UpdatedBy ledger.Author

	// Version is the sequence number of the newest change of the definition.
	// Snapshots do not change it.
	Version uint64

	// Last is the newest snapshot, nil when there is none.
	Last *Snapshot

	// attributes are the keys in UseDocuments of the attributes and options that the filter
	// names. segments are the ids of the segments that
	// it names. Both leave out what those segments name in turn.
	attributes []string
	segments   []string
	changed    []string // the fields of which the filter asks when they changed
	// Where the contacts are stored that were picked for it.
	pinnedAt, excludedAt []chunkAt
	// form is the form of the stored definition; see formNow.
	form int
	// n is the number of the present version, 0 for a segment of a program that kept none.
	n uint32
}

// Schedule is a cron line, the IANA time zone in which it is read, and how late runs may be.
type Schedule struct {
	Cron     string `json:"cron"`
	TimeZone string `json:"time_zone"`
	// Jitter is how late runs may be, a span of at most MaxJitter like PT10M, "" for not at all.
	Jitter string `json:"jitter,omitempty"`
	// Since is when the schedule was set. Runs that would have been due before
	// it do not count as missed.
	Since time.Time `json:"since"`
}

func (s *Schedule) equal(t *Schedule) bool {
	if s == nil || t == nil {
		return s == t
	}
	return s.Cron == t.Cron && s.TimeZone == t.TimeZone && s.Jitter == t.Jitter
}

// MaxJitter is the longest jitter of a schedule.
const MaxJitter = time.Hour

func (s *Schedule) jitter() time.Duration {
	d, _ := parseJitter(s.Jitter)
	return d
}

// parseJitter reads a span of at most MaxJitter.
func parseJitter(text string) (d time.Duration, ok bool) {
	span, ok := fields.ParseSpan(text)
	if !ok {
		return 0, false
	}
	start := time.Unix(0, 0).UTC()
	d = span.After(start, time.UTC).Sub(start)
	return d, d <= MaxJitter
}

// segmentRecord is a segment as stored under its id in SegmentDocuments.
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

	Kind       Kind      `json:"kind,omitempty"` // absent: dynamic
	Owner      string    `json:"owner,omitempty"`
	Labels     []string  `json:"labels,omitempty"`
	Archived   bool      `json:"archived,omitempty"`
	Watched    bool      `json:"watched,omitempty"`
	PinnedAt   []chunkAt `json:"pinned_at,omitempty"`
	ExcludedAt []chunkAt `json:"excluded_at,omitempty"`
	N          uint32    `json:"n,omitempty"`
	Changed    []string  `json:"changed,omitempty"`

	Keep fields.Keep `json:"keep,omitzero"`
}

// authorRecord is an author as stored.
type authorRecord struct {
	Source ledger.Source `json:"source"`
	Name   string        `json:"name"`
}

func encodeSegment(s *Segment) ([]byte, error) {
	return json.Marshal(segmentRecord{
		Name: s.Name, Description: s.Description, Filter: s.Filter, Hash: s.Hash, Schedule: s.Schedule,
		CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt, UpdatedBy: authorRecord{s.UpdatedBy.Source, s.UpdatedBy.Name}, Version: s.Version,
		Attributes: s.attributes, Segments: s.segments, Form: s.form,
		Kind: s.Kind, Owner: s.Owner, Labels: s.Labels, Archived: s.Archived, Watched: s.Watched, PinnedAt: s.pinnedAt, ExcludedAt: s.excludedAt, N: s.n,
		Changed: s.changed, Keep: s.Keep,
	})
}

func decodeSegment(id ledger.ID, record []byte) (*Segment, error) {
	var r segmentRecord
	if err := json.Unmarshal(record, &r); err != nil {
		return nil, fmt.Errorf("decode segment: %w", err)
	}
	return &Segment{
		ID: id, Name: r.Name, Description: r.Description, Filter: r.Filter, Hash: r.Hash, Schedule: r.Schedule,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, UpdatedBy: ledger.Author{Source: r.UpdatedBy.Source, Name: r.UpdatedBy.Name}, Version: r.Version,
		attributes: r.Attributes, segments: r.Segments, form: r.Form,
		Kind: cmp.Or(r.Kind, KindDynamic), Owner: r.Owner, Labels: r.Labels, Archived: r.Archived, Watched: r.Watched, pinnedAt: r.PinnedAt, excludedAt: r.ExcludedAt, n: r.N,
		changed: r.Changed, Keep: r.Keep,
	}, nil
}
