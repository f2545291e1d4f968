package explain

import (
	"context"
	"slices"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/watch"
)

// Watched knows who entered watched segments and who left them.
type Watched interface {
	// PastOf returns what is kept of when contacts with some ordinals were in a segment; absences returns when
	// they were parts of other contacts.
	PastOf(ctx context.Context, segment ledger.ID, ordinals []uint32, absences func(context.Context) ([]watch.Absence, error)) (watch.Past, error)
}

// noticed is that a watched segment has noticed the contact to come or leave: the contact, or one that it
// has absorbed, came while none of the others was in the segment, or the last one of them left.
type noticed struct {
	seq     uint64
	at      time.Time
	entered bool
	cause   watch.Cause
	// between says that it happened while the segment was not watched: it shows when it is watched again.
	between bool
}

// noticed returns what was noticed of the contact, the oldest first, and from when on the segment is watched.
func (r *reading) noticed(ctx context.Context, member bool) (list []noticed, since time.Time, err error) {
	made := map[uint32]time.Time{}
	past, err := r.service.watched.PastOf(ctx, r.of.Segment.ID, r.ordinals, func(ctx context.Context) ([]watch.Absence, error) {
		return r.absences(ctx, made)
	})
	if err != nil {
		return nil, since, err
	}
	return together(past, r.ordinals, made, member), past.Since, nil
}

// absences reads when the contact, and those whom it has absorbed, were parts of others, the oldest first of
// each, and notes when those were made who were made since then. It looks no further back than events are kept.
func (r *reading) absences(ctx context.Context, made map[uint32]time.Time) (list []watch.Absence, err error) {
	oldest := r.service.now().Add(-watch.Kept)
	for _, ordinal := range r.ordinals {
		first, read, parted := len(list), 0, uint64(0)
		_, err = r.view.WalkHistory(ctx, contacts.Kind.Info(), ordinal, r.view.Head(), func(e *ledger.HistoryEntry) (more bool, err error) {
			switch e.Op {
			case ledger.OpCreate:
				made[ordinal] = e.At
			case ledger.OpRestore:
				parted = e.Seq
			case ledger.OpMerge:
				list = append(list, watch.Absence{Contact: ordinal, Merged: e.Seq, At: e.At, Parted: parted})
				parted = 0
			}
			read++
			return read < ledger.MaxHistoryRead && e.At.After(oldest), nil
		})
		if err != nil {
			return nil, err
		}
		slices.Reverse(list[first:])
	}
	return list, nil
}

// together makes one past of those of a contact and of whom it has absorbed. made says when each was made, as far as
// that is known, and member whether the contact is in the segment now.
func together(past watch.Past, ordinals []uint32, made map[uint32]time.Time, member bool) (list []noticed) {
	in, later := inAtFirst(past, ordinals, made, member)
	turns, known := past.Turns, past.Since.IsZero()
	for len(turns) > 0 || !known {
		if !known && (len(turns) == 0 || !turns[0].At.Before(past.Since)) {
			now := map[uint32]bool{}
			for _, ordinal := range past.Inside.ToArray() {
				now[ordinal] = true
			}
			if (len(now) > 0) != (len(in) > 0) {
				list = append(list, noticed{at: past.Since, entered: len(now) > 0, cause: watch.Unknown, between: true})
			}
			in, later, known = now, nil, true
			continue
		}
		n := 1
		for n < len(turns) && turns[n].At.Equal(turns[0].At) {
			n++ // of one look
		}
		for ordinal, at := range later {
			if at.Before(turns[0].At) {
				in[ordinal] = true
				delete(later, ordinal)
			}
		}
		before := len(in) > 0
		for _, t := range turns[:n] {
			if t.Entered {
				in[t.Contact] = true
			} else {
				delete(in, t.Contact)
			}
		}
		if after := len(in) > 0; after != before {
			list = append(list, ofLook(turns[:n], after))
		}
		turns = turns[n:]
	}
	return list
}

// inAtFirst are those of the contacts who were in the segment before the first turn: whose first turn is that
// they left. Of whom there is none, it is taken that they were in it as they were later. Who was made after the first
// turn is in later instead, with the moment.
func inAtFirst(past watch.Past, ordinals []uint32, made map[uint32]time.Time, member bool) (in map[uint32]bool, later map[uint32]time.Time) {
	in, later = map[uint32]bool{}, map[uint32]time.Time{}
	for i, ordinal := range ordinals {
		first := slices.IndexFunc(past.Turns, func(t watch.Turn) bool { return t.Contact == ordinal })
		watched := !past.Since.IsZero()
		switch {
		case first >= 0 && (!watched || past.Turns[first].At.Before(past.Since)):
			in[ordinal] = !past.Turns[first].Entered
		case watched && past.Inside.Contains(ordinal), !watched && i == 0 && member:
			in[ordinal] = true
		}
		switch at, known := made[ordinal]; {
		case !in[ordinal]:
			delete(in, ordinal)
		case known && len(past.Turns) > 0 && at.After(past.Turns[0].At):
			later[ordinal] = at
			delete(in, ordinal)
		}
	}
	return in, later
}

// ofLook is what the turns of one look say together. Of several causes the first one is told.
func ofLook(turns []watch.Turn, entered bool) noticed {
	n := noticed{entered: entered}
	for _, t := range turns {
		if t.Entered == entered && (n.cause == 0 || t.Cause < n.cause) {
			n.seq, n.at, n.cause = t.Seq, t.At, t.Cause
		}
	}
	return n
}
