package access

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/words"
)

// MaxNameLength is how long the name of a key may be, in characters.
const MaxNameLength = 100

// Key is one API key. It does not hold the token, which nobody keeps.
type Key struct {
	ID        contacts.ID
	Name      string
	Scope     Scope
	CreatedAt time.Time // UTC, milliseconds
	ExpiresAt time.Time // UTC, milliseconds; from then on it is refused. Zero: never
	// LastUsedAt is the beginning of the day (UTC) on which it was used last.
	// Zero: never.
	LastUsedAt time.Time
	// Set are the limits that were set for it; see Limits.
	Set Limits
}

// Limits are what holds for the key: what was set, and for the rest what its
// scope has.
func (k Key) Limits() Limits { return k.Set.or(defaultLimits(k.Scope)) }

// Author is who changes are made by when they are made with the key.
func (k Key) Author() contacts.Author {
	return contacts.Author{Source: k.Scope.Source(), Name: k.Name, Key: k.ID}
}

// Draft is what is said of a key when it is made.
type Draft struct {
	Name      string
	Scope     Scope
	ExpiresAt time.Time // zero: never
	Limits    Limits
}

// Change is what is to be changed of a key; what is nil stays.
type Change struct {
	Name              *string
	ExpiresAt         *time.Time // the zero time: never
	RequestsPerSecond *int       // 0: as keys of the scope have it
	HeavyQuestions    *int       // 0: as keys of the scope have it
}

// apply returns the key with a change made to it.
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

// check says everything that is wrong with a key that is about to be written.
// expires says that the end of its time is new.
func (k Key) check(now time.Time, expires bool) error {
	var faults []fault.Fault
	if k.Name == "" || utf8.RuneCountInString(k.Name) > MaxNameLength || strings.ContainsFunc(k.Name, unicode.IsControl) {
		faults = append(faults, fault.Fault{
			Path: "name", Detail: fmt.Sprintf("must have 1 to %d characters and no control characters", MaxNameLength),
		})
	}
	if !slices.Contains(Scopes, k.Scope) {
		faults = append(faults, fault.Fault{Path: "scope", Detail: "must be one of agent, marketer, campaign, ai, admin"})
	}
	if expires && !k.ExpiresAt.IsZero() && !k.ExpiresAt.After(now) {
		faults = append(faults, fault.Fault{Path: "expires_at", Detail: "must lie ahead; revoke the key to end it now"})
	}
	return fault.Invalid("invalid-key", "The key is not valid.", append(faults, k.Set.faults()...))
}

// instant is a moment in the precision in which it is stored.
func instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

// document is how a key is stored. Members that were added since the first
// release are absent in older ones, and mean what zero means.
type document struct {
	ID                contacts.ID `json:"id"`
	Name              string      `json:"name"`
	Scope             Scope       `json:"scope"`
	Hash              string      `json:"hash"` // hexadecimal SHA-256 of the token
	CreatedAt         time.Time   `json:"created_at"`
	ExpiresAt         time.Time   `json:"expires_at,omitzero"`
	RequestsPerSecond int         `json:"requests_per_second,omitempty"`
	HeavyQuestions    int         `json:"heavy_questions,omitempty"`
}

func encode(k Key, hash digest) ([]byte, error) {
	return json.Marshal(document{
		ID: k.ID, Name: k.Name, Scope: k.Scope, Hash: hex.EncodeToString(hash[:]), CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt,
		RequestsPerSecond: k.Set.RequestsPerSecond, HeavyQuestions: k.Set.HeavyQuestions,
	})
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
	key := Key{ID: d.ID, Name: d.Name, Scope: d.Scope, CreatedAt: d.CreatedAt, ExpiresAt: d.ExpiresAt}
	key.Set = Limits{RequestsPerSecond: d.RequestsPerSecond, HeavyQuestions: d.HeavyQuestions}
	return key, digest(raw), nil
}
