package api

import (
	"context"
	"crypto/sha256"
	"strings"

	"github.com/ndoto/kundi/contacts"
)

// withReceipt makes the use case that is run with the context answer a repeated
// request like the first. The header's key is bound to the API key, so callers
// cannot meet in one, and the request to its operation and body. An empty
// header changes nothing.
func withReceipt(ctx context.Context, header, operation string, body []byte) (context.Context, error) {
	if header == "" {
		return ctx, nil
	}
	if strings.ContainsFunc(header, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, contacts.Invalid("invalid-header", "A header is not valid.", []contacts.Fault{
			{Path: "Idempotency-Key", Detail: "must have 1 to 255 printable ASCII characters without blanks"},
		})
	}
	caller := callerOf(ctx)
	hash := sha256.New()
	hash.Write([]byte(operation + "\x00"))
	hash.Write(body)
	return contacts.WithReceipt(ctx, contacts.ReceiptKey{
		Key:  caller.ID.String() + "\x00" + header,
		Body: [sha256.Size]byte(hash.Sum(nil)),
	}), nil
}
