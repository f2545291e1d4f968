package explain

import (
	"context"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// Segments knows the segments and their snapshots.
type Segments interface {
	// Definition returns what says who is in a segment.
	Definition(ctx context.Context, id ledger.ID) (segments.Definition, error)
	// Crossings returns when a contact came and left, the newest first.
	Crossings(ctx context.Context, segment ledger.ID, ordinals []uint32) ([]segments.Crossing, error)
	// FormerFilter returns the filter of a version that is kept by its hash, nil for none.
	FormerFilter(ctx context.Context, segment ledger.ID, hash string) (*filter.Filter, error)
}

// Mirror knows what records show of others.
type Mirror interface {
	// Derived returns what a record shows of those that refer to it, or belong to it, by name of
	// the field; see ledger.Facts.
	Derived(k ledger.AnyKind, r ledger.Record, ordinal uint32) map[string]fields.Value
	// ChangedAt returns when fields of a contact changed, by the names of the fields that say so.
	ChangedAt(ctx context.Context, named []fields.Field, ordinal uint32) (map[string]fields.Value, error)
	// Steady calls read, which decodes filters and looks at records by the names of options and labels, until the
	// schema has not changed meanwhile.
	Steady(ctx context.Context, read func(schema *fields.Schema) error) error
}

// Service explains memberships. It is safe for several goroutines.
type Service struct {
	store    ledger.Viewer
	segments Segments
	watched  Watched
	mirror   Mirror
	now      func() time.Time
}

// NewService returns it over a store.
func NewService(store ledger.Viewer, s Segments, w Watched, mirror Mirror, now func() time.Time) *Service {
	return &Service{store, s, w, mirror, now}
}

// Explanation is why a contact is a member of a segment, or is not.
type Explanation struct {
	Contact ledger.ID // that the id means
	Member  bool
	// Pinned and Excluded say that somebody has decided it, whatever the filter says.
	Pinned, Excluded bool
	Rules            []Rule  // in the order of the filter, each group before what is in it
	History          []Event // the newest first, at most MaxHistory, as far as snapshots and events are kept
}

// Explain says whether the contact that an id means passes the filter of a segment now, and why.
// It does not evaluate the segment. A segment or contact that is not there is an error of
// fault.KindNotFound. A filter that no longer fits the schema is one of fault.KindConflict.
func (s *Service) Explain(ctx context.Context, segment, contact ledger.ID) (e *Explanation, err error) {
	err = s.mirror.Steady(ctx, func(*fields.Schema) (err error) {
		e, err = s.explain(ctx, segment, contact)
		return err
	})
	return e, err
}

func (s *Service) explain(ctx context.Context, segment, contact ledger.ID) (*Explanation, error) {
	of, err := s.segments.Definition(ctx, segment)
	if err != nil {
		return nil, err
	}
	view, err := s.store.View(ctx)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	c, err := contacts.Kind.ReadByClaim(ctx, view, contacts.Kind.IDClaim(contact))
	if err != nil {
		return nil, err
	}
	r := &reading{service: s, view: view, of: of, contact: c, ordinals: ledger.Ordinals(contacts.Kind, c), named: namedBy(of.Filter.Root)}
	if r.facts, err = r.factsOf(ctx); err != nil {
		return nil, err
	}
	env := filter.EnvOf(view.Schema(), s.now())
	e := &Explanation{Contact: c.ID, Pinned: r.among(of.Saved.Pinned), Excluded: r.among(of.Saved.Excluded)}
	e.Member = filter.Match(of.Saved.Whole(of.Filter).Root, r.facts, env)
	e.Rules = rulesOf(of.Filter.Root, "filter", r.facts, env)
	e.History, err = r.history(ctx, e)
	return e, err
}
