// Package explain says why a contact is in a segment or not, rule by rule, and when and why it
// came and left. It reads what the nouns keep, by the reference meaning of filters, and keeps
// nothing itself.
package explain
