// Package access keeps the API keys of a workspace and says who may use Kundi.
// Each key has a scope. Its token is shown once and stored only as a hash.
package access
