package access

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/ndoto/kundi/ledger"
)

// use says when a key was last used. A request sets a number in memory, and Flush
// stores it.
type use struct {
	day    atomic.Int64 // days since 1970 in UTC, 0 for never
	stored int64        // the day that is in the store; Keys.flushing guards it
}

const secondsADay = 24 * 60 * 60

func dayOf(t time.Time) int64 { return t.Unix() / secondsADay }

// on returns the start of a day in UTC, the zero time for day 0.
func on(day int64) time.Time {
	if day == 0 {
		return time.Time{}
	}
	return time.Unix(day*secondsADay, 0).UTC()
}

// mark sets the day of the last use. Mostly the day is set already, and nothing is
// written.
func (u *use) mark(now time.Time) {
	if day := dayOf(now); u.day.Load() != day {
		u.day.Store(day)
	}
}

// loadUses reads the day on which each key was last used, by the id of the key.
func loadUses(ctx context.Context, store Store) (map[string]*use, error) {
	uses := map[string]*use{}
	err := ledger.EachDocument(ctx, store, UseDocuments, "", func(d ledger.Document) error {
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

// Flush stores the days on which keys were last used, if they have changed. It
// writes at most one small document per key and day. A server calls it now and
// then, and before it closes the store. If the process is killed, the days since
// the last Flush are lost. Requests do not wait for Flush.
func (k *Keys) Flush(ctx context.Context, by ledger.Author) error {
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
	_, err := k.store.Update(ctx, by, func(tx ledger.Tx) error {
		for u, day := range fresh {
			switch present, err := tx.Document(KeyDocuments, ids[u]); {
			case err != nil:
				return err
			case present == nil: // the key was revoked since
				continue
			}
			if err := tx.PutDocument(UseDocuments, ids[u], []byte(on(day).Format(time.DateOnly))); err != nil {
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
