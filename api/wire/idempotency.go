package wire

import (
	"context"
	"crypto/sha256"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// idempotencyHeader has the key by which a write that is sent again is known.
const idempotencyHeader = "Idempotency-Key"

// maxIdempotencyKey is how long such a key may be, in bytes.
const maxIdempotencyKey = 255

// describeIdempotency says of an operation that it takes the key.
func describeIdempotency(op *huma.Operation) {
	least, most := 1, maxIdempotencyKey
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: idempotencyHeader, In: "header",
		Description: "Any text of your own. A request repeated with it within 24 hours is answered like the first and changes nothing.",
		Schema:      &huma.Schema{Type: huma.TypeString, MinLength: &least, MaxLength: &most, Pattern: "^[!-~]+$"},
	})
}

// receiptKey is where the receipt key of a request is in its context.
type receiptKey struct{}

// withReceipt makes the use cases of a handler answer a repeated
// request like the first, see CallerOf. The key is bound to the API key or the person, so callers cannot
// meet in one, and the request to its operation, path, query, precondition and body.
// Without the header nothing changes.
func withReceipt(ctx context.Context, c *gin.Context, operation string, body []byte) (context.Context, error) {
	values := c.Request.Header.Values(idempotencyHeader)
	if len(values) == 0 {
		return ctx, nil
	}
	key := values[0]
	if len(values) > 1 || key == "" || len(key) > maxIdempotencyKey || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, fault.Invalid("invalid-header", "A header is not valid.", []fault.Fault{
			{Path: idempotencyHeader, Detail: "must have 1 to 255 printable ASCII characters without blanks"},
		})
	}
	return context.WithValue(ctx, receiptKey{}, &ledger.ReceiptKey{
		Key:  PrincipalOf(ctx).ID.String() + "\x00" + key,
		Body: hashOf(c, operation, body),
	}), nil
}

// hashOf is a hash of all that makes a request.
func hashOf(c *gin.Context, operation string, body []byte) [sha256.Size]byte {
	hash := sha256.New()
	hash.Write([]byte(operation))
	for _, parameter := range c.Params {
		hash.Write([]byte(" " + parameter.Value))
	}
	if query := c.Request.URL.RawQuery; query != "" {
		hash.Write([]byte("?" + query))
	}
	if version := c.GetHeader("If-Match"); version != "" {
		hash.Write([]byte("\x00" + version))
	}
	if query := c.Request.URL.RawQuery; query != "" {
		hash.Write([]byte("\x00?" + query))
	}
	hash.Write([]byte("\x00"))
	hash.Write(body)
	return [sha256.Size]byte(hash.Sum(nil))
}
