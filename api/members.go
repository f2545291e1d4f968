package api

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// membersInput asks for one page of members, or for all of them as a stream.
type membersInput struct {
	ID      ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	Fields  []string  `query:"fields" maxItems:"200" doc:"Which fields to answer, named as in filters, those of the company too; id is always there in JSON. Absent: all of the contact." example:"email,name,attributes.tier"`
	Limit   int       `query:"limit" doc:"Contacts a page. Absent: 50 in JSON, all in NDJSON and CSV." minimum:"1" maximum:"1000"`
	Cursor  string    `query:"cursor" doc:"next_cursor of the page before, in NDJSON and CSV the header Kundi-Next-Cursor."`
	Blocked string    `query:"blocked" enum:"include,exclude" doc:"exclude holds back the members who are blocked. Absent and include: they are listed like others; with include CSV has a column blocked."`
}

type snapshotMembersInput struct {
	ID      ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	N       string    `path:"n" doc:"The number of the snapshot."`
	Fields  []string  `query:"fields" maxItems:"200" doc:"Which fields to answer, named as in filters, those of the company too; id is always there in JSON. Absent: all of the contact." example:"email,name,attributes.tier"`
	Limit   int       `query:"limit" doc:"Contacts a page. Absent: 50 in JSON, all in NDJSON and CSV." minimum:"1" maximum:"1000"`
	Cursor  string    `query:"cursor" doc:"next_cursor of the page before, in NDJSON and CSV the header Kundi-Next-Cursor."`
	Blocked string    `query:"blocked" enum:"include,exclude" default:"exclude" doc:"include lists the members who are blocked now, too, marked with blocked: true; CSV has a column blocked then."`
}

// memberList is one page of members.
type memberList struct {
	Contacts   []memberRow       `json:"contacts" doc:"In the order they were made."`
	Count      uint64            `json:"count" doc:"How many there are; of a snapshot, when it was taken, and of an audience that held them back, when it was made."`
	HeldBack   map[string]uint64 `json:"held_back,omitempty" doc:"How many of count are not listed, by reason. deleted: the contact does not exist any more. merged: it was absorbed by another, who is listed. blocked: it is blocked now."`
	Seq        uint64            `json:"seq" doc:"The newest change that membership takes in."`
	NextCursor string            `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

const membersAbout = "Values are as they are now. With the header Accept it is application/json, application/x-ndjson or text/csv. The latter have one JSON object a line (NDJSON), or a head and a row each (CSV): a " +
	"field without a value is absent or empty, several values of one are joined by ; (with \\ before a ; in them). Every text in CSV is quoted, and has an " +
	"apostrophe wherever a spreadsheet would see a formula begin; NDJSON has every value exactly. A stream that fails is cut off before its end. " +
	"Whoever is blocked has blocked: true in JSON and NDJSON, whichever fields were chosen; CSV says it in the column blocked, which is there unless fields leave it out."

func (s *server) registerMembers() {
	media, headers := []string{wire.NDJSONMedia, wire.CSVMedia}, []string{wire.CountHeader, wire.HeldBackHeader, wire.NextCursorHeader}
	wire.Register(s.Server, wire.Operation{
		ID: "list-segment-members", Elsewhere: memberElsewhere, Refuses: []int{http.StatusConflict}, Method: http.MethodGet, Path: "/v1/segments/{id}/members", Heavy: true, Tag: "segments", Media: media, Headers: headers,
		Summary: "List who is in a segment now", About: "Every acknowledged write is reflected. " + membersAbout,
	}, s.listMembers)
	wire.Register(s.Server, wire.Operation{
		ID: "list-snapshot-members", Elsewhere: memberElsewhere, Refuses: []int{http.StatusGone}, Method: http.MethodGet, Path: "/v1/segments/{id}/snapshots/{n}/members", Heavy: true, Tag: "snapshots", Media: media, Headers: headers,
		Summary: "List who was in a segment when a snapshot was taken", About: membersAbout,
	}, s.listSnapshotMembers)
}

func (s *server) listMembers(ctx context.Context, in *membersInput) (wire.Answer[memberList], error) {
	members, err := s.snapshots.Members(ctx, in.ID)
	if err != nil {
		return wire.Answer[memberList]{}, err
	}
	return s.answerMembers(ctx, members, in, "list-segment-members", in.ID.String(), members.Segment.Hash, in.Blocked)
}

func (s *server) listSnapshotMembers(ctx context.Context, in *snapshotMembersInput) (wire.Answer[memberList], error) {
	n, err := snapshotNumber(in.N)
	if err != nil {
		return wire.Answer[memberList]{}, err
	}
	members, err := s.snapshots.SnapshotMembers(ctx, in.ID, n)
	if err != nil {
		return wire.Answer[memberList]{}, err
	}
	query := &membersInput{ID: in.ID, Fields: in.Fields, Limit: in.Limit, Cursor: in.Cursor, Blocked: in.Blocked}
	return s.answerMembers(ctx, members, query, "list-snapshot-members", in.ID.String(), strconv.FormatUint(uint64(n), 10), in.Blocked)
}

// answerMembers answers with the fields that were asked for.
func (s *server) answerMembers(ctx context.Context, members *segments.Members, in *membersInput, boundTo ...string) (wire.Answer[memberList], error) {
	shown, err := project(s.records.Schema(), in.Fields)
	if err != nil {
		return wire.Answer[memberList]{}, err
	}
	if in.Blocked == "exclude" {
		members = members.WithoutBlocked()
	}
	if wire.MediaOf(ctx) != wire.JSONMedia && in.Blocked == "include" {
		shown = shown.with(s.records.Schema(), "blocked")
	}
	return s.answerShown(ctx, members, shown, in.Limit, in.Cursor, boundTo...)
}

// answerShown answers with a page of members, or with all of them as a stream. limit is 0 when none was
// asked for.
func (s *server) answerShown(ctx context.Context, members *segments.Members, shown *projection, limit int, cursor string, boundTo ...string) (wire.Answer[memberList], error) {
	after, err := s.Cursors.OpenNumber(cursor, boundTo...)
	if err != nil {
		return wire.Answer[memberList]{}, err
	}
	media := wire.MediaOf(ctx)
	if media != wire.JSONMedia && limit == 0 {
		// A stream cannot be refused once it has begun, so all that it may have
		// count before.
		if err := s.countPeople(ctx, int(members.Count)); err != nil {
			return wire.Answer[memberList]{}, err
		}
		return wire.Answer[memberList]{Stream: s.streamMembers(media, members, shown, uint32(after))}, nil
	}
	page, more, err := s.readMembers(ctx, members, uint32(after), cmp.Or(limit, 50))
	if err != nil {
		return wire.Answer[memberList]{}, err
	}
	if err := s.countPeople(ctx, len(page)); err != nil {
		return wire.Answer[memberList]{}, err
	}
	people, err := s.peopleShown(ctx, shown, page)
	if err != nil {
		return wire.Answer[memberList]{}, err
	}
	next := ""
	if more && len(page) > 0 {
		next = s.Cursors.SealNumber(uint64(page[len(page)-1].Ordinal), boundTo...)
	}
	if media != wire.JSONMedia {
		return wire.Answer[memberList]{Stream: pageRows(media, shown, people, memberHeader(members), next)}, nil
	}
	if err := wire.VisitOf(ctx).Ration().Spend(shown.weightOfCompanies(people)); err != nil {
		return wire.Answer[memberList]{}, err
	}
	list := memberList{Contacts: make([]memberRow, len(page)), Count: members.Count, HeldBack: members.HeldBack, Seq: members.Seq, NextCursor: next}
	for i, p := range people {
		list.Contacts[i] = memberRow{shown.row(p)}
	}
	return wire.Answer[memberList]{Body: list}, nil
}
