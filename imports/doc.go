// Package imports reads contacts from CSV files.
//
// New reads the whole file once, before anything is written. If the structure of
// the file has a fault, nothing is imported. Plan.Run then turns rows into drafts
// and upserts them in batches. The same file can be imported again, or from the
// line at which a run was interrupted.
//
// Errors and reports name rows by their line and columns by their position. They
// repeat nothing of the file except the names of known columns, because the first
// row of a file without a header is somebody's data.
package imports
