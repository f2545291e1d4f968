package timeline

import (
	"context"
	"slices"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// Store is what the timeline needs of the store.
type Store interface {
	ledger.ClaimReader
	ledger.Histories
	// Head is the number of the newest durable change.
	Head() uint64
}

// Mirror knows of all conversations when they were, without reading them.
type Mirror interface {
	// SpansOf returns the conversations of contacts with some ordinals, in any order.
	SpansOf(owners []uint32) []Span
}

// Span is when a conversation was: all its messages lie from Began to Ended, in milliseconds.
type Span struct {
	Ref          ledger.Ref
	Began, Ended int64
}

// Service reads timelines. It is safe for several goroutines.
type Service struct {
	store  Store
	mirror Mirror
}

// NewService returns it over a store.
func NewService(store Store, mirror Mirror) *Service { return &Service{store, mirror} }

// Page is a part of a timeline.
type Page struct {
	Contact      ledger.ID // that the id means
	Entries      []Entry   // the newest first
	Older, Newer *Place    // where the pages beside it begin, nil where there is none
}

// Page returns up to limit entries of some kinds (see ReadKinds) of a contact and those whom it
// has absorbed, from a place on, nil for the newest. It may have fewer, none even, and still not
// be the last: it ends when it has read so much of the history as a page of that may. Without such
// a contact the error is of fault.KindNotFound.
//
// Pages to either side neither repeat nor leave out what stays as it is.
func (s *Service) Page(ctx context.Context, id ledger.ID, kinds []Kind, from *Place, limit int) (Page, error) {
	head := s.store.Head()
	c, err := contacts.Kind.ReadByClaim(ctx, s.store, contacts.Kind.IDClaim(id))
	if err != nil {
		return Page{}, err
	}
	r := &reading{service: s, people: peopleOf(c), kinds: kinds, limit: limit}
	if from == nil {
		r.from.Cut = newest(head)
	} else {
		r.from = *from
	}
	r.end = r.from.Cut
	more, err := r.run(ctx)
	if err != nil {
		return Page{}, err
	}
	p := r.page(more, from != nil)
	p.Contact = c.ID
	return p, nil
}

// reading is a page being read.
type reading struct {
	service *Service
	people  people
	kinds   []Kind
	from    Place
	limit   int

	history *history // nil when it is not asked for
	sources []source
	entries []Entry // in the direction of the page
	end     Cut     // behind them
}

// item is an entry with its place.
type item struct {
	key   key
	entry Entry
}

// source has entries in the direction of a page.
type source interface {
	// peek returns the next one, nil at the end. It is the same until take.
	peek(ctx context.Context) (*item, error)
	take()
}

func (r *reading) wants(kinds ...Kind) bool {
	return slices.ContainsFunc(kinds, func(k Kind) bool { return slices.Contains(r.kinds, k) })
}

// turned is how keys compare in the direction of the page, by how they compare.
func (r *reading) turned(compared int) int {
	if r.from.Newer {
		return compared
	}
	return -compared
}

// ahead reports whether a key lies on the side of the page.
func (r *reading) ahead(k key) bool { return (k.compare(r.from.Cut.key) >= 0) == r.from.Newer }

// before reports whether a key comes before another one in the direction of the page.
func (r *reading) before(a, b key) bool {
	return r.turned(a.compare(b)) < 0
}

// run reads the entries. more says that there are others behind them.
func (r *reading) run(ctx context.Context) (more bool, err error) {
	r.open()
	for {
		next, of, err := r.next(ctx)
		switch {
		case err != nil:
			return false, err
		case r.history != nil && r.history.tired && (next == nil || !r.before(next.key, r.history.place)):
			return true, nil // there may be changes between
		case next == nil:
			return false, nil
		case len(r.entries) == r.limit:
			return true, nil
		}
		of.take()
		r.entries = append(r.entries, next.entry)
		r.pass(next.key)
	}
}

// open opens the sources that have entries of the kinds.
func (r *reading) open() {
	if r.wants(ofHistory...) {
		r.history = newHistory(r)
		r.sources = append(r.sources, r.history)
	}
	if r.wants(NoteWritten) {
		r.sources = append(r.sources, r.notes())
	}
	if r.wants(SegmentEntered, SegmentLeft) {
		r.sources = append(r.sources, r.segmentEvents())
	}
	if r.wants(CampaignEvent) {
		r.sources = append(r.sources, r.campaignEvents())
	}
	if !r.wants(Conversation, Message) || r.service.mirror == nil {
		return
	}
	spans := r.service.mirror.SpansOf(r.people.ordinals)
	if r.wants(Conversation) {
		r.sources = append(r.sources, r.conversations(spans))
	}
	if r.wants(Message) {
		r.sources = append(r.sources, r.messages(spans))
	}
}

// next returns the first of what all sources have next.
func (r *reading) next(ctx context.Context) (first *item, of source, err error) {
	for _, s := range r.sources {
		one, err := s.peek(ctx)
		if err != nil {
			return nil, nil, err
		}
		if one != nil && (first == nil || r.before(one.key, first.key)) {
			first, of = one, s
		}
	}
	return first, of, nil
}

// pass puts the end behind an entry. Where the clock went back, the end stays beyond all that was
// passed.
func (r *reading) pass(k key) {
	if r.from.Newer {
		k = k.above()
	}
	if r.before(r.end.key, k) {
		r.end.key = k
	}
}

// page is what was read. began says that it does not begin at the newest end.
func (r *reading) page(more, began bool) Page {
	if r.history != nil {
		r.end.seq = r.history.end
	}
	p := Page{Entries: r.entries}
	if more {
		p.Older = &Place{Cut: r.end}
	}
	if began {
		p.Newer = &Place{Newer: true, Cut: r.from.Cut}
	}
	if r.from.Newer {
		slices.Reverse(p.Entries)
		p.Older, p.Newer = &Place{Cut: r.from.Cut}, nil
		if more {
			p.Newer = &Place{Newer: true, Cut: r.end}
		}
	}
	return p
}
