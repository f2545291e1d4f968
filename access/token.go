package access

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
)

// tokenPrefix marks a token of Kundi, so that scanners for leaked secrets and
// people who read a configuration recognise it.
const tokenPrefix = "kundi_"

// secretSize is the number of random bytes in a token.
const secretSize = 32

// tokenLength is the length of every token, in characters.
var tokenLength = len(tokenPrefix) + tokenEncoding.EncodedLen(secretSize)

// tokenEncoding has only letters and digits, so a double click selects the whole
// token.
var tokenEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// newToken makes a token from random bytes.
func newToken(random io.Reader) (string, error) {
	secret := make([]byte, secretSize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return "", fmt.Errorf("read random bytes for a key: %w", err)
	}
	return tokenPrefix + tokenEncoding.EncodeToString(secret), nil
}

// digest is the hash of a token, which is all that is kept of it. One round of
// SHA-256 is enough. A slow, salted hash protects secrets that people choose, but
// nobody can guess 256 random bits. A slow hash would also slow down every
// request.
type digest [sha256.Size]byte

func digestOf(token string) digest { return sha256.Sum256([]byte(token)) }

// wellFormed reports whether a text has the prefix and the length of a token.
func wellFormed(token string) bool {
	return len(token) == tokenLength && strings.HasPrefix(token, tokenPrefix)
}
