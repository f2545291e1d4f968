package app

import (
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
)

// compareWords compares what is found by each word of messages and of notes, of all and of one
// contact.
func (h *history) compareWords() {
	if h.texts == 0 {
		return
	}
	one := anyOf(h, "whose", slices.DeleteFunc(slices.Clone(h.humans), func(h *human) bool { return h.survivor().deleted }))
	for _, topic := range topics {
		said, noted := h.about(topic, nil)
		require.Equal(h.t, said, h.found("conversations", "conversation", topic, nil), topic)
		require.Equal(h.t, noted, h.found("notes", "note", topic, nil), topic)
		if one == nil {
			continue
		}
		said, noted = h.about(topic, one.survivor())
		require.Equal(h.t, said, h.found("conversations", "conversation", topic, one), "%s of contact %d", topic, one.number)
		require.Equal(h.t, noted, h.found("notes", "note", topic, one), "%s of contact %d", topic, one.number)
	}
}

// about are the ids of conversations with a message about a topic, and of notes about it, of a
// human or of all, which is nil.
func (p *people) about(topic string, who *human) (said, noted []string) {
	for _, t := range p.talks {
		about := slices.ContainsFunc(t.said, func(u utterance) bool { return strings.HasPrefix(u.text, topic) })
		if about && (who == nil || t.of.survivor() == who) {
			said = append(said, t.id)
		}
	}
	for _, m := range p.memos {
		if strings.HasPrefix(m.text, topic) && (who == nil || m.of.survivor() == who) {
			noted = append(noted, m.id)
		}
	}
	slices.Sort(said)
	slices.Sort(noted)
	return said, noted
}

// found are the ids of what a search for a word finds, when the words of all that was written are
// there.
func (h *history) found(plural, member, topic string, who *human) (ids []string) {
	members := []string{"q", topic, "limit", "100", "min_seq", number(h.Store.Head())}
	if who != nil {
		members = append(members, "contact_id", who.id)
	}
	answer := h.expect(200, "GET", query("/v1/"+plural+"/search", members...), nil)
	for _, hit := range objectsIn(answer, "hits") {
		ids = append(ids, hit[member].(object)["id"].(string))
	}
	require.EqualValues(h.t, len(ids), answer["total"].(object)["value"], topic)
	slices.Sort(ids)
	return ids
}
