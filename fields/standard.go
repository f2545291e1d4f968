package fields

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ndoto/kundi/words"
)

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
	// Unset is the choice that a record without a value counts as in filters, facets and sorts;
	// "" where such a record has none.
	Unset string
	// Former are the choices of now by what older programs called them, nil for none.
	Former map[string]string
	// Required says that the field of a record that is there cannot be emptied.
	Required bool
	// Quiet says that the field changes with every write, so that the log and the
	// history leave it out.
	Quiet bool
	// Kept says that the history has the changes of the field.
	Kept bool
	// Unfiltered says that no filter, facet or sort knows the field.
	Unfiltered bool
	// Lines says that a text may have several lines, see CoerceLines.
	Lines bool
	// Records are what a field of FieldRelated is about: those of this entity that belong to
	// the record.
	Records Entity
	// Keyed says that each member of a list is one of Choices, a colon, and the id of somebody
	// there: channel:source_id. Such members compare exactly, and all others by Canonical.
	Keyed bool
	// Whole says that the numbers of the field are whole, so that they lie in few bytes. Those
	// of filters need not be.
	Whole bool
}

// Settable reports whether a draft may have the field at all.
func (s *Standard) Settable() bool { return s.Access == Writable || s.Access == AtCreation }

// HasExactMembers reports whether the members of a list compare exactly.
func (f Field) HasExactMembers() bool { return f.Standard != nil && f.Standard.Keyed }

// HasLines reports whether a text may have several lines.
func (f Field) HasLines() bool { return f.Standard != nil && f.Standard.Lines }

// MaxSourceIDLength is how many characters the id in a keyed member may have.
const MaxSourceIDLength = 255

// coerceKeyed reads a member of a keyed list.
func coerceKeyed(s *Standard, text string) (Value, string) {
	key, id, _ := strings.Cut(words.VisibleText(text), ":")
	id = words.VisibleText(id)
	switch {
	case !slices.Contains(s.Choices, key) || id == "":
		return Value{}, "must be a channel and the id of the person there, like whatsapp:254712345678; the channels are " + strings.Join(s.Choices, ", ")
	case utf8.RuneCountInString(id) > MaxSourceIDLength:
		return Value{}, fmt.Sprintf("must have an id of at most %d characters", MaxSourceIDLength)
	}
	return TextValue(key + ":" + id), ""
}

// Access says what a draft may do with a standard field.
type Access uint8

// The ways of access.
const (
	Writable   Access = iota // may be set at any time
	AtCreation               // may be set on a new record, and later only be repeated
	ReadOnly                 // is known, and refused
	InFilters                // is no member of a record: a field of filters only
)
