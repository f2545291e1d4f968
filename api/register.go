package api

import (
	"cmp"
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// operation describes one method of one path.
type operation struct {
	id      string // unique: "get-contact"
	method  string
	path    string // "/v1/contacts/{id}"
	tag     string // the noun it is about
	summary string
	about   string // what the summary leaves out, in Markdown

	status int            // of success, 200 when 0
	also   map[int]string // further statuses of success, and what they mean
	// refuses are the statuses of problems that it alone knows of: see refusalsOf
	// for the others.
	refuses []int

	// heavy says that it keeps a processor busy or its answer may be large:
	// evaluates filters, searches, or reads much. Such questions share a number
	// of places.
	heavy    bool
	patience time.Duration // for a place, patience when 0

	maxBody  int64         // bytes, maxBody when 0
	bodyTime time.Duration // for all of the body to arrive, the time of a body of maxBody when 0
	deadline time.Duration // for the handler, once the body is there, handlerDeadline when 0; of a stream, until its first byte

	// writes says that it changes something: its answer has Kundi-Seq, and it
	// honours Idempotency-Key.
	writes bool

	headers []string // of the answer, beside those
	media   []string // of the answer, beside JSON
}

// handlerDeadline is how long a handler may take, writeDeadline how long a
// client may take to receive what was written at one time.
const (
	handlerDeadline = 30 * time.Second
	writeDeadline   = 30 * time.Second
)

// answer is what a handler answers with: a body of type O, and what stands
// beside it. Zero members are left out.
type answer[O any] struct {
	Body     O
	Status   int    // when it is not the operation's
	Seq      uint64 // Kundi-Seq
	Version  uint64 // ETag
	Moving   bool   // the body changes while the version does not, so it is always sent
	Location string
	Replayed bool // the answer to an earlier request with the same Idempotency-Key
	Stream   *stream
}

// none is the body of answers without one.
type none struct{}

// register adds an operation: it describes it from the types I and O (see
// input for the tags of I) and serves it.
func register[I, O any](s *machine, op operation, handle func(context.Context, *I) (answer[O], error)) {
	described := describe[O](s, op)
	in := inputOf(reflect.TypeFor[I](), described, s.registry)
	addRefusals(&op, described, s.opens(&op), !isNone(reflect.TypeFor[O]()))
	s.huma.OpenAPI().AddOperation(described)
	scopes := s.scopesOf(op.method, ginPath(op.path))
	offered := append([]string{jsonMedia}, op.media...)
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
		if op.heavy {
			if err := v.beginHeavy(); err != nil {
				v.drain(c)
				return err
			}
		}
		var input I
		body, err := s.read(c, v, &op, in, reflect.ValueOf(&input).Elem())
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(v.ctx, cmp.Or(op.deadline, handlerDeadline))
		defer cancel()
		if op.writes {
			if ctx, err = withReceipt(ctx, c, op.id, body); err != nil {
				return err
			}
		}
		if op.heavy {
			if err := v.takePlace(ctx, cmp.Or(op.patience, patience)); err != nil {
				return err
			}
		}
		if err := v.takeBytes(0); err != nil { // answers to writes may have taken too many
			return err
		}
		out, err := handle(ctx, &input)
		if err != nil {
			return err
		}
		return write(s, c, v, cmp.Or(op.status, http.StatusOK), &out)
	}
	s.route(op.method, ginPath(op.path), func(c *gin.Context) {
		if err := serve(c); err != nil {
			s.fail(c, err)
		}
	})
}

// read fills an input from a request, or says everything that is wrong. It
// returns the body, nil when the operation takes none.
func (s *machine) read(c *gin.Context, v *visit, op *operation, in *input, into reflect.Value) (body []byte, err error) {
	var d decoder
	if err := in.bind(c.Request, c.Param, into, &d); err != nil {
		return nil, err
	}
	if in.body != nil {
		body, err = v.receiveBody(c.Writer, c.Request, cmp.Or(op.maxBody, maxBody), cmp.Or(op.bodyTime, bodyDeadline+maxBody/slowestRate*time.Second))
		if err != nil {
			return nil, err
		}
		if len(body) > largeBody {
			if err := v.takePlace(v.ctx, cmp.Or(op.patience, patience)); err != nil {
				return nil, err
			}
		}
		if err := checkJSON(body, "body"); err != nil {
			return nil, err
		}
		d.value(in.body.shape, in.body.bounds, body, into.Field(in.body.index), "")
	}
	return body, d.err()
}

// reads reports whether a method asks for what there is.
func reads(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// write sends an answer. Nothing is sent before all of it (but a stream) could
// be encoded.
func write[O any](s *machine, c *gin.Context, v *visit, status int, out *answer[O]) error {
	body := &buffer{visit: v, most: s.limits.Answer, done: out.Seq > 0}
	_, empty := any(out.Body).(none)
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
		header.Set(seqHeader, strconv.FormatUint(out.Seq, 10))
	}
	if out.Version > 0 {
		header.Set(etagHeader, etagOf(out.Version))
		if reads(c.Request.Method) && !out.Moving && noneMatch(c.GetHeader("If-None-Match"), out.Version) {
			c.Writer.WriteHeader(http.StatusNotModified)
			c.Writer.WriteHeaderNow()
			return nil
		}
	}
	if out.Location != "" {
		header.Set(locationHeader, out.Location)
	}
	if out.Replayed {
		header.Set(replayedHeader, "true")
	}
	s.limitWriting(c.Writer)
	if out.Stream != nil {
		return s.stream(c, v, cmp.Or(out.Status, status), out.Stream)
	}
	if !empty {
		header.Set("Content-Type", jsonMedia)
		header.Set("Content-Length", strconv.FormatInt(body.size, 10))
	}
	c.Writer.WriteHeader(cmp.Or(out.Status, status))
	c.Writer.WriteHeaderNow()
	body.sendTo(&pieces{visit: v, to: c.Writer})
	return nil
}
