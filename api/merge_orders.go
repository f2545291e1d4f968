package api

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// choiceText is the text of the fields that a merge takes from the absorbed record.
type choiceText json.RawMessage

// Schema describes it.
func (choiceText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type:                 huma.TypeObject,
		Description:          "By the name of a field that can be written, or attributes.KEY: with absorbed, this one gets the value of the other, where that has one. survivor says nothing new. Fields that go together, like country and city, are chosen together.",
		AdditionalProperties: &huma.Schema{Type: huma.TypeString, Enum: []any{"absorbed", "survivor"}},
		Examples:             []any{map[string]any{"email": "absorbed"}},
	}
}

// mergeOrder reads what the body of a merge asks for. noun is of what.
func mergeOrder(ifMatch, noun, other string, otherVersion uint64, choice choiceText) (ledger.MergeOrder, error) {
	version, err := wire.ParseIfMatch(ifMatch)
	if err != nil {
		return ledger.MergeOrder{}, err
	}
	var faults []fault.Fault
	o := ledger.MergeOrder{Version: version, OtherVersion: otherVersion}
	if o.Other, err = uuid.Parse(other); err != nil {
		faults = append(faults, fault.Fault{Path: noun + "_id", Detail: "must be the id of a " + noun})
	}
	text := bytes.TrimSpace(choice)
	switch {
	case len(text) == 0 || string(text) == "null":
	case text[0] != '{':
		faults = append(faults, fault.Fault{Path: "choose", Detail: "must be an object"})
	default:
		if err := json.Unmarshal(text, &o.Choose); err != nil {
			return o, err
		}
	}
	return o, wire.InvalidRequest(faults)
}

// mergedContact is the contact that a merge made, or a rehearsedContact.
type mergedContact struct{ body any }

// MarshalJSON writes it as it is.
func (b mergedContact) MarshalJSON() ([]byte, error) { return json.Marshal(b.body) }

// Schema describes it.
func (mergedContact) Schema(r huma.Registry) *huma.Schema {
	return eitherOf[contactBody, rehearsedContact](r, "ContactBody", "RehearsedContact")
}

// mergedCompany is the company that a merge made, or a rehearsedCompany.
type mergedCompany struct{ body any }

// MarshalJSON writes it as it is.
func (b mergedCompany) MarshalJSON() ([]byte, error) { return json.Marshal(b.body) }

// Schema describes it.
func (mergedCompany) Schema(r huma.Registry) *huma.Schema {
	return eitherOf[wholeCompany, rehearsedCompany](r, "WholeCompany", "RehearsedCompany")
}

// eitherOf describes an answer of one type or another, by their names.
func eitherOf[A, B any](r huma.Registry, a, b string) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{r.Schema(reflect.TypeFor[A](), true, a), r.Schema(reflect.TypeFor[B](), true, b)}}
}

// recordAnswer is an answer with another body.
func recordAnswer[A, B any](of wire.Answer[A], err error, body func(A) B) (wire.Answer[B], error) {
	return wire.Answer[B]{Body: body(of.Body), Version: of.Version, Seq: of.Seq, Replayed: of.Replayed, Status: of.Status, Location: of.Location}, err
}
