package wire

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
	session := &huma.SecurityScheme{Type: "apiKey", In: "cookie", Name: cookieName, Description: "The session of who is signed in, with the scope of the key or the person."}
	return huma.Config{OpenAPI: &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info:    &huma.Info{Title: "Kundi", Version: "1", Description: description},
		Components: &huma.Components{
			Schemas:         huma.NewMapRegistry(SchemaPrefix, schemaName),
			SecuritySchemes: map[string]*huma.SecurityScheme{"key": bearer, "session": session},
		},
		Security: []map[string][]string{{"key": {}}, {"session": {}}},
	}}
}

// SchemaPrefix is what a reference to a schema has before its name.
const SchemaPrefix = "#/components/schemas/"

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
func describe[O any](s *Server, op Operation) *huma.Operation {
	status := cmp.Or(op.Status, http.StatusOK)
	out := &huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Tags: []string{op.Tag},
		Summary: op.Summary, Description: op.About,
		Responses: map[string]*huma.Response{
			strconv.Itoa(status): s.success(reflect.TypeFor[O](), &op, http.StatusText(status)),
		},
	}
	for also, meaning := range op.Also {
		out.Responses[strconv.Itoa(also)] = s.success(reflect.TypeFor[O](), &op, meaning)
	}
	if op.Writes {
		describeIdempotency(out)
	}
	if op.Method == http.MethodGet && slices.Contains(op.Headers, ETagHeader) {
		describeIfNoneMatch(out)
	}
	if op.Heavy {
		out.Extensions = map[string]any{"x-heavy": true}
	}
	out.Security = security(s.scopesOf(op.Method, ginPath(op.Path)))
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
	headers[ETagHeader] = describeHeader(ETagHeader)
	op.Responses[strconv.Itoa(http.StatusNotModified)] = &huma.Response{Description: "You have it already.", Headers: headers}
}

// security says that a key of any one of the scopes will do, or a session, which has one of them.
func security(scopes []access.Scope) []map[string][]string {
	var alternatives []map[string][]string
	for _, scope := range scopes {
		if scope == Open {
			return []map[string][]string{{}}
		}
		alternatives = append(alternatives, map[string][]string{"key": {string(scope)}})
	}
	return append(alternatives, map[string][]string{"session": {}})
}

func (s *Server) success(body reflect.Type, op *Operation, meaning string) *huma.Response {
	r := &huma.Response{Description: meaning, Headers: keyedHeaders()}
	if s.opens(op) {
		r.Headers = everyHeader()
	}
	headers := op.Headers
	if op.Writes {
		headers = append([]string{SeqHeader, ReplayedHeader}, headers...)
	}
	for _, name := range headers {
		r.Headers[name] = describeHeader(name)
	}
	if isNone(body) {
		return r
	}
	r.Content = map[string]*huma.MediaType{JSONMedia: {Schema: s.registry.Schema(body, true, op.ID)}}
	for _, media := range op.Media {
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
		withoutNull(schema)
	}
	for _, path := range o.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post, path.Patch, path.Delete} {
			if op == nil {
				continue
			}
			for _, parameter := range op.Parameters {
				withoutNull(parameter.Schema)
			}
		}
	}
	return json.MarshalIndent(o, "", "  ")
}

// withoutNull takes out of a schema that arrays may be null, which ours never are but
// in a merge patch: there every member may be.
func withoutNull(schema *huma.Schema) {
	if schema.Type == huma.TypeArray {
		schema.Nullable = false
	}
	for _, property := range schema.Properties {
		withoutNull(property)
	}
	if schema.Items != nil {
		withoutNull(schema.Items)
	}
	if values, ok := schema.AdditionalProperties.(*huma.Schema); ok {
		withoutNull(values)
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

// MergePatch returns the schema of a type that is read as a merge patch. Its
// members may be null, but those with the tag null:"no".
func MergePatch(r huma.Registry, t reflect.Type) *huma.Schema {
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

// Creation returns the schema of a type of which some members are required, and
// the others may be null, which is the same as absent.
func Creation(r huma.Registry, t reflect.Type, required ...string) *huma.Schema {
	ref := r.Schema(t, true, "")
	schema := r.SchemaFromRef(ref.Ref)
	schema.Required = required
	NullableBut(schema, required)
	return ref
}

// NullableBut says of an object that its members may be null but for some.
func NullableBut(schema *huma.Schema, never []string) {
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
		case property.Type == "": // of any type, null too
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
	SeqHeader      = "Kundi-Seq"
	ETagHeader     = "ETag"
	LocationHeader = "Location"
	ReplayedHeader = "Idempotency-Replayed"
	CountHeader    = "Kundi-Count"
	HeldBackHeader = "Kundi-Held-Back"

	NextCursorHeader = "Kundi-Next-Cursor"

	DispositionHeader = "Content-Disposition"

	SetCookieHeader = "Set-Cookie"
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
	case SeqHeader:
		h.Schema.Type, h.Required = huma.TypeInteger, true
		h.Description = "The sequence number of the write; when it changed nothing, that of the newest change."
	case ETagHeader:
		h.Description = "The version of the record, for If-Match and If-None-Match."
	case LocationHeader:
		h.Description = "The path of what was made."
	case CountHeader:
		h.Schema.Type = huma.TypeInteger
		h.Description = "Of NDJSON and CSV: how many there are on all pages; of a snapshot, when it was taken."
	case NextCursorHeader:
		h.Description = "Of NDJSON and CSV with a limit: next_cursor, where the next page begins; absent at the end."
	case SetCookieHeader:
		h.Description = "The session, for the browser to keep or to forget: HttpOnly, SameSite=Strict, over TLS Secure."
	case DispositionHeader:
		h.Description = "That it is a file to keep, and its name."
	case HeldBackHeader:
		h.Description = "Of NDJSON and CSV: how many of Kundi-Count are not listed, by reason (RFC 9651), like deleted=3; absent when all are."
	case ReplayedHeader:
		h.Schema.Enum = []any{"true"}
		h.Description = "When this is the answer to an earlier request with the same Idempotency-Key."
	}
	return h
}
