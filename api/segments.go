package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// Definitions are the use cases of segments.
type Definitions interface {
	// UsesOf returns the segments whose filters name an attribute of an entity.
	UsesOf(ctx context.Context, e fields.Entity, key string) ([]segments.Use, error)
	// UsesLabel reports whether the filter of a segment names a label.
	UsesLabel(ctx context.Context, label string) (bool, error)
	Create(ctx context.Context, by ledger.Caller, d segments.Draft) (segments.Result, error)
	Patch(ctx context.Context, by ledger.Caller, id ledger.ID, d segments.Draft, version uint64) (segments.Result, error)
	Delete(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (ledger.Done, error)
	Get(ctx context.Context, id ledger.ID) (*segments.Segment, error)
	List(ctx context.Context, asked segments.Search, after ledger.ID, limit int) (segments []*segments.Segment, more bool, err error)
	Pick(ctx context.Context, by ledger.Caller, id ledger.ID, p segments.Picking, version uint64) (segments.PickResult, error)
	PickFile(ctx context.Context, by ledger.Caller, id ledger.ID, keys []segments.Key, version uint64) (segments.FileResult, error)
	Versions(ctx context.Context, id ledger.ID, before uint32, limit int) (list []*segments.Version, more bool, err error)
	Restore(ctx context.Context, by ledger.Caller, id ledger.ID, n uint32, version uint64) (segments.Result, error)
	Duplicate(ctx context.Context, by ledger.Caller, id ledger.ID, name string) (segments.Result, error)
	Memberships(ctx context.Context, contact ledger.ID, which segments.Which, after ledger.ID, limit int) (list []segments.Membership, more bool, err error)
	Combine(ctx context.Context, o segments.Operation, ids []string) (segments.Combined, error)
	PicksOf(ctx context.Context, segment *segments.Segment) (segments.Picks, error)
	Broken(ctx context.Context, list []*segments.Segment) ([][]fault.Fault, error)
	IDs(ctx context.Context, set *roaring.Bitmap) ([]ledger.ID, error)
	Upcoming(sent json.RawMessage) (segments.Schedule, []time.Time, error)
}

// segmentBody is a segment on the wire.
type segmentBody struct {
	ID           string              `json:"id" format:"uuid"`
	Name         string              `json:"name" example:"Customers in Kenya"`
	Description  string              `json:"description,omitempty"`
	Kind         string              `json:"kind" enum:"dynamic,static" doc:"dynamic: who passes the filter now, and who is pinned. static: who was picked."`
	Filter       *storedFilter       `json:"filter,omitempty" doc:"Absent of a static segment."`
	Reading      string              `json:"reading,omitempty" doc:"Who is in it, in plain words; absent when the filter does not fit the attributes any more." example:"Type is customer and Country is Kenya or Tanzania, but is not the excluded contact"`
	Broken       []wire.ProblemError `json:"broken,omitempty" doc:"What is wrong with the filter: it was saved, and does not fit the attributes or the segments that it names any more. Nobody can say then who is in the segment, until the filter is changed. Absent of a filter that fits."`
	Owner        string              `json:"owner,omitempty" doc:"Who looks after it, as you call them."`
	Labels       []string            `json:"labels,omitempty"`
	Archived     bool                `json:"archived,omitempty" doc:"True of a segment that was put away; absent else."`
	Watched      bool                `json:"watched,omitempty" doc:"True of a segment of which it is noted who enters and who leaves; absent else."`
	WatchedSince string              `json:"watched_since,omitempty" format:"date-time" doc:"From when on that is noted: it began with those who were in it then. Absent in lists, in the first seconds, and of a segment that is not watched or is archived."`

	PinnedCount   uint64   `json:"pinned_count" doc:"How many contacts are pinned: members whatever the filter says. Of a static segment they are all that were picked."`
	ExcludedCount uint64   `json:"excluded_count" doc:"How many contacts are excluded: never members, not even when they are pinned."`
	Pinned        []string `json:"pinned,omitempty" doc:"Their ids; absent in lists, and when there are more than 10,000: GET /v1/segments/{id}/members has those of a static segment."`
	Excluded      []string `json:"excluded,omitempty" doc:"Their ids; absent in lists."`

	Count *uint64 `json:"count,omitempty" doc:"Only in a list with count=true: how many contacts are in it now, exactly. Absent when the filter does not fit the attributes any more."`

	Schedule  *scheduleBody `json:"schedule,omitempty" doc:"Absent: snapshots are taken on demand only."`
	Keep      *keepBody     `json:"keep,omitempty" doc:"Which snapshots are kept; absent: those that the setting keep_snapshots says."`
	Snapshot  *snapshotBody `json:"snapshot,omitempty" doc:"The newest one; absent when there is none."`
	CreatedAt string        `json:"created_at" format:"date-time"`
	UpdatedAt string        `json:"updated_at" format:"date-time"`
	UpdatedBy *authorBody   `json:"updated_by,omitempty" doc:"Who wrote this state; absent in what was written before it was kept."`
	Version   uint64        `json:"version" doc:"The ETag is the same number. Snapshots do not change it."`
}

// authorBody is who made a change, on the wire.
type authorBody struct {
	Source string `json:"source" doc:"On whose behalf." enum:"agent,api,import,ai,system,rule"`
	Name   string `json:"name" doc:"The name of the key, or of the command."`
}

type scheduleBody struct {
	Cron      string `json:"cron" example:"0 6 * * mon-fri"`
	TimeZone  string `json:"time_zone" example:"Africa/Nairobi"`
	Jitter    string `json:"jitter,omitempty" example:"PT10M"`
	NextRunAt string `json:"next_run_at,omitempty" format:"date-time" doc:"As the schedule says, but not before the segment has rested ten times as long as its last run took."`
}

// segmentDraft is the text of a segment to be written.
type segmentDraft json.RawMessage

// Schema describes it.
func (segmentDraft) Schema(r huma.Registry) *huma.Schema {
	wire.MergePatch(r, reflect.TypeFor[scheduleInput]()) // merged member by member, too
	wire.MergePatch(r, reflect.TypeFor[keepInput]())
	return wire.MergePatch(r, reflect.TypeFor[segmentInput]())
}

// segmentCreationDraft is the text of a segment to be made.
type segmentCreationDraft json.RawMessage

// segmentCreation describes it.
type segmentCreation segmentInput

// Schema describes it.
func (segmentCreationDraft) Schema(r huma.Registry) *huma.Schema {
	return wire.Creation(r, reflect.TypeFor[segmentCreation](), "name")
}

// segmentInput describes what may be sent of a segment. The domain reads it.
type segmentInput struct {
	Name        string        `json:"name,omitempty" null:"no" minLength:"1" maxLength:"200" doc:"Required. Unique regardless of case and accents." example:"Customers in Kenya"`
	Description string        `json:"description,omitempty" maxLength:"2000"`
	Kind        string        `json:"kind,omitempty" null:"no" enum:"dynamic,static" doc:"Absent: dynamic. It never changes."`
	Filter      filterText    `json:"filter,omitempty" doc:"Who is in it; absent: everyone. Replaced as a whole. A static segment has none."`
	From        originInput   `json:"from,omitempty" doc:"Only of a new static segment: who is in it at first. One of filter and segment_id is required."`
	Schedule    scheduleInput `json:"schedule,omitempty" doc:"When snapshots are taken by themselves."`
	Keep        keepInput     `json:"keep,omitempty" doc:"Which snapshots are kept. The newest one always is, and those that audiences were made from. Absent or null: as the setting keep_snapshots says."`
	Owner       string        `json:"owner,omitempty" maxLength:"200" doc:"Who looks after it, as you call them."`
	Labels      []string      `json:"labels,omitempty" maxItems:"200" doc:"They are written as those of contacts are, and are not the same: a label of contacts that is renamed leaves them as they are."`
	Archived    bool          `json:"archived,omitempty" doc:"True puts it away: its schedule rests and lists leave it out. It keeps its snapshots, and filters may go on to name it."`
	Watched     bool          `json:"watched,omitempty" doc:"True notes who enters and who leaves, within seconds: see GET /v1/segments/{id}/events. It begins with those who are in it then, and rests while the segment is archived."`
	Pinned      []string      `json:"pinned,omitempty" maxItems:"10000" doc:"Ids of contacts that are members whatever the filter says. Replaced as a whole; POST /v1/segments/{id}/members adds and removes."`
	Excluded    []string      `json:"excluded,omitempty" maxItems:"10000" doc:"Ids of contacts that are never members, not even when they are pinned. Replaced as a whole; POST /v1/segments/{id}/exclusions adds and removes."`
}

// originInput says who is in a static segment at first.
type originInput struct {
	Filter    filterText `json:"filter,omitempty" null:"no" doc:"Who passes it now."`
	SegmentID string     `json:"segment_id,omitempty" null:"no" format:"uuid" doc:"Who is in another segment now."`
	Snapshot  int        `json:"snapshot,omitempty" null:"no" minimum:"1" maximum:"4294967295" doc:"With segment_id: who was in its snapshot of this number, and still exists."`
}

type scheduleInput struct {
	Cron     string `json:"cron,omitempty" null:"no" maxLength:"200" doc:"Minute, hour, day of month (L is the last), month, day of week (0 and 7 are Sunday, 5L is the last Friday of a month, 1#2 the second Monday); or @hourly, @daily, @weekly, @monthly, @yearly, or @every with a duration of 1m to 87600h, counted from the last run. Required." example:"0 6 * * mon-fri"`
	TimeZone string `json:"time_zone,omitempty" doc:"IANA name; that of the workspace when absent or null. On the days when its clock changes, a time that is jumped over counts as the first moment after, one that comes twice the first time; lines of every hour keep their rhythm." example:"Africa/Nairobi"`
	Jitter   string `json:"jitter,omitempty" maxLength:"20" doc:"How late runs may be, up to PT1H. Each segment has a delay of its own within it, which stays the same: so many segments with one line do not all run at once. Not with @every." example:"PT10M"`
}

func (s *server) registerSegments() {
	n := wire.Noun{
		Server: s.Server, Article: "a", Name: "segment", Plural: "segments",
		PageDoc:  "Segments a page; fewer come when their filters are large.",
		PatchDoc: "A merge patch (RFC 7396), but for the filter, which is replaced as a whole.",
	}
	refuses := []int{http.StatusConflict, http.StatusGone}
	wire.RegisterCreate(n, wire.Operation{
		Heavy: true, Refuses: refuses, About: "A name that is taken is a 409. For its size while it is being built, ask POST /v1/contacts/count.",
	}, s.createSegment)
	s.registerSegmentList(n)
	s.registerPicks(n)
	s.registerSegmentVersions(n)
	s.registerMemberships(n)
	wire.RegisterGet(n, wire.Operation{Heavy: true}, s.getSegment)
	wire.RegisterPatch(n, wire.Operation{Heavy: true, Refuses: refuses}, s.patchSegment)
	wire.RegisterDelete(n, wire.Operation{
		Refuses: []int{http.StatusConflict}, About: "Its snapshots and runs go with it. One that another segment's filter names is a 409. Audiences that were made from it work on.",
	}, s.deleteSegment)
}

func (s *server) createSegment(ctx context.Context, text segmentCreationDraft) (wire.Answer[segmentBody], error) {
	draft, err := segmentDraftOf(text)
	if err != nil {
		return wire.Answer[segmentBody]{}, err
	}
	result, err := s.definitions.Create(ctx, wire.CallerOf(ctx), draft)
	out, err := s.wroteSegment(ctx, result, err)
	out.Location = "/v1/segments/" + out.Body.ID
	return out, err
}

// wroteSegment answers with the segment that a use case wrote.
func (s *server) wroteSegment(ctx context.Context, result segments.Result, err error) (wire.Answer[segmentBody], error) {
	switch {
	case err != nil:
		return wire.Answer[segmentBody]{}, err
	case result.Segment == nil:
		return wire.Answer[segmentBody]{}, wire.DeletedSince("segment")
	}
	out, err := s.answerSegment(ctx, result.Segment)
	out.Seq, out.Replayed = result.Seq, result.Replayed
	return out, err
}

// segmentDraftOf reads a JSON object that the domain checks member by member.
func segmentDraftOf(text []byte) (segments.Draft, error) {
	var draft segments.Draft
	if err := json.Unmarshal(text, &draft); err != nil || draft == nil {
		return nil, wire.InvalidRequest([]fault.Fault{{Path: "body", Detail: "must be an object"}})
	}
	return draft, nil
}

func (s *server) getSegment(ctx context.Context, id ledger.ID) (wire.Answer[segmentBody], error) {
	segment, err := s.definitions.Get(ctx, id)
	if err != nil {
		return wire.Answer[segmentBody]{}, err
	}
	return s.answerSegment(ctx, segment)
}

func (s *server) patchSegment(ctx context.Context, id ledger.ID, text segmentDraft, version uint64) (wire.Answer[segmentBody], error) {
	draft, err := segmentDraftOf(text)
	if err != nil {
		return wire.Answer[segmentBody]{}, err
	}
	result, err := s.definitions.Patch(ctx, wire.CallerOf(ctx), id, draft, version)
	return s.wroteSegment(ctx, result, err)
}

func (s *server) deleteSegment(ctx context.Context, id ledger.ID, version uint64) (ledger.Done, error) {
	return s.definitions.Delete(ctx, wire.CallerOf(ctx), id, version)
}

// answerSegment answers with a segment. Its version is that of the definition,
// beside which the body tells of snapshots and runs.
func (s *server) answerSegment(ctx context.Context, segment *segments.Segment) (wire.Answer[segmentBody], error) {
	body, picks, err := s.wireSegment(ctx, segment, s.readings(ctx))
	if err != nil {
		return wire.Answer[segmentBody]{}, err
	}
	if body.Pinned, err = s.pickedIDs(ctx, picks.Pinned); err != nil {
		return wire.Answer[segmentBody]{}, err
	}
	if segment.Watched && !segment.Archived {
		since, err := s.segmentEvents.Since(ctx, segment.ID)
		if err != nil {
			return wire.Answer[segmentBody]{}, err
		}
		body.WatchedSince = wire.Instant(since)
	}
	if body.Excluded, err = s.pickedIDs(ctx, picks.Excluded); err != nil {
		return wire.Answer[segmentBody]{}, err
	}
	broken, err := s.broken(ctx, segment)
	if err != nil {
		return wire.Answer[segmentBody]{}, err
	}
	body.Broken = broken[0]
	return wire.Answer[segmentBody]{Body: body, Version: segment.Version, Moving: true}, nil
}

// wireSegment is a segment without the ids of the contacts that are picked for it.
func (s *server) wireSegment(ctx context.Context, segment *segments.Segment, words *readings) (segmentBody, segments.Picks, error) {
	picks, err := s.definitions.PicksOf(ctx, segment)
	if err != nil {
		return segmentBody{}, picks, err
	}
	body := segmentBody{
		Reading: words.ofSegment(segment, picks),
		ID:      segment.ID.String(), Name: segment.Name, Description: segment.Description,
		Kind: string(segment.Kind), Owner: segment.Owner, Labels: segment.Labels, Archived: segment.Archived, Watched: segment.Watched,
		PinnedCount: picks.Pinned.GetCardinality(), ExcludedCount: picks.Excluded.GetCardinality(),
		CreatedAt: wire.Instant(segment.CreatedAt), UpdatedAt: wire.Instant(segment.UpdatedAt), Version: segment.Version,
	}
	if segment.Kind != segments.KindStatic {
		stored := storedFilter(filter.Tidy(segment.Filter))
		body.Filter = &stored
	}
	if by := segment.UpdatedBy; by != (ledger.Author{}) {
		body.UpdatedBy = &authorBody{Source: string(by.Source), Name: by.Name}
	}
	if segment.Schedule != nil {
		body.Schedule = &scheduleBody{Cron: segment.Schedule.Cron, TimeZone: segment.Schedule.TimeZone, Jitter: segment.Schedule.Jitter}
		if at, planned := s.runs.NextRun(segment.ID); planned {
			body.Schedule.NextRunAt = wire.Instant(at)
		}
	}
	if segment.Keep != (fields.Keep{}) {
		keep := wireKeep(segment.Keep)
		body.Keep = &keep
	}
	if segment.Last != nil {
		last := wireSnapshot(segment.Last)
		body.Snapshot = &last
	}
	return body, picks, nil
}

// MarshalJSON writes a stored filter.
func (f storedFilter) MarshalJSON() ([]byte, error) {
	if len(f) == 0 {
		return []byte(`{"combinator":"and","rules":[]}`), nil
	}
	return f, nil
}
