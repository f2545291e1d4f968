package wire

import (
	"cmp"
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/strictjson"
)

// Operation describes one method of one path.
type Operation struct {
	ID      string // unique: "get-contact"
	Method  string
	Path    string // "/v1/contacts/{id}"
	Tag     string // the noun it is about
	Summary string
	About   string // what the summary leaves out, in Markdown

	Status int            // of success, 200 when 0
	Also   map[int]string // further statuses of success, and what they mean
	// Refuses are the statuses of problems that it alone knows of. What every
	// operation refuses that takes the same is added: see refusalsOf.
	Refuses []int

	// Elsewhere says what is wrong with a parameter or a member of the body that this
	// operation does not take, but others do. It is by name: "q" may be "is taken by GET
	// /v1/search".
	Elsewhere map[string]string

	// Called says which name a parameter or a member has here that other operations call
	// otherwise. It is by the other name: "query" may be "q".
	Called map[string]string

	// Heavy says that it keeps a processor busy or its answer may be large:
	// evaluates filters, searches, or reads much. Such questions share a number
	// of places.
	Heavy    bool
	Patience time.Duration // for a place, patience when 0

	// Files are media types that its body may have instead of JSON. Such a body is not decoded: see
	// Visit.File.
	Files []string

	MaxBody  int64         // bytes, MaxBody when 0
	BodyTime time.Duration // for all of the body to arrive, the time of a body of MaxBody when 0
	Deadline time.Duration // for the handler, once the body is there, handlerDeadline when 0; of a stream, until its first byte

	// Writes says that it changes something: its answer has Kundi-Seq, and it
	// honours Idempotency-Key.
	Writes bool

	Headers []string // of the answer, beside those
	Media   []string // of the answer, beside JSON

	words *strings.Replacer // for the tags doc and noun of the input, nil for none
}

// handlerDeadline is how long a handler may take, writeDeadline how long a
// client may take to receive what was written at one time.
const (
	handlerDeadline = 30 * time.Second
	writeDeadline   = 30 * time.Second
)

// Answer is what a handler answers with: a body of type O, and what stands
// beside it. Zero members are left out.
type Answer[O any] struct {
	Body     O
	Status   int    // when it is not the operation's
	Seq      uint64 // Kundi-Seq
	Version  uint64 // ETag
	Moving   bool   // the body changes while the version does not, so it is always sent
	Location string
	Replayed bool // the answer to an earlier request with the same Idempotency-Key
	Cookie   *SessionCookie
	Stream   *Stream
}

// None is the body of answers without one.
type None struct{}

// Register adds an operation: it describes it from the types I and O and serves it.
// A type or a route that is not as it must be is a mistake in the program, and
// panics.
//
// The fields of I say by their tags what they are filled from: path, query, header
// or body. See type input. Those of O say by the tags json, doc, format, enum and
// example how they are described.
//
// handle runs in the goroutine of the request. Its context ends when the client
// goes or the time for the operation is over. An error that it returns is answered
// as ProblemOf says.
//
// checks look into what handle would refuse as invalid. They are asked only about an input that does not have
// the expected shape, of which the wrong parts are left out, so that one answer has every fault.
func Register[I, O any](s *Server, op Operation, handle func(context.Context, *I) (Answer[O], error), checks ...func(context.Context, *I) error) {
	described := describe[O](s, op)
	in := inputOf(reflect.TypeFor[I](), &op, described, s.registry)
	addRefusals(&op, described, s.opens(&op), !isNone(reflect.TypeFor[O]()))
	s.huma.OpenAPI().AddOperation(described)
	scopes := s.scopesOf(op.Method, ginPath(op.Path))
	offered := append([]string{JSONMedia}, op.Media...)
	// What is open is called by probes, which take what they get.
	anyMedia := s.opens(&op) || isNone(reflect.TypeFor[O]())

	serve := func(c *gin.Context) error {
		v, err := s.admit(c, scopes)
		defer v.end()
		if err != nil {
			return err
		}
		var acceptable bool
		if v.media, acceptable = negotiate(strings.Join(c.Request.Header.Values("Accept"), ","), offered); !acceptable && !anyMedia {
			v.drain(c)
			return notAcceptable(offered)
		}
		if op.Heavy {
			if err := v.beginHeavy(); err != nil {
				v.drain(c)
				return err
			}
		}
		var input I
		body, misshapen := s.read(c, v, &op, in, reflect.ValueOf(&input).Elem())
		if misshapen != nil && (len(checks) == 0 || fault.KindOf(misshapen) != fault.KindInvalid) {
			return misshapen
		}
		ctx, cancel := context.WithTimeout(v.ctx, cmp.Or(op.Deadline, handlerDeadline))
		defer cancel()
		if op.Writes && misshapen == nil {
			if ctx, err = withReceipt(ctx, c, op.ID, body); err != nil {
				return err
			}
		}
		if op.Heavy {
			if err := v.takePlace(ctx, cmp.Or(op.Patience, patience)); err != nil {
				return err
			}
		}
		if err := v.takeBytes(0); err != nil { // answers to writes may have taken too many
			return err
		}
		if misshapen != nil {
			for _, check := range checks {
				misshapen = fault.Join(misshapen, check(ctx, &input))
			}
			return misshapen
		}
		out, err := handle(ctx, &input)
		if err != nil {
			return err
		}
		return write(s, c, v, cmp.Or(op.Status, http.StatusOK), &out)
	}
	s.route(op.Method, ginPath(op.Path), func(c *gin.Context) {
		if err := serve(c); err != nil {
			s.fail(c, err)
		}
	})
}

// read fills an input from a request, or says everything that is wrong. It
// returns the body, nil when the operation takes none.
func (s *Server) read(c *gin.Context, v *Visit, op *Operation, in *input, into reflect.Value) (body []byte, err error) {
	d := Decoder{elsewhere: op.Elsewhere, called: op.Called}
	if err := checkIfMatch(c.Request.Header, op.Writes, in.takesHeader("If-Match")); err != nil {
		return nil, err
	}
	if err := in.bind(c.Request, c.Param, into, &d); err != nil {
		return nil, err
	}
	if in.body != nil && !(in.body.optional && c.Request.ContentLength == 0) {
		body, err = v.receiveBody(c.Writer, c.Request, op.Files, cmp.Or(op.MaxBody, MaxBody), cmp.Or(op.BodyTime, bodyDeadline+MaxBody/slowestRate*time.Second))
		if err != nil {
			return nil, err
		}
		if len(body) > largeBody {
			if err := v.takePlace(v.ctx, cmp.Or(op.Patience, patience)); err != nil {
				return nil, err
			}
		}
		if in.body.optional && len(body) == 0 {
			return nil, d.Err()
		}
		if slices.Contains(op.Files, v.sent) {
			v.file, err = fileText(body)
			v.isFile = true
			return body, fault.Join(err, d.Err())
		}
		if err := strictjson.Check(body, "body"); err != nil {
			return nil, err
		}
		d.value(in.body.shape, in.body.bounds, body, into.Field(in.body.index), "")
	}
	return body, d.Err()
}

// reads reports whether a method asks for what there is.
func reads(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// write sends an answer. Nothing is sent before all of it (but a stream) could
// be encoded.
func write[O any](s *Server, c *gin.Context, v *Visit, status int, out *Answer[O]) error {
	body := &buffer{visit: v, most: s.limits.Answer, done: out.Seq > 0}
	_, empty := any(out.Body).(None)
	if !empty && out.Stream == nil {
		if err := newEncoding(body).encode(out.Body); err != nil {
			return err
		}
		if _, err := body.Write([]byte("\n")); err != nil {
			return err
		}
	}
	v.leavePlace()
	header := c.Writer.Header()
	if out.Seq > 0 {
		header.Set(SeqHeader, strconv.FormatUint(out.Seq, 10))
	}
	if out.Version > 0 {
		header.Set(ETagHeader, ETag(out.Version))
		if reads(c.Request.Method) && !out.Moving && noneMatch(c.GetHeader("If-None-Match"), out.Version) {
			c.Writer.WriteHeader(http.StatusNotModified)
			c.Writer.WriteHeaderNow()
			return nil
		}
	}
	if out.Location != "" {
		header.Set(LocationHeader, out.Location)
	}
	if out.Replayed {
		header.Set(ReplayedHeader, "true")
	}
	if out.Cookie != nil {
		http.SetCookie(c.Writer, out.Cookie.of(c.Request))
	}
	s.limitWriting(c.Writer)
	if out.Stream != nil {
		return s.stream(c, v, cmp.Or(out.Status, status), out.Stream)
	}
	if !empty {
		header.Set("Content-Type", JSONMedia)
		header.Set("Content-Length", strconv.FormatInt(body.size, 10))
	}
	c.Writer.WriteHeader(cmp.Or(out.Status, status))
	c.Writer.WriteHeaderNow()
	body.sendTo(&pieces{visit: v, to: c.Writer})
	return nil
}
