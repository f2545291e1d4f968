package columns

import (
	"context"
	"errors"
	"math"
	"runtime"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/filter"
)

// MaxSteps is the most that one question may cost, in steps. A step is about
// what a look at one text takes, some 10 ns: of rules that look at every contact
// or text, such as "contains" with two letters, a million contacts cost a
// million steps.
const MaxSteps = 500_000_000

// TooCostly is the type of the error of a question that costs more than MaxSteps.
const TooCostly = "too-costly"

// limits are those of the work of one question, in steps.
type limits struct {
	// quick is the most of a question that keeps the lock until it is answered:
	// some 3 ms.
	quick uint64
	// pause is how much any other does between two pauses: less than a
	// millisecond.
	pause uint64
	most  uint64
	// spare is how many rows are kept beyond a page, and texts beyond those of a
	// facet, for those that change.
	spare int
	// texts are so few that they are ranked without a pause.
	texts int
}

var (
	defaultLimits = limits{quick: 1 << 18, pause: 1 << 16, most: MaxSteps, spare: 64, texts: someTexts}
	noLimits      = limits{quick: math.MaxUint64, pause: math.MaxUint64, most: math.MaxUint64}
)

// What costs a step or many.
const (
	blockSteps = 1 << 11        // to look at the numbers of a block
	markSteps  = 6 * blockSteps // to look up whether the codes of a block are wanted
	lookSteps  = 3              // to look at the text of a row, which may lie anywhere
	findSteps  = 16             // to find a value in a dictionary
	ruleSteps  = 64             // of any rule
	setSteps   = 24             // to join two sets, a block
	mostSteps  = 192            // to add a container to a set that is no list of rows
	textChunk  = 1 << 12        // texts that are looked at between two pauses, by each processor
	shareSteps = 1 << 14        // from which a goroutine is worth it
)

// work is what answering one question has done so far and may still do. It is
// for the goroutine that asks.
//
// A question that is quick keeps the read lock until it is answered, and reads
// the table's own sets. Any other is patient: it lets writers in at every pause,
// so whatever it keeps over a pause is its own; see question.
type work struct {
	limits
	ctx     context.Context
	tables  *Tables
	patient bool
	held    bool // a patient question that pauses no more
	steps   uint64
	since   uint64 // steps since the last pause
	err     error  // the first; everything after it is empty

	watch *watch                 // of a patient question
	sets  sharedSets             // of nodes that the filter has more than once
	costs map[*filter.Group]cost // that were estimated

	// For tests.
	rules  int    // that were evaluated
	looks  int    // at the context
	holds  int    // times that the lock was taken again
	kept   int    // times that it was not for too many rounds
	paused func() // called while the lock is not held
}

// newWork is the work of who holds the lock and has all the time.
func newWork(t *Tables) *work { return &work{limits: noLimits, ctx: context.Background(), tables: t} }

// of makes it the work on a filter.
func (w *work) of(f *filter.Filter) *work {
	w.sets.numbers = repeatedNodes(f)
	return w
}

// errLong says that a question is too long for a quick one.
var errLong = errors.New("the question takes longer than a quick one")

// tooCostly is the error of a question that is beyond MaxSteps.
func tooCostly() error {
	return &fault.Error{
		Kind: fault.KindInvalid, Type: TooCostly,
		Message: "The question looks at too much.",
		Faults: []fault.Fault{{Path: "filter", Detail: "must look at less: have fewer rules that look at every contact, such as " +
			"contains with one or two letters, or join them with rules that few contacts pass"}},
	}
}

// charge takes the cost of what is about to be done, and reports whether to do
// it.
func (w *work) charge(steps uint64) bool {
	switch w.steps += steps; {
	case w.err != nil:
	case w.steps > w.most:
		w.err = tooCostly()
	case !w.patient && w.steps > w.quick:
		w.err = errLong
	}
	return w.err == nil
}

// done takes note of what was charged for and done, pauses when it is time, and
// reports whether to go on. After it, no set of the table's own is valid.
func (w *work) done(steps uint64) bool {
	if w.since += steps; w.since >= w.pause {
		w.rest()
	}
	return w.err == nil
}

// due reports whether done will pause after the given number of further steps.
func (w *work) due(steps uint64) bool { return w.since+steps >= w.pause }

// rest looks whether somebody still wants the answer and lets others have the
// lock and the processor.
func (w *work) rest() {
	w.since = 0
	if w.err == nil {
		w.looks++
		w.err = w.ctx.Err()
	}
	if !w.patient || w.held || w.err != nil {
		return
	}
	w.holds++
	w.tables.mu.RUnlock()
	defer w.tables.mu.RLock()
	if w.paused != nil {
		w.paused()
	}
	runtime.Gosched()
}

// each calls f for the numbers below n, with pauses in between. steps is the cost of one
// call. If there are many numbers, it uses all processors; worker is the number of the
// processor, below GOMAXPROCS. f may write only what belongs to its number or to its worker.
func (w *work) each(n int, steps uint64, f func(worker, i int)) {
	if !w.charge(uint64(n) * steps) {
		return
	}
	some := n
	if w.patient && !w.held {
		some = int(max(1, w.pause/max(1, steps)))
	}
	for from := 0; from < n; from += some {
		count := min(some, n-from)
		parallel(count, uint64(count)*steps, func(worker, i int) { f(worker, from+i) })
		if !w.done(uint64(count) * steps) {
			return
		}
	}
}
