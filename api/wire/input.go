package wire

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/strictjson"
)

// input is how the input struct I of an operation is filled from a request.
// Each field of I has one of these tags:
//
//	path:"id" noun:"contact"   an id (ledger.ID), else 404; or a string
//	query:"limit"              a string, number, boolean, list of strings
//	                           (comma-separated) or JSON (json.RawMessage)
//	header:"If-Match"          a string
//	body:"..."                 the JSON body; with body:"optional" there need not be one
//
// and, besides, the tags of shape and huma's doc and example.
type input struct {
	path, query, header []parameter
	body                *parameter
}

type parameter struct {
	field
	noun  string
	doc   string
	ident bool // a ledger.ID
	json  bool // JSON in a query parameter

	optional bool // a body that may be absent
}

var (
	idType  = reflect.TypeFor[ledger.ID]()
	rawType = reflect.TypeFor[json.RawMessage]()
)

// inputOf reads the tags of the input struct of an operation and describes them in
// described.
func inputOf(t reflect.Type, op *Operation, described *huma.Operation, registry huma.Registry) *input {
	in := &input{}
	for i := range t.NumField() {
		f := t.Field(i)
		if tag, ok := f.Tag.Lookup("body"); ok {
			in.body = &parameter{field: newField(f, i, "", true), optional: tag == "optional"}
			describeBody(f, op.tag(f, "doc"), described, registry)
			described.RequestBody.Required = !in.body.optional
			for _, file := range op.Files {
				described.RequestBody.Content[file] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
			}
			continue
		}
		for place, list := range map[string]*[]parameter{"path": &in.path, "query": &in.query, "header": &in.header} {
			name, ok := f.Tag.Lookup(place)
			if !ok {
				continue
			}
			p := parameter{noun: op.tag(f, "noun"), doc: op.tag(f, "doc"), ident: f.Type == idType, json: f.Type == rawType}
			if p.ident {
				p.field = field{index: i, name: name}
			} else {
				p.field = newField(f, i, name, f.Tag.Get("required") == "true")
			}
			*list = append(*list, p)
			described.Parameters = append(described.Parameters, describeParameter(f, place, &p, registry))
		}
	}
	return in
}

// tag is the tag of a field of the input, with the words of the operation.
func (op *Operation) tag(f reflect.StructField, name string) string {
	text := f.Tag.Get(name)
	if op.words == nil {
		return text
	}
	return op.words.Replace(text)
}

func describeParameter(f reflect.StructField, place string, p *parameter, registry huma.Registry) *huma.Param {
	out := &huma.Param{Name: p.name, In: place, Required: place == "path" || p.required, Description: p.doc}
	switch {
	case p.ident:
		out.Schema = &huma.Schema{Type: huma.TypeString, Format: "uuid"}
	case p.json:
		least := 1
		out.Schema = &huma.Schema{Type: huma.TypeString, MinLength: &least, Extensions: map[string]any{"contentMediaType": JSONMedia}}
	default:
		out.Schema = huma.SchemaFromField(registry, f, p.name)
		out.Schema.Description = ""
		if p.name == "If-Match" {
			out.Schema.Pattern = ifMatchPattern
		}
	}
	if p.shape != nil && p.shape.element != nil {
		explode, least := false, 1
		out.Explode = &explode
		out.Schema.MinItems, out.Schema.Items.MinLength = &least, &least
	}
	return out
}

func describeBody(f reflect.StructField, doc string, op *huma.Operation, registry huma.Registry) {
	media := &huma.MediaType{Schema: registry.Schema(f.Type, true, op.OperationID)}
	if f.Type.Kind() == reflect.Struct { // the others describe themselves
		schema := registry.SchemaFromRef(media.Schema.Ref)
		NullableBut(schema, schema.Required)
	}
	op.RequestBody = &huma.RequestBody{Required: true, Description: doc, Content: map[string]*huma.MediaType{JSONMedia: media}}
	if op.Method == http.MethodPatch {
		op.RequestBody.Content[MergePatchMedia] = media
	}
}

// bind fills the path, query and header fields of v. Everything wrong with the
// query and the headers is collected in d; an id that can be none is an error
// of KindNotFound.
func (in *input) bind(r *http.Request, param func(string) string, v reflect.Value, d *Decoder) error {
	for _, p := range in.path {
		text, err := pathValue(r, param(p.name))
		if err != nil || !utf8.ValidString(text) || p.bounds.enum != nil && !slices.Contains(p.bounds.enum, text) {
			return fault.NotFound(cmp.Or(p.noun, "path"))
		}
		if !p.ident {
			v.Field(p.index).SetString(text)
			continue
		}
		// uuid.Parse takes more forms than the one we write.
		id, err := uuid.Parse(text)
		if err != nil || len(text) != len(uuid.UUID{}.String()) {
			return fault.NotFound(p.noun)
		}
		v.Field(p.index).Set(reflect.ValueOf(id))
	}
	for _, p := range in.header {
		if values := r.Header.Values(p.name); len(values) > 0 {
			d.scalar(p.shape, p.bounds, strings.Join(values, ", "), v.Field(p.index), p.name)
		}
	}
	return in.bindQuery(r, v, d)
}

// pathValue decodes a part of the path. Routes are matched before it is decoded
// where decoding makes a difference, so that a value may have a slash, and Gin
// would take a plus for a blank.
func pathValue(r *http.Request, part string) (string, error) {
	if r.URL.RawPath == "" { // it is decoded
		return part, nil
	}
	return url.PathUnescape(part)
}

func (in *input) bindQuery(r *http.Request, v reflect.Value, d *Decoder) error {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return &fault.Error{Kind: fault.KindMalformed, Type: "malformed-query", Message: "The query string cannot be read."}
	}
	known := 0
	for i := range in.query {
		p := &in.query[i]
		values, present := query[p.name]
		if !present && d.callOtherwise(p.name, maps.Keys(query)) {
			continue
		}
		if !present {
			d.missing(&p.field, v, p.name)
			continue
		}
		known++
		if len(values) > 1 {
			d.Fault(p.name, "must be given once")
			continue
		}
		if err := p.set(values[0], v.Field(p.index), d); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !in.takesQuery(name) && (in.toldMember(d, name) || d.toldElsewhere(name)) {
			known++
		}
	}
	switch {
	case known == len(query):
	case len(in.query) == 0:
		d.Fault("query", "has a parameter, and this request takes none")
	default:
		d.Fault("query", "has a parameter that is not known here; known are %s", in.queryNames())
	}
	return nil
}

// takesQuery reports whether there is a query parameter of a name.
func (in *input) takesQuery(name string) bool {
	return slices.ContainsFunc(in.query, func(p parameter) bool { return p.name == name })
}

// takesHeader reports whether a header of a name is read.
func (in *input) takesHeader(name string) bool {
	return slices.ContainsFunc(in.header, func(p parameter) bool { return p.name == name })
}

// toldMember says of a query parameter that it belongs into the body, if it does.
func (in *input) toldMember(d *Decoder, name string) bool {
	if in.body == nil {
		return false
	}
	member := cmp.Or(d.called[name], name)
	if _, there := in.body.shape.byName[member]; !there {
		return false
	}
	if member == name {
		d.Fault(name, "is a member of the body here, and no parameter")
	} else {
		d.Fault(name, "is called %s here, and is a member of the body", member)
	}
	return true
}

// set reads the text of a query parameter.
func (p *parameter) set(text string, v reflect.Value, d *Decoder) error {
	switch {
	case !utf8.ValidString(text):
		return &fault.Error{
			Kind: fault.KindMalformed, Type: "malformed-query", Message: "The query string cannot be read.",
			Faults: []fault.Fault{{Path: p.name, Detail: "is not UTF-8"}},
		}
	case p.json:
		if err := strictjson.Check([]byte(text), p.name); err != nil {
			return err
		}
		v.SetBytes([]byte(text))
	case p.shape.element != nil:
		for item := range strings.SplitSeq(text, ",") {
			v.Set(reflect.Append(v, reflect.ValueOf(item)))
		}
		if !p.bounds.hold(int64(v.Len())) {
			d.Fault(p.name, "must have %s", p.bounds.count("item"))
		}
	default:
		d.scalar(p.shape, p.bounds, text, v, p.name)
	}
	return nil
}

func (in *input) queryNames() string {
	names := make([]string, len(in.query))
	for i, p := range in.query {
		names[i] = p.name
	}
	return strings.Join(names, ", ")
}
