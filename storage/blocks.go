package storage

import (
	"encoding/binary"
	"encoding/hex"

	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// blocks hashes claims for the collection ledger.Blocks, and tells that one is
// not blocked without asking the engine: a bulk load makes some thousand contacts
// a second, and hardly any of them is blocked. It answers for certain or not at all,
// as freeClaims does. Only hash may be called by others than the committer.
type blocks struct {
	hasher *claimHasher
	kept   bloom // may be
	known  bool  // whether kept has all
}

func newBlocks(master []byte) *blocks { return &blocks{hasher: newClaimHasher(master, "blocks")} }

// hash is the key of the document that says that a claim is blocked.
func (b *blocks) hash(c ledger.Claim) string {
	hash := b.hasher.hash(c)
	return hex.EncodeToString(hash[:])
}

// read notes every document of the collection.
func (b *blocks) read(v engine.View) error {
	prefix := collectionPrefix(ledger.Blocks)
	err := scan(v, engine.Range{Prefix: prefix}, func(p engine.Pair) error {
		b.note(documentName(ledger.Blocks, p.Key))
		return nil
	})
	b.known = err == nil
	return err
}

// note notes a document, even one of a closure that fails later.
func (b *blocks) note(key string) {
	if hash, ok := blockHash(key); ok {
		b.kept.add(hash)
	}
}

// free reports whether there is no document under a key, for certain.
func (b *blocks) free(key string) bool {
	hash, ok := blockHash(key)
	return ok && b.known && !b.kept.has(hash)
}

// blockHash is a part of a hash that is a key; other documents have none.
func blockHash(key string) (uint64, bool) {
	hash, err := hex.DecodeString(key)
	if err != nil || len(hash) != 16 {
		return 0, false
	}
	return binary.LittleEndian.Uint64(hash), true
}

// BlockKey implements ledger.Tx.
func (t *tx) BlockKey(c ledger.Claim) string { return t.blocks.hash(c) }

// BlockKey implements ledger.Reader.
func (s *reader) BlockKey(c ledger.Claim) string { return s.blocks.hash(c) }

// Blocked implements ledger.Tx.
func (t *tx) Blocked(c ledger.Claim) (bool, error) {
	if t.over {
		return false, errOver
	}
	if t.totals.Documents[ledger.Blocks.Name] == 0 {
		return false, nil
	}
	key := t.blocks.hash(c)
	if t.blocks.free(key) {
		return false, nil
	}
	document, err := t.get(documentKey(ledger.Blocks, key))
	return document != nil, readFailure(err)
}

// As implements ledger.Tx.
func (t *tx) As(by ledger.Author, change func() error) error {
	author := t.by
	defer func() { t.by = author }()
	t.by = by
	return change()
}
