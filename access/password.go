package access

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/ndoto/kundi/fault"
)

// The bounds of a password, in characters. Every character is allowed: length protects better
// than kinds of characters that must be there (NIST SP 800-63B).
const (
	MinPasswordLength = 12
	MaxPasswordLength = 200
)

// What one hash of a password costs: the second choice that OWASP names for argon2id, with
// 19 MiB of memory. Each hash says what it cost, so a higher cost leaves older ones valid.
const (
	argonPasses  = 2
	argonKiB     = 19 * 1024
	argonThreads = 1
	saltSize     = 16
	hashSize     = 32
)

// hashesAtOnce is how many passwords are hashed at the same time, which bounds their memory.
// hashPatience is how long another one waits.
const (
	hashesAtOnce = 2
	hashPatience = 5 * time.Second
)

// nobodysPassword is a hash that no password has. Checking a password against it takes as long
// as against another one.
var nobodysPassword = encodePassword(make([]byte, saltSize), make([]byte, hashSize))

var passwordEncoding = base64.RawStdEncoding.Strict()

// encodePassword writes a hash in the PHC string format, as other programs do.
func encodePassword(salt, hash []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonKiB, argonPasses, argonThreads,
		passwordEncoding.EncodeToString(salt), passwordEncoding.EncodeToString(hash))
}

// passwordHash is a hash that was read.
type passwordHash struct {
	kib, passes uint32
	threads     uint8
	salt, hash  []byte
}

func decodePassword(text string) (h passwordHash, err error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return passwordHash{}, fmt.Errorf("the hash of a password is not of argon2id")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.kib, &h.passes, &h.threads); err != nil || h.passes < 1 || h.threads < 1 {
		return passwordHash{}, fmt.Errorf("the hash of a password does not say what it cost")
	}
	if h.salt, err = passwordEncoding.DecodeString(parts[4]); err != nil {
		return passwordHash{}, err
	}
	h.hash, err = passwordEncoding.DecodeString(parts[5])
	if err == nil && len(h.hash) < saltSize {
		err = fmt.Errorf("the hash of a password is too short")
	}
	return h, err
}

// passwordBytes are the bytes of a password: the same, however a keyboard composes its
// characters.
func passwordBytes(password string) []byte { return norm.NFC.Bytes([]byte(password)) }

// passwordFaults says what is wrong with a new password.
func passwordFaults(password string) error {
	if n := utf8.RuneCountInString(password); n < MinPasswordLength || n > MaxPasswordLength {
		return fault.Invalid("invalid-password", "The password is not valid.", []fault.Fault{{
			Path: "password", Detail: fmt.Sprintf("must have %d to %d characters", MinPasswordLength, MaxPasswordLength),
		}})
	}
	return nil
}

// hasher hashes passwords, a few at the same time. It is safe for concurrent use.
type hasher struct{ slots chan struct{} }

func newHasher() hasher { return hasher{slots: make(chan struct{}, hashesAtOnce)} }

// hash returns the hash of a new password.
func (h hasher) hash(ctx context.Context, random io.Reader, password string) (text string, err error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("read random bytes for a password: %w", err)
	}
	err = h.inSlot(ctx, func() {
		text = encodePassword(salt, argon2.IDKey(passwordBytes(password), salt, argonPasses, argonKiB, argonThreads, hashSize))
	})
	return text, err
}

// same reports whether a password has a hash. It takes as long for a wrong one as for the right
// one.
func (h hasher) same(ctx context.Context, hash, password string) (same bool, err error) {
	known, err := decodePassword(hash)
	if err != nil {
		return false, err
	}
	err = h.inSlot(ctx, func() {
		tried := argon2.IDKey(passwordBytes(password), known.salt, known.passes, known.kib, known.threads, uint32(len(known.hash)))
		same = subtle.ConstantTimeCompare(tried, known.hash) == 1
	})
	return same, err
}

func (h hasher) inSlot(ctx context.Context, work func()) error {
	patience := time.NewTimer(hashPatience)
	defer patience.Stop()
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
		work()
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-patience.C:
		return &fault.Error{Kind: fault.KindUnavailable, Type: "busy", Message: "Too many people are signing in. Ask again a little later."}
	}
}
