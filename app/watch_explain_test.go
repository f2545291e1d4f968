package app

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/ledger"
)

// sight is who was in a segment when it was looked at.
type sight struct {
	at      time.Time
	members map[ledger.ID]bool
	first   bool // its first snapshot was taken then
}

// sight notes who is in a segment now, and takes a snapshot now and then.
func (h *history) sight(e *entrants) {
	s := sight{at: h.clock, members: h.membersOf(e.segment)}
	if rapid.IntRange(0, 19).Draw(h.t, "snapshot") == 0 {
		status, taken := h.call("POST", "/v1/segments/"+e.segment.String()+"/refresh", nil)
		require.Contains(h.t, []int{200, 201}, status, "%v", taken)
		s.first = status == 201 && taken["n"] == 1.0
	}
	e.sights = append(e.sights, s)
}

// had reports whether a human, or one that it has absorbed since, was in the segment.
func (s *sight) had(who *human) bool {
	return slices.ContainsFunc(who.parts(), func(part *human) bool { return s.members[uuid.MustParse(part.id)] })
}

// lineOf is a time at which a human came or left.
func lineOf(entered bool, at time.Time) string {
	return fmt.Sprint(map[bool]string{true: "entered ", false: "left "}[entered], at.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// turnsOf are the times at which a human came or left, the newest first.
func (e *entrants) turnsOf(who *human) []string {
	lines := []string{}
	in := e.sights[0].had(who)
	for _, s := range e.sights {
		if now := s.had(who); now != in || now && s.first && len(lines) == 0 {
			lines = append(lines, lineOf(now, s.at))
			in = now
		}
	}
	slices.Reverse(lines)
	return lines
}

// compareExplained compares when everybody came and left with what explanations say.
func (h *history) compareExplained(list []*entrants) {
	for _, who := range h.humans {
		if !who.live() {
			continue
		}
		for _, e := range list {
			answer := h.expect(200, "GET", "/v1/segments/"+e.segment.String()+"/explain?contact="+who.id, nil)
			has := []string{}
			for _, one := range objectsIn(answer, "history") {
				at, err := time.Parse(time.RFC3339, one["at"].(string))
				require.NoError(h.t, err)
				has = append(has, lineOf(one["event"] == "entered", at))
			}
			require.Equal(h.t, e.turnsOf(who), has, "%s: %v", e.name, answer["history"])
		}
	}
}
