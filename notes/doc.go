// Package notes is what people write down about contacts: the text of a note and its versions, its
// record, and its use cases. A note belongs to a contact and goes with it.
package notes
