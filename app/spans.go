package app

import (
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index"
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
