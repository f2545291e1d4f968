package wire

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// refusals are the statuses of problems, and what each means with the types of
// the problems that every noun has. Options.Refusals replaces some.
var refusals = map[int]string{
	http.StatusBadRequest:            "malformed-json, malformed-query, cut-off-body: what was sent cannot be read.",
	http.StatusUnauthorized:          "unauthorized, key-expired: there is no key, a wrong one, or one whose time is over.",
	http.StatusForbidden:             "forbidden: the scope of the key does not allow this.",
	http.StatusNotFound:              "not-found: there is no such record, or the id can be none.",
	http.StatusNotAcceptable:         "not-acceptable: the header Accept names nothing in which this can be answered.",
	http.StatusRequestTimeout:        "slow-body: the body did not arrive in time.",
	http.StatusConflict:              "It contradicts what there is.",
	http.StatusGone:                  "deleted-since: the request was carried out before, and what it made or changed has been deleted since.",
	http.StatusPreconditionFailed:    "version-mismatch: the record has another version than If-Match names.",
	http.StatusRequestEntityTooLarge: "body-too-large, answer-too-large.",
	http.StatusUnsupportedMediaType:  "unsupported-media-type: the body must be JSON in UTF-8, not compressed.",
	http.StatusMisdirectedRequest:    "unknown-host: the server does not answer to the name in the header Host.",
	http.StatusUnprocessableEntity:   "What was sent can be read and is not valid; errors says where and what would be right.",
	http.StatusTooManyRequests:       "The key takes more than it may: too-many-requests, too-many-at-once, too-many-bytes.",
	http.StatusInternalServerError:   "internal: the log of the server says what, under the Request-Id.",
	http.StatusServiceUnavailable:    "busy, timeout: ask again later.",
}

// refusalName names a response of the document: "MethodNotAllowed".
func refusalName(status int) string {
	return strings.NewReplacer(" ", "", "-", "").Replace(http.StatusText(status))
}

// describeRefusals adds every refusal to the document, once for all operations. of are
// those of the nouns.
func describeRefusals(o *huma.OpenAPI, of map[int]string) {
	problem := o.Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	o.Components.Responses = map[string]*huma.Response{}
	all := maps.Clone(refusals)
	maps.Copy(all, of)
	for status, meaning := range all {
		headers := everyHeader()
		if status != http.StatusUnauthorized && status != http.StatusMisdirectedRequest {
			headers = keyedHeaders()
		}
		switch status {
		case http.StatusUnauthorized:
			headers["WWW-Authenticate"] = &huma.Param{Required: true, Schema: &huma.Schema{Type: huma.TypeString}, Description: "Bearer."}
		case http.StatusForbidden:
			headers[SeqHeader] = &huma.Param{Description: "The sequence number of what was written all the same, if anything was.", Schema: &huma.Schema{Type: huma.TypeInteger}}
		case http.StatusTooManyRequests, http.StatusServiceUnavailable:
			headers[retryAfterHeader] = &huma.Param{
				Description: "After how many seconds it may be tried again; absent when waiting does not help.", Schema: &huma.Schema{Type: huma.TypeInteger},
			}
		}
		o.Components.Responses[refusalName(status)] = &huma.Response{
			Description: meaning, Headers: headers, Content: map[string]*huma.MediaType{ProblemMedia: {Schema: problem}},
		}
	}
}

// refusalsOf are those that an operation may answer with, by what it takes.
func refusalsOf(op *Operation, described *huma.Operation, isOpen, hasBody bool) []int {
	all := []int{http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if !isOpen {
		all = append(all, http.StatusUnauthorized, http.StatusForbidden, http.StatusMisdirectedRequest, http.StatusTooManyRequests)
		if hasBody {
			all = append(all, http.StatusNotAcceptable)
		}
	}
	for _, p := range described.Parameters {
		switch {
		case p.In == "path":
			all = append(all, http.StatusNotFound)
		case p.Name == "If-Match":
			all = append(all, http.StatusPreconditionFailed)
		}
	}
	if described.RequestBody != nil {
		all = append(all, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if op.Heavy {
		all = append(all, http.StatusRequestEntityTooLarge) // of the answer
	}
	return append(all, op.Refuses...)
}

// addRefusals describes what an operation refuses.
func addRefusals(op *Operation, described *huma.Operation, isOpen, hasBody bool) {
	for _, status := range refusalsOf(op, described, isOpen, hasBody) {
		described.Responses[strconv.Itoa(status)] = &huma.Response{Ref: "#/components/responses/" + refusalName(status)}
	}
}

// everyHeader is on every answer, keyedHeaders on those to a key whose request
// was counted.
func everyHeader() map[string]*huma.Param { return headerRefs(requestIDHeader) }

func keyedHeaders() map[string]*huma.Param {
	return headerRefs(requestIDHeader, rateLimitHeader, rateRemainingHeader, rateResetHeader)
}

func headerRefs(names ...string) map[string]*huma.Param {
	headers := map[string]*huma.Param{}
	for _, name := range names {
		headers[name] = &huma.Param{Ref: "#/components/headers/" + name}
	}
	return headers
}

// describeHeaders adds the headers that many answers have.
func describeHeaders(o *huma.OpenAPI) {
	number := &huma.Schema{Type: huma.TypeInteger}
	o.Components.Headers = map[string]*huma.Header{
		requestIDHeader:     {Required: true, Description: "Names the request in the log of the server.", Schema: &huma.Schema{Type: huma.TypeString}},
		rateLimitHeader:     {Description: "How many requests the key may make a second. This and the next two are there when the request was counted.", Schema: number},
		rateRemainingHeader: {Description: "How many it may make at this moment.", Schema: number},
		rateResetHeader:     {Description: "In how many seconds it may make all of them again.", Schema: number},
	}
}

// isNone reports whether an answer has no body.
func isNone(body reflect.Type) bool { return body == reflect.TypeFor[None]() }

// opens reports whether one of the scopes is that no key is needed.
func (s *Server) opens(op *Operation) bool {
	return slices.Contains(s.scopesOf(op.Method, ginPath(op.Path)), Open)
}
