// Package access says who may use Kundi: API keys with a scope, kept only as
// hashes and shown once.
package access
