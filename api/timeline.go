package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/timeline"
)

// Timelines are what happened to contacts and with them.
type Timelines interface {
	Page(ctx context.Context, id ledger.ID, kinds []timeline.Kind, from *timeline.Place, limit int) (timeline.Page, error)
}

type timelineInput struct {
	ID     ledger.ID `path:"id" noun:"contact" doc:"The id of the contact."`
	Kinds  []string  `query:"kinds" enum:"created,changed,note,conversation,message,merged,unmerged,blocked,unblocked,consent,segment_entered,segment_left,campaign_event" doc:"Only entries of these kinds, with commas between them."`
	Limit  int       `query:"limit" doc:"Entries a page. It may have fewer, none even, and still have pages beside it: it ends when it has read 1,000 changes of the contact." minimum:"1" maximum:"200" default:"50"`
	Cursor string    `query:"cursor" doc:"next_cursor or previous_cursor of another page, with the same kinds."`
}

type timelineBody struct {
	Entries        []timelineEntry `json:"entries" doc:"The newest first."`
	NextCursor     string          `json:"next_cursor,omitempty" doc:"Where the page with older entries begins; absent at the oldest end."`
	PreviousCursor string          `json:"previous_cursor,omitempty" doc:"Where the page with newer entries begins; absent at the newest end."`
}

// timelineEntry is one thing that happened.
type timelineEntry struct {
	Kind      string            `json:"kind" enum:"created,changed,note,conversation,message,merged,unmerged,blocked,unblocked,consent,segment_entered,segment_left,campaign_event"`
	At        string            `json:"at" format:"date-time" doc:"When it happened."`
	Seq       uint64            `json:"seq" doc:"The sequence number of the newest change of what the entry shows."`
	Author    entryAuthor       `json:"author"`
	ContactID string            `json:"contact_id" format:"uuid" doc:"Whose part it was: of a contact that was absorbed, its own id."`
	Changes   []fieldChangeBody `json:"changes,omitempty" doc:"Of a change of the contact, what changed, field by field."`
	Merge     *entryMerge       `json:"merge,omitempty" doc:"Of merged and unmerged."`
	Consent   *entryConsent     `json:"consent,omitempty" doc:"Of consent."`
	Note      *noteBody         `json:"note,omitempty" doc:"Of note."`

	Conversation *conversationBody `json:"conversation,omitempty" doc:"Of conversation, which stands where its earliest message was written."`
	Message      *messageBody      `json:"message,omitempty" doc:"Of message."`

	Segment *entrySegment `json:"segment,omitempty" doc:"Of segment_entered and segment_left, which only watched segments have."`

	Campaign *entryCampaign `json:"campaign_event,omitempty" doc:"Of campaign_event."`
}

// entryAuthor is who did what an entry tells.
type entryAuthor struct {
	Source string `json:"source" doc:"On whose behalf; of messages also contact, and of what nobody knows the author of any more it is empty." enum:"agent,api,import,ai,system,rule,contact,"`
	Name   string `json:"name" doc:"The name of the key, of the command, or of who wrote the message. Of a campaign event, the campaign."`
}

// entryMerge is whom a contact was merged with, or parted from.
type entryMerge struct {
	ContactID string `json:"contact_id,omitempty" format:"uuid" doc:"The other contact; absent when nobody knows it any more."`
}

// entryConsent is what a contact said about a channel.
type entryConsent struct {
	Channel string `json:"channel" enum:"api,email,facebook,instagram,line,live_chat,sms,telegram,tiktok,twitter,viber,voice,wechat,whatsapp"`
	Status  string `json:"status,omitempty" enum:"subscribed,unsubscribed,unknown" doc:"Absent where only the moment or the proof changed."`
	Proof   string `json:"proof,omitempty" doc:"How it is known."`
}

// entryCampaign is what became of what a campaign sent.
type entryCampaign struct {
	Campaign   string `json:"campaign"`
	Kind       string `json:"kind" enum:"delivered,opened,clicked,bounced,replied,failed"`
	AudienceID string `json:"audience_id" format:"uuid" doc:"The audience may have been deleted since."`
	Row        uint32 `json:"row"`
}

func (s *server) registerTimeline() {
	wire.Register(s.Server, wire.Operation{
		ID: "get-timeline", Method: http.MethodGet, Path: "/v1/contacts/{id}/timeline", Tag: "contacts",
		Summary: "What happened to a contact and with it, in one order",
		About: "Also what happened with the contacts that it has absorbed. Paging to either side neither repeats nor leaves out what stays as it is. " +
			"A merge and its undo are said once, by the survivor; when the two are parted, by both.",
	}, s.getTimeline)
}

func (s *server) getTimeline(ctx context.Context, in *timelineInput) (wire.Answer[timelineBody], error) {
	kinds, err := timeline.ReadKinds(in.Kinds)
	if err != nil {
		return wire.Answer[timelineBody]{}, err
	}
	boundTo := []string{"get-timeline", in.ID.String(), kindsText(kinds)}
	from, err := s.openTimeline(in.Cursor, boundTo)
	if err != nil {
		return wire.Answer[timelineBody]{}, err
	}
	page, err := s.timelines.Page(ctx, in.ID, kinds, from, in.Limit)
	if err == nil {
		err = s.countPeople(ctx, 1)
	}
	if err != nil {
		return wire.Answer[timelineBody]{}, err
	}
	body := timelineBody{Entries: make([]timelineEntry, len(page.Entries)), NextCursor: s.sealTimeline(page.Older, boundTo), PreviousCursor: s.sealTimeline(page.Newer, boundTo)}
	w := entryWriter{schema: s.records.Schema(), contact: page.Contact, shown: taggedFieldsOf(s.records.Schema().Of(fields.EntityConversation))}
	if w.segments, err = s.segmentNames(ctx, page.Entries); err != nil {
		return wire.Answer[timelineBody]{}, err
	}
	for i := range page.Entries {
		body.Entries[i] = w.entry(&page.Entries[i])
	}
	return wire.Answer[timelineBody]{Body: body}, nil
}

// segmentNames are the names of the segments of which entries tell, "" of those that were deleted.
func (s *server) segmentNames(ctx context.Context, entries []timeline.Entry) (map[ledger.ID]string, error) {
	names := map[ledger.ID]string{}
	for i := range entries {
		if entries[i].Segment == nil {
			continue
		}
		id := entries[i].Segment.Segment
		if _, known := names[id]; known {
			continue
		}
		switch segment, err := s.definitions.Get(ctx, id); {
		case err == nil:
			names[id] = segment.Name
		case fault.KindOf(err) == fault.KindNotFound:
			names[id] = ""
		default:
			return nil, err
		}
	}
	return names, nil
}

func kindsText(kinds []timeline.Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return strings.Join(names, ",")
}

func (s *server) sealTimeline(p *timeline.Place, boundTo []string) string {
	if p == nil {
		return ""
	}
	return s.Cursors.Seal(p.Append(nil), boundTo...)
}

func (s *server) openTimeline(cursor string, boundTo []string) (*timeline.Place, error) {
	if cursor == "" {
		return nil, nil
	}
	state, err := s.Cursors.Open(cursor, boundTo...)
	if err != nil {
		return nil, err
	}
	p, ok := timeline.ReadPlace(state)
	if !ok {
		return nil, fault.InvalidCursor()
	}
	return &p, nil
}

// entryWriter writes entries of the timeline of a contact.
type entryWriter struct {
	schema   *fields.Schema
	contact  ledger.ID
	shown    taggedFields         // of conversations
	segments map[ledger.ID]string // what they are called
}

func (w entryWriter) entry(e *timeline.Entry) timelineEntry {
	body := timelineEntry{
		Kind: string(e.Kind), At: wire.Instant(e.At), Seq: e.Seq, ContactID: e.Contact.String(),
		Author: entryAuthor{Source: string(e.Author.Source), Name: e.Author.Name},
	}
	switch {
	case e.Change != nil:
		body.Changes = wireHistory(w.schema, contacts.Kind, e.Change).Changes
	case e.Note != nil:
		note := noteOnWire(e.Note, w.contact)
		body.Note = &note
	case e.Message != nil:
		message := messageOnWire(e.Message, e.Conversation)
		body.Message = &message
	case e.Segment != nil:
		segment := segmentEventOnWire(e.Segment, e.At)
		segment.Name = w.segments[e.Segment.Segment]
		body.Segment = &segment
	case e.Campaign != nil:
		of := e.Campaign
		body.Campaign = &entryCampaign{Campaign: of.Campaign, Kind: of.Kind.String(), AudienceID: of.Audience.String(), Row: of.Row}
	case e.Conversation != nil:
		conversation := conversationOnWire(e.Conversation, w.contact, w.shown)
		body.Conversation = &conversation
	}
	if e.Kind == timeline.Consent {
		said := timeline.ConsentOf(e.Change)
		body.Consent = &entryConsent{Channel: said.Channel.String(), Status: said.Status, Proof: said.Proof}
	}
	if e.Kind == timeline.MergedWith || e.Kind == timeline.Unmerged {
		body.Merge = &entryMerge{}
		if e.Other != (ledger.ID{}) {
			body.Merge.ContactID = e.Other.String()
		}
	}
	return body
}
