package storage

import (
	"testing"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/ledger/ledgertest"
)

// TestEveryFieldIsStored of what the store itself writes about records.
func TestEveryFieldIsStored(t *testing.T) {
	ledgertest.EveryMemberIsStored(t, ledgertest.Full[ledger.Merge[contacts.Contact]](), encodeMerge,
		func(record []byte, m *ledger.Merge[contacts.Contact]) (*ledger.Merge[contacts.Contact], error) {
			return decodeMerge(m.Absorbed.Ordinal, record)
		})
	entry := ledgertest.Full[ledger.HistoryEntry]()
	entry.Author.Key, entry.Author.NoResubscribing = ledger.ID{}, false // of the writing, and not kept
	ledgertest.EveryMemberIsStored(t, entry, func(h *ledger.HistoryEntry) []byte { return encodeHistory(*h) },
		func(record []byte, h *ledger.HistoryEntry) (*ledger.HistoryEntry, error) {
			got, err := decodeHistory(h.Seq, record)
			return &got, err
		})
}
