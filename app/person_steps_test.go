package app

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// history is what happens to people, in the program and in the model.
type history struct {
	t *rapid.T // draws the steps
	*peopleRig
	people
	texts int // that were written, so that each is another one
}

// histories is how many are tried where -rapid.checks does not say it. Each opens a whole program.
const histories = "30"

// TestPeopleAreWhatTheModelSays lets anything happen to people, in any order, and compares what the
// program answers with a model of plain lists and maps. For more of it: go test ./app -run
// AreWhatTheModelSays -timeout 0 -rapid.checks=2000.
func TestPeopleAreWhatTheModelSays(t *testing.T) { holdToModel(t, steps) }

// TestAudiencesAreWhatTheModelSays does it with steps of which most are about segments and audiences.
func TestAudiencesAreWhatTheModelSays(t *testing.T) { holdToModel(t, campaignSteps) }

func holdToModel(t *testing.T, steps []func(*history)) {
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		require.NoError(t, checks.Value.Set(histories))
		defer func() { require.NoError(t, checks.Value.Set(checks.DefValue)) }()
	}
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(t, rt)
		defer func() { require.NoError(rt, h.Close(t.Context())) }()
		for range rapid.SampledFrom([]int{10, 20, 40, 40, 40}).Draw(rt, "steps") {
			steps[rapid.IntRange(0, len(steps)-1).Draw(rt, "step")](h)
			h.pass(time.Second)
			if rapid.IntRange(0, 7).Draw(rt, "look") == 0 {
				h.compare()
			}
		}
		h.compare()
		h.verify()
		if rapid.IntRange(0, 2).Draw(rt, "end") == 0 {
			h.restart(anEnding(rt))
			h.compare()
		}
	})
}

// newHistory begins one with nobody in it.
func newHistory(t *testing.T, rt *rapid.T) *history {
	h := &history{t: rt, peopleRig: newPeopleRig(rt, t.TempDir())}
	h.people = nobody(h.clock)
	return h
}

// steps are what may happen. What happens often stands there more than once.
var steps = []func(*history){
	(*history).create, (*history).create, (*history).readdress, (*history).readdress, (*history).see,
	(*history).receive, (*history).receive, (*history).receive, (*history).receive, (*history).receiveAgain, (*history).importLines, (*history).importLines,
	(*history).add, (*history).add, (*history).add, (*history).note, (*history).renote, (*history).setStatus, (*history).setStatus, (*history).snooze,
	(*history).merge, (*history).merge, (*history).undo, (*history).undo, (*history).receiveMerged, (*history).delete,
	(*history).block, (*history).unblock, (*history).release, (*history).wait, (*history).again,
	(*history).consent, (*history).consent, (*history).patchConsent, (*history).importConsent, (*history).suppress, (*history).suppress, (*history).lift,
	(*history).photograph, (*history).photograph, (*history).send, (*history).send, (*history).report, (*history).report,
	(*history).disband, (*history).acknowledge, (*history).withdraw,
}

// campaignSteps are those of people who are sent to. The first ones are drawn most.
var campaignSteps = []func(*history){
	(*history).gather, (*history).send, (*history).photograph, (*history).send, (*history).create, (*history).report, (*history).consent,
	(*history).merge, (*history).suppress, (*history).send, (*history).block, (*history).delete, (*history).wait, (*history).photograph,
	(*history).undo, (*history).readdress, (*history).receive, (*history).acknowledge, (*history).withdraw, (*history).disband,
	(*history).unblock, (*history).lift, (*history).again,
}

// pass moves the clock, and ends what is over.
func (h *history) pass(by time.Duration) {
	h.turning.Lock()
	h.clock = h.clock.Add(by)
	h.turning.Unlock()
	h.now = h.clock
	h.ring()
	h.wake()
}

func (h *history) wait() {
	h.pass(rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 26 * time.Hour, 5 * 24 * time.Hour, 8 * 24 * time.Hour}).Draw(h.t, "wait"))
}

// again ends the program and starts it again: seldom, as that takes a while.
func (h *history) again() {
	if rapid.IntRange(0, 3).Draw(h.t, "again") == 0 {
		h.restart(anEnding(h.t))
	}
}

func anEnding(t *rapid.T) ending { return ending(rapid.IntRange(0, int(killed)).Draw(t, "ending")) }

// anyOf draws one of a list, the zero value of an empty one.
func anyOf[T any](h *history, what string, list []T) (one T) {
	if len(list) == 0 {
		return one
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(h.t, what)]
}

func (h *history) someone() *human { return anyOf(h, "who", h.living()) }

// pool are the addresses that there are: few, so that people meet.
var pool = []address{
	"email:a@x.example", "email:b@x.example", "email:c@x.example", "email:d@x.example", "phone:+254712345671", "phone:+254712345672", "phone:+254712345673",
	"identifier:k1", "identifier:k2", "whatsapp:1", "whatsapp:2", "whatsapp:254712345671", "sms:1", "sms:2", "live_chat:1",
}

func (h *history) anAddress() address { return rapid.SampledFrom(pool).Draw(h.t, "address") }

// topics are what people write about, one in a text.
var topics = []string{"refund", "parcel", "holiday"}

// text is a text that nothing else has.
func (h *history) text() string {
	h.texts++
	return fmt.Sprint(topics[h.texts%len(topics)], " ", h.texts)
}
