package ledger

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"
)

// receiptVerification compares the queue of receipts with what is there.
type receiptVerification struct {
	found    *Differences
	queue    receiptQueue
	queued   uint64
	receipts map[string]bool // whether the queue names them
}

func VerifyReceipts(ctx context.Context, store DocumentReader, found *Differences) error {
	v := receiptVerification{found: found, receipts: map[string]bool{}}
	// In order of key: the receipts, the queue, its entries.
	err := EachDocument(ctx, store, Receipts, "", func(d Document) error {
		if !v.document(d) {
			found.Add("receipts that cannot be read")
		}
		return nil
	})
	for _, named := range v.receipts {
		if !named {
			found.Add("receipts that nothing will remove")
		}
	}
	if v.queued != v.queue.Next-v.queue.First {
		found.Add("receipts whose queue has gaps")
	}
	return err
}

// document takes in one document of the collection and reports whether it can
// be read.
func (v *receiptVerification) document(d Document) bool {
	switch kind, rest, _ := strings.Cut(d.Key, "/"); {
	case kind == "key":
		var r receipt
		v.receipts[d.Key] = false
		return DecodeDocument(d.Value, &r) == nil && IsHex(rest, 16) && IsHex(r.Body, 32) &&
			!r.At.IsZero() && r.Outcome.Status != ""
	case d.Key == receiptQueueDocument:
		return DecodeDocument(d.Value, &v.queue) == nil && v.queue.First <= v.queue.Next
	case kind == receiptQueueDocument:
		var entry queued
		n, err := strconv.ParseUint(rest, 10, 64)
		if err != nil || DecodeDocument(d.Value, &entry) != nil || entry.At.IsZero() {
			return false
		}
		if _, there := v.receipts[entry.Document]; there {
			v.receipts[entry.Document] = true
		} else {
			v.found.Add("receipts that are missing")
		}
		v.queued++
		return n >= v.queue.First && n < v.queue.Next
	}
	return false
}

func IsHex(s string, bytes int) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == bytes
}
