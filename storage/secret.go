package storage

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"

	"github.com/ndoto/kundi/ledger"
)

// masterBytes is the length of the secret made at the first open.
const masterBytes = 32

// derive returns the secret for a purpose: HMAC-SHA256 of its name under the
// master secret.
func derive(master []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, master)
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}

// claimHasher turns claims into hashes that neither show nor, without the
// secret, confirm the value: the first 16 bytes of HMAC-SHA256. It is safe
// for concurrent use.
type claimHasher struct{ macs sync.Pool }

// newClaimHasher returns one for a purpose: hashes for others are of no use for it.
func newClaimHasher(master []byte, purpose string) *claimHasher {
	secret := derive(master, purpose)
	return &claimHasher{macs: sync.Pool{New: func() any { return hmac.New(sha256.New, secret) }}}
}

// key returns the key under which the claim's holder is kept.
func (h *claimHasher) key(c ledger.Claim) []byte { return claimKey(c.Kind, h.hash(c)) }

func (h *claimHasher) hash(c ledger.Claim) [16]byte {
	mac := h.macs.Get().(hash.Hash)
	defer h.macs.Put(mac)
	mac.Reset()
	mac.Write([]byte{byte(c.Kind)})
	mac.Write([]byte(c.Value))
	var sum [sha256.Size]byte
	return [16]byte(mac.Sum(sum[:0])[:16])
}
