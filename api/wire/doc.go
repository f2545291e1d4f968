// Package wire serves operations over HTTP and knows none of the nouns they are
// about.
//
// Gin routes, huma describes (its OpenAPI model, its schemas from Go types, its
// adapter to Gin), and one generic function, Register, serves every operation: it
// authenticates, checks the scope, holds the key to its limits, reads and decodes
// the request, bounds size and time, and writes the answer or the problem. huma's
// own pipeline is not used, because it puts submitted values into its errors,
// matches member names regardless of case and takes a name twice.
//
// Noun registers the operations that most nouns have. Any other route is an Operation,
// a struct that says by its tags what is sent, and a handler that returns an Answer.
// Cursors, problems, entity tags, idempotency keys and the parts of the OpenAPI
// document are made here.
package wire
