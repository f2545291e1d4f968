package conversations

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Limits of a message.
const (
	MaxTextLength      = 100_000 // characters
	MaxAuthorLength    = 200     // characters
	MaxAttachments     = 20
	MaxFileNameLength  = 255 // characters
	MaxMediaTypeLength = 100 // characters
	maxBytes           = 1 << 53
	// maxAhead is how far the moment of a message may be in the future: clocks differ.
	maxAhead = 5 * time.Minute
)

// reader reads the members of an object, and collects what is wrong with them.
type reader struct {
	schema *fields.Schema
	path   string // of the object, "" for the outermost one
	object map[string]any
	known  []string // the members that were asked for
	faults *[]fault.Fault
}

// refuse adds a fault of a member, or of the object itself with "".
func (r *reader) refuse(member, detail string) {
	path := r.path
	if member != "" {
		path = strings.TrimPrefix(r.path+"."+member, ".")
	}
	*r.faults = append(*r.faults, fault.Fault{Path: path, Detail: detail})
}

// raw is a member as it was sent, nil for none.
func (r *reader) raw(member string) any {
	r.known = append(r.known, member)
	return r.object[member]
}

// value reads a member as a field.
func (r *reader) value(member string, f fields.Field) fields.Value {
	f.Name = member
	v, faults := r.schema.Read(f, r.raw(member))
	for _, one := range faults {
		r.refuse(one.Path, one.Detail)
	}
	return v
}

// text reads a member that is one line of so many characters.
func (r *reader) text(member string, limit int) string {
	return r.value(member, fields.Field{Type: fields.FieldText, Standard: &fields.Standard{Limit: limit}}).Text
}

// within returns a reader of a member that is an object, which may be absent; nil for what is
// none.
func (r *reader) within(member string) *reader {
	object, is := r.raw(member).(map[string]any)
	if r.object[member] != nil && !is {
		r.refuse(member, "must be an object")
		return nil
	}
	return &reader{schema: r.schema, path: strings.TrimPrefix(r.path+"."+member, "."), object: object, faults: r.faults}
}

// setByServer are members of what the server answers that nobody sends.
var setByServer = []string{"id", "conversation_id", "channel", "created_at", "updated_at", "seq", "version"}

// end refuses the members that nobody asked for.
func (r *reader) end() {
	for _, member := range slices.Sorted(maps.Keys(r.object)) {
		switch {
		case slices.Contains(r.known, member):
		case slices.Contains(setByServer, member):
			r.refuse(member, ledger.RefusedByServer)
		default:
			r.refuse("", "has a member that cannot be sent here; the members are "+strings.Join(r.known, ", "))
			return
		}
	}
}

// messageOf reads what every message has.
func (r *reader) messageOf(now time.Time) (m Message) {
	before := len(*r.faults)
	m.Text = r.body()
	m.SourceID = r.value("source_id", fields.Field{Type: fields.FieldID, Standard: &fields.Standard{Limit: fields.MaxSourceIDLength}}).Text
	m.At = now
	if at := r.value("at", fields.Field{Type: fields.FieldInstant}); !at.IsMissing() {
		m.At = time.UnixMilli(at.Int).UTC()
	}
	if m.At.After(now.Add(maxAhead)) {
		r.refuse("at", "must be at most 5 minutes in the future")
	}
	m.Attachments = r.attachments()
	if len(*r.faults) == before && m.Text == "" && len(m.Attachments) == 0 {
		r.refuse("text", "must be given, unless there is an attachment")
	}
	return m
}

// body reads the text of a message, which may have several lines.
func (r *reader) body() string {
	raw := r.raw("text")
	if raw == nil {
		return ""
	}
	text, wrong := fields.CoerceLines(raw)
	if wrong == "" && utf8.RuneCountInString(text) > MaxTextLength {
		wrong = fmt.Sprintf("must have at most %d characters", MaxTextLength)
	}
	if wrong != "" {
		r.refuse("text", wrong)
		return ""
	}
	return text
}

func (r *reader) attachments() (list []Attachment) {
	raw := r.raw("attachments")
	if raw == nil {
		return nil
	}
	members, is := raw.([]any)
	switch {
	case !is:
		r.refuse("attachments", "must be an array of objects")
		return nil
	case len(members) > MaxAttachments:
		r.refuse("attachments", fmt.Sprintf("must have at most %d attachments", MaxAttachments))
		return nil
	}
	r.each("attachments", members, func(_ int, one *reader) { list = append(list, one.attachment()) })
	return list
}

// each reads the members of an array that are objects, and refuses the others.
func (r *reader) each(name string, members []any, read func(i int, one *reader)) {
	for i, member := range members {
		at := fmt.Sprintf("%s[%d]", name, i)
		object, is := member.(map[string]any)
		if !is {
			r.refuse(at, "must be an object")
			continue
		}
		one := &reader{schema: r.schema, path: strings.TrimPrefix(r.path+"."+at, "."), object: object, faults: r.faults}
		read(i, one)
		one.end()
	}
}

func (r *reader) attachment() (a Attachment) {
	before := len(*r.faults)
	a.URL = r.value("url", fields.Field{Type: fields.FieldLink}).Text
	if a.URL == "" && len(*r.faults) == before {
		r.refuse("url", "must be given")
	}
	a.Name = r.text("name", MaxFileNameLength)
	a.MediaType = r.text("media_type", MaxMediaTypeLength)
	if v := r.value("bytes", fields.Field{Type: fields.FieldNumber}); !v.IsMissing() {
		if v.Float < 0 || v.Float > maxBytes || v.Float != math.Trunc(v.Float) {
			r.refuse("bytes", "must be a whole number, at least 0")
		} else {
			a.Bytes = uint64(v.Float)
		}
	}
	return a
}

// author reads who wrote a message in a direction. Where nothing is said it is the contact, or
// whoever sends it.
func (r *reader) author(by ledger.Author, direction string) Author {
	sent := r.within("author")
	if sent == nil {
		return Author{}
	}
	kind := sent.value("kind", fields.Field{Type: fields.FieldOption, Standard: authorChoices}).Text
	author := Author{Kind: codeOf[AuthorKind](authorNames, kind), Name: sent.text("name", MaxAuthorLength)}
	sent.end()
	switch {
	case direction == inbound && author.Kind == 0:
		author.Kind = AuthorContact
	case direction == inbound && author.Kind != AuthorContact:
		sent.refuse("kind", "must be contact in an inbound message")
	case direction == outbound && author.Kind == AuthorContact:
		sent.refuse("kind", "must not be contact in an outbound message")
	case direction == outbound && by.Source == ledger.SourceAI && author.Kind > 0 && author.Kind != AuthorAI:
		sent.refuse("kind", "must be ai in an outbound message of an assistant")
	case direction == outbound && author.Kind == 0:
		author.Kind = AuthorAgent
		if by.Source == ledger.SourceAI {
			author.Kind = AuthorAI
		}
		if author.Name == "" {
			author.Name = by.Name
		}
	}
	return author
}

// authorChoices are the kinds of authors.
var authorChoices = &fields.Standard{Choices: authorNames[1:], Expected: "one of " + strings.Join(authorNames[1:], ", ")}

// direction reads which way a message goes.
func (r *reader) direction() string {
	raw := r.raw("direction")
	text, _ := raw.(string)
	if text != inbound && text != outbound {
		r.refuse("direction", "must be inbound or outbound")
	}
	return text
}
