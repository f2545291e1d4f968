package watch

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// move is that a contact entered a segment or left it.
type move struct {
	segment *watched
	contact uint32
	entered bool
	cause   Cause
	gone    bool // the contact does not exist any more
}

// look is one look at all watched segments.
type look struct {
	*Watcher
	env   filter.Env
	timed *roaring.Bitmap // whom time alone can have moved
	moves []move          // that are not stored yet
	since *happened       // what the log says since the last look
}

// Look evaluates all watched segments of the contacts that have changed, and of those whom time can
// have moved, and stores who has entered and left. It does all again that it could not do before.
func (w *Watcher) Look(ctx context.Context) error {
	for try := 1; ; try++ {
		if err := w.look(ctx); !errors.Is(err, errMoved) || try == steadyTries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(columnsWait):
		}
	}
}

// errMoved means that the schema was changed during a look: an option may have got another name, and the
// filters still have the former one. A segment that was changed meanwhile is evaluated anew by the next look.
var errMoved = errors.New("the schema has changed")

// How long a look waits for the columns to learn of another schema, and how often it is done again.
const (
	columnsWait = time.Millisecond
	steadyTries = 200
)

// steady is errMoved when the filters were decoded by another schema than that of now.
func (w *Watcher) steady() error {
	if schema := w.store.Schema(); w.schema != schema || !w.index.Follows(schema) {
		return errMoved
	}
	return nil
}

// look is one look, which is to be done again after errMoved.
func (w *Watcher) look(ctx context.Context) error {
	if err := w.follow(ctx); err != nil {
		return err
	}
	if err := w.steady(); err != nil {
		return err
	}
	if len(w.list) == 0 {
		w.dirty.Clear()
		w.seq = w.index.Seq()
		return nil
	}
	before := w.index.Seq()
	w.take()
	l := &look{Watcher: w, env: filter.EnvOf(w.store.Schema(), w.now()), timed: roaring.New(), since: newHappened(w.seq)}
	if err := l.passTime(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{l.evaluate, l.keep, l.settled} {
		if err := errors.Join(step(ctx), ctx.Err()); err != nil {
			return err
		}
	}
	w.dirty.Clear()
	w.env, w.seq = l.env, before
	if err := w.checkWhenDue(ctx); err != nil {
		return err
	}
	return w.flushWhenDue(ctx)
}

// take takes what was noted.
func (w *Watcher) take() {
	if w.noted != nil {
		w.dirty.Or(w.noted.Take())
	}
}

// passTime finds whom time has moved since the last look.
func (l *look) passTime(ctx context.Context) error {
	if l.Watcher.env.Now.IsZero() {
		return nil // everybody is evaluated anyway
	}
	newDay := dayOf(l.env) != dayOf(l.Watcher.env)
	var crossings []filter.Node
	for _, s := range l.list {
		switch {
		case s.moves == filter.Stays || s.whole != 0:
		case newDay:
			s.whole = Date
		case s.moves == filter.Anytime:
			crossings = append(crossings, filter.Crossings(s.Filter.Root, l.Watcher.env, l.env)...)
		}
	}
	if len(crossings) == 0 {
		return nil
	}
	any := &filter.Filter{Root: &filter.Group{Or: true, Rules: crossings}}
	found, err := l.index.MembersWithin(ctx, []*filter.Filter{any}, nil, l.env)
	if fault.KindOf(err) == fault.KindInvalid { // too much at once
		for _, s := range l.list {
			if s.moves != filter.Stays && s.whole == 0 {
				s.whole = Date
			}
		}
		return nil
	}
	if err == nil {
		l.timed.Or(found[0])
	}
	return err
}

func dayOf(env filter.Env) string { return env.Now.In(env.Zone).Format("2006-01-02") }

// What a look has in memory.
const (
	atOnce    = 250       // filters of one question
	mostFound = 1_000_000 // contacts that one question finds, over all filters
	mostKept  = 100_000   // moves that wait to be stored, beside those of one question
)

// evaluate finds who has entered and left.
func (l *look) evaluate(ctx context.Context) error {
	some := roaring.Or(l.dirty, l.timed)
	var parts []*watched
	for _, s := range l.list {
		switch {
		case s.Filter == nil:
		case s.whole != 0:
			if err := errors.Join(l.everybody(ctx, s), l.keepSome(ctx)); err != nil {
				return err
			}
		case !some.IsEmpty():
			parts = append(parts, s)
		}
	}
	fitting := max(1, min(atOnce, mostFound/int(1+some.GetCardinality())))
	for list := range slices.Chunk(parts, fitting) {
		if err := errors.Join(l.among(ctx, list, some), l.keepSome(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// keepSome stores the moves when they are many.
func (l *look) keepSome(ctx context.Context) error {
	if len(l.moves) < mostKept {
		return nil
	}
	return l.keep(ctx)
}

// everybody evaluates a segment of all contacts. A filter that is too expensive is tried again later.
func (l *look) everybody(ctx context.Context, s *watched) error {
	if l.env.Now.Before(s.notBefore) {
		return nil
	}
	found, err := l.index.MembersWithin(ctx, []*filter.Filter{s.Filter}, nil, l.env)
	if fault.KindOf(err) == fault.KindInvalid {
		l.log.Warn("a watched segment is too expensive to evaluate, and is tried again later", "segment", s.ID)
		s.notBefore, s.whole = l.env.Now.Add(flushEvery), cmp.Or(s.whole, Unknown)
		return nil
	}
	if err != nil {
		return err
	}
	if s.notBefore = (time.Time{}); s.state.Since.IsZero() {
		return l.first(ctx, s, found[0])
	}
	cause := cmp.Or(s.whole, Unknown)
	if cause == Unknown && s.moves != filter.Stays {
		cause = Date
	}
	l.compare(s, s.members, found[0], cause)
	return nil
}

// first takes those who are in a segment when it begins to be watched, without events.
func (l *look) first(ctx context.Context, s *watched, members *roaring.Bitmap) error {
	if err := l.steady(); err != nil {
		return err
	}
	s.members, s.state.Rules, s.state.Picks = members, s.Rules, s.Picks
	s.members.RunOptimize()
	if err := l.rebase(ctx, s); err != nil {
		return err
	}
	s.whole = 0
	return nil
}

// among evaluates segments of some contacts.
func (l *look) among(ctx context.Context, list []*watched, some *roaring.Bitmap) error {
	filters := make([]*filter.Filter, len(list))
	for i, s := range list {
		filters[i] = s.Filter
	}
	found, err := l.index.MembersWithin(ctx, filters, some, l.env)
	if fault.KindOf(err) == fault.KindInvalid { // too much at once
		for _, s := range list {
			if err := l.everybody(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}
	if err != nil {
		return err
	}
	for i, s := range list {
		l.compare(s, roaring.And(s.members, some), found[i], Company)
	}
	return nil
}

// compare notes who is in a segment now and was not, and who was and is not. fallback is the cause
// where nothing was written of the contact.
func (l *look) compare(s *watched, before, now *roaring.Bitmap, fallback Cause) {
	turned := roaring.Xor(before, now)
	for it := turned.Iterator(); it.HasNext(); {
		contact := it.Next()
		cause := fallback
		if fallback == Company && l.timed.Contains(contact) {
			cause = Date
		}
		l.moves = append(l.moves, move{segment: s, contact: contact, entered: now.Contains(contact), cause: cause})
	}
}

// keep gives the moves their causes and stores them.
func (l *look) keep(ctx context.Context) error {
	if err := l.steady(); err != nil {
		return err
	}
	if len(l.moves) == 0 {
		return nil
	}
	if err := l.read(ctx, l.since, l.index.Seq()); err != nil {
		return err
	}
	if err := l.settle(ctx, l.since, l.moves); err != nil {
		return err
	}
	err := l.write(ctx, l.moves, l.env.Now)
	l.moves = nil
	return err
}

// settled notes that segments were evaluated as they are defined now.
func (l *look) settled(ctx context.Context) error {
	for _, s := range l.list {
		if s.whole == 0 || s.Filter == nil || s.state.Since.IsZero() || !s.notBefore.IsZero() {
			continue
		}
		if s.state.Rules != s.Rules || s.state.Picks != s.Picks {
			next := s.state
			next.Rules, next.Picks = s.Rules, s.Picks
			if _, err := l.store.Update(ctx, Author, func(tx ledger.Tx) error { return putState(tx, s.ID, next) }); err != nil {
				return err
			}
			s.state = next
		}
		s.whole = 0
	}
	return nil
}
