// Package fields knows the values that records have: their types, the definitions of custom
// attributes and the schema that they make, settings, and the rules by which what people send
// becomes a value. It knows no record.
package fields
