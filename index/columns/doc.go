// Package columns is the part of the index that answers filters, counts,
// facets, sorts and ids: one column a field, in memory, derived from the store
// and rebuilt from it when its checkpoint is missing or damaged.
//
// A row is a record's ordinal. Columns grow in blocks of 65,536 rows, which
// is also the span of one container of a roaring bitmap. There are five kinds:
//
//   - text: a code per row into a dictionary of distinct folded values, and
//     for each value the rows that hold it (its posting);
//   - set: a code per row into a dictionary of distinct sets of labels, and a
//     posting for each label;
//   - number: a plain int64 per row, into which floats, minor units, days and
//     milliseconds are mapped in order;
//   - checkbox: two bitmaps;
//   - seed: four bytes per row, by which random buckets are drawn.
//
// A text column that is sorted by, or counted or searched by beginnings, also
// keeps its texts in order. The order is made beside the table in use when it
// is first asked for; until then such questions look at every row.
//
// Contacts and companies have a table each. Fields of the company are not copied
// into the rows of its contacts: a relation holds the ordinal of each contact's
// company, and such fields are joined when a filter, facet or sort asks for them.
// How many contacts a company has, and when the latest of them was seen, are rollups: columns
// of the company that the relation keeps in line.
//
// The Tables are guarded by one lock: changes are applied in batches under the
// write lock. What is quick reads through a View, which holds the read lock once
// and hands itself down; questions are asked by Ask, which lets changes in.
package columns
