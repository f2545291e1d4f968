package wire

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/workers"
)

// requestIDs numbers requests: a random word of this process and a counter.
type requestIDs struct {
	process string
	last    atomic.Uint64
}

func newRequestIDs() *requestIDs {
	word := make([]byte, 4)
	rand.Read(word) //nolint:errcheck // never fails
	return &requestIDs{process: hex.EncodeToString(word)}
}

func (r *requestIDs) next() string {
	return r.process + "-" + strconv.FormatUint(r.last.Add(1), 10)
}

const requestIDHeader = "Request-Id"

// observe stands around every request: it gives it an id, sets the headers of
// every answer, measures it and writes the access log. Neither metrics nor log
// contain anything a client sent but the method and the route; the log names
// who sent it.
func (s *Server) observe(c *gin.Context) {
	began := s.now()
	header := c.Writer.Header()
	header.Set(requestIDHeader, s.ids.next())
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	s.limitUnreadBody(c)
	defer func() {
		took := s.now().Sub(began)
		status := c.Writer.Status()
		s.durations.WithLabelValues(methodLabel(c.Request.Method), routeOf(c), strconv.Itoa(status)).Observe(took.Seconds())
		attrs := []slog.Attr{
			slog.String("id", header.Get(requestIDHeader)), slog.String("method", methodLabel(c.Request.Method)),
			slog.String("route", routeOf(c)), slog.Int("status", status), slog.Duration("took", took),
		}
		s.log.LogAttrs(c.Request.Context(), slog.LevelDebug, "request", append(attrs, callerAttr(c)...)...)
	}()
	c.Next()
}

// limitUnreadBody bounds how long a body may take that no handler reads: net/http
// reads it before it sends the answer.
func (s *Server) limitUnreadBody(c *gin.Context) {
	if c.Request.ContentLength != 0 {
		// A server whose connections know no deadlines is one of a test.
		_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now().Add(bodyDeadline))
	}
}

// callerSlot is where the principal that made a request is kept for the log
// and the metrics.
const callerSlot = "caller"

// callerAttr names who made a request, if that is known.
func callerAttr(c *gin.Context) []slog.Attr {
	if p, known := c.Get(callerSlot); known {
		return []slog.Attr{LogAttr(p.(access.Principal))}
	}
	return nil
}

// LogAttr names a principal in the log: a key by its name, and a person, whose name is
// personal, by the id.
func LogAttr(p access.Principal) slog.Attr {
	if p.Kind == access.KindPerson {
		return slog.String("person", p.ID.String())
	}
	return slog.String("key", p.Name)
}

// routeOf is the pattern a request matched, "none" when there is none.
func routeOf(c *gin.Context) string { return cmp.Or(c.FullPath(), "none") }

// methodLabel keeps made-up methods out of the metrics.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete, http.MethodPut, http.MethodHead, http.MethodOptions:
		return method
	}
	return "other"
}

// rescue answers a panic of a handler with a problem.
func (s *Server) rescue(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(http.ErrAbortHandler) // net/http cuts the connection quietly
		}
		s.log.Error("panic in a handler", "id", c.Writer.Header().Get(requestIDHeader), "route", routeOf(c),
			"cause", safeCause(cause), "stack", stackOf(cause))
		if c.Writer.Written() {
			panic(http.ErrAbortHandler)
		}
		s.limitWriting(c.Writer)
		writeProblem(c.Writer, ProblemOf(errors.New("panic")))
		c.Abort()
	}()
	c.Next()
}

// safeCause says what a panic was about. Only the texts of the runtime are
// sure to hold nothing personal.
func safeCause(cause any) string {
	if p, ok := cause.(*workers.Panic); ok {
		cause = p.Cause
	}
	if err, ok := cause.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", cause)
}

// stackOf is where a panic was: of a worker that the request waited for, the
// worker's.
func stackOf(cause any) string {
	if p, ok := cause.(*workers.Panic); ok {
		return string(p.Stack)
	}
	return string(debug.Stack())
}

// checkHost refuses requests under a name that is not ours. What is open says
// nothing worth protecting, and probes call it by whatever name they know.
func (s *Server) checkHost(c *gin.Context) {
	if isOwner(c.Request.Context()) || s.hosts.allow(c.Request.Host) || s.isOpen(c) {
		c.Next()
		return
	}
	s.fail(c, NewProblem(http.StatusMisdirectedRequest, "unknown-host",
		"This server does not answer to that name. Configure the names it is reached by."))
}

func (s *Server) isOpen(c *gin.Context) bool {
	return reads(c.Request.Method) && allowed(s.scopes[http.MethodGet+" "+c.FullPath()], Open)
}

// fail answers with what may be shown of an error, and logs it if it is ours.
func (s *Server) fail(c *gin.Context, err error) {
	p := ProblemOf(err)
	s.countRefusal(c, p)
	s.logFailure(c, p)
	s.limitWriting(c.Writer)
	writeProblem(c.Writer, p)
	c.Abort()
}

// countRefusal counts what is refused for its amount, by key or person.
func (s *Server) countRefusal(c *gin.Context, p *Problem) {
	by, known := c.Get(callerSlot)
	if known && (p.Status == http.StatusTooManyRequests || p.Type == "busy") {
		s.refused.WithLabelValues(by.(access.Principal).ID.String(), p.Type).Inc()
	}
}

func (s *Server) logFailure(c *gin.Context, p *Problem) {
	if p.Status < http.StatusInternalServerError || c.Request.Context().Err() != nil {
		return
	}
	level := slog.LevelError
	if p.Status == http.StatusServiceUnavailable {
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{
		slog.String("id", c.Writer.Header().Get(requestIDHeader)), slog.String("route", routeOf(c)), slog.String("type", p.Type),
	}
	attrs = append(attrs, callerAttr(c)...)
	if p.cause != nil {
		attrs = append(attrs, slog.String("cause", p.cause.Error()))
	}
	s.log.LogAttrs(c.Request.Context(), level, "request failed", attrs...)
}

// newDurations registers the metric of request durations.
func newDurations(registerer prometheus.Registerer) (*prometheus.HistogramVec, error) {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "kundi_http_request_duration_seconds",
		Help:    "Time from the header of a request to the end of its answer.",
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"method", "route", "status"})
	return h, registerer.Register(h)
}

// newRefused registers the metric of what is refused for its amount.
func newRefused(registerer prometheus.Registerer) (*prometheus.CounterVec, error) {
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "kundi_http_refused_total",
		Help: "Requests refused because their caller, or all together, had too much under way, by id of the key or person and type of the problem.",
	}, []string{"key", "type"})
	return refused, registerer.Register(refused)
}
