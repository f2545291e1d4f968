package storage

import (
	"encoding/binary"
	"encoding/hex"

	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// blocks hashes claims for the collections ledger.Blocks and ledger.Suppressions, and tells that one is
// in neither without asking the engine: a bulk load makes some thousand contacts
// a second, and hardly any of them is. It answers for certain or not at all,
// as freeClaims does. Only hash may be called by others than the committer.
type blocks struct {
	hasher *claimHasher
	kept   bloom // may be
	known  bool  // whether kept has all
}

func newBlocks(master []byte) *blocks { return &blocks{hasher: newClaimHasher(master, "blocks")} }

// keptByHash are the collections whose documents go by the hash of a claim.
var keptByHash = []ledger.Collection{ledger.Blocks, ledger.Suppressions}

// hash is the key of the document that says that a claim is blocked or suppressed.
func (b *blocks) hash(c ledger.Claim) string {
	hash := b.hasher.hash(c)
	return hex.EncodeToString(hash[:])
}

// read notes every document of the collections.
func (b *blocks) read(v engine.View) error {
	for _, c := range keptByHash {
		err := scan(v, engine.Range{Prefix: collectionPrefix(c)}, func(p engine.Pair) error {
			b.note(documentName(c, p.Key))
			return nil
		})
		if err != nil {
			return err
		}
	}
	b.known = true
	return nil
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
func (t *tx) Blocked(c ledger.Claim) (bool, error) { return t.kept(ledger.Blocks, c) }

// Suppressed implements ledger.Tx.
func (t *tx) Suppressed(c ledger.Claim) (bool, error) { return t.kept(ledger.Suppressions, c) }

// kept reports whether a collection has a document for a claim.
func (t *tx) kept(in ledger.Collection, c ledger.Claim) (bool, error) {
	if t.over {
		return false, errOver
	}
	if t.totals.Documents[in.Name] == 0 {
		return false, nil
	}
	key := t.blocks.hash(c)
	if t.blocks.free(key) {
		return false, nil
	}
	document, err := t.get(documentKey(in, key))
	return document != nil, readFailure(err)
}

// As implements ledger.Tx.
func (t *tx) As(by ledger.Author, change func() error) error {
	author := t.by
	defer func() { t.by = author }()
	t.by = by
	return change()
}
