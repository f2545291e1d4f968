package explain

import (
	"context"
	"slices"
	"time"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
)

// Event is that the contact entered the segment or left it, by its snapshots and by what is noticed of a
// watched segment.
type Event struct {
	N       uint32    // the snapshot in which it shows first, 0 where none has seen it
	At      time.Time // when it was noticed or that snapshot was evaluated, the earlier of them
	Entered bool      // or left
	Cause   Cause
	Changes []Change // of CauseChanged and CauseCompany, the newest first

	seq     uint64 // the change that stored the event that the cause is of, 0 where it is of the snapshot
	between bool   // see noticed
}

// MaxHistory is how many events an explanation has, the newest ones.
const MaxHistory = 1_000

// Cause is what can have moved the contact.
type Cause string

// The causes. The first one that holds is told. Those of events are of package watch, too.
const (
	CauseFirst         Cause = "first_snapshot"  // nobody knows who was in the segment before
	CauseDefinition    Cause = "definition"      // the segment got another filter
	CausePicked        Cause = "picked"          // somebody pinned or excluded the contact, or added it to a static segment or removed it
	CauseCreated       Cause = "created"         // the contact was made
	CauseMerged        Cause = "merged"          // another contact was merged into it, or it into another
	CauseUnmerged      Cause = "unmerged"        // a merge was undone
	CauseChanged       Cause = "changed"         // fields that the filter asks for were changed
	CauseCompany       Cause = "company"         // its company was changed in such fields
	CauseConversations Cause = "conversations"   // it has conversations that have changed
	CauseNotes         Cause = "notes"           // it has notes that have changed
	CauseCampaign      Cause = "campaign_events" // campaigns have reported events of it
	CauseDate          Cause = "date"            // time has passed, which the filter looks at
	CauseReconciled    Cause = "reconciled"      // the nightly evaluation of a watched segment disagreed
	CauseUnknown       Cause = "unknown"         // what happened is not kept, or is in a segment that the filter names
)

// Change is one change of a field.
type Change struct {
	Field  string
	At     time.Time
	Author ledger.Author
}

// mostChanges is how many changes an event names.
const mostChanges = 20

// history says when the contact came and left.
func (r *reading) history(ctx context.Context, e *Explanation) ([]Event, error) {
	crossings, err := r.crossings(ctx, e)
	if err != nil {
		return nil, err
	}
	events, since, err := r.noticed(ctx, e.Member)
	if err != nil {
		return nil, err
	}
	list := join(crossings, events, since)
	slices.Reverse(list)
	list = list[:min(len(list), MaxHistory)]
	for i := range list {
		from := list[i].At.Add(-noticedWithin)
		if i+1 < len(list) && list[i+1].At.After(from) {
			from = list[i+1].At // what was before has moved it before
		}
		if err := r.addChanges(ctx, &list[i], from); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// crossings are what the snapshots have seen of the contact, the oldest first.
func (r *reading) crossings(ctx context.Context, e *Explanation) ([]crossing, error) {
	crossings, err := r.service.segments.Crossings(ctx, r.of.Segment.ID, r.ordinals)
	if err != nil {
		return nil, err
	}
	slices.Reverse(crossings)
	list := make([]crossing, len(crossings))
	asked := map[string]named{r.of.Segment.Hash: r.named} // by the hash of the filter
	for i, c := range crossings {
		list[i].Event = Event{N: c.Snapshot.N, At: c.Snapshot.EvaluatedAt, Entered: c.Entered}
		if c.Before != nil {
			list[i].before = c.Before.EvaluatedAt
		}
		switch {
		case c.Before == nil:
			list[i].Cause = CauseFirst
		case c.Before.DefinitionHash != c.Snapshot.DefinitionHash:
			list[i].Cause = CauseDefinition
		case c.Before.DefinitionVersion != c.Snapshot.DefinitionVersion && (c.Entered && e.Pinned || !c.Entered && e.Excluded):
			list[i].Cause = CausePicked
		default:
			hash := c.Snapshot.DefinitionHash
			if _, read := asked[hash]; !read {
				if asked[hash], err = r.namedThen(ctx, hash); err != nil {
					return nil, err
				}
			}
			between := span{named: asked[hash], after: c.Before.Seq, to: c.Snapshot.Seq}
			if list[i].Cause, list[i].Changes, err = r.cause(ctx, between); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// noticedWithin is within how long changes are noticed.
const noticedWithin = 10 * time.Second

// addChanges adds the changes since a moment by which an event was caused, as far as the filter asked for them.
func (r *reading) addChanges(ctx context.Context, e *Event, from time.Time) (err error) {
	s := span{named: r.named, to: e.seq, from: from}
	if r.of.Segment.UpdatedAt.After(e.At) {
		s.named = named{unknown: true} // it may have been another filter
	}
	switch {
	case e.seq == 0:
	case e.Cause == CauseChanged:
		var cause Cause
		if cause, e.Changes, err = r.ofContact(ctx, s); cause == CauseUnmerged {
			e.Cause = cause // the event of the survivor does not know it
		}
	case e.Cause == CauseCompany:
		e.Changes, err = r.ofCompany(ctx, s)
	}
	return err
}

// namedThen is what a filter asked for that the segment had, given by its hash.
func (r *reading) namedThen(ctx context.Context, hash string) (named, error) {
	f, err := r.service.segments.FormerFilter(ctx, r.of.Segment.ID, hash)
	if err != nil || f == nil {
		return named{unknown: true}, err
	}
	return namedBy(f.Root), nil
}

// span are the changes between two snapshots of one filter: behind the first one, up to the second one.
type span struct {
	named
	after, to uint64
	from      time.Time // and not before that
}

// cause finds what has moved the contact between two snapshots.
func (r *reading) cause(ctx context.Context, s span) (Cause, []Change, error) {
	cause, changes, err := r.ofContact(ctx, s)
	if err != nil || cause != "" {
		return cause, changes, err
	}
	if changes, err = r.ofCompany(ctx, s); err != nil || len(changes) > 0 {
		return CauseCompany, changes, err
	}
	if s.asksForTalk() {
		changed, err := touched(ctx, r, conversations.Kind, s)
		if err != nil || changed {
			return CauseConversations, nil, err
		}
	}
	if s.asksForNotes() {
		changed, err := touched(ctx, r, notes.Kind, s)
		if err != nil || changed {
			return CauseNotes, nil, err
		}
	}
	if s.asksForCampaigns() {
		changed, err := touched(ctx, r, audiences.EventsKind, s)
		if err != nil || changed {
			return CauseCampaign, nil, err
		}
	}
	switch {
	case r.of.Saved.Static:
		return CausePicked, nil, nil
	case s.timed:
		return CauseDate, nil, nil
	}
	return CauseUnknown, nil, nil
}

// ofContact looks at the changes of the contact and of those whom it has absorbed.
func (r *reading) ofContact(ctx context.Context, s span) (cause Cause, changes []Change, err error) {
	ops := map[ledger.Op]bool{}
	for _, ordinal := range r.ordinals {
		found, err := r.changes(ctx, contacts.Kind.Info(), ordinal, s, ops, s.asksFor)
		if err != nil {
			return "", nil, err
		}
		changes = append(changes, found...)
	}
	changes = changes[:min(len(changes), mostChanges)]
	switch {
	case ops[ledger.OpCreate]:
		return CauseCreated, nil, nil
	case ops[ledger.OpMerge]:
		return CauseMerged, nil, nil
	case ops[ledger.OpRestore]:
		return CauseUnmerged, nil, nil
	case len(changes) > 0:
		return CauseChanged, changes, nil
	}
	return "", nil, nil
}

// ofCompany returns the changes of the present company in fields that the filter asks for.
func (r *reading) ofCompany(ctx context.Context, s span) ([]Change, error) {
	if r.contact.Company == 0 || !s.asksForCompany() {
		return nil, nil
	}
	asks := func(field string) bool { return s.unknown || s.fields[fields.CompanyPrefix+field] }
	return r.changes(ctx, companies.Kind.Info(), r.contact.Company, s, map[ledger.Op]bool{}, asks)
}

// changes returns the changes of one record in some fields, the newest first, and notes what was
// done with it.
func (r *reading) changes(ctx context.Context, of *ledger.Shape, ordinal uint32, s span, ops map[ledger.Op]bool, asks func(field string) bool) (list []Change, err error) {
	_, err = r.view.WalkHistory(ctx, of, ordinal, s.to, func(e *ledger.HistoryEntry) (more bool, err error) {
		if e.Seq <= s.after || e.At.Before(s.from) {
			return false, nil
		}
		told := *e
		told.TellMerges()
		ops[told.Op] = true
		for _, c := range e.Changes {
			if asks(c.Field) && len(list) < mostChanges {
				list = append(list, Change{c.Field, e.At, e.Author})
			}
		}
		return true, nil
	})
	return list, err
}

// touched reports whether a record of a kind that belongs to the contact was changed last in a span.
func touched[T any](ctx context.Context, r *reading, k *ledger.Kind[T], s span) (bool, error) {
	found := false
	err := eachOwned(ctx, r, k, func(one *T) {
		changed := *k.Stamp(one).Version
		found = found || changed > s.after && changed <= s.to
	})
	return found, err
}
