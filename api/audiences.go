package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// Audiences are the use cases of audiences.
type Audiences interface {
	Create(ctx context.Context, by ledger.Caller, o audiences.Order, n uint32, known []fault.Fault) (audiences.Created, error)
	Get(ctx context.Context, id ledger.ID) (*audiences.Audience, error)
	List(ctx context.Context, asked audiences.Search, after ledger.ID, limit int) (list []*audiences.Audience, more bool, err error)
	Delete(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (ledger.Done, error)
	Acknowledge(ctx context.Context, by ledger.Caller, id ledger.ID, row uint32) (*audiences.Audience, ledger.Done, error)
	Rows(ctx context.Context, a *audiences.Audience, group string, from uint32, limit int) (page []audiences.Row, next uint32, err error)
	HeldBack(ctx context.Context, a *audiences.Audience, group string) (map[audiences.Reason]uint64, error)
	Held(ctx context.Context, a *audiences.Audience, why audiences.Reason) (*roaring.Bitmap, error)
	LeftOut(ctx context.Context, a *audiences.Audience, why audiences.Reason) (*roaring.Bitmap, error)
	Report(ctx context.Context, by ledger.Caller, id ledger.ID, list []audiences.Report) (audiences.Reports, error)
}

// audienceBody is an audience on the wire.
type audienceBody struct {
	ID             string            `json:"id" format:"uuid"`
	SegmentID      string            `json:"segment_id" format:"uuid"`
	Snapshot       uint32            `json:"snapshot" doc:"The number of the snapshot that it was made of, and that is kept as long as it is there."`
	Campaign       string            `json:"campaign"`
	Channel        string            `json:"channel,omitempty" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp" doc:"Absent: none in particular."`
	Fields         []string          `json:"fields,omitempty" doc:"What is answered of each contact; absent: all."`
	Limit          uint32            `json:"limit,omitempty"`
	Split          []shareBody       `json:"split,omitempty"`
	Exclude        *excludeBody      `json:"exclude,omitempty"`
	Count          uint32            `json:"count" doc:"How many rows it has, those of the group hold_out too."`
	HeldBack       map[string]uint64 `json:"held_back" doc:"How many members of the snapshot have no row, by reason. Of those that apply to a contact the first one counts, in this order: deleted, merged (into another member), blocked, unsubscribed, suppressed, unreachable, excluded, recent_campaign, double_address. Whom a limit left over is in neither number."`
	Groups         map[string]uint32 `json:"groups" doc:"How many rows each group of the split has, and hold_out; empty without a split."`
	Unknown        []string          `json:"unknown_campaigns,omitempty" doc:"Campaigns of exclude.campaigns_within that held nobody back, because there was no audience of them and nothing that was delivered when this one was made. Either the first is still to come, or the name is misspelt."`
	Seq            uint64            `json:"seq" doc:"The newest change that was taken in when it was made."`
	Acknowledged   uint32            `json:"acknowledged" doc:"The last row that the campaign has dealt with, 0 for none."`
	AcknowledgedAt string            `json:"acknowledged_at,omitempty" format:"date-time"`
	CreatedAt      string            `json:"created_at" format:"date-time"`
	CreatedBy      authorBody        `json:"created_by"`
	Version        uint64            `json:"version" doc:"The ETag is the same number. Only acknowledgements change it."`
}

type shareBody struct {
	Name    string  `json:"name" minLength:"1" maxLength:"200" doc:"Unique regardless of case and accents, and not hold_out." example:"A"`
	Percent float64 `json:"percent" doc:"From 0.01 to 100, with at most two decimals." example:"45.5"`
}

type excludeBody struct {
	Segments  []string     `json:"segments,omitempty"`
	Audiences []string     `json:"audiences,omitempty"`
	Within    *recencyBody `json:"campaigns_within,omitempty"`
}

type recencyBody struct {
	Campaigns []string `json:"campaigns,omitempty" doc:"Absent: any campaign."`
	Within    string   `json:"within" example:"P7D"`
}

type acknowledgeInput struct {
	ID   ledger.ID           `path:"id" noun:"{noun}" doc:"The id of the {noun}."`
	Body acknowledgementBody `body:"json"`
}

type acknowledgementBody struct {
	Row int `json:"row" minimum:"1" maximum:"2147483647" doc:"The campaign has dealt with this row and all before it. The same row again changes nothing; one before the last that was acknowledged is a 409."`
}

func (s *server) audienceNoun() wire.Noun {
	return wire.Noun{Server: s.Server, Article: "an", Name: "audience", Plural: "audiences", PageDoc: "Audiences a page."}
}

func (s *server) registerAudiences() {
	n := s.audienceNoun()
	wire.RegisterCreate(n, wire.Operation{
		Heavy: true, Deadline: audienceDeadline, Patience: audienceDeadline, Refuses: []int{http.StatusConflict, http.StatusGone},
		About: "Freezes who a campaign is sent to: which contacts, in which order and group, under which numbers. Without snapshot a snapshot is taken first, as POST /v1/segments/{id}/refresh does. " +
			"It is kept as long as the audience is there. With a channel only contacts are taken that can be reached on it, and of several with one address the first. " +
			"With a limit the rows are drawn by chance; the draw and the split depend on the contact and the campaign only, so they are the same in another audience of the campaign. 410 when the snapshot has expired, 409 when a segment is broken or there are 10,000 audiences.",
	}, s.createAudience)
	wire.Register(s.Server, n.OfAll(wire.Operation{Heavy: true}, "list-audiences", http.MethodGet, "", "List the audiences"), s.listAudiences,
		func(_ context.Context, in *audienceListInput) error {
			_, err := in.search()
			return err
		})
	wire.RegisterGet(n, wire.Operation{}, s.getAudience)
	wire.RegisterDelete(n, wire.Operation{About: "Its rows go with it, and its snapshot is kept no longer on its account. Events that were reported stay with the contacts."}, s.deleteAudience)
	wire.Register(s.Server, n.OfOne(wire.Operation{
		Writes: true, Headers: []string{wire.ETagHeader}, Refuses: []int{http.StatusConflict},
	}, "acknowledge-audience", http.MethodPost, "/ack", "Say up to which row a campaign has come"), s.acknowledgeAudience)
	s.registerAudienceMembers(n)
	s.registerAudienceHeld(n)
	s.registerAudienceEvents(n)
}

// audienceDraft is the text of an audience to be made.
type audienceDraft json.RawMessage

// Schema describes it.
func (audienceDraft) Schema(r huma.Registry) *huma.Schema {
	for _, inner := range []reflect.Type{reflect.TypeFor[excludeInput](), reflect.TypeFor[recencyInput]()} {
		wire.Creation(r, inner)
	}
	return wire.Creation(r, reflect.TypeFor[audienceInput](), "segment_id", "campaign")
}

func (s *server) createAudience(ctx context.Context, text audienceDraft) (wire.Answer[audienceBody], error) {
	order, snapshot, faults := readAudience(text)
	created, err := s.audiences.Create(ctx, wire.CallerOf(ctx), order, snapshot, faults)
	switch {
	case err != nil:
		return wire.Answer[audienceBody]{}, err
	case created.Audience == nil:
		return wire.Answer[audienceBody]{}, wire.DeletedSince("audience")
	}
	out := answerAudience(created.Audience)
	out.Seq, out.Replayed, out.Location = created.Seq, created.Replayed, "/v1/audiences/"+out.Body.ID
	return out, nil
}

func (s *server) getAudience(ctx context.Context, id ledger.ID) (wire.Answer[audienceBody], error) {
	a, err := s.audiences.Get(ctx, id)
	if err != nil {
		return wire.Answer[audienceBody]{}, err
	}
	return answerAudience(a), nil
}

func (s *server) deleteAudience(ctx context.Context, id ledger.ID, version uint64) (ledger.Done, error) {
	return s.audiences.Delete(ctx, wire.CallerOf(ctx), id, version)
}

func (s *server) acknowledgeAudience(ctx context.Context, in *acknowledgeInput) (wire.Answer[audienceBody], error) {
	a, done, err := s.audiences.Acknowledge(ctx, wire.CallerOf(ctx), in.ID, uint32(in.Body.Row))
	if err != nil {
		return wire.Answer[audienceBody]{}, err
	}
	out := answerAudience(a)
	out.Seq, out.Replayed = done.Seq, done.Replayed
	return out, nil
}

func answerAudience(a *audiences.Audience) wire.Answer[audienceBody] {
	return wire.Answer[audienceBody]{Body: wireAudience(a), Version: a.Version}
}

func wireAudience(a *audiences.Audience) audienceBody {
	body := audienceBody{
		ID: a.ID.String(), SegmentID: a.Segment.String(), Snapshot: a.Snapshot, Campaign: a.Campaign, Channel: a.Channel, Limit: a.Limit,
		Count: a.Count, HeldBack: wireReasons(a.HeldBack), Groups: map[string]uint32{}, Unknown: a.UnknownCampaigns, Seq: a.Seq, Acknowledged: a.Acknowledged,
		CreatedAt: wire.Instant(a.CreatedAt), CreatedBy: authorBody{Source: string(a.CreatedBy.Source), Name: a.CreatedBy.Name}, Version: a.Version,
		AcknowledgedAt: wire.Instant(a.AcknowledgedAt), Exclude: wireExclude(&a.Exclude),
	}
	for _, f := range a.Fields {
		body.Fields = append(body.Fields, f.Name)
	}
	for _, share := range a.Split {
		body.Split = append(body.Split, shareBody{share.Name, float64(share.Hundredths) / 100})
	}
	if len(a.Split) > 0 {
		for _, g := range a.Groups {
			body.Groups[g.Name] = g.Count
		}
	}
	return body
}

func wireReasons(by map[audiences.Reason]uint64) map[string]uint64 {
	on := make(map[string]uint64, len(by))
	for why, n := range by {
		on[string(why)] = n
	}
	return on
}

// wireExclude is what is excluded, nil for nothing.
func wireExclude(e *audiences.Exclude) *excludeBody {
	if len(e.Segments)+len(e.Audiences) == 0 && e.Within == "" {
		return nil
	}
	body := &excludeBody{}
	for _, id := range e.Segments {
		body.Segments = append(body.Segments, id.String())
	}
	for _, id := range e.Audiences {
		body.Audiences = append(body.Audiences, id.String())
	}
	if e.Within != "" {
		body.Within = &recencyBody{Campaigns: e.Campaigns, Within: e.Within}
	}
	return body
}
