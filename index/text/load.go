package text

import (
	"context"
	"slices"
	"time"

	"github.com/ndoto/kundi/ledger"
)

// What tells a bulk load from many people who write at once.
const (
	loadChanges = 2_000 // in a window, at least
	loadCommit  = 100   // changes in a commit: a batch writes 200 records in one
)

// How a bulk load goes first.
const (
	loadMost   = 15 * time.Minute       // the follower waits for the end of a load until a change is that old
	loadLook   = 100 * time.Millisecond // it looks at this interval for what others write meanwhile
	pulseEvery = 500 * time.Millisecond // and at this one whether the load goes on,
	loadPace   = 1_000                  // which writes so many changes a second, at least
)

// isLoad reports whether changes are those of a bulk load.
func isLoad(changes []ledger.Change) bool {
	commits := 0
	for range byCommit(changes) {
		commits++
	}
	return len(changes) >= loadChanges && len(changes) >= loadCommit*commits
}

// concerned reports whether the index has something of what a load has written.
func (f *follower) concerned(changes []ledger.Change) bool {
	for commit := range byCommit(changes) {
		for i := range commit {
			if t := f.of.touches(&commit[i]); len(commit) >= loadCommit && (t.itself || t.linked != "") {
				return true
			}
		}
	}
	return false
}

// byCommit yields the changes of each commit, those of each author by themselves: a commit may take what somebody writes
// with a part of a load. Commits of one millisecond are taken as one.
func byCommit(changes []ledger.Change) func(yield func([]ledger.Change) bool) {
	return func(yield func([]ledger.Change) bool) {
		for begin := 0; begin < len(changes); {
			end := begin + 1
			for end < len(changes) && changes[end].At.Equal(changes[begin].At) {
				end++
			}
			for rest := changes[begin:end]; len(rest) > 0; {
				var first []ledger.Change
				if first, rest = byAuthor(rest); !yield(first) {
					return
				}
			}
			begin = end
		}
	}
}

// byAuthor parts what the author of the first change has written from what others have.
func byAuthor(commit []ledger.Change) (first, others []ledger.Change) {
	other := func(c ledger.Change) bool { return c.Source != commit[0].Source || c.Actor != commit[0].Actor }
	if !slices.ContainsFunc(commit, other) {
		return commit, nil
	}
	for _, c := range commit {
		if other(c) {
			others = append(others, c)
		} else {
			first = append(first, c)
		}
	}
	return first, others
}

// pulse tells whether the log grows as fast as in a load.
type pulse struct {
	head  uint64 // at the last look
	at    time.Time
	beats bool // what that look told
}

// look is called again and again. Looks that come too soon after another tell the same.
func (p *pulse) look(head uint64, now time.Time) bool {
	if passed := now.Sub(p.at); passed >= pulseEvery {
		p.beats = float64(head-p.head) >= loadPace*passed.Seconds()
		p.head, p.at = head, now
	}
	return p.beats
}

// awaitLoad waits for the end of a bulk load: what is written has to be durable now, searches may
// find it later. It waits no longer if somebody waits for a change, or once the log has grown for
// loadMost since the oldest change that searches do not find. goesOn says that the load had not
// ended. The log is kept until it is followed.
func (f *follower) awaitLoad(ctx context.Context, e *engine, oldest time.Time) (goesOn bool, err error) {
	for f.pulse.look(f.source.Head(), time.Now()) {
		if err := e.health(); err != nil {
			return true, err
		}
		newest, err := f.applyAhead(ctx, e)
		if err != nil || newest.Sub(oldest) > loadMost || pause(ctx, loadLook, f.hurry) {
			return true, err
		}
		if ctx.Err() != nil {
			return true, ctx.Err()
		}
	}
	return false, nil
}

// applyAhead applies what was written beside a load since it was called last, so that searches find
// it at once. The follower applies it again when it comes to it. newest is when the last change that
// was read was made, zero when there was none.
func (f *follower) applyAhead(ctx context.Context, e *engine) (newest time.Time, err error) {
	f.ahead = max(f.ahead, f.Applied()) // what lies before may be trimmed
	changes, err := f.window(ctx, f.ahead)
	if err != nil || len(changes) == 0 {
		return newest, err
	}
	last := changes[len(changes)-1]
	f.ahead = last.Seq
	var few []ledger.Change
	for commit := range byCommit(changes) {
		if len(commit) < loadCommit {
			few = append(few, commit...)
		}
	}
	if len(few) > pageSize { // so many people are a load, too
		return last.At, nil
	}
	refs, err := f.touched(ctx, few)
	if err != nil || len(refs) == 0 || len(refs) > pageSize { // all people of a large company
		return last.At, err
	}
	f.writing.Lock()
	defer f.writing.Unlock()
	b, err := f.renewed(ctx, refs)
	if err != nil {
		return last.At, err
	}
	return last.At, e.batch(b)
}
