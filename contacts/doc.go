// Package contacts is the domain of Kundi: contacts, companies, the schema of
// their attributes, the rules a value must obey, the use cases that change
// them, and the types that cross packages (Change, Hit, Facet).
//
// It imports no technology: neither the store, the index nor HTTP. Packages
// that do import it, never each other; a test in the module root holds them
// to that.
package contacts
