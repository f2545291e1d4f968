package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/workspace"
)

// Attributes are the use cases of custom attributes.
type Attributes interface {
	Attributes(e fields.Entity) []*fields.AttributeDefinition
	ArchivedAttributes(e fields.Entity) []*fields.AttributeDefinition
	GetAttribute(e fields.Entity, key string) (*fields.AttributeDefinition, error)
	DefineAttribute(ctx context.Context, by ledger.Caller, d fields.Draft) (workspace.Defined, error)
	UpdateAttribute(ctx context.Context, by ledger.Caller, e fields.Entity, key string, d fields.Draft, version uint64) (workspace.Defined, error)
	RenameOption(ctx context.Context, by ledger.Caller, e fields.Entity, key string, r workspace.Rename, version uint64) (workspace.Defined, error)
	DeleteAttribute(ctx context.Context, by ledger.Caller, e fields.Entity, key string, version uint64) (ledger.Done, error)
	RenamingOf(ctx context.Context, a *fields.AttributeDefinition) (*workspace.Progress, error)
	ClaimingOf(ctx context.Context, a *fields.AttributeDefinition) (*workspace.Progress, error)
	RenameLabel(ctx context.Context, by ledger.Caller, names workspace.Rename) (ledger.Done, error)
	RenamingOfLabels(ctx context.Context) (*workspace.Progress, error)
}

// attributeBody is the definition of a custom attribute on the wire.
type attributeBody struct {
	Entity      string         `json:"entity" enum:"contact,company,conversation" doc:"What has the attribute."`
	Key         string         `json:"key" doc:"Its name in the records and, after \"attributes.\", in filters." example:"tier"`
	Label       string         `json:"label" example:"Tier"`
	Description string         `json:"description,omitempty"`
	Group       string         `json:"group,omitempty" doc:"A heading under which attributes are shown together." example:"Billing"`
	Order       int            `json:"order,omitempty" doc:"Its place in lists: lower ones come first, equal ones as they were made."`
	Type        string         `json:"type" enum:"text,number,currency,percentage,link,date,list,checkbox"`
	Options     []string       `json:"options,omitempty" doc:"Of a list: what it can be."`
	Former      []formerOption `json:"former,omitempty" doc:"Of a list: names that options had. Each still means its option."`
	Renaming    *renamingBody  `json:"renaming,omitempty" doc:"While records still have the former name of an option: how many were looked at. Filters and answers have the present name already."`
	Multiple    bool           `json:"multiple,omitempty" doc:"Of a list: whether it can be several at once."`
	Currency    string         `json:"currency,omitempty" doc:"Of a currency: ISO 4217." example:"KES"`
	ThreeState  bool           `json:"three_state,omitempty" doc:"Of a checkbox: missing until set, instead of false."`
	Schemes     []string       `json:"schemes,omitempty" doc:"Of a link: the URL schemes it may have, when not http and https."`
	Min         *float64       `json:"min,omitempty" doc:"Of a number or percentage: the least it may be."`
	Max         *float64       `json:"max,omitempty" doc:"Of a number or percentage: the most it may be."`
	Default     any            `json:"default,omitempty" doc:"The value that new records get which are sent without one."`
	Unique      bool           `json:"unique,omitempty" doc:"No two records have one value: texts and links are compared as in filters."`
	Claiming    *claimingBody  `json:"claiming,omitempty" doc:"While it is being made unique."`
	Required    bool           `json:"required,omitempty" doc:"Whether new records must have a value, and whether it cannot be emptied."`
	Pattern     string         `json:"pattern,omitempty" doc:"Of a text: the regular expression that it matches as a whole."`
	Cue         string         `json:"cue,omitempty" doc:"What is said of a text that does not match the pattern."`
	Archived    bool           `json:"archived,omitempty" doc:"Whether it is out of sight: not in lists and answers, not to be written."`
	CreatedAt   string         `json:"created_at" format:"date-time"`
	UpdatedAt   string         `json:"updated_at" format:"date-time"`
	Version     uint64         `json:"version" doc:"The ETag is the same number."`
}

// formerOption is a name that an option had.
type formerOption struct {
	Name   string `json:"name"`
	Option string `json:"option" doc:"The option, as it is called now."`
}

type attributeList struct {
	Attributes []attributeBody `json:"attributes" doc:"By order, and equal ones in the order they were made."`
}

// attributeDraft is the text of a definition to be written.
type attributeDraft json.RawMessage

// Schema describes it.
func (attributeDraft) Schema(r huma.Registry) *huma.Schema {
	return wire.MergePatch(r, reflect.TypeFor[attributeInput]())
}

// attributeCreationDraft is the text of a definition to be made.
type attributeCreationDraft json.RawMessage

// attributeCreation describes it.
type attributeCreation attributeInput

// Schema describes it.
func (attributeCreationDraft) Schema(r huma.Registry) *huma.Schema {
	return wire.Creation(r, reflect.TypeFor[attributeCreation](), "key", "type")
}

// attributeInput describes what may be sent of a definition.
type attributeInput struct {
	Entity      string   `json:"entity,omitempty" enum:"contact,company,conversation" doc:"What has the attribute: that of the query when absent. Cannot be changed."`
	Key         string   `json:"key,omitempty" null:"no" pattern:"^[a-z][a-z0-9_]{0,62}$" doc:"Required. Not the name of a standard field of the entity; cannot be changed." example:"tier"`
	Label       string   `json:"label,omitempty" maxLength:"200" doc:"The key when absent." example:"Tier"`
	Description string   `json:"description,omitempty" maxLength:"1000"`
	Group       string   `json:"group,omitempty" maxLength:"100" doc:"A heading under which attributes are shown together." example:"Billing"`
	Order       int      `json:"order,omitempty" minimum:"0" maximum:"1000000" doc:"Its place in lists: lower ones come first, equal ones as they were made."`
	Type        string   `json:"type,omitempty" null:"no" enum:"text,number,currency,percentage,link,date,list,checkbox" doc:"Required; cannot be changed."`
	Options     []string `json:"options,omitempty" maxItems:"1000" doc:"Of a list, required: unique regardless of case and accents. One that contacts have cannot be removed." example:"[\"gold\",\"silver\"]"`
	Multiple    bool     `json:"multiple,omitempty" doc:"Of a list; cannot be changed."`
	Currency    string   `json:"currency,omitempty" doc:"Of a currency: ISO 4217, that of the workspace when absent; cannot be changed." example:"KES"`
	ThreeState  bool     `json:"three_state,omitempty" doc:"Of a checkbox; cannot be changed."`
	Schemes     []string `json:"schemes,omitempty" maxItems:"20" doc:"Of a link." example:"[\"https\",\"mailto\"]"`
	Min         *float64 `json:"min,omitempty" doc:"Of a number or percentage."`
	Max         *float64 `json:"max,omitempty" doc:"Of a number or percentage."`
	Default     any      `json:"default,omitempty" doc:"The value that new records get which are sent without one: as in a contact." example:"\"gold\""`
	Unique      bool     `json:"unique,omitempty" doc:"No two records have one value. It is set in a request that changes nothing else, and answered when all records are looked at. Records that share a value are a 409 that names two."`
	Required    bool     `json:"required,omitempty" doc:"New records must have a value, and it cannot be emptied. Records that have none stay as they are."`
	Pattern     string   `json:"pattern,omitempty" maxLength:"500" doc:"Of a text: a regular expression (RE2) that it must match as a whole." example:"[A-Z]{2}-[0-9]{4}"`
	Cue         string   `json:"cue,omitempty" maxLength:"200" doc:"What to say of a text that does not match the pattern." example:"must be two letters and four digits like KE-0123"`
	Archived    bool     `json:"archived,omitempty" doc:"Takes it out of sight: it is in no list or answer, and nothing writes it. Its values stay, and filters find them."`
}

// claimingBody is how far an attribute is from being unique.
type claimingBody struct {
	Done  uint32 `json:"done" doc:"How many records were looked at."`
	Total uint32 `json:"total" doc:"How many there are to look at."`
}

// entityOf is the entity that a query names: contacts when it names none.
func entityOf(query string) fields.Entity {
	return cmp.Or(fields.Entity(query), fields.EntityContact)
}

type listAttributesInput struct {
	Entity   string `query:"entity" enum:"contact,company,conversation" doc:"Whose attributes are meant: those of contacts when absent. All may use one key."`
	Archived bool   `query:"archived" doc:"Lists those that are archived, instead of the others."`
}

type defineAttributeInput struct {
	Entity string                 `query:"entity" enum:"contact,company,conversation" doc:"Whose attributes are meant: those of contacts when absent. All may use one key."`
	Body   attributeCreationDraft `body:"json"`
}

type attributeKeyInput struct {
	Entity string `query:"entity" enum:"contact,company,conversation" doc:"Whose attributes are meant: those of contacts when absent. All may use one key."`
	Key    string `path:"key" doc:"The key of the attribute."`
}

type patchAttributeInput struct {
	Entity  string         `query:"entity" enum:"contact,company,conversation" doc:"Whose attribute is changed: that of contacts when absent. Must be given when several have one of this key."`
	Key     string         `path:"key" doc:"The key of the attribute."`
	IfMatch string         `header:"If-Match" doc:"The ETag that the attribute must still have, else 412."`
	Body    attributeDraft `body:"json" doc:"A merge patch (RFC 7396)."`
}

type deleteAttributeInput struct {
	Entity  string `query:"entity" enum:"contact,company,conversation" doc:"Whose attribute is changed: that of contacts when absent. Must be given when several have one of this key."`
	Key     string `path:"key" doc:"The key of the attribute."`
	IfMatch string `header:"If-Match" doc:"The ETag that the attribute must still have, else 412."`
}

func (s *server) registerAttributes() {
	wire.Register(s.Server, wire.Operation{
		ID: "define-attribute", Refuses: []int{http.StatusConflict, http.StatusGone}, Method: http.MethodPost, Path: "/v1/attributes", Tag: "attributes", Status: http.StatusCreated,
		Writes: true, Headers: []string{wire.ETagHeader, wire.LocationHeader},
		Summary: "Define a custom attribute", About: "A key that is taken is a 409, and so is what makes the definitions of all attributes larger than 2 MiB together.",
	}, s.defineAttribute)
	wire.Register(s.Server, wire.Operation{
		ID: "list-attributes", Method: http.MethodGet, Path: "/v1/attributes", Heavy: true, Tag: "attributes", Summary: "List the custom attributes",
	}, s.listAttributes)
	wire.Register(s.Server, wire.Operation{
		ID: "get-attribute", Method: http.MethodGet, Path: "/v1/attributes/{key}", Tag: "attributes", Summary: "Read a custom attribute",
		Headers: []string{wire.ETagHeader},
	}, s.getAttribute)
	wire.Register(s.Server, wire.Operation{
		ID: "update-attribute", Refuses: []int{http.StatusConflict, http.StatusGone}, Method: http.MethodPatch, Path: "/v1/attributes/{key}", Tag: "attributes", Summary: "Change a custom attribute",
		Writes: true, Headers: []string{wire.ETagHeader},
		About: "What decides the form of stored values (entity, key, type, multiple, currency, three_state) cannot change.",
	}, s.patchAttribute)
	wire.Register(s.Server, wire.Operation{
		ID: "delete-attribute", Refuses: []int{http.StatusConflict}, Method: http.MethodDelete, Path: "/v1/attributes/{key}", Tag: "attributes", Status: http.StatusNoContent,
		Writes:  true,
		Summary: "Delete a custom attribute", About: "Its values are gone too; an attribute defined later with the same key does not have them.",
	}, s.deleteAttribute)
}

func (s *server) defineAttribute(ctx context.Context, in *defineAttributeInput) (wire.Answer[attributeBody], error) {
	draft, err := draftOf(in.Body)
	if err != nil {
		return wire.Answer[attributeBody]{}, err
	}
	if in.Entity != "" {
		if sent, there := draft["entity"]; !there || fields.Blank(sent) {
			draft["entity"] = in.Entity
		} else if sent != in.Entity {
			return wire.Answer[attributeBody]{}, fault.Invalid("invalid-attribute", "The attribute is not valid.",
				[]fault.Fault{{Path: "entity", Detail: "must be the entity of the query"}})
		}
	}
	made, err := s.attributes.DefineAttribute(ctx, wire.CallerOf(ctx), draft)
	out, err := defined(made, err)
	out.Location = locationOf(made.Attribute)
	return out, err
}

// locationOf is the address of an attribute, "" for none.
func locationOf(a *fields.AttributeDefinition) string {
	switch {
	case a == nil:
		return ""
	case a.Entity == "":
		return "/v1/attributes/" + a.Key
	}
	return "/v1/attributes/" + a.Key + "?entity=" + string(a.Entity)
}

// defined answers with the attribute that a use case wrote.
func defined(d workspace.Defined, err error) (wire.Answer[attributeBody], error) {
	switch {
	case err != nil:
		return wire.Answer[attributeBody]{}, err
	case d.Attribute == nil:
		return wire.Answer[attributeBody]{}, wire.DeletedSince("attribute")
	}
	out := answerAttribute(d.Attribute)
	out.Seq, out.Replayed = d.Seq, d.Replayed
	return out, nil
}

func (s *server) listAttributes(ctx context.Context, in *listAttributesInput) (wire.Answer[attributeList], error) {
	list := attributeList{Attributes: []attributeBody{}}
	definitions := s.attributes.Attributes(entityOf(in.Entity))
	if in.Archived {
		definitions = s.attributes.ArchivedAttributes(entityOf(in.Entity))
	}
	for _, a := range definitions {
		body, err := s.attributeWithProgress(ctx, a)
		if err != nil {
			return wire.Answer[attributeList]{}, err
		}
		list.Attributes = append(list.Attributes, body.Body)
	}
	return wire.Answer[attributeList]{Body: list}, nil
}

func (s *server) getAttribute(ctx context.Context, in *attributeKeyInput) (wire.Answer[attributeBody], error) {
	a, err := s.attributes.GetAttribute(entityOf(in.Entity), in.Key)
	if err != nil {
		return wire.Answer[attributeBody]{}, err
	}
	return s.attributeWithProgress(ctx, a)
}

// attributeWithProgress answers with an attribute and how far an option of it is renamed,
// which is no part of its version.
func (s *server) attributeWithProgress(ctx context.Context, a *fields.AttributeDefinition) (wire.Answer[attributeBody], error) {
	out := answerAttribute(a)
	if a.Type != fields.AttributeList {
		p, err := s.attributes.ClaimingOf(ctx, a)
		if out.Moving = true; p != nil {
			out.Body.Claiming = &claimingBody{Done: p.Done, Total: p.Total}
		}
		return out, err
	}
	p, err := s.attributes.RenamingOf(ctx, a)
	out.Body.Renaming, out.Moving = renamingOf(p), true
	return out, err
}

func (s *server) patchAttribute(ctx context.Context, in *patchAttributeInput) (wire.Answer[attributeBody], error) {
	version, err := wire.ParseIfMatch(in.IfMatch)
	if err != nil {
		return wire.Answer[attributeBody]{}, err
	}
	draft, err := draftOf(in.Body)
	if err != nil {
		return wire.Answer[attributeBody]{}, err
	}
	done, err := s.attributes.UpdateAttribute(ctx, wire.CallerOf(ctx), fields.Entity(in.Entity), in.Key, draft, version)
	out, err := defined(done, err)
	if err != nil {
		return out, err
	}
	now, err := s.attributeWithProgress(ctx, done.Attribute)
	out.Body = now.Body
	return out, err
}

func (s *server) deleteAttribute(ctx context.Context, in *deleteAttributeInput) (wire.Answer[wire.None], error) {
	version, err := wire.ParseIfMatch(in.IfMatch)
	if err != nil {
		return wire.Answer[wire.None]{}, err
	}
	done, err := s.attributes.DeleteAttribute(ctx, wire.CallerOf(ctx), fields.Entity(in.Entity), in.Key, version)
	return wire.Answer[wire.None]{Seq: done.Seq, Replayed: done.Replayed}, err
}

func answerAttribute(a *fields.AttributeDefinition) wire.Answer[attributeBody] {
	return wire.Answer[attributeBody]{Body: wireAttribute(a), Version: a.Version}
}

func wireAttribute(a *fields.AttributeDefinition) attributeBody {
	var former []formerOption
	for _, f := range a.Former {
		former = append(former, formerOption(f))
	}
	return attributeBody{
		Entity: string(a.Of()), Key: a.Key, Label: a.Label, Description: a.Description, Type: string(a.Type),
		Options: a.Options, Former: former, Multiple: a.Multiple, Currency: a.Currency, ThreeState: a.ThreeState, Schemes: a.Schemes,
		Min: a.Min, Max: a.Max, Group: a.Group, Order: a.Order,
		Default: a.Default, Required: a.Required, Unique: a.Unique, Pattern: a.Pattern, Cue: a.Cue, Archived: a.Archived,
		CreatedAt: wire.Instant(a.CreatedAt), UpdatedAt: wire.Instant(a.UpdatedAt), Version: a.Version,
	}
}
