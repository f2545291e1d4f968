package api

import (
	"context"
	"net/http"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

type picksInput struct {
	ID      ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	IfMatch string    `header:"If-Match" doc:"The ETag that the segment must still have, else 412."`
	Body    picksText `body:"json"`
}

// picksText is what a call changes of the contacts that are picked for a segment.
type picksText struct {
	Add    []string `json:"add,omitempty" maxItems:"1000" doc:"Ids of contacts."`
	Remove []string `json:"remove,omitempty" maxItems:"1000" doc:"Ids of contacts. With those of add there are at most 1,000."`
}

type picksBody struct {
	Added   uint64 `json:"added" doc:"How many of the contacts were not there before."`
	Removed uint64 `json:"removed" doc:"How many of the contacts were there before."`
	Count   uint64 `json:"count" doc:"How many contacts are picked now. Of a repeated request it is the number after the first."`

	Lines   int          `json:"lines,omitempty" doc:"Of a file: how many lines name somebody."`
	Matched int          `json:"matched,omitempty" doc:"Of a file: how many of them name a contact that there is."`
	Rejects []rejectBody `json:"rejects,omitempty" doc:"Of a file: the first 1,000 lines that name no contact."`
}

// rejectBody is a line of a file that names no contact.
type rejectBody struct {
	Line   int    `json:"line" doc:"From 1."`
	Detail string `json:"detail"`
}

func (s *server) registerPicks(n wire.Noun) {
	const ids = "An id that is of no contact is a 422, and then nothing is changed. The id of a contact that was merged means its survivor."
	refuses := []int{http.StatusConflict}
	headers := []string{wire.ETagHeader}
	wire.Register(s.Server, n.OfOne(wire.Operation{
		Heavy: true, Writes: true, Refuses: refuses, Headers: headers,
		About: "Of a dynamic segment they are pinned: members whatever its filter says, at most 10,000. Of a static segment they are all of its members. " + ids +
			" A file names contacts to be added, one a line: as text/csv with a column id, identifier, email or phone, or one column without a head; as application/x-ndjson with texts, or objects with such a member. Lines that name nobody are rejected, and the others count.",
		Files: []string{wire.CSVMedia, wire.NDJSONMedia}, MaxBody: wire.MaxBatchBody,
	}, "pick-members", http.MethodPost, "/members", "Pick members of a segment"), s.pickOf(segments.Pinned))
	wire.Register(s.Server, n.OfOne(wire.Operation{
		Heavy: true, Writes: true, Refuses: refuses, Headers: headers,
		About: "They are never members, whatever the filter says, and not even when they are pinned. A segment has at most 10,000. " + ids,
	}, "exclude-members", http.MethodPost, "/exclusions", "Exclude contacts from a segment"), s.pickOf(segments.Excluded))
}

// pickOf returns the handler that changes one of the sets of picked contacts.
func (s *server) pickOf(which segments.PickSet) func(context.Context, *picksInput) (wire.Answer[picksBody], error) {
	return func(ctx context.Context, in *picksInput) (wire.Answer[picksBody], error) {
		version, err := wire.ParseIfMatch(in.IfMatch)
		if err != nil {
			return wire.Answer[picksBody]{}, err
		}
		if media, text, sent := wire.VisitOf(ctx).File(); sent {
			return s.pickFile(ctx, in.ID, media, text, version)
		}
		r, err := s.definitions.Pick(ctx, wire.CallerOf(ctx), in.ID, segments.Picking{Set: which, Add: in.Body.Add, Remove: in.Body.Remove}, version)
		if err != nil {
			return wire.Answer[picksBody]{}, err
		}
		return wire.Answer[picksBody]{
			Body: picksBody{Added: r.Added, Removed: r.Removed, Count: r.Count}, Version: r.Version, Seq: r.Seq, Replayed: r.Replayed,
		}, nil
	}
}

// pickFile picks the members that a file names.
func (s *server) pickFile(ctx context.Context, id ledger.ID, media string, text []byte, version uint64) (wire.Answer[picksBody], error) {
	keys, err := keysOf(media, text)
	if err != nil {
		return wire.Answer[picksBody]{}, err
	}
	r, err := s.definitions.PickFile(ctx, wire.CallerOf(ctx), id, keys, version)
	if err != nil {
		return wire.Answer[picksBody]{}, err
	}
	body := picksBody{Added: r.Added, Removed: r.Removed, Count: r.Count, Lines: r.Lines, Matched: r.Matched}
	for _, reject := range r.Rejects {
		body.Rejects = append(body.Rejects, rejectBody{reject.Line, reject.Detail})
	}
	return wire.Answer[picksBody]{Body: body, Version: r.Version, Seq: r.Seq, Replayed: r.Replayed}, nil
}

// pickedIDs are the ids of picked contacts, nil when there are too many to answer.
func (s *server) pickedIDs(ctx context.Context, set *roaring.Bitmap) ([]string, error) {
	if set.GetCardinality() > segments.MaxPicks {
		return nil, nil
	}
	ids, err := s.definitions.IDs(ctx, set)
	if err != nil {
		return nil, err
	}
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return list, nil
}
