package index

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/ledger"
)

// MaxKeptChanges is of how many fields the index keeps at a time when they changed.
const MaxKeptChanges = filter.MaxChanged

// changesWait is for how long a question waits until the history of a field was read, and roomWait until other
// questions have ended that use other fields.
const (
	changesWait = 10 * time.Second
	roomWait    = 2 * time.Second
)

// changesPage is of how many contacts the history is read at a time.
const changesPage = 10_000

// changes keep when fields of contacts changed: of those that a question has named. The times of before
// are read from the history when a field is first named, and again after a start. They are safe for
// concurrent use.
type changes struct {
	mu   sync.Mutex
	kept map[columns.ChangeKey]*keptChange
	// ended is closed, and made anew, when a question has ended.
	ended chan struct{}

	mending sync.Mutex // held while those who have returned are read
}

// keptChange is a field of which the times are kept. Its members but the first two are guarded by the
// lock of the changes.
type keptChange struct {
	field fields.Field
	read  chan struct{} // closed when the history was read
	err   error         // why it could not be
	users int           // questions that go on
	asked time.Time     // the last time
}

// changesTries is how often a question is asked at most because contacts have come back meanwhile.
const changesTries = 3

// ask is columns.Tables.Ask for a question that may name fields that changed.
func (x *Index) ask(ctx context.Context, q Query) (a Answer, err error) {
	err = x.withChanges(ctx, changedIn(q), func() (err error) {
		a, err = x.table.Ask(ctx, q)
		return err
	})
	return a, err
}

// Passing reports for each of some filters whether a contact passes it, see columns.Tables.Passing. Errors
// are as those of a question, too.
func (x *Index) Passing(ctx context.Context, ordinal uint32, filters []filter.Node, repeated map[filter.Node]int, env filter.Env) (passes []bool, err error) {
	err = x.withChanges(ctx, filter.ChangedFields(&filter.Group{Rules: filters}), func() (err error) {
		passes, err = x.table.Passing(ctx, ordinal, filters, repeated, env)
		return err
	})
	return passes, err
}

// changedIn returns the fields of whose changes a question asks.
func changedIn(q Query) []fields.Field {
	var all filter.Group
	for _, f := range append(q.Beside[:len(q.Beside):len(q.Beside)], q.Filter) {
		if f != nil && f.Root != nil {
			all.Rules = append(all.Rules, f.Root)
		}
	}
	return filter.ChangedFields(&all)
}

// ChangedAt returns when fields of a contact changed, by the names of the fields that say so, such as
// changed.city. named are such fields. One that never had a value is left out. Errors are as those of a
// question.
func (x *Index) ChangedAt(ctx context.Context, named []fields.Field, ordinal uint32) (at map[string]fields.Value, err error) {
	err = x.withChanges(ctx, named, func() error {
		at = x.table.ChangedAt(named, ordinal)
		return nil
	})
	return at, err
}

// withChanges asks a question when the times of the fields that it names are known. It asks again when a
// contact has come back meanwhile: the answer may have missed the times of that. The error is of
// KindUnavailable when this takes long, and when too many fields are asked for at the same time.
func (x *Index) withChanges(ctx context.Context, named []fields.Field, ask func() error) error {
	if len(named) == 0 {
		return ask()
	}
	release, err := x.holdChanges(ctx, named)
	if err != nil {
		return err
	}
	defer release()
	for range changesTries {
		if err := x.mendChanges(ctx); err != nil {
			return err
		}
		if err := ask(); err != nil || len(x.table.Returned()) == 0 {
			return err
		}
	}
	return changesBehind("Merges are being undone; ask again in a moment.")
}

// holdChanges waits until the history of some fields was read, and keeps their times until release is
// called.
func (x *Index) holdChanges(ctx context.Context, named []fields.Field) (release func(), err error) {
	held, err := x.roomForChanges(ctx, named)
	if err != nil {
		return nil, err
	}
	release = func() { x.changes.release(held) }
	if err := waitForChanges(ctx, held); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// roomForChanges begins to keep the times of some fields. It waits until other questions have ended when they hold
// too many others. Until then it holds none itself, so no two questions wait for each other.
func (x *Index) roomForChanges(ctx context.Context, named []fields.Field) ([]*keptChange, error) {
	if len(named) > MaxKeptChanges {
		return nil, fault.Invalid("too-costly", "The question asks when too many fields changed.", []fault.Fault{
			{Path: "filter", Detail: fmt.Sprintf("must name at most %d fields in changed.FIELD, together with the segments that it is compared with", MaxKeptChanges)},
		})
	}
	timer := time.NewTimer(roomWait)
	defer timer.Stop()
	for {
		held, ended := x.keepChanges(named)
		if held != nil {
			return held, nil
		}
		select {
		case <-ended:
		case <-x.life.Done():
			return nil, changesBehind("The server stops.")
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-timer.C:
			return nil, changesBehind("Other questions ask when so many other fields changed; ask again in a moment.")
		}
	}
}

func changesBehind(message string) error {
	return &fault.Error{Kind: fault.KindUnavailable, Type: "changes-behind", Message: message}
}

// waitForChanges waits until the history of some fields was read.
func waitForChanges(ctx context.Context, held []*keptChange) error {
	timer := time.NewTimer(changesWait)
	defer timer.Stop()
	for _, k := range held {
		select {
		case <-k.read:
			if k.err != nil {
				return k.err
			}
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return changesBehind("The history of a field is being read; ask again in a moment.")
		}
	}
	return nil
}

func (c *changes) release(held []*keptChange) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range held {
		k.users--
	}
	close(c.ended)
	c.ended = make(chan struct{})
}

// keepChanges returns the times of some fields, for one user more. It begins to read those that are not kept. When too
// many others are in use it returns nil, and what is closed when a question has ended.
func (x *Index) keepChanges(named []fields.Field) (held []*keptChange, ended <-chan struct{}) {
	c := &x.changes
	c.mu.Lock()
	defer c.mu.Unlock()
	wanted := make(map[columns.ChangeKey]bool, len(named))
	for _, f := range named {
		wanted[columns.ChangeKeyOf(*f.Changed)] = true
	}
	used := len(wanted)
	for key, k := range c.kept {
		if k.users > 0 && !wanted[key] {
			used++
		}
	}
	if used > MaxKeptChanges || x.life.Err() != nil {
		return nil, c.ended
	}
	now := x.now()
	for _, f := range named { // first, so that none of them is dropped for another
		if k := c.kept[columns.ChangeKeyOf(*f.Changed)]; k != nil {
			k.users++
			k.asked = now
			held = append(held, k)
		}
	}
	for _, f := range named {
		if key := columns.ChangeKeyOf(*f.Changed); c.kept[key] == nil {
			held = append(held, x.beginChange(key, *f.Changed, now))
		}
	}
	return held, nil
}

// beginChange begins to read the times of a field, for one user.
func (x *Index) beginChange(key columns.ChangeKey, f fields.Field, now time.Time) *keptChange {
	if len(x.changes.kept) >= MaxKeptChanges {
		x.dropChange()
	}
	k := &keptChange{field: f, read: make(chan struct{}), users: 1, asked: now}
	x.changes.kept[key] = k
	x.table.KeepChanges(f)
	x.running.Go(func() { x.readChanges(x.life, key, k) })
	return k
}

// dropChange makes room: of the fields that no question uses it drops the one that nobody has asked for the longest.
func (x *Index) dropChange() {
	var oldest columns.ChangeKey
	var found *keptChange
	for key, k := range x.changes.kept {
		if k.users == 0 && (found == nil || k.asked.Before(found.asked)) {
			oldest, found = key, k
		}
	}
	if found != nil {
		delete(x.changes.kept, oldest)
		x.table.DropChanges(oldest)
	}
}

// readChanges reads the history of a field of all contacts.
func (x *Index) readChanges(ctx context.Context, key columns.ChangeKey, k *keptChange) {
	defer close(k.read)
	for after := uint32(0); ; {
		ordinals := x.table.Standing(after, changesPage)
		if len(ordinals) == 0 {
			return
		}
		if k.err = x.readChangesOf(ctx, key, k.field, ordinals); k.err != nil {
			x.changes.mu.Lock()
			defer x.changes.mu.Unlock()
			if x.changes.kept[key] == k {
				delete(x.changes.kept, key)
				x.table.DropChanges(key)
			}
			return
		}
		after = ordinals[len(ordinals)-1]
	}
}

// readChangesOf reads the history of a field of some contacts, whose ordinals rise, and goes through all
// between them.
func (x *Index) readChangesOf(ctx context.Context, key columns.ChangeKey, f fields.Field, ordinals []uint32) error {
	times, made := make([]columns.ChangeTime, len(ordinals)), x.table.Made(ordinals)
	for i, ordinal := range ordinals {
		times[i] = columns.ChangeTime{Ordinal: ordinal, At: made[i], FromMaking: true}
	}
	next := 0 // in times
	visit := func(ordinal uint32, e *ledger.HistoryEntry) (more bool, err error) {
		for next < len(times) && times[next].Ordinal < ordinal {
			next++
		}
		switch {
		case next == len(times) || times[next].Ordinal != ordinal:
			return false, nil // it is no more, or was merged into another
		case e.HasChangeOf(f):
			times[next].At, times[next].FromMaking = e.At.UnixMilli(), false
			return false, nil
		case e.Op == ledger.OpCreate:
			times[next].At = e.At.UnixMilli()
		}
		return true, nil
	}
	if err := x.source.WalkHistories(ctx, x.people.Info(), ordinals[0], ordinals[len(ordinals)-1], visit); err != nil {
		return err
	}
	x.table.Changed(key, times)
	return nil
}

// mendChanges reads the history of contacts that came back when a merge was undone.
func (x *Index) mendChanges(ctx context.Context) error {
	c := &x.changes
	c.mending.Lock()
	defer c.mending.Unlock()
	returned := x.table.Returned()
	if len(returned) == 0 {
		return nil
	}
	c.mu.Lock()
	kept := make(map[columns.ChangeKey]fields.Field, len(c.kept))
	for key, k := range c.kept {
		kept[key] = k.field
	}
	c.mu.Unlock()
	for key, f := range kept {
		for _, ordinal := range returned {
			if err := x.readChangesOf(ctx, key, f, []uint32{ordinal}); err != nil {
				return err
			}
		}
	}
	x.table.Mended(len(returned))
	return nil
}
