package wire

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Cursors seal where a page ends into a text that only this workspace can read
// and make: a position holds sort values, which may be personal, and cursors
// stand in URLs. A cursor is bound to what it pages through (the operation, the
// query, the filter, the sort), so that it opens with nothing else.
type Cursors struct{ aead cipher.AEAD }

// minSecret is how long the workspace's secret must be at least, in bytes.
const minSecret = 16

// newCursors derives the key of the cursors from the workspace's secret.
func newCursors(secret []byte) (*Cursors, error) {
	if len(secret) < minSecret {
		return nil, fmt.Errorf("the secret has %d bytes, fewer than %d", len(secret), minSecret)
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "kundi cursor", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	// With random nonces of 96 bits, one secret may seal 2^32 cursors before the
	// chance that any two share a nonce reaches 2^-32 (NIST SP 800-38D, 8.3).
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &Cursors{aead: aead}, nil
}

// Seal returns the cursor for a state. It opens with the same texts only.
func (c *Cursors) Seal(state []byte, boundTo ...string) string {
	return base64.RawURLEncoding.EncodeToString(c.aead.Seal(nil, nil, state, Binding(boundTo)))
}

// Open returns the state of a cursor, or an error of KindInvalid for one that
// was altered or is bound to something else.
func (c *Cursors) Open(cursor string, boundTo ...string) ([]byte, error) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return nil, fault.InvalidCursor()
	}
	state, err := c.aead.Open(nil, nil, sealed, Binding(boundTo))
	if err != nil {
		return nil, fault.InvalidCursor()
	}
	return state, nil
}

// Binding joins a list of texts into one, for boundTo. No two lists join alike.
func Binding(texts []string) []byte {
	var b strings.Builder
	for _, text := range texts {
		fmt.Fprintf(&b, "%d:%s", len(text), text)
	}
	return []byte(b.String())
}

// positionState is a fields.Position inside a cursor.
type positionState struct {
	Keys    []CursorValue `json:"k,omitempty"`
	Ordinal uint32        `json:"o"`
}

// CursorValue is a sort value as a cursor holds it, in JSON. Without members it is
// the missing value.
type CursorValue struct {
	Text   *string  `json:"t,omitempty"`
	Number *float64 `json:"n,omitempty"`
	Int    *int64   `json:"i,omitempty"`
	Bool   *bool    `json:"b,omitempty"`
}

// CursorValueOf is a value as a cursor holds it. It fails for a list, by which
// nothing is sorted.
func CursorValueOf(v fields.Value) (key CursorValue, err error) {
	switch v.Kind {
	case fields.Missing:
	case fields.KindText:
		key.Text = &v.Text
	case fields.KindNumber:
		key.Number = &v.Float
	case fields.KindInt:
		key.Int = &v.Int
	case fields.KindBool:
		key.Bool = &v.Bool
	default:
		return key, fmt.Errorf("a list is no sort value")
	}
	return key, nil
}

// Value is the inverse of CursorValueOf. A text may be empty, and is there all the
// same.
func (k CursorValue) Value() fields.Value {
	switch {
	case k.Text != nil:
		return fields.Value{Kind: fields.KindText, Text: *k.Text}
	case k.Number != nil:
		return fields.NumberValue(*k.Number)
	case k.Int != nil:
		return fields.IntValue(*k.Int)
	case k.Bool != nil:
		return fields.BoolValue(*k.Bool)
	}
	return fields.Value{}
}

// SealPosition returns the cursor for a position, "" for nil. It fails when one of
// its values is a list.
func (c *Cursors) SealPosition(p *fields.Position, boundTo ...string) (string, error) {
	if p == nil {
		return "", nil
	}
	state := positionState{Ordinal: p.Ordinal}
	for _, v := range p.Keys {
		key, err := CursorValueOf(v)
		if err != nil {
			return "", err
		}
		state.Keys = append(state.Keys, key)
	}
	text, err := json.Marshal(state)
	if err != nil {
		return "", err
	}
	return c.Seal(text, boundTo...), nil
}

// OpenPosition returns the position of a cursor, nil for "". It fails like Open.
func (c *Cursors) OpenPosition(cursor string, boundTo ...string) (*fields.Position, error) {
	if cursor == "" {
		return nil, nil
	}
	text, err := c.Open(cursor, boundTo...)
	if err != nil {
		return nil, err
	}
	return decodePosition(text)
}

func decodePosition(text []byte) (*fields.Position, error) {
	var state positionState
	if err := json.Unmarshal(text, &state); err != nil {
		return nil, fault.InvalidCursor()
	}
	p := &fields.Position{Ordinal: state.Ordinal}
	for _, key := range state.Keys {
		p.Keys = append(p.Keys, key.Value())
	}
	return p, nil
}

// SealNumber returns the cursor for a page that ends at a number, "" for 0.
func (c *Cursors) SealNumber(n uint64, boundTo ...string) string {
	if n == 0 {
		return ""
	}
	return c.Seal(binary.BigEndian.AppendUint64(nil, n), boundTo...)
}

// OpenNumber returns the number of a cursor, 0 for "". It fails like Open.
func (c *Cursors) OpenNumber(cursor string, boundTo ...string) (uint64, error) {
	if cursor == "" {
		return 0, nil
	}
	state, err := c.Open(cursor, boundTo...)
	if err != nil {
		return 0, err
	}
	if len(state) != 8 {
		return 0, fault.InvalidCursor()
	}
	return binary.BigEndian.Uint64(state), nil
}

// SealRef returns the cursor for a page that ends at a record, "" for nil. The owner is not kept.
func (c *Cursors) SealRef(r *ledger.Ref, boundTo ...string) string {
	if r == nil {
		return ""
	}
	state := binary.BigEndian.AppendUint64(nil, uint64(r.At))
	return c.Seal(binary.BigEndian.AppendUint32(state, r.Ordinal), boundTo...)
}

// OpenRef returns the record of a cursor, nil for "". It fails like Open.
func (c *Cursors) OpenRef(cursor string, boundTo ...string) (*ledger.Ref, error) {
	if cursor == "" {
		return nil, nil
	}
	state, err := c.Open(cursor, boundTo...)
	if err != nil {
		return nil, err
	}
	if len(state) != 12 {
		return nil, fault.InvalidCursor()
	}
	return &ledger.Ref{At: int64(binary.BigEndian.Uint64(state)), Ordinal: binary.BigEndian.Uint32(state[8:])}, nil
}

// SealID returns the cursor for a page that ends at the record with an id.
func (c *Cursors) SealID(id ledger.ID, boundTo ...string) string { return c.Seal(id[:], boundTo...) }

// OpenID returns the id of a cursor, zero for "". It fails like Open.
func (c *Cursors) OpenID(cursor string, boundTo ...string) (ledger.ID, error) {
	if cursor == "" {
		return uuid.Nil, nil
	}
	state, err := c.Open(cursor, boundTo...)
	if err != nil {
		return uuid.Nil, err
	}
	id, err := uuid.FromBytes(state)
	if err != nil {
		return uuid.Nil, fault.InvalidCursor()
	}
	return id, nil
}
