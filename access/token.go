package access

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
)

// tokenPrefix marks a Kundi key, so that scanners of leaked secrets and people
// reading a configuration know what they look at.
const tokenPrefix = "kundi_"

// secretSize is the entropy of a token in bytes.
const secretSize = 32

// tokenLength is the length of every token.
var tokenLength = len(tokenPrefix) + tokenEncoding.EncodedLen(secretSize)

// tokenEncoding has only letters and digits, so a double click selects a token
// whole.
var tokenEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// newToken draws a token from a source of randomness.
func newToken(random io.Reader) (string, error) {
	secret := make([]byte, secretSize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return "", fmt.Errorf("draw a key: %w", err)
	}
	return tokenPrefix + tokenEncoding.EncodeToString(secret), nil
}

// digest is what is kept of a token. One round of SHA-256 is enough: a slow,
// salted hash slows down guessing of secrets that people choose, but 256
// random bits cannot be guessed at any speed, and the hash is taken at every
// request.
type digest [sha256.Size]byte

func digestOf(token string) digest { return sha256.Sum256([]byte(token)) }

// wellFormed says whether a text may be a token at all.
func wellFormed(token string) bool {
	return len(token) == tokenLength && strings.HasPrefix(token, tokenPrefix)
}
