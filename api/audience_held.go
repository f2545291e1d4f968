package api

import (
	"context"
	"net/http"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/ledger"
)

type audienceHeldInput struct {
	ID     ledger.ID `path:"id" noun:"{noun}" doc:"The id of the {noun}."`
	Reason string    `query:"reason" required:"true" enum:"blocked,unsubscribed,suppressed,unreachable,excluded,recent_campaign,double_address" doc:"Why they are held back. Of those who are deleted or merged nothing is left to list."`
	When   string    `query:"when" enum:"made,now" default:"made" doc:"made: members of the snapshot who got no row. now: whose rows are left out now, those of hold_out not counted."`
	Limit  int       `query:"limit" doc:"Contacts a page. Absent: 50 in JSON, all in NDJSON and CSV." minimum:"1" maximum:"1000"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before, in NDJSON and CSV the header Kundi-Next-Cursor, with the same reason and when."`
}

func (s *server) registerAudienceHeld(n wire.Noun) {
	wire.Register(s.Server, n.OfOne(wire.Operation{
		Heavy: true, Refuses: []int{http.StatusGone},
		Media: []string{wire.NDJSONMedia, wire.CSVMedia}, Headers: []string{wire.CountHeader, wire.HeldBackHeader, wire.NextCursorHeader},
		About: "The fields are those of the audience, in the order the contacts were made. Whoever was deleted since is in count and not listed; whoever was merged since is listed as the survivor. " +
			"An audience that an older version made did not note whom it held back: a 410 with when=made.",
	}, "list-audience-held-back", http.MethodGet, "/held-back", "List whom an audience holds back"), s.listAudienceHeld)
}

func (s *server) listAudienceHeld(ctx context.Context, in *audienceHeldInput) (wire.Answer[memberList], error) {
	a, err := s.audiences.Get(ctx, in.ID)
	if err != nil {
		return wire.Answer[memberList]{}, err
	}
	var set *roaring.Bitmap
	if in.When == "now" {
		set, err = s.audiences.LeftOut(ctx, a, audiences.Reason(in.Reason))
	} else {
		set, err = s.audiences.Held(ctx, a, audiences.Reason(in.Reason))
	}
	if err != nil {
		return wire.Answer[memberList]{}, err
	}
	return s.answerShown(ctx, s.snapshots.MembersOf(set, a.Seq), shownOf(a, s.records.Schema()), in.Limit, in.Cursor, "list-audience-held-back", in.ID.String(), in.Reason, in.When)
}
