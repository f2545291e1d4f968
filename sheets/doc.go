// Package sheets writes CSV that is safe to open in a spreadsheet.
package sheets
