package fault

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// ErrorKind is what went wrong, in as many kinds as a caller can react to.
// One function in package api maps kinds to HTTP status codes.
type ErrorKind uint8

// The kinds of errors. An error that is no *Error is KindInternal and its
// text is never shown.
const (
	KindInternal     ErrorKind = iota
	KindMalformed              // cannot be read at all: broken JSON, not UTF-8
	KindUnauthorized           // no key, or a wrong one
	KindForbidden              // the key lacks the scope
	KindNotFound               // no such thing
	KindConflict               // taken, or in a state that forbids it
	KindGone                   // was there, removed by retention
	KindPrecondition           // If-Match does not hold
	KindTooLarge               // body, batch or list over its limit
	KindInvalid                // shape or value
	KindUnavailable            // try again later
	KindTooMany                // more than one caller may have at a time; nothing was changed
)

// Fault is one thing wrong with an input.
type Fault struct {
	// Path locates it, like "filter.rules[2].value". It never contains a name
	// that the caller made up.
	Path string
	// Detail says what would be right. It never repeats the value.
	Detail string
}

// Error is an error that may be shown to a caller. Neither Message nor Faults
// contain personal data.
type Error struct {
	Kind    ErrorKind
	Type    string // stable slug of the problem: "invalid-filter"
	Message string // one sentence
	Faults  []Fault

	// Field and ContactIDs say, in a conflict of identities, which field is
	// taken and by whom.
	Field      string
	ContactIDs []uuid.UUID
	// Named says which field named which contact, where what was said of one person names several.
	Named []Named
	// CompanyIDs are the companies that have it, in one of companies.
	CompanyIDs []uuid.UUID
	// PersonID is the person who has it, in a conflict of people who sign in; zero otherwise.
	PersonID uuid.UUID
	// ConversationID is the conversation that has it, in a conflict of messages; zero otherwise.
	ConversationID uuid.UUID
	// MergeID is the later merge that must be undone before, in an error of
	// type "later-merge".
	MergeID uuid.UUID

	// Seq is the number of what was written all the same, 0 for nothing.
	Seq uint64

	// Version is the one that the record has now, in an error of type
	// "version-mismatch".
	Version *uint64

	// Nearest is the number of the nearest snapshot that is kept, in an error of type
	// "snapshot-expired".
	Nearest uint32

	// Reached is the newest change that searches find, in an error of type
	// "index-behind".
	Reached uint64

	// After is when it may be tried again, in errors of KindTooMany and KindUnavailable. Zero:
	// soon.
	After time.Duration

	// Err is the cause, for the log only.
	Err error
}

// Named is a contact with a field that named it.
type Named struct {
	Field     string    `json:"field" doc:"The field." example:"email"`
	ContactID uuid.UUID `json:"contact_id" doc:"The contact that has its value." format:"uuid"`
}

// Error returns the message, with the number of faults.
func (e *Error) Error() string {
	if len(e.Faults) > 0 {
		return fmt.Sprintf("%s (%d faults, first at %s: %s)", e.Message, len(e.Faults), e.Faults[0].Path, e.Faults[0].Detail)
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Naming adds the ids of the records that a conflict is with. They are records of one entity,
// "contact" or "company". It returns the error.
func (e *Error) Naming(entity string, ids []uuid.UUID) *Error {
	if entity == "company" {
		e.CompanyIDs = ids
	} else {
		e.ContactIDs = ids
	}
	return e
}

// NotFound returns the error for a thing that does not exist; what is a noun
// like "contact".
func NotFound(what string) *Error {
	return &Error{Kind: KindNotFound, Type: "not-found", Message: "There is no such " + what + "."}
}

// Invalid returns an error with the given faults, or nil when there are none.
func Invalid(slug, message string, faults []Fault) error {
	if len(faults) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Type: slug, Message: message, Faults: faults}
}

// InvalidCursor returns the error for a cursor of another request, or of another
// version of the program.
func InvalidCursor() *Error {
	return &Error{
		Kind: KindInvalid, Type: "invalid-cursor", Message: "The cursor does not belong to this request.",
		Faults: []Fault{{Path: "cursor", Detail: "must be the next_cursor of an answer to the same request: with every other parameter but limit as it was"}},
	}
}

// Join returns what is wrong with the shape of a request and with its content as one error, each of which may be nil. It
// has the type of the latter, which says more. An error of the content that is not of KindInvalid counts only
// when the shape is right.
func Join(shape, content error) error {
	var first, second *Error
	switch {
	case shape == nil:
		return content
	case !errors.As(shape, &first) || !errors.As(content, &second) || first.Kind != KindInvalid || second.Kind != KindInvalid:
		return shape
	}
	return Invalid(second.Type, second.Message, slices.Concat(second.Faults, first.Faults))
}

// KindOf returns the kind of err, KindInternal for errors of other types.
func KindOf(err error) ErrorKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}
