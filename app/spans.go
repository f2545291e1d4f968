package app

import (
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/timeline"
)

// spans is the index as timelines know it.
type spans struct{ *index.Index }

// SpansOf implements timeline.Mirror.
func (s spans) SpansOf(owners []uint32) []timeline.Span {
	found := s.Spans(fields.EntityConversation, owners, "created_at", "last_message_at")
	list := make([]timeline.Span, len(found))
	for i, one := range found {
		list[i] = timeline.Span{Ref: one.Ref, Began: one.From, Ended: one.To}
	}
	return list
}

// derived is the index as package explain knows it.
type derived struct{ *index.Index }

func (d derived) Derived(k ledger.AnyKind, r ledger.Record, ordinal uint32) map[string]fields.Value {
	return d.FiguresOf(k.Info().Entity, []uint32{ordinal})[0].Derived(k, r)
}
