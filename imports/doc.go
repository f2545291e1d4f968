// Package imports reads contacts out of CSV files. A Plan reads the whole
// file once, before anything is written: a file with a fault in its structure
// changes nothing. Run then turns rows into drafts and upserts them in
// batches, so that the same file can be imported again, or from the line at
// which a run was interrupted.
//
// Nothing of a file is ever repeated in an error or a report but the names of
// columns that are known: rows are named by line, columns by position, because
// the first row of a file without header is somebody's data.
package imports
