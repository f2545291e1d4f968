// Package api is Kundi over HTTP: JSON under /v1, errors as problem details
// (RFC 9457), described in OpenAPI 3.1.
//
// Gin routes, huma describes (its OpenAPI model, its schemas from Go types, its
// adapter to Gin), and one generic function, register, serves every operation:
// it authenticates, checks the scope, reads and decodes the request, bounds
// size and time, and writes the answer or the problem. huma's own pipeline is
// not used, because it puts submitted values into its errors, matches member
// names regardless of case and takes a name twice.
//
// The machine knows no noun: it serves operations, holds keys to their limits,
// reads strictly and writes answers, problems and cursors. The server adds the
// use cases that the handlers of all nouns share.
//
// One file has one noun: its wire structs, its operations, its handlers.
package api
