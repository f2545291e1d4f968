package api

import (
	"bytes"
	"encoding/json"
	"io"
)

// jsonText writes a JSON object with long lists into a buffer, one member and one element after the
// other. Whenever that has enough for a piece, it calls pass, which takes the piece away; an error
// of pass ends the writing.
type jsonText struct {
	text  *bytes.Buffer
	pass  func() error
	first bool // what comes next is the first one of its object or list
}

// newJSONEncoder returns an encoder that writes < and > as they are, as in all answers.
func newJSONEncoder(w io.Writer) *json.Encoder {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder
}

// object writes an object: the members of a value that has some, and then others.
func (j *jsonText) object(value any, others func() error) error {
	j.separate()
	start := j.text.Len()
	if err := newJSONEncoder(j.text).Encode(value); err != nil {
		j.text.Truncate(start)
		return err
	}
	if others == nil {
		j.text.Truncate(j.text.Len() - len("\n"))
		return j.end("")
	}
	j.text.Truncate(j.text.Len() - len("}\n"))
	if err := others(); err != nil {
		return err
	}
	return j.end("}")
}

// list writes a member whose elements are objects.
func (j *jsonText) list(name string, elements func() error) error {
	j.separate()
	j.text.WriteString(`"` + name + `":[`)
	j.first = true
	if err := elements(); err != nil {
		return err
	}
	return j.end("]")
}

func (j *jsonText) separate() {
	if !j.first {
		j.text.WriteByte(',')
	}
	j.first = false
}

// end ends an object or a list.
func (j *jsonText) end(bracket string) error {
	j.text.WriteString(bracket)
	j.first = false
	if j.text.Len() < streamBytes {
		return nil
	}
	return j.pass()
}
