package audiences

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ndoto/kundi/ledger"
)

// HoldOut is the group of those whom a split leaves over: they are counted, and nothing is sent to
// them.
const HoldOut = "hold_out"

// Audience is whom a campaign is sent to. All of it but what is acknowledged never changes. One that
// was handed out is the caller's own.
type Audience struct {
	ID ledger.ID
	Order
	// Snapshot is the number of the snapshot of the segment, never 0.
	Snapshot uint32

	// Count is how many rows there are, those of hold-outs too. They come last.
	Count uint32
	// HeldBack says how many members of the snapshot have no row, by reason. Whoever a limit left over
	// is in neither number.
	HeldBack map[Reason]uint64
	// HeldNoted says that Held answers whom they are. It is false for audiences of older programs.
	HeldNoted bool
	// Groups are how many rows each group has, in the order of the split and then HoldOut. There is one
	// without a name when there is no split.
	Groups []Group
	// UnknownCampaigns are campaigns of Exclude of which there was no other audience and no delivery
	// when it was made: perhaps the first is still to come, perhaps the name is misspelt.
	UnknownCampaigns []string
	Seq              uint64 // the newest change that was taken in

	CreatedAt time.Time // in UTC, in milliseconds
	CreatedBy ledger.Author

	// Acknowledged is the last row that the campaign has dealt with, 0 for none.
	Acknowledged   uint32
	AcknowledgedAt time.Time

	// Version is the sequence number of the change that wrote this state.
	Version uint64
}

// Group is a part of an audience.
type Group struct {
	Name  string `json:"name"`
	Count uint32 `json:"count"`
}

// Sent is how many rows are not of hold-outs. They are the first ones.
func (a *Audience) Sent() uint32 { return a.Count - a.GroupCount(HoldOut) }

// GroupCount is how many rows a group has, 0 for one that there is not.
func (a *Audience) GroupCount(name string) uint32 {
	for _, g := range a.Groups {
		if g.Name == name {
			return g.Count
		}
	}
	return 0
}

// audienceRecord is an audience as stored under its id in AudienceDocuments.
type audienceRecord struct {
	Segment        ledger.ID         `json:"segment"`
	Snapshot       uint32            `json:"snapshot"`
	Campaign       string            `json:"campaign"`
	Channel        string            `json:"channel,omitempty"`
	Fields         []ChosenField     `json:"fields,omitempty"`
	Limit          uint32            `json:"limit,omitempty"`
	Split          []Share           `json:"split,omitempty"`
	Exclude        Exclude           `json:"exclude,omitzero"`
	Count          uint32            `json:"count"`
	HeldBack       map[Reason]uint64 `json:"held_back"`
	HeldNoted      bool              `json:"held_noted,omitempty"`
	Groups         []Group           `json:"groups"`
	Unknown        []string          `json:"unknown_campaigns,omitempty"`
	Seq            uint64            `json:"seq"`
	CreatedAt      time.Time         `json:"created_at"`
	Source         ledger.Source     `json:"source"`
	Name           string            `json:"name"`
	Acknowledged   uint32            `json:"acknowledged,omitempty"`
	AcknowledgedAt time.Time         `json:"acknowledged_at,omitzero"`
	Version        uint64            `json:"version"`
}

func encode(a *Audience) ([]byte, error) {
	return json.Marshal(audienceRecord{
		Segment: a.Segment, Snapshot: a.Snapshot, Campaign: a.Campaign, Channel: a.Channel, Fields: a.Fields, Limit: a.Limit, Split: a.Split,
		Exclude: a.Exclude, Count: a.Count, HeldBack: a.HeldBack, HeldNoted: a.HeldNoted, Groups: a.Groups, Unknown: a.UnknownCampaigns, Seq: a.Seq, CreatedAt: a.CreatedAt,
		Source: a.CreatedBy.Source, Name: a.CreatedBy.Name, Acknowledged: a.Acknowledged, AcknowledgedAt: a.AcknowledgedAt, Version: a.Version,
	})
}

func decode(id ledger.ID, document []byte) (*Audience, error) {
	var r audienceRecord
	if err := json.Unmarshal(document, &r); err != nil {
		return nil, fmt.Errorf("decode audience: %w", err)
	}
	return r.audience(id), nil
}

func (r *audienceRecord) audience(id ledger.ID) *Audience {
	return &Audience{
		ID: id, Snapshot: r.Snapshot, Count: r.Count, HeldBack: r.HeldBack, HeldNoted: r.HeldNoted, Groups: r.Groups, UnknownCampaigns: r.Unknown, Seq: r.Seq,
		Order: Order{
			Segment: r.Segment, Campaign: r.Campaign, Channel: r.Channel, Fields: r.Fields, Limit: r.Limit, Split: r.Split, Exclude: r.Exclude,
		},
		CreatedAt: r.CreatedAt, CreatedBy: ledger.Author{Source: r.Source, Name: r.Name},
		Acknowledged: r.Acknowledged, AcknowledgedAt: r.AcknowledgedAt, Version: r.Version,
	}
}
