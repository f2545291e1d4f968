package access

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// MaxNameLength is the length of the longest name of a key or of a person, in characters.
const MaxNameLength = 100

// Key is an API key without its token. Kundi keeps only the hash of the token.
type Key struct {
	ID        ledger.ID
	Name      string
	Scope     Scope
	CreatedAt time.Time // UTC, milliseconds
	ExpiresAt time.Time // UTC, milliseconds; the key is refused from then on. Zero: never
	// LastUsedAt is the start of the day (UTC) on which the key was last used.
	// Zero: it was never used.
	LastUsedAt time.Time
	// Set are the limits that were set for this key; see Key.Limits.
	Set Limits
}

// Limits returns the limits that hold for the key. A limit that was not set is the
// one of its scope.
func (k Key) Limits() Limits { return k.Set.or(defaultLimits(k.Scope)) }

// The collections of keys.
var (
	KeyDocuments = ledger.Collection{Name: "key"}
	UseDocuments = ledger.Collection{Name: "key-use", Unlogged: true} // the day a key was used last, by its id
)

// Principal returns who makes a request with the key.
func (k Key) Principal() Principal {
	return Principal{Kind: KindKey, ID: k.ID, Name: k.Name, Scope: k.Scope, Limits: k.Limits()}
}

// expired reports whether the time of the key is over.
func (k Key) expired(now time.Time) bool { return !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt) }

// Draft has the values of a key that is to be made.
type Draft struct {
	Name      string
	Scope     Scope
	ExpiresAt time.Time // zero: never
	Limits    Limits
}

// Change has the new values of a key. A member that is nil stays as it is.
type Change struct {
	Name              *string
	ExpiresAt         *time.Time // the zero time: never
	RequestsPerSecond *int       // 0: the limit of the scope
	HeavyQuestions    *int       // 0: the limit of the scope
}

// apply returns the key with the new values.
func (c Change) apply(k Key) Key {
	if c.Name != nil {
		k.Name = words.CleanText(*c.Name)
	}
	if c.ExpiresAt != nil {
		k.ExpiresAt = instant(*c.ExpiresAt)
	}
	if c.RequestsPerSecond != nil {
		k.Set.RequestsPerSecond = *c.RequestsPerSecond
	}
	if c.HeavyQuestions != nil {
		k.Set.HeavyQuestions = *c.HeavyQuestions
	}
	return k
}

// check returns one error of KindInvalid with everything that is wrong with a key.
// expires says that ExpiresAt is new and so has to be in the future.
func (k Key) check(now time.Time, expires bool) error {
	faults := nameFaults(k.Name)
	if !slices.Contains(Scopes, k.Scope) {
		faults = append(faults, fault.Fault{Path: "scope", Detail: "must be one of agent, marketer, campaign, ai, admin"})
	}
	if expires && !k.ExpiresAt.IsZero() && !k.ExpiresAt.After(now) {
		faults = append(faults, fault.Fault{Path: "expires_at", Detail: "must be in the future; revoke the key to end it now"})
	}
	return fault.Invalid("invalid-key", "The key is not valid.", append(faults, k.Set.faults()...))
}

// nameFaults says what is wrong with the name of a key or of a person.
func nameFaults(name string) []fault.Fault {
	if name == "" || utf8.RuneCountInString(name) > MaxNameLength || strings.ContainsFunc(name, unicode.IsControl) {
		return []fault.Fault{{Path: "name", Detail: fmt.Sprintf("must have 1 to %d characters and no control characters", MaxNameLength)}}
	}
	return nil
}

// instant is a moment in the precision in which it is stored.
func instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

// document is a key as it is stored. Keys of older programs lack the members that
// were added later. An absent member has the zero value.
type document struct {
	ID                ledger.ID `json:"id"`
	Name              string    `json:"name"`
	Scope             Scope     `json:"scope"`
	Hash              string    `json:"hash"` // hexadecimal SHA-256 of the token
	CreatedAt         time.Time `json:"created_at"`
	ExpiresAt         time.Time `json:"expires_at,omitzero"`
	RequestsPerSecond int       `json:"requests_per_second,omitempty"`
	HeavyQuestions    int       `json:"heavy_questions,omitempty"`
}

func encode(k Key, hash digest) ([]byte, error) {
	return json.Marshal(document{
		ID: k.ID, Name: k.Name, Scope: k.Scope, Hash: hash.String(), CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt,
		RequestsPerSecond: k.Set.RequestsPerSecond, HeavyQuestions: k.Set.HeavyQuestions,
	})
}

func decode(value []byte) (Key, digest, error) {
	var d document
	if err := json.Unmarshal(value, &d); err != nil {
		return Key{}, digest{}, err
	}
	hash, err := decodeDigest(d.Hash)
	if err != nil {
		return Key{}, digest{}, err
	}
	key := Key{ID: d.ID, Name: d.Name, Scope: d.Scope, CreatedAt: d.CreatedAt, ExpiresAt: d.ExpiresAt}
	key.Set = Limits{RequestsPerSecond: d.RequestsPerSecond, HeavyQuestions: d.HeavyQuestions}
	return key, hash, nil
}
