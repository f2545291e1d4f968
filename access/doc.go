// Package access says who may use Kundi: programs with API keys and people who sign in. Each
// has a scope. It keeps the keys, the people and the sessions of those who are signed in. Of
// tokens and passwords it stores only hashes.
package access
