package fields

// Standard is what the declaration says of a standard field.
type Standard struct {
	Place   int // in the Fields of its kind
	Access  Access
	Refusal string // of a draft that has the field, where Access is ReadOnly
	Limit   int    // in characters; 0 where the form of the values bounds them
	// Choices are the words that a closed field takes, nil for another field. Expected is
	// how a fault names them, after "must be".
	Choices  []string
	Expected string
	// Former are the choices of now by what older programs called them, nil for none.
	Former map[string]string
	// Required says that the field of a record that is there cannot be emptied.
	Required bool
	// Quiet says that the field changes with every write, so that the log and the
	// history leave it out.
	Quiet bool
}

// Settable reports whether a draft may have the field at all.
func (s *Standard) Settable() bool { return s.Access == Writable || s.Access == AtCreation }

// Access says what a draft may do with a standard field.
type Access uint8

// The ways of access.
const (
	Writable   Access = iota // may be set at any time
	AtCreation               // may be set on a new record, and later only be repeated
	ReadOnly                 // is known, and refused
	InFilters                // is no member of a record: a field of filters only
)
