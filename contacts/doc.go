// Package contacts is contacts and their use cases: how their fields are declared, their
// record, and the rules by which they are made, found, merged and blocked.
//
// It knows no technology: neither the store, the index nor HTTP. What is so for records of
// every kind is in package ledger, what values are in package fields. It asks for companies
// through Companies.
package contacts
