package adapters

import (
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/timeline"
	"github.com/ndoto/kundi/watch"
)

// Spans is the index as timelines know it. It is a timeline.Mirror.
type Spans struct{ *index.Index }

// SpansOf implements timeline.Mirror.
func (s Spans) SpansOf(owners []uint32) []timeline.Span {
	found := s.Index.Spans(fields.EntityConversation, owners, "created_at", "last_message_at")
	list := make([]timeline.Span, len(found))
	for i, one := range found {
		list[i] = timeline.Span{Ref: one.Ref, Began: one.From, Ended: one.To}
	}
	return list
}

// Derived is the index as package explain knows it. It is an explain.Mirror.
type Derived struct{ *index.Index }

// Derived implements explain.Mirror.
func (d Derived) Derived(k ledger.AnyKind, r ledger.Record, ordinal uint32) map[string]fields.Value {
	return d.FiguresOf(k.Info().Entity, []uint32{ordinal})[0].Derived(k, r, nil)
}

// Watched is the index as watched segments know it. It is a watch.Index.
type Watched struct{ *index.Index }

// Watch implements watch.Index.
func (w Watched) Watch(filters []*filter.Filter) watch.Noted { return w.Index.Watch(filters) }
