package wire

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// ProblemMedia is the media type of every answer that is an error.
const ProblemMedia = "application/problem+json"

// Problem is an error on the wire (RFC 9457). It repeats nothing that was
// submitted.
type Problem struct {
	Type   string         `json:"type" doc:"What went wrong: a stable word to branch on." example:"invalid-contact"`
	Title  string         `json:"title" doc:"The type in words." example:"Invalid contact"`
	Status int            `json:"status" doc:"The HTTP status." example:"422"`
	Detail string         `json:"detail,omitempty" doc:"What went wrong in a sentence." example:"The contact is not valid."`
	Errors []ProblemError `json:"errors,omitempty" doc:"Everything that is wrong, by place: the first 100, and then how many more."`

	Field        string        `json:"field,omitempty" doc:"In a conflict: the field whose value is taken." example:"email"`
	ContactID    string        `json:"contact_id,omitempty" doc:"In a conflict: the contact that has the value." format:"uuid"`
	ContactIDs   []string      `json:"contact_ids,omitempty" doc:"In a conflict with several contacts: all of them."`
	Named        []fault.Named `json:"named,omitempty" doc:"In a conflict of a sender: which field named whom."`
	CompanyID    string        `json:"company_id,omitempty" doc:"In a conflict: the company that has the value." format:"uuid"`
	CompanyIDs   []string      `json:"company_ids,omitempty" doc:"In a conflict with several companies: all of them."`
	PersonID     string        `json:"person_id,omitempty" doc:"In a conflict of people who sign in: the person that has the value." format:"uuid"`
	Conversation string        `json:"conversation_id,omitempty" doc:"In a conflict of messages: the conversation that has the source id." format:"uuid"`
	MergeID      string        `json:"merge_id,omitempty" doc:"With later-merge: the merge to undo before." format:"uuid"`
	Nearest      uint32        `json:"nearest,omitempty" doc:"With snapshot-expired: the number of the nearest snapshot that is kept."`
	Version      *uint64       `json:"version,omitempty" doc:"With version-mismatch: the version that the record has now."`
	Seq          *uint64       `json:"seq,omitempty" doc:"With index-behind: the sequence number that the index has reached."`

	written    uint64 // the number of what was written all the same, 0 for nothing
	retryAfter time.Duration
	cause      error
}

// ProblemError is one thing that is wrong with a request.
type ProblemError struct {
	Location string `json:"location" doc:"The place in the body, or the name of the parameter or header." example:"filter.rules[2].value"`
	Detail   string `json:"detail" doc:"What would be right." example:"must be a number"`
}

// Error makes a Problem an error that a handler can return.
func (p *Problem) Error() string { return p.Type }

// Unwrap returns the cause, for the log only.
func (p *Problem) Unwrap() error { return p.cause }

// After says of a problem that what was asked may be tried again after a time, 0 when
// waiting does not help.
func (p *Problem) After(wait time.Duration) *Problem {
	p.retryAfter = wait
	return p
}

// NewProblem returns a problem whose title is its type in words.
func NewProblem(status int, slug, detail string) *Problem {
	words := strings.NewReplacer("-", " ", "json", "JSON").Replace(slug)
	return &Problem{Type: slug, Title: strings.ToUpper(words[:1]) + words[1:], Status: status, Detail: detail}
}

// statusOf is the one place where kinds of errors become HTTP statuses. The
// slug is the type of errors that have none of their own.
func statusOf(kind fault.ErrorKind) (status int, slug string) {
	switch kind {
	case fault.KindMalformed:
		return http.StatusBadRequest, "malformed"
	case fault.KindUnauthorized:
		return http.StatusUnauthorized, "unauthorized"
	case fault.KindForbidden:
		return http.StatusForbidden, "forbidden"
	case fault.KindNotFound:
		return http.StatusNotFound, "not-found"
	case fault.KindConflict:
		return http.StatusConflict, "conflict"
	case fault.KindGone:
		return http.StatusGone, "gone"
	case fault.KindPrecondition:
		return http.StatusPreconditionFailed, "precondition-failed"
	case fault.KindTooLarge:
		return http.StatusRequestEntityTooLarge, "too-large"
	case fault.KindInvalid:
		return http.StatusUnprocessableEntity, "invalid"
	case fault.KindTooMany:
		return http.StatusTooManyRequests, "too-many-requests"
	case fault.KindUnavailable:
		return http.StatusServiceUnavailable, "unavailable"
	default:
		return http.StatusInternalServerError, "internal"
	}
}

// ProblemOf turns any error into what may be shown of it. Of an error that is
// not meant to be shown nothing is.
func ProblemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var e *fault.Error
	switch {
	case errors.As(err, &e) && e.Kind != fault.KindInternal:
		return problemOfDomain(e)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		p = NewProblem(http.StatusServiceUnavailable, "timeout", "The request took too long. Whether it was carried out is unknown.")
	default:
		p = NewProblem(http.StatusInternalServerError, "internal", "Something went wrong inside. The log of the server says what.")
	}
	p.cause = err
	return p
}

func problemOfDomain(e *fault.Error) *Problem {
	status, slug := statusOf(e.Kind)
	if e.Type != "" {
		slug = e.Type
	}
	p := NewProblem(status, slug, e.Message)
	p.cause, p.written = e.Err, e.Seq
	if e.Kind == fault.KindUnavailable || e.Kind == fault.KindTooMany {
		p.retryAfter = cmp.Or(e.After, time.Second)
	}
	p.Errors = ProblemErrors(e.Faults)
	p.Field, p.Named, p.Version, p.Nearest = e.Field, e.Named, e.Version, e.Nearest
	if e.ConversationID != (ledger.ID{}) {
		p.Conversation = e.ConversationID.String()
	}
	if e.PersonID != (ledger.ID{}) {
		p.PersonID = e.PersonID.String()
	}
	if e.Type == "later-merge" {
		p.MergeID = e.MergeID.String()
	}
	if e.Type == "index-behind" {
		p.Seq = &e.Reached
	}
	p.ContactID, p.ContactIDs = oneOrAll(e.ContactIDs)
	p.CompanyID, p.CompanyIDs = oneOrAll(e.CompanyIDs)
	return p
}

// oneOrAll writes the only id of a list by itself, and several as a list.
func oneOrAll(ids []ledger.ID) (one string, all []string) {
	if len(ids) == 1 {
		return ids[0].String(), nil
	}
	for _, id := range ids {
		all = append(all, id.String())
	}
	return "", all
}

// maxFaults is how many faults a problem lists: nobody reads more, and a body
// can have half a million.
const maxFaults = 100

// ProblemErrors lists faults on the wire, nil for none; of those beyond maxFaults it says how many.
func ProblemErrors(faults []fault.Fault) (list []ProblemError) {
	listed := maxFaults
	if len(faults) == maxFaults+1 {
		listed++ // the last one may itself say how many more there are, and takes no more room than that would
	}
	for _, f := range faults[:min(listed, len(faults))] {
		list = append(list, ProblemError{Location: cmp.Or(f.Path, "body"), Detail: f.Detail})
	}
	if more := len(faults) - listed; more > 0 {
		list = append(list, ProblemError{Location: "body", Detail: "has " + strconv.Itoa(more) + " more faults, which are not listed"})
	}
	return list
}

// InvalidRequest is the error for a request of the wrong shape, nil without
// faults.
func InvalidRequest(faults []fault.Fault) error {
	return fault.Invalid("invalid-request", "The request does not have the expected shape.", faults)
}

// writeProblem answers with a problem.
func writeProblem(w http.ResponseWriter, p *Problem) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)              // as in all other answers
	if err := encoder.Encode(p); err != nil { // it holds only text and numbers
		text.Reset()
		text.WriteString(`{"type":"internal","title":"Internal","status":500}`)
	}
	body := bytes.TrimSuffix(text.Bytes(), []byte("\n"))
	header := w.Header()
	header.Del("ETag")
	header.Del("Location")
	header.Set("Content-Type", ProblemMedia)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	if p.written > 0 {
		header.Set(SeqHeader, strconv.FormatUint(p.written, 10))
	}
	switch {
	case p.Status == http.StatusUnauthorized:
		header.Set("WWW-Authenticate", `Bearer realm="kundi"`)
	case p.retryAfter > 0:
		header.Set(retryAfterHeader, strconv.Itoa(int((p.retryAfter+time.Second-1)/time.Second)))
	}
	w.WriteHeader(p.Status)
	w.Write(body) //nolint:errcheck // a client that is gone needs no answer
}
