package access

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
)

// MaxNameLength is how long the name of a key may be, in characters.
const MaxNameLength = 100

// Key is one API key. It does not hold the token, which nobody keeps.
type Key struct {
	ID        contacts.ID
	Name      string
	Scope     Scope
	CreatedAt time.Time // UTC, milliseconds
}

// Author is who changes are made by when they are made with the key.
func (k Key) Author() contacts.Author {
	return contacts.Author{Source: k.Scope.Source(), Name: k.Name}
}

// Store is where keys are kept.
type Store interface {
	Update(ctx context.Context, by contacts.Author, closure func(contacts.Tx) error) (seq uint64, err error)
	Documents(ctx context.Context, c contacts.Collection, prefix, after string, limit int) ([]contacts.Document, error)
}

// Keys are the API keys of the workspace. It is safe for concurrent use.
//
// Every change of a key goes through the one Keys that serves the folder (the
// commands speak to a running server over its socket), so what it holds in
// memory is always what is stored.
type Keys struct {
	store  Store
	now    func() time.Time
	random io.Reader

	mu       sync.RWMutex
	byDigest map[digest]Key
}

// document is how a key is stored.
type document struct {
	ID        contacts.ID `json:"id"`
	Name      string      `json:"name"`
	Scope     Scope       `json:"scope"`
	Hash      string      `json:"hash"` // hexadecimal SHA-256 of the token
	CreatedAt time.Time   `json:"created_at"`
}

// Open loads the keys. Now and random are the clock and the source of
// randomness, time.Now and crypto/rand.Reader in a server.
func Open(ctx context.Context, store Store, now func() time.Time, random io.Reader) (*Keys, error) {
	k := &Keys{store: store, now: now, random: random, byDigest: map[digest]Key{}}
	const page = 500
	for after := ""; ; {
		documents, err := store.Documents(ctx, contacts.APIKeys, "", after, page)
		if err != nil {
			return nil, fmt.Errorf("load the keys: %w", err)
		}
		for _, d := range documents {
			key, hash, err := decode(d.Value)
			if err != nil {
				return nil, fmt.Errorf("load the key %s: %w", d.Key, err)
			}
			k.byDigest[hash] = key
			after = d.Key
		}
		if len(documents) < page {
			return k, nil
		}
	}
}

func decode(value []byte) (Key, digest, error) {
	var d document
	if err := json.Unmarshal(value, &d); err != nil {
		return Key{}, digest{}, err
	}
	raw, err := hex.DecodeString(d.Hash)
	if err != nil || len(raw) != len(digest{}) {
		return Key{}, digest{}, fmt.Errorf("the hash is no SHA-256")
	}
	return Key{ID: d.ID, Name: d.Name, Scope: d.Scope, CreatedAt: d.CreatedAt}, digest(raw), nil
}

// Create makes a key and returns it with its token, which is not kept and
// cannot be shown again. A bad name or scope is an error of KindInvalid.
func (k *Keys) Create(ctx context.Context, by contacts.Author, name string, scope Scope) (key Key, token string, seq uint64, err error) {
	name = strings.TrimSpace(name)
	if err := check(name, scope); err != nil {
		return Key{}, "", 0, err
	}
	if token, err = newToken(k.random); err != nil {
		return Key{}, "", 0, err
	}
	id, err := uuid.NewV7FromReader(k.random)
	if err != nil {
		return Key{}, "", 0, fmt.Errorf("draw an id: %w", err)
	}
	key = Key{ID: id, Name: name, Scope: scope, CreatedAt: k.now().UTC().Truncate(time.Millisecond)}
	hash := digestOf(token)
	value, err := json.Marshal(document{
		ID: key.ID, Name: key.Name, Scope: key.Scope, Hash: hex.EncodeToString(hash[:]), CreatedAt: key.CreatedAt,
	})
	if err != nil {
		return Key{}, "", 0, err
	}
	seq, err = k.store.Update(ctx, by, func(tx contacts.Tx) error {
		return tx.PutDocument(contacts.APIKeys, key.ID.String(), value)
	})
	if err != nil {
		return Key{}, "", 0, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.byDigest[hash] = key
	return key, token, seq, nil
}

func check(name string, scope Scope) error {
	var faults []contacts.Fault
	if name == "" || utf8.RuneCountInString(name) > MaxNameLength || strings.ContainsFunc(name, unicode.IsControl) {
		faults = append(faults, contacts.Fault{
			Path: "name", Detail: fmt.Sprintf("must have 1 to %d characters and no control characters", MaxNameLength),
		})
	}
	if !slices.Contains(Scopes, scope) {
		faults = append(faults, contacts.Fault{Path: "scope", Detail: "must be one of agent, marketer, campaign, ai, admin"})
	}
	return contacts.Invalid("invalid-key", "The key is not valid.", faults)
}

// List returns every key, oldest first.
func (k *Keys) List() []Key {
	k.mu.RLock()
	defer k.mu.RUnlock()
	list := make([]Key, 0, len(k.byDigest))
	for _, key := range k.byDigest {
		list = append(list, key)
	}
	slices.SortFunc(list, func(a, b Key) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	return list
}

// Revoke removes a key. When it returns, the key no longer authenticates.
// An unknown id is an error of KindNotFound.
func (k *Keys) Revoke(ctx context.Context, by contacts.Author, id contacts.ID) (seq uint64, err error) {
	seq, err = k.store.Update(ctx, by, func(tx contacts.Tx) error {
		switch present, err := tx.Document(contacts.APIKeys, id.String()); {
		case err != nil:
			return err
		case present == nil:
			return contacts.NotFound("key")
		}
		return tx.DeleteDocument(contacts.APIKeys, id.String())
	})
	// When the outcome is unknown the key is dropped too: the safe side.
	if err != nil && contacts.KindOf(err) != contacts.KindUnavailable {
		return 0, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for hash, key := range k.byDigest {
		if key.ID == id {
			delete(k.byDigest, hash)
		}
	}
	return seq, err
}

// Authenticate returns the key that a token belongs to, else an error of
// KindUnauthorized. How long it takes says nothing about the tokens there are:
// what the map compares is the hash, which nobody can steer byte by byte.
func (k *Keys) Authenticate(token string) (Key, error) {
	hash := digestOf(token)
	k.mu.RLock()
	key, ok := k.byDigest[hash]
	k.mu.RUnlock()
	if !ok || !wellFormed(token) {
		return Key{}, &contacts.Error{Kind: contacts.KindUnauthorized, Type: "unauthorized", Message: "The key is not known here."}
	}
	return key, nil
}
