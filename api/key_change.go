package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/strictjson"
)

// keyDraft is the text of a patch of a key.
type keyDraft json.RawMessage

// Schema describes it.
func (keyDraft) Schema(r huma.Registry) *huma.Schema {
	return wire.MergePatch(r, reflect.TypeFor[keyInput]())
}

// keyInput is what may be sent to change a key.
type keyInput struct {
	Name              *string `json:"name,omitempty" null:"no" doc:"Cannot be null." minLength:"1" maxLength:"100" example:"Help desk"`
	ExpiresAt         *string `json:"expires_at,omitempty" doc:"From when on the key is refused; null: never." format:"date-time"`
	RequestsPerSecond *int    `json:"requests_per_second,omitempty" doc:"null: what keys of the scope have." minimum:"1" maximum:"1000000"`
	HeavyQuestions    *int    `json:"heavy_questions,omitempty" doc:"null: what keys of the scope have." minimum:"1" maximum:"1000"`
}

var keyInputReader = wire.NewReader[keyInput]()

// keyChangeOf reads a merge patch of a key: null takes away what was set.
func keyChangeOf(text []byte) (access.Change, error) {
	var d wire.Decoder
	in := keyInputReader.Read(&d, text, "")
	if err := d.Err(); err != nil {
		return access.Change{}, err
	}
	change := access.Change{Name: in.Name, RequestsPerSecond: in.RequestsPerSecond, HeavyQuestions: in.HeavyQuestions}
	if in.ExpiresAt != nil {
		at := d.Instant(*in.ExpiresAt, "expires_at")
		change.ExpiresAt = &at
	}
	for name, value := range strictjson.Members(text) {
		if !bytes.Equal(value, []byte("null")) {
			continue
		}
		switch name {
		case "name":
			d.Fault("name", "must not be null")
		case "expires_at":
			change.ExpiresAt = new(time.Time)
		case "requests_per_second":
			change.RequestsPerSecond = new(int)
		case "heavy_questions":
			change.HeavyQuestions = new(int)
		}
	}
	return change, d.Err()
}
