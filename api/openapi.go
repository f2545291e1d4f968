package api

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/access"
)

// newConfig is what huma needs to know before the operations.
func newConfig(description string) huma.Config {
	bearer := &huma.SecurityScheme{Type: "http", Scheme: "bearer", Description: "An API key: `kundi_...`"}
	return huma.Config{OpenAPI: &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info:    &huma.Info{Title: "Kundi", Version: "1", Description: description},
		Components: &huma.Components{
			Schemas:         huma.NewMapRegistry(schemaPrefix, schemaName),
			SecuritySchemes: map[string]*huma.SecurityScheme{"key": bearer},
		},
		Security: []map[string][]string{{"key": {}}},
	}}
}

// schemaPrefix is before the name of a schema in a reference to it.
const schemaPrefix = "#/components/schemas/"

// schemaName names the schema of a type: contactBody is Contact, the unnamed
// body of create-key is CreateKey.
func schemaName(t reflect.Type, hint string) string {
	var words strings.Builder
	for word := range strings.SplitSeq(hint, "-") {
		if word != "" {
			words.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return strings.TrimSuffix(huma.DefaultSchemaNamer(t, words.String()), "Body")
}

// describe returns the description of an operation that answers with O.
// inputOf adds what it takes.
func describe[O any](s *machine, op operation) *huma.Operation {
	status := cmp.Or(op.status, http.StatusOK)
	out := &huma.Operation{
		OperationID: op.id, Method: op.method, Path: op.path, Tags: []string{op.tag},
		Summary: op.summary, Description: op.about,
		Responses: map[string]*huma.Response{
			strconv.Itoa(status): s.success(reflect.TypeFor[O](), &op, http.StatusText(status)),
		},
	}
	for also, meaning := range op.also {
		out.Responses[strconv.Itoa(also)] = s.success(reflect.TypeFor[O](), &op, meaning)
	}
	if op.writes {
		describeIdempotency(out)
	}
	if op.method == http.MethodGet && slices.Contains(op.headers, etagHeader) {
		describeIfNoneMatch(out)
	}
	if op.heavy {
		out.Extensions = map[string]any{"x-heavy": true}
	}
	out.Security = security(s.scopesOf(op.method, ginPath(op.path)))
	return out
}

// describeIfNoneMatch says of an operation that it takes the ETag that a client
// has.
func describeIfNoneMatch(op *huma.Operation) {
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "If-None-Match", In: "header", Description: "The ETag that you have: when the record still has it, the answer is 304 without a body.",
		Schema: &huma.Schema{Type: huma.TypeString},
	})
	headers := keyedHeaders()
	headers[etagHeader] = describeHeader(etagHeader)
	op.Responses[strconv.Itoa(http.StatusNotModified)] = &huma.Response{Description: "You have it already.", Headers: headers}
}

// security says that a key of any one of the scopes will do.
func security(scopes []access.Scope) []map[string][]string {
	var alternatives []map[string][]string
	for _, scope := range scopes {
		if scope == open {
			return []map[string][]string{{}}
		}
		alternatives = append(alternatives, map[string][]string{"key": {string(scope)}})
	}
	return alternatives
}

func (s *machine) success(body reflect.Type, op *operation, meaning string) *huma.Response {
	r := &huma.Response{Description: meaning, Headers: keyedHeaders()}
	if s.opens(op) {
		r.Headers = everyHeader()
	}
	headers := op.headers
	if op.writes {
		headers = append([]string{seqHeader, replayedHeader}, headers...)
	}
	for _, name := range headers {
		r.Headers[name] = describeHeader(name)
	}
	if isNone(body) {
		return r
	}
	r.Content = map[string]*huma.MediaType{jsonMedia: {Schema: s.registry.Schema(body, true, op.id)}}
	for _, media := range op.media {
		r.Content[media] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	}
	return r
}

// ginPath writes /v1/contacts/{id} as /v1/contacts/:id.
func ginPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// renderOpenAPI returns the document with every operation in it.
func renderOpenAPI(o *huma.OpenAPI) ([]byte, error) {
	for _, schema := range o.Components.Schemas.Map() {
		tidy(schema)
	}
	for _, path := range o.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post, path.Patch, path.Delete} {
			if op == nil {
				continue
			}
			for _, parameter := range op.Parameters {
				tidy(parameter.Schema)
			}
		}
	}
	return json.MarshalIndent(o, "", "  ")
}

// tidy takes out of a schema that arrays may be null, which ours never are but
// in a merge patch: there every member may be.
func tidy(schema *huma.Schema) {
	if schema.Type == huma.TypeArray {
		schema.Nullable = false
	}
	for _, property := range schema.Properties {
		tidy(property)
	}
	if schema.Items != nil {
		tidy(schema.Items)
	}
	if values, ok := schema.AdditionalProperties.(*huma.Schema); ok {
		tidy(values)
	}
	if names, ok := schema.Extensions[nullableMark].([]string); ok {
		delete(schema.Extensions, nullableMark)
		allowNulls(schema, names)
	}
}

// Marks of schemas: that they are read as a merge patch, which the document
// says; and the names of the members that may be null, which tidy turns into
// what the document says.
const (
	mergePatchMark = "x-merge-patch"
	nullableMark   = "x-nullable-members"
)

// mergePatch returns the schema of a type that is read as a merge patch. Its
// members may be null, but those with the tag null:"no".
func mergePatch(r huma.Registry, t reflect.Type) *huma.Schema {
	ref := r.Schema(t, true, "")
	schema := r.SchemaFromRef(ref.Ref)
	var never []string
	for i := range t.NumField() {
		if f := t.Field(i); f.Tag.Get("null") == "no" {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			never = append(never, name)
		}
	}
	schema.Extensions = map[string]any{mergePatchMark: true, nullableMark: membersBut(schema, never)}
	return ref
}

// creation returns the schema of a type of which some members are required, and
// the others may be null, which is the same as absent.
func creation(r huma.Registry, t reflect.Type, required ...string) *huma.Schema {
	ref := r.Schema(t, true, "")
	schema := r.SchemaFromRef(ref.Ref)
	schema.Required = required
	nullableBut(schema, required)
	return ref
}

// nullableBut says of an object that its members may be null but for some.
func nullableBut(schema *huma.Schema, never []string) {
	schema.Extensions = map[string]any{nullableMark: membersBut(schema, never)}
}

// membersBut are the names of a schema's members without some.
func membersBut(schema *huma.Schema, without []string) []string {
	names := slices.Sorted(maps.Keys(schema.Properties))
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(without, name) })
}

// allowNulls lets members of an object be null.
func allowNulls(schema *huma.Schema, names []string) {
	for _, name := range names {
		property := schema.Properties[name]
		switch {
		case property.Ref != "":
			property.OneOf = []*huma.Schema{{Ref: property.Ref}, {Type: "null"}}
			property.Ref = ""
		case property.OneOf != nil:
			property.OneOf = append(property.OneOf, &huma.Schema{Type: "null"})
		default:
			property.Nullable = true
		}
		if property.Enum != nil {
			property.Enum = append(property.Enum, nil)
		}
	}
}

// Headers of answers that operations announce.
const (
	seqHeader      = "Kundi-Seq"
	etagHeader     = "ETag"
	locationHeader = "Location"
	replayedHeader = "Idempotency-Replayed"
	countHeader    = "Kundi-Count"
	heldBackHeader = "Kundi-Held-Back"

	nextCursorHeader = "Kundi-Next-Cursor"
)

const retryAfterHeader = "Retry-After" // of problems

// Headers of every answer to a key (draft-ietf-httpapi-ratelimit-headers, up
// to its version 07, which is what clients know).
const (
	rateLimitHeader     = "RateLimit-Limit"
	rateRemainingHeader = "RateLimit-Remaining"
	rateResetHeader     = "RateLimit-Reset"
)

// describeHeader describes a header of a success.
func describeHeader(name string) *huma.Param {
	h := &huma.Param{Schema: &huma.Schema{Type: huma.TypeString}}
	switch name {
	case seqHeader:
		h.Schema.Type, h.Required = huma.TypeInteger, true
		h.Description = "The sequence number of the write; when it changed nothing, that of the newest change."
	case etagHeader:
		h.Description = "The version of the record, for If-Match and If-None-Match."
	case locationHeader:
		h.Description = "The path of what was made."
	case countHeader:
		h.Schema.Type = huma.TypeInteger
		h.Description = "Of NDJSON and CSV: how many there are on all pages; of a snapshot, when it was taken."
	case nextCursorHeader:
		h.Description = "Of NDJSON and CSV with a limit: next_cursor, where the next page begins; absent at the end."
	case heldBackHeader:
		h.Description = "Of NDJSON and CSV: how many of Kundi-Count are not listed, by reason (RFC 9651), like deleted=3; absent when all are."
	case replayedHeader:
		h.Schema.Enum = []any{"true"}
		h.Description = "When this is the answer to an earlier request with the same Idempotency-Key."
	}
	return h
}
