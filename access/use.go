package access

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/ndoto/kundi/contacts"
)

// use is when a key was used last. Requests only ever set a number in memory;
// Flush stores it.
type use struct {
	day    atomic.Int64 // since 1970 in UTC, 0 for never
	stored int64        // the day that the store knows; Keys.flushing guards it
}

const secondsADay = 24 * 60 * 60

func dayOf(t time.Time) int64 { return t.Unix() / secondsADay }

// on is the beginning of a day, the zero time for none.
func on(day int64) time.Time {
	if day == 0 {
		return time.Time{}
	}
	return time.Unix(day*secondsADay, 0).UTC()
}

// mark notes a use. Most find the day noted already and write nothing.
func (u *use) mark(now time.Time) {
	if day := dayOf(now); u.day.Load() != day {
		u.day.Store(day)
	}
}

// loadUses reads on which days keys were used last, by their ids.
func loadUses(ctx context.Context, store Store) (map[string]*use, error) {
	uses := map[string]*use{}
	err := eachDocument(ctx, store, contacts.KeyUses, func(d contacts.Document) error {
		at, err := time.Parse(time.DateOnly, string(d.Value))
		if err != nil {
			return err
		}
		u := &use{stored: dayOf(at)}
		u.day.Store(u.stored)
		uses[d.Key] = u
		return nil
	})
	return uses, err
}

// Flush stores the days on which keys were used, as far as the store does not
// know them: at most one small document a key and day. A server calls it now
// and then, and before it closes the store. What was not flushed is lost with
// the process, which no request waits for.
func (k *Keys) Flush(ctx context.Context, by contacts.Author) error {
	k.flushing.Lock()
	defer k.flushing.Unlock()
	fresh := map[*use]int64{}
	ids := map[*use]string{}
	k.mu.RLock()
	for _, e := range k.byDigest {
		if day := e.use.day.Load(); day != e.use.stored {
			fresh[e.use], ids[e.use] = day, e.key.ID.String()
		}
	}
	k.mu.RUnlock()
	if len(fresh) == 0 {
		return nil
	}
	_, err := k.store.Update(ctx, by, func(tx contacts.Tx) error {
		for u, day := range fresh {
			switch present, err := tx.Document(contacts.APIKeys, ids[u]); {
			case err != nil:
				return err
			case present == nil: // it was revoked since
				continue
			}
			if err := tx.PutDocument(contacts.KeyUses, ids[u], []byte(on(day).Format(time.DateOnly))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store when keys were used: %w", err)
	}
	for u, day := range fresh {
		u.stored = day
	}
	return nil
}
