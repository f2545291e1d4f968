package access

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// The prefixes mark tokens of Kundi, so that scanners for leaked secrets and
// people who read a configuration recognise them. They say what a token is for.
const (
	keyPrefix     = "kundi_"
	sessionPrefix = "kundi_session_"
	linkPrefix    = "kundi_link_"
)

// secretSize is the number of random bytes in a token.
const secretSize = 32

// tokenEncoding has only letters and digits, so a double click selects the whole
// token.
var tokenEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// newToken makes a token from random bytes.
func newToken(prefix string, random io.Reader) (string, error) {
	secret := make([]byte, secretSize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return "", fmt.Errorf("read random bytes for a token: %w", err)
	}
	return prefix + tokenEncoding.EncodeToString(secret), nil
}

// digest is the hash of a token, which is all that is kept of it. One round of
// SHA-256 is enough. A slow, salted hash protects secrets that people choose, but
// nobody can guess 256 random bits. A slow hash would also slow down every
// request.
type digest [sha256.Size]byte

func digestOf(token string) digest { return sha256.Sum256([]byte(token)) }

// wellFormed reports whether a text has the prefix and the length of a token.
func wellFormed(prefix, token string) bool {
	return len(token) == len(prefix)+tokenEncoding.EncodedLen(secretSize) && strings.HasPrefix(token, prefix)
}

// decodeDigest reads a hash that is stored as hexadecimal digits.
func decodeDigest(text string) (digest, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(digest{}) {
		return digest{}, fmt.Errorf("the hash is no SHA-256")
	}
	return digest(raw), nil
}

// String writes a hash as hexadecimal digits.
func (d digest) String() string { return hex.EncodeToString(d[:]) }
