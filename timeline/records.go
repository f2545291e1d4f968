package timeline

import (
	"context"
	"slices"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/watch"
)

// window reads records that belong to some owners, part by part.
type window[T any] struct {
	kind   *ledger.Kind[T]
	store  Store
	owners []uint32
	show   func(*T) []item // of one record, in the direction of the page; maybe none

	part  ledger.Window
	ended bool
	read  []*T
	shown []item // of the record that was shown last, those that are not taken
}

// mostAtOnce is how many records are read at once.
const mostAtOnce = 64

// newWindow opens the records of a rank from where a page begins.
func newWindow[T any](r *reading, k *ledger.Kind[T], of rank, owners []uint32, atOnce int, show func(*T) []item) *window[T] {
	return &window[T]{
		kind: k, store: r.service.store, owners: owners, show: show,
		part: ledger.Window{After: r.from.Cut.after(of, r.from.Newer), Reverse: !r.from.Newer, Limit: min(atOnce, mostAtOnce)},
	}
}

// peek implements source.
func (w *window[T]) peek(ctx context.Context) (*item, error) {
	for len(w.shown) == 0 {
		if len(w.read) == 0 && !w.ended {
			var err error
			if w.read, err = w.kind.OwnedBy(ctx, w.store, w.owners, w.part); err != nil {
				return nil, err
			}
			w.ended = len(w.read) < w.part.Limit
		}
		if len(w.read) == 0 {
			return nil, nil
		}
		after := w.kind.Stamp(w.read[0]).Ref()
		w.shown, w.part.After, w.read = w.show(w.read[0]), &after, w.read[1:]
	}
	return &w.shown[0], nil
}

// take implements source.
func (w *window[T]) take() { w.shown = w.shown[1:] }

// notes are those about the people.
func (r *reading) notes() source {
	return newWindow(r, notes.Kind, rankNote, r.people.ordinals, r.limit+1, func(n *notes.Note) []item {
		return []item{{key{n.CreatedAt.UnixMilli(), rankNote, uint64(n.Ordinal)}, Entry{
			Kind: NoteWritten, At: n.CreatedAt, Seq: n.Version, Contact: r.people.ids[n.Owner],
			Author: ledger.Author{Source: n.Source, Name: n.Name}, Note: n,
		}}}
	})
}

// segmentEvents are the watched segments that the people entered and left.
func (r *reading) segmentEvents() source {
	return newWindow(r, watch.Kind, rankSegment, r.people.ordinals, r.limit+1, func(e *watch.ContactEvents) (list []item) {
		for i := range e.Events {
			kind, at := SegmentLeft, key{e.At.UnixMilli(), rankSegment, partOf(e.Ordinal, i)}
			if e.Events[i].Entered {
				kind = SegmentEntered
			}
			if r.wants(kind) && r.ahead(at) {
				list = append(list, item{at, Entry{
					Kind: kind, At: e.At, Seq: e.Version, Contact: r.people.ids[e.Owner], Author: watch.Author, Segment: &e.Events[i],
				}})
			}
		}
		if !r.from.Newer {
			slices.Reverse(list)
		}
		return list
	})
}

// campaignEvents are what campaigns have reported of the people. Who reported it is not kept: the author
// is the campaign.
func (r *reading) campaignEvents() source {
	return newWindow(r, audiences.EventsKind, rankCampaign, r.people.ordinals, r.limit+1, func(e *audiences.Event) []item {
		return []item{{key{e.At.UnixMilli(), rankCampaign, uint64(e.Ordinal)}, Entry{
			Kind: CampaignEvent, At: e.At, Seq: e.Version, Contact: r.people.ids[e.Owner],
			Author: ledger.Author{Source: ledger.SourceAPI, Name: e.Campaign}, Campaign: e,
		}}}
	})
}
