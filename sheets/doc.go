// Package sheets writes CSV that is safe to open in a spreadsheet, and reads its
// cells back.
package sheets
