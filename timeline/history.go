package timeline

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// history has the changes of all of the people, in the order of their sequence numbers.
type history struct {
	r     *reading
	parts []*changes
	end   uint64 // beyond what was passed, like Cut.seq
	read  int
	tired bool // it has read as much as a page may
	place key  // of the last one that was passed
	head  *item
	of    *changes // that has the head
}

// changes are those of one of the people.
type changes struct {
	ordinal uint32
	list    []ledger.HistoryEntry
	end     uint64 // of what was read, like Cut.seq
	ended   bool
}

func newHistory(r *reading) *history {
	h := &history{r: r, end: r.from.Cut.seq}
	for _, ordinal := range r.people.ordinals {
		h.parts = append(h.parts, &changes{ordinal: ordinal, end: h.end})
	}
	return h
}

// atOnce is how many changes of one of the people are read at once.
func (h *history) atOnce() int {
	if !h.r.wants(Changed) {
		return mostAtOnce
	}
	return max(8, min(h.r.limit+1, mostAtOnce)/len(h.parts))
}

// fill reads more when there is none at hand.
func (c *changes) fill(ctx context.Context, h *history) (err error) {
	if len(c.list) > 0 || c.ended {
		return nil
	}
	limit, store, shape := h.atOnce(), h.r.service.store, contacts.Kind.Info()
	if h.r.from.Newer {
		c.list, err = store.HistoryAfter(ctx, shape, c.ordinal, c.end-1, limit)
	} else {
		c.list, err = store.History(ctx, shape, c.ordinal, c.end, limit)
	}
	if n := len(c.list); n > 0 {
		c.end = h.beyond(c.list[n-1].Seq)
	}
	c.ended = len(c.list) < limit
	return err
}

// beyond is the end behind a change.
func (h *history) beyond(seq uint64) uint64 {
	if h.r.from.Newer {
		return seq + 1
	}
	return seq
}

// peek implements source.
func (h *history) peek(ctx context.Context) (*item, error) {
	for h.head == nil && !h.tired {
		of, err := h.first(ctx)
		if err != nil || of == nil {
			return nil, err
		}
		e := &of.list[0]
		if h.read++; h.read > ledger.MaxHistoryRead {
			h.tired = true
			return nil, nil
		}
		if !h.shows(of.ordinal, e) {
			h.pass(of)
			continue
		}
		shown, err := h.show(ctx, of.ordinal, e)
		if err != nil {
			return nil, err
		}
		h.head, h.of = shown, of
	}
	return h.head, nil
}

// first returns whose change is the next one, nil when there is none.
func (h *history) first(ctx context.Context) (of *changes, err error) {
	for _, c := range h.parts {
		if err := c.fill(ctx, h); err != nil {
			return nil, err
		}
		if len(c.list) > 0 && (of == nil || (c.list[0].Seq < of.list[0].Seq) == h.r.from.Newer) {
			of = c
		}
	}
	return of, nil
}

// take implements source.
func (h *history) take() {
	h.pass(h.of)
	h.head = nil
}

func (h *history) pass(of *changes) {
	e := &of.list[0]
	h.end, h.place = h.beyond(e.Seq), placeOf(e)
	of.list = of.list[1:]
}

// shows reports whether a change is an entry of the page. A merge and its undo stand in the history
// of both contacts, and are said once: by the survivor, as long as the other one is a part of it.
func (h *history) shows(ordinal uint32, e *ledger.HistoryEntry) bool {
	said := ordinal != h.r.people.ordinals[0] && (e.Op == ledger.OpMerge || e.Op == ledger.OpRestore)
	return !said && h.r.wants(kindOf(e))
}

func placeOf(e *ledger.HistoryEntry) key { return key{e.At.UnixMilli(), rankHistory, e.Seq} }

// show makes an entry of a change.
func (h *history) show(ctx context.Context, ordinal uint32, e *ledger.HistoryEntry) (*item, error) {
	shown := &item{placeOf(e), Entry{
		Kind: kindOf(e), At: e.At, Seq: e.Seq, Author: e.Author, Contact: h.r.people.ids[ordinal], Change: e,
	}}
	if shown.entry.Kind != MergedWith && shown.entry.Kind != Unmerged {
		return shown, nil
	}
	var err error
	shown.entry.Other, err = h.other(ctx, ordinal, e)
	return shown, err
}

// other returns the other contact of a merge or of its undo, the zero id when the history does not
// say it.
func (h *history) other(ctx context.Context, ordinal uint32, e *ledger.HistoryEntry) (ledger.ID, error) {
	if before, after, changed := absorbed(e); changed {
		return moved(before, after), nil
	}
	store, into := h.r.service.store, e.Into
	if e.Op == ledger.OpRestore { // the merge is the change before: one that was absorbed does not change
		list, err := store.History(ctx, contacts.Kind.Info(), ordinal, e.Seq, 1)
		if err != nil || len(list) == 0 {
			return ledger.ID{}, err
		}
		into = list[0].Into
	}
	if into == 0 {
		return ledger.ID{}, nil
	}
	return idOf(ctx, store, into)
}

// moved is the contact that was absorbed, or came back: the last one of those who did with it.
func moved(before, after []string) (id ledger.ID) {
	if len(before) > len(after) {
		before, after = after, before
	}
	for _, text := range slices.Backward(after) {
		if !slices.Contains(before, text) {
			id, _ = uuid.Parse(text)
			return id
		}
	}
	return id
}

// idOf is the id of a contact with an ordinal, whatever has become of it.
func idOf(ctx context.Context, store Store, ordinal uint32) (ledger.ID, error) {
	fates, err := ledger.FatesOf(ctx, store, contacts.Kind, []uint32{ordinal})
	if err != nil {
		return ledger.ID{}, err
	}
	return fates[0].ID, nil
}
