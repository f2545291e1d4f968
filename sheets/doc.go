// Package sheets writes CSV that is safe to open in a spreadsheet, and reads the
// cells of such files. A spreadsheet must not run a value as a formula.
package sheets
