package timeline

import (
	"context"

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
	show   func(*T) item
	wanted func(*T) bool // nil for all of them

	part  ledger.Window
	ended bool
	read  []*T
	head  *item
}

// mostAtOnce is how many records are read at once.
const mostAtOnce = 64

// newWindow opens the records of a rank from where a page begins.
func newWindow[T any](r *reading, k *ledger.Kind[T], of rank, owners []uint32, atOnce int, show func(*T) item) *window[T] {
	return &window[T]{
		kind: k, store: r.service.store, owners: owners, show: show,
		part: ledger.Window{After: r.from.Cut.after(of, r.from.Newer), Reverse: !r.from.Newer, Limit: min(atOnce, mostAtOnce)},
	}
}

// peek implements source.
func (w *window[T]) peek(ctx context.Context) (*item, error) {
	if w.head != nil {
		return w.head, nil
	}
	for {
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
		if w.wanted == nil || w.wanted(w.read[0]) {
			head := w.show(w.read[0])
			w.head = &head
			return w.head, nil
		}
		w.take()
	}
}

// take implements source.
func (w *window[T]) take() {
	after := w.kind.Stamp(w.read[0]).Ref()
	w.part.After, w.read, w.head = &after, w.read[1:], nil
}

// notes are those about the people.
func (r *reading) notes() source {
	return newWindow(r, notes.Kind, rankNote, r.people.ordinals, r.limit+1, func(n *notes.Note) item {
		return item{key{n.CreatedAt.UnixMilli(), rankNote, uint64(n.Ordinal)}, Entry{
			Kind: NoteWritten, At: n.CreatedAt, Seq: n.Version, Contact: r.people.ids[n.Owner],
			Author: ledger.Author{Source: n.Source, Name: n.Name}, Note: n,
		}}
	})
}

// segmentEvents are the watched segments that the people entered and left.
func (r *reading) segmentEvents() source {
	kindOf := func(e *watch.Event) Kind {
		if e.Entered {
			return SegmentEntered
		}
		return SegmentLeft
	}
	w := newWindow(r, watch.Kind, rankSegment, r.people.ordinals, r.limit+1, func(e *watch.Event) item {
		return item{key{e.At.UnixMilli(), rankSegment, uint64(e.Ordinal)}, Entry{
			Kind: kindOf(e), At: e.At, Seq: e.Version, Contact: r.people.ids[e.Owner], Author: watch.Author, Segment: e,
		}}
	})
	w.wanted = func(e *watch.Event) bool { return r.wants(kindOf(e)) }
	return w
}

// campaignEvents are what campaigns have reported of the people. Who reported it is not kept: the author
// is the campaign.
func (r *reading) campaignEvents() source {
	return newWindow(r, audiences.EventsKind, rankCampaign, r.people.ordinals, r.limit+1, func(e *audiences.Event) item {
		return item{key{e.At.UnixMilli(), rankCampaign, uint64(e.Ordinal)}, Entry{
			Kind: CampaignEvent, At: e.At, Seq: e.Version, Contact: r.people.ids[e.Owner],
			Author: ledger.Author{Source: ledger.SourceAPI, Name: e.Campaign}, Campaign: e,
		}}
	})
}
