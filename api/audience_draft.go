package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// audienceDeadline is how long it may take to make an audience, and to wait for those of others: a
// large one reads all that it excludes.
const audienceDeadline = 60 * time.Second

// audienceInput is what may be sent of an audience.
type audienceInput struct {
	SegmentID string       `json:"segment_id" format:"uuid"`
	Snapshot  *int         `json:"snapshot,omitempty" minimum:"1" maximum:"4294967295" doc:"The number of a snapshot of the segment. Absent: one is taken now."`
	Campaign  string       `json:"campaign" minLength:"1" maxLength:"200" doc:"Any name or id of the campaign, compared exactly. The draw of a limit and of a split depends on it." example:"spring-2027"`
	Channel   string       `json:"channel,omitempty" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp" doc:"Where it is sent. Absent: only those are held back who are gone or blocked, or who are excluded."`
	Fields    []string     `json:"fields,omitempty" maxItems:"200" doc:"What is answered of each contact, named as in filters, fields of the company too. Absent: all of the contact." example:"[\"email\",\"first_name\"]"`
	Limit     *int         `json:"limit,omitempty" minimum:"1" maximum:"2147483647" doc:"The most rows, drawn by chance and in the order of the draw. Absent: all, in the order they were made."`
	Split     []shareBody  `json:"split,omitempty" maxItems:"20" doc:"Groups. The percents add up to at most 100; whoever is left over is in the group hold_out, which is counted and not sent to."`
	Exclude   excludeInput `json:"exclude,omitempty"`
}

type excludeInput struct {
	Segments  []string    `json:"segments,omitempty" maxItems:"100" doc:"Ids of segments: who is in one of them now."`
	Audiences []string    `json:"audiences,omitempty" maxItems:"100" doc:"Ids of audiences: who has a row in one of them, but for the group hold_out."`
	Within    recencyText `json:"campaigns_within,omitempty" doc:"A period such as P7D, or an object that also names campaigns: who was in another audience that was made within it (but for its group hold_out), or had something delivered."`
}

// recencyInput is the longer form of campaigns_within.
type recencyInput struct {
	Campaigns *[]string `json:"campaigns,omitempty" minItems:"1" maxItems:"100" doc:"Absent: any campaign."`
	Within    string    `json:"within" minLength:"2" example:"P7D"`
}

// recencyText is a period, or an object.
type recencyText json.RawMessage

// Schema describes it.
func (recencyText) Schema(r huma.Registry) *huma.Schema {
	least := 2
	return &huma.Schema{
		OneOf: []*huma.Schema{
			{Type: huma.TypeString, MinLength: &least, Examples: []any{"P7D"}},
			{Ref: "#/components/schemas/RecencyInput"},
		},
	}
}

var (
	audienceReader = wire.NewReader[audienceInput]()
	recencyReader  = wire.NewReader[recencyInput]()
)

// readAudience reads the draft of an audience and the number of its snapshot, 0 for none, with all
// that is wrong with their shape.
func readAudience(text []byte) (o audiences.Order, snapshot uint32, faults []fault.Fault) {
	var d wire.Decoder
	in := audienceReader.Read(&d, text, "")
	o = audiences.Order{Segment: idIn(&d, in.SegmentID, "segment_id", "a segment"), Campaign: in.Campaign, Channel: in.Channel}
	for _, name := range in.Fields {
		o.Fields = append(o.Fields, audiences.ChosenField{Name: name})
	}
	if in.Snapshot != nil {
		snapshot = uint32(*in.Snapshot)
	}
	if in.Limit != nil {
		o.Limit = uint32(*in.Limit)
	}
	for _, share := range in.Split {
		o.Split = append(o.Split, audiences.Share{Name: share.Name, Hundredths: hundredths(share.Percent)})
	}
	o.Exclude = readExclude(&d, &in.Exclude)
	return o, snapshot, d.Faults
}

// hundredths is a percentage in hundredths of a percent, 0 for one that has more decimals or is none.
func hundredths(percent float64) int {
	n := math.Round(percent * 100)
	if math.Abs(n-percent*100) > 1e-6 || n < 0 || n > 1e9 {
		return 0
	}
	return int(n)
}

func readExclude(d *wire.Decoder, in *excludeInput) (e audiences.Exclude) {
	e.Segments = idListIn(d, in.Segments, "exclude.segments", "a segment")
	e.Audiences = idListIn(d, in.Audiences, "exclude.audiences", "an audience")
	text, path := bytes.TrimSpace(in.Within), "exclude.campaigns_within"
	switch {
	case len(text) == 0 || bytes.Equal(text, []byte("null")):
	case text[0] == '"':
		if json.Unmarshal(text, &e.Within) != nil || e.Within == "" {
			d.Fault(path, "must be a period such as P7D")
		}
	case text[0] == '{':
		in := recencyReader.Read(d, text, path)
		e.Within = in.Within
		if in.Campaigns != nil {
			e.Campaigns = append([]string{}, *in.Campaigns...)
		}
	default:
		d.Fault(path, "must be a period such as P7D, or an object with campaigns and within")
	}
	return e
}

// idIn reads an id that was sent at a path. An empty text is nobody's, and no fault here: whoever looks
// for what it names says so.
func idIn(d *wire.Decoder, text, path, what string) ledger.ID {
	if text == "" {
		return ledger.ID{}
	}
	id, err := uuid.Parse(text)
	if err != nil || len(text) != len(id.String()) {
		d.Fault(path, "must be the id of %s", what)
		return ledger.ID{}
	}
	return id
}

func idListIn(d *wire.Decoder, texts []string, path, what string) []ledger.ID {
	var list []ledger.ID
	for i, text := range texts {
		list = append(list, idIn(d, text, fmt.Sprintf("%s[%d]", path, i), what))
	}
	return list
}
