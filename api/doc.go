// Package api is Kundi over HTTP: JSON under /v1, errors as problem details
// (RFC 9457), described in OpenAPI 3.1.
//
// One file has one noun: its wire structs, its operations, its handlers. Package
// wire serves them: it knows no noun.
package api
