// Package contacts is the domain of Kundi: contacts, companies, how their fields
// are declared, the use cases that change them, and what a change is to those who
// follow the log.
//
// It imports no technology: neither the store, the index nor HTTP. Packages
// that do import it, never each other; a test in the module root holds them
// to that. What values are, is in package fields.
package contacts
