package access

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Store is the part of the store that keeps keys, people and sessions.
type Store interface {
	ledger.Updater
	ledger.DocumentLister
}

// Keys has the API keys of the workspace. It is safe for concurrent use.
//
// Keys holds all keys in memory, and these are always the stored ones: a folder
// has only one Keys, and every change goes through it. The commands speak to a
// running server over its socket.
type Keys struct {
	store  Store
	now    func() time.Time
	random io.Reader

	changing sync.Mutex // held while a key is changed in the store and in byDigest
	flushing sync.Mutex // held by Flush

	mu       sync.RWMutex
	byDigest map[digest]entry
	digests  map[ledger.ID]digest // of the keys, by their ids
}

// entry is a key in memory.
type entry struct {
	key Key // without LastUsedAt, which is in use
	use *use
}

// whole returns the key with LastUsedAt.
func (e entry) whole() Key {
	key := e.key
	key.LastUsedAt = on(e.use.day.Load())
	return key
}

// Open loads the keys from the store. now is the clock and random the source of
// random bytes; a server passes time.Now and crypto/rand.Reader.
func Open(ctx context.Context, store Store, now func() time.Time, random io.Reader) (*Keys, error) {
	k := &Keys{store: store, now: now, random: random, byDigest: map[digest]entry{}, digests: map[ledger.ID]digest{}}
	uses, err := loadUses(ctx, store)
	if err != nil {
		return nil, fmt.Errorf("load when keys were used: %w", err)
	}
	err = ledger.EachDocument(ctx, store, KeyDocuments, "", func(d ledger.Document) error {
		key, hash, err := decode(d.Value)
		if err != nil {
			return fmt.Errorf("the key %s: %w", d.Key, err)
		}
		e := entry{key: key, use: uses[d.Key]}
		if e.use == nil {
			e.use = &use{}
		}
		k.byDigest[hash], k.digests[key.ID] = e, hash
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load the keys: %w", err)
	}
	return k, nil
}

// Create makes a key and returns it with its token. The token is not kept and
// cannot be shown again, so a repeated request (see ledger.Caller) gets "".
// If the draft is not valid, the error is of KindInvalid and names all faults.
func (k *Keys) Create(ctx context.Context, by ledger.Caller, d Draft) (key Key, token string, done ledger.Done, err error) {
	now := instant(k.now())
	key, token, refused := k.draw(d, now)
	hash := digestOf(token)
	k.changing.Lock()
	defer k.changing.Unlock()
	var outcome ledger.Outcome
	done.Seq, err = k.store.Update(ctx, by.Author, func(tx ledger.Tx) (err error) {
		outcome, err = ledger.Once(tx, by.Receipt, now, func() (ledger.Outcome, error) {
			if refused != nil {
				return ledger.Outcome{}, refused
			}
			value, err := encode(key, hash)
			if err != nil {
				return ledger.Outcome{}, err
			}
			return ledger.Outcome{Status: "created", IDs: []string{key.ID.String()}}, tx.PutDocument(KeyDocuments, key.ID.String(), value)
		})
		return err
	})
	switch {
	case err != nil:
		return Key{}, "", ledger.Done{}, err
	case outcome.Replayed:
		id, err := uuid.Parse(outcome.IDs[0])
		if err != nil {
			return Key{}, "", ledger.Done{}, err
		}
		key, err := k.present(id)
		return key, "", ledger.Done{Seq: outcome.Seq, Replayed: true}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.byDigest[hash], k.digests[key.ID] = entry{key: key, use: &use{}}, hash
	return key, token, done, nil
}

// draw makes a key from a draft, with a new token and a new id.
func (k *Keys) draw(d Draft, now time.Time) (key Key, token string, err error) {
	key = Key{Name: words.CleanText(d.Name), Scope: d.Scope, CreatedAt: now, ExpiresAt: instant(d.ExpiresAt), Set: d.Limits}
	if err := key.check(now, true); err != nil {
		return Key{}, "", err
	}
	if token, err = newToken(keyPrefix, k.random); err != nil {
		return Key{}, "", err
	}
	if key.ID, err = uuid.NewV7FromReader(k.random); err != nil {
		return Key{}, "", fmt.Errorf("draw an id: %w", err)
	}
	return key, token, nil
}

// present returns the present state of a key for a repeated request. If the key is
// revoked, the error is of KindGone.
func (k *Keys) present(id ledger.ID) (Key, error) {
	if e, known := k.entryOf(id); known {
		return e.whole(), nil
	}
	return Key{}, &fault.Error{
		Kind: fault.KindGone, Type: "deleted-since", Message: "The request was carried out before, and its key has been revoked since.",
	}
}

// Change changes a key. The new state holds for every request that begins after
// Change has returned. If the change is not valid, the error is of KindInvalid. If
// there is no key with the id, it is of KindNotFound.
func (k *Keys) Change(ctx context.Context, by ledger.Caller, id ledger.ID, c Change) (key Key, done ledger.Done, err error) {
	now := k.now()
	k.changing.Lock()
	defer k.changing.Unlock()
	var hash digest
	done, err = ledger.Do(ctx, k.store, by, now, func(tx ledger.Tx) error {
		present, err := tx.Document(KeyDocuments, id.String())
		switch {
		case err != nil:
			return err
		case present == nil:
			return fault.NotFound("key")
		}
		var before Key
		if before, hash, err = decode(present); err != nil {
			return err
		}
		if key = c.apply(before); key == before {
			return nil
		}
		if err := key.check(now, c.ExpiresAt != nil); err != nil {
			return err
		}
		value, err := encode(key, hash)
		if err != nil {
			return err
		}
		return tx.PutDocument(KeyDocuments, id.String(), value)
	})
	if err != nil {
		return Key{}, ledger.Done{}, err
	}
	if done.Replayed {
		key, err := k.present(id)
		return key, done, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	e := entry{key: key, use: k.byDigest[hash].use}
	k.byDigest[hash] = e
	return e.whole(), done, nil
}

// List returns every key, oldest first.
func (k *Keys) List() []Key {
	k.mu.RLock()
	defer k.mu.RUnlock()
	list := make([]Key, 0, len(k.byDigest))
	for _, e := range k.byDigest {
		list = append(list, e.whole())
	}
	slices.SortFunc(list, func(a, b Key) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	return list
}

// Revoke removes a key. After it has returned, Authenticate refuses the token. If
// there is no key with the id, the error is of KindNotFound.
func (k *Keys) Revoke(ctx context.Context, by ledger.Caller, id ledger.ID) (ledger.Done, error) {
	k.changing.Lock()
	defer k.changing.Unlock()
	done, err := ledger.Do(ctx, k.store, by, instant(k.now()), func(tx ledger.Tx) error {
		switch present, err := tx.Document(KeyDocuments, id.String()); {
		case err != nil:
			return err
		case present == nil:
			return fault.NotFound("key")
		}
		if err := tx.DeleteDocument(UseDocuments, id.String()); err != nil {
			return err
		}
		return tx.DeleteDocument(KeyDocuments, id.String())
	})
	return removed(done, err, &k.mu, func() {
		delete(k.byDigest, k.digests[id])
		delete(k.digests, id)
	})
}

// removed returns how a removal ended, and drops what was removed from memory. If the outcome is
// unknown, it is dropped too. That is the safe side.
func removed(done ledger.Done, err error, mu *sync.RWMutex, drop func()) (ledger.Done, error) {
	if err != nil && fault.KindOf(err) != fault.KindUnavailable {
		return ledger.Done{}, err
	}
	mu.Lock()
	defer mu.Unlock()
	drop()
	return done, err
}

// Authenticate returns the key that has the token, and remembers that it was used
// today. If there is no such key or it has expired, the error is of
// KindUnauthorized. The time that Authenticate takes does not help to guess a
// token, because the map compares hashes.
func (k *Keys) Authenticate(token string) (Key, error) {
	hash := digestOf(token)
	k.mu.RLock()
	e, ok := k.byDigest[hash]
	k.mu.RUnlock()
	if !ok || !wellFormed(keyPrefix, token) {
		return Key{}, &fault.Error{Kind: fault.KindUnauthorized, Type: "unauthorized", Message: "The key is not known here."}
	}
	now := k.now()
	if e.key.expired(now) {
		return Key{}, &fault.Error{Kind: fault.KindUnauthorized, Type: "key-expired", Message: "The time of the key is over."}
	}
	e.use.mark(now)
	return e.key, nil
}

// entryOf returns a key by its id.
func (k *Keys) entryOf(id ledger.ID) (entry, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	e, known := k.byDigest[k.digests[id]]
	return e, known
}

// inUse returns the principal of a key for one of its sessions, and remembers that the key was
// used. It returns false when the key was revoked or has expired.
func (k *Keys) inUse(id ledger.ID, now time.Time) (Principal, bool) {
	e, known := k.entryOf(id)
	if !known || e.key.expired(now) {
		return Principal{}, false
	}
	e.use.mark(now)
	return e.key.Principal(), true
}

// haveAdmin reports whether there is a key of scope admin that can be used.
func (k *Keys) haveAdmin(now time.Time) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	for _, e := range k.byDigest {
		if e.key.Scope == ScopeAdmin && !e.key.expired(now) {
			return true
		}
	}
	return false
}
