package wire

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/workers"
)

// Routes that only tests have.

type echoInput struct {
	Limit  int             `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	Filter json.RawMessage `query:"filter"`
	Facets []string        `query:"facets" maxItems:"2"`
	Body   struct {
		Name string `json:"name"`
	} `body:"json"`
}

type echoBody struct {
	Limit  int
	Facets []string
	Name   string
}

func echo(s *Server) {
	handle := func(_ context.Context, in *echoInput) (Answer[echoBody], error) {
		return Answer[echoBody]{Body: echoBody{in.Limit, in.Facets, in.Body.Name}, Version: 3, Seq: 9, Location: "/test/1"}, nil
	}
	Register(s, Operation{ID: "post-echo", Method: "POST", Path: "/test", Tag: "test", Summary: "Echo", Status: 201}, handle)
	Register(s, Operation{ID: "patch-echo", Method: "PATCH", Path: "/test", Tag: "test", Summary: "Echo"}, handle)
}

func TestRequestsAreReadStrictly(t *testing.T) {
	r := newRig(t, echo)
	v, header := r.send("POST", "/test?limit=2&facets=a,b", `{"name":"x"}`).echoed(201)
	require.Equal(t, echoBody{2, []string{"a", "b"}, "x"}, v)
	require.Equal(t, `"3"`, header.Get("ETag"))
	require.Equal(t, "9", header.Get("Kundi-Seq"))
	require.Equal(t, "/test/1", header.Get("Location"))

	for _, media := range []string{"application/json", "application/json; charset=UTF-8", "Application/JSON"} {
		r.send("POST", "/test", `{"name":"x"}`).with("Content-Type", media).echoed(201)
	}
	r.send("PATCH", "/test", `{"name":"x"}`).with("Content-Type", "application/merge-patch+json").echoed(200)
	for _, media := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json", "application/json; charset=latin1", ";"} {
		r.send("POST", "/test", `{"name":"x"}`).with("Content-Type", media).refused(415, "unsupported-media-type")
	}
	r.send("POST", "/test", `{"name":"x"}`).with("Content-Encoding", "gzip").refused(415, "unsupported-media-type")

	for body, slug := range map[string]string{
		"": "malformed-json", " ": "malformed-json", "{": "malformed-json", "\xff": "malformed-json",
		`{"name":"` + marker + `","name":"x"}`: "malformed-json",
	} {
		require.Equal(t, []string{"body"}, placesOf(r.send("POST", "/test", body).refused(400, slug)))
	}
	r.send("POST", "/test").refused(400, "malformed-json") // no body at all
	r.send("POST", "/test?filter={", `{"name":"x"}`).refused(400, "malformed-json")
	r.send("POST", "/test?filter=", `{"name":"x"}`).refused(400, "malformed-json")
	r.send("POST", "/test?limit=%zz", `{"name":"x"}`).refused(400, "malformed-query")
	r.send("POST", "/test?facets=%ff", `{"name":"x"}`).refused(400, "malformed-query")

	p := r.send("POST", "/test?limit=0&facets=a,b,c&"+marker+"=1", `{"`+marker+`":1}`).refused(422, "invalid-request")
	require.ElementsMatch(t, []string{"limit", "facets", "query", "body", "name"}, placesOf(p))
	for _, query := range []string{"limit=" + marker, "limit=", "limit=1&limit=2", "limit=1001", "limit=-1", "limit=1.0"} {
		require.Equal(t, []string{"limit"}, placesOf(r.send("POST", "/test?"+query, `{"name":"x"}`).refused(422, "invalid-request")))
	}
}

// endless is a body of blanks.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

// TestLargeBodiesAreAnswered plays the common client that sends all of its
// request before it looks for an answer.
func TestLargeBodiesAreAnswered(t *testing.T) {
	r := newRig(t, echo)
	server := httptest.NewServer(r.server.Handler())
	defer server.Close()
	const size = 100 << 20
	for length, body := range map[string]io.Reader{
		fmt.Sprintf("Content-Length: %d", size): io.LimitReader(endless{}, size),
		"Transfer-Encoding: chunked":            io.MultiReader(strings.NewReader("6400000\r\n"), io.LimitReader(endless{}, size), strings.NewReader("\r\n0\r\n\r\n")),
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		require.NoError(t, err)
		fmt.Fprintf(conn, "POST /test HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n%s\r\n\r\n",
			rigToken, length)
		_, err = io.Copy(conn, body)
		require.NoError(t, err, length)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err, length)
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.Equal(t, 413, answer.StatusCode)
		require.Contains(t, string(text), `"type":"body-too-large"`)
		conn.Close()
	}
	r.send("POST", "/test", "\r\n\t {\"name\":\"x\"}\n").echoed(201)
	r.send("POST", "/test", `{"name":"`+strings.Repeat("x", MaxBody-11)+`"}`).echoed(201)
	r.send("POST", "/test", `{"name":"`+strings.Repeat("x", MaxBody-10)+`"}`).refused(413, "body-too-large")
}

func TestBodiesCutOffAndSlowOverAConnection(t *testing.T) {
	r := newRig(t, func(s *Server) {
		Register(s, Operation{ID: "slow", Method: "POST", Path: "/test", Tag: "test", Summary: "Echo", BodyTime: 50 * time.Millisecond},
			func(context.Context, *echoInput) (Answer[None], error) { return Answer[None]{}, nil })
	})
	srv := httptest.NewUnstartedServer(r.server.Handler())
	srv.Config = NewHTTPServer(r.server.Handler(), r.server.log)
	srv.Start()
	defer srv.Close()
	send := func(body string, finish func(*net.TCPConn)) string {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		require.NoError(t, err)
		defer conn.Close()
		_, err = io.WriteString(conn, "POST /test HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+rigToken+
			"\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"+body)
		require.NoError(t, err)
		finish(conn.(*net.TCPConn))
		answer, err := io.ReadAll(conn)
		require.NoError(t, err)
		return string(answer)
	}
	answer := send(`{"name":`, func(c *net.TCPConn) { require.NoError(t, c.CloseWrite()) })
	require.Contains(t, answer, "400 Bad Request")
	require.Contains(t, answer, `"type":"cut-off-body"`)
	answer = send(`{"name":`, func(*net.TCPConn) {})
	require.Contains(t, answer, "408 Request Timeout")
	require.Contains(t, answer, `"type":"slow-body"`)
}

func TestErrorsOfHandlers(t *testing.T) {
	var fail error
	r := newRig(t, func(s *Server) {
		Register(s, Operation{ID: "fail", Method: "GET", Path: "/test", Tag: "test", Summary: "Fail"},
			func(context.Context, *struct{}) (Answer[echoBody], error) { return Answer[echoBody]{}, fail })
		Register(s, Operation{ID: "panic", Method: "GET", Path: "/test/panic", Tag: "test", Summary: "Panic"},
			func(context.Context, *struct{}) (Answer[echoBody], error) { panic(marker) })
	})
	for kind, status := range map[fault.ErrorKind]int{
		fault.KindMalformed: 400, fault.KindUnauthorized: 401, fault.KindForbidden: 403, fault.KindNotFound: 404,
		fault.KindConflict: 409, fault.KindGone: 410, fault.KindPrecondition: 412, fault.KindTooLarge: 413,
		fault.KindInvalid: 422, fault.KindUnavailable: 503,
	} {
		fail = &fault.Error{Kind: kind, Type: "some-type", Message: "Some message.", Faults: []fault.Fault{{Path: "a[1]", Detail: "must be b"}}}
		p := r.send("GET", "/test").refused(status, "some-type")
		require.Equal(t, "Some type", p.Title)
		require.Equal(t, "Some message.", p.Detail)
		require.Equal(t, []ProblemError{{"a[1]", "must be b"}}, p.Errors)
		fail = &fault.Error{Kind: kind, Message: "Some message."}
		require.Equal(t, status, r.send("GET", "/test").do().Code)
	}
	one, two := ledger.ID{1}, ledger.ID{2}
	fail = &fault.Error{Kind: fault.KindConflict, Type: "taken", Message: "Taken.", Field: "email", ContactIDs: []ledger.ID{one}}
	p := r.send("GET", "/test").refused(409, "taken")
	require.Equal(t, "email", p.Field)
	require.Equal(t, one.String(), p.ContactID)
	fail = &fault.Error{Kind: fault.KindConflict, Type: "taken", Message: "Taken.", ContactIDs: []ledger.ID{one, two}}
	require.Equal(t, []string{one.String(), two.String()}, r.send("GET", "/test").refused(409, "taken").ContactIDs)

	fail = context.DeadlineExceeded
	r.send("GET", "/test").refused(503, "timeout")

	r.log.Reset()
	fail = &fault.Error{Kind: fault.KindInternal, Message: "inner words"}
	r.send("GET", "/test").refused(500, "internal")
	fail = errors.New("inner words")
	w := r.send("GET", "/test").do()
	require.NotContains(t, w.Body.String(), "inner words")
	require.Equal(t, 2, strings.Count(r.log.String(), "inner words"), "an internal error is logged once")
	require.Contains(t, r.log.String(), "id="+w.Header().Get("Request-Id"))

	r.send("GET", "/test/panic").refused(500, "internal")
	require.Contains(t, r.log.String(), "panic in a handler")
}

// A worker's panic fails the request that waits for it; the log says where it
// was.
func TestPanicsOfWorkers(t *testing.T) {
	r := newRig(t, func(s *Server) {
		Register(s, Operation{ID: "panic", Method: "GET", Path: "/test/panic", Tag: "test", Summary: "Panic"},
			func(context.Context, *struct{}) (Answer[echoBody], error) {
				workers.Together(2, trip)
				return Answer[echoBody]{}, nil
			})
	})
	r.send("GET", "/test/panic").refused(500, "internal")
	require.Contains(t, r.log.String(), ".trip")
	require.Contains(t, r.log.String(), "index out of range")
}

func trip(i int) { _ = make([]int, 1)[2*i] }

// The context of a handler ends when its client goes.
func TestHandlersEndWithTheirClient(t *testing.T) {
	began, ended := make(chan struct{}), make(chan struct{})
	r := newRig(t, func(s *Server) {
		Register(s, Operation{ID: "wait", Method: "POST", Path: "/test", Tag: "test", Summary: "Echo"},
			func(ctx context.Context, _ *echoInput) (Answer[None], error) {
				close(began)
				<-ctx.Done()
				if errors.Is(ctx.Err(), context.Canceled) { // and not at its deadline
					close(ended)
				}
				return Answer[None]{}, ctx.Err()
			})
	})
	srv := httptest.NewUnstartedServer(r.server.Handler())
	srv.Config = NewHTTPServer(r.server.Handler(), r.server.log)
	srv.Start()
	defer srv.Close()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	require.NoError(t, err)
	_, err = io.WriteString(conn, "POST /test HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+rigToken+
		"\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n"+`{"name":"x"}`)
	require.NoError(t, err)
	<-began
	require.NoError(t, conn.Close())
	select {
	case <-ended:
	case <-time.After(handlerDeadline / 2):
		t.Fatal("the handler goes on")
	}
}

func TestStreams(t *testing.T) {
	var out *Stream
	r := newRig(t, func(s *Server) {
		Register(s, Operation{ID: "stream", Method: "GET", Path: "/test", Tag: "test", Summary: "Stream", Media: []string{"text/csv"}},
			func(context.Context, *struct{}) (Answer[echoBody], error) { return Answer[echoBody]{Stream: out}, nil })
	})
	out = &Stream{Media: "text/csv", Write: func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "a,b\n")
		return err
	}}
	w := r.send("GET", "/test").do()
	require.Equal(t, "a,b\n", w.Body.String())
	require.Equal(t, "text/csv; charset=utf-8; header=present", w.Header().Get("Content-Type"))

	broken := errors.New("broken")
	out = &Stream{Media: "text/csv", Header: map[string]string{"Kundi-Count": "1"}, Write: func(context.Context, io.Writer) error { return broken }}
	r.send("GET", "/test").refused(500, "internal")
	require.Empty(t, r.send("GET", "/test").do().Header().Values("Kundi-Count"), "a problem has no count")
	out = &Stream{Media: "text/csv", Write: func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "a,b\n")
		return errors.Join(err, broken)
	}}
	require.PanicsWithError(t, http.ErrAbortHandler.Error(), func() { r.send("GET", "/test").do() })
}

func TestConditionalHeaders(t *testing.T) {
	for header, want := range map[string]uint64{
		"": ledger.AnyVersion, "*": ledger.AnyVersion, `"12"`: 12, ` "12" `: 12,
		`W/"12"`: ledger.NoVersion, `"abc"`: ledger.NoVersion, `"012"`: ledger.NoVersion, `""`: ledger.NoVersion, `"00"`: ledger.NoVersion, `"0"`: ledger.NeverChanged,
	} {
		got, err := ParseIfMatch(header)
		require.NoError(t, err, header)
		require.Equal(t, want, got, header)
	}
	for _, header := range []string{"12", `"12`, `12"`, `"1",`, `"1", "2"`, `"`, `"1"2"`, "**"} {
		_, err := ParseIfMatch(header)
		require.Equal(t, fault.KindInvalid, fault.KindOf(err), header)
	}
	r := newRig(t, func(s *Server) {
		Register(s, Operation{ID: "get", Method: "GET", Path: "/test", Tag: "test", Summary: "Get"},
			func(context.Context, *struct{}) (Answer[echoBody], error) { return Answer[echoBody]{Version: 3}, nil })
	})
	for header, status := range map[string]int{"": 200, `"3"`: 304, `W/"3"`: 304, `"1", "3"`: 304, "*": 304, `"4"`: 200} {
		w := r.send("GET", "/test").with("If-None-Match", header).do()
		require.Equal(t, status, w.Code, header)
		require.Equal(t, `"3"`, w.Header().Get("ETag"))
		require.Equal(t, status == 304, w.Body.Len() == 0)
	}
}

func TestAPanicGivesEverythingBack(t *testing.T) {
	r := newRig(t, func(s *Server) {
		Register(s, Operation{ID: "panic", Method: "POST", Path: "/test", Tag: "test", Summary: "Panic", Heavy: true},
			func(context.Context, *echoInput) (Answer[echoBody], error) { panic("oh") })
	})
	r.send("POST", "/test", `{"name":"x"}`).refused(500, "internal")
	r.idle()
}

func TestRequestsAtOnce(t *testing.T) {
	r := newRig(t, echo)
	u := r.usage()
	u.requests = maxAtOnce
	r.send("POST", "/test", `{"name":"x"}`).refused(429, "too-many-at-once")
	u.requests--
	r.send("POST", "/test", `{"name":"x"}`).echoed(201)
	require.Equal(t, maxAtOnce-1, r.server.LoadOf(r.key.ID).Requests)
}

func TestBytesInFlight(t *testing.T) {
	large := `{"name":"` + strings.Repeat("x", 100<<10) + `"}`
	r := newRig(t, echo)
	u := r.usage()
	u.bytes.most, r.server.bytes.most = 110<<10, 120<<10
	r.send("POST", "/test", `{"name":"x"}`).echoed(201)
	p := r.send("POST", "/test", large+strings.Repeat(" ", 20<<10)).refused(429, "too-many-bytes")
	require.Contains(t, p.Detail, "112640 bytes")
	r.send("POST", "/test", large).echoed(201)

	u.bytes.most = 1 << 30
	require.True(t, r.server.bytes.take(30<<10), "others have bodies, too")
	w := r.send("POST", "/test", large).do()
	require.Equal(t, 503, w.Code)
	require.Contains(t, w.Body.String(), `"type":"busy"`)
	require.Equal(t, "1", w.Header().Get("Retry-After"))
	r.send("POST", "/test", `{"name":"x"}`).echoed(201)
	require.Zero(t, u.bytes.used.Load())
	require.EqualValues(t, 30<<10, r.server.bytes.used.Load(), "what is refused gives back what it had")
}

// TestAnswersCountAsBytes. One that tells of a write is never refused, for that is
// done; while it is sent, what is asked next is.
func TestAnswersCountAsBytes(t *testing.T) {
	out := Answer[echoBody]{Body: echoBody{Name: strings.Repeat("x", 100<<10)}}
	r := newRig(t, func(s *Server) {
		Register(s, Operation{ID: "get", Method: "GET", Path: "/test", Tag: "test", Summary: "Get"},
			func(context.Context, *struct{}) (Answer[echoBody], error) { return out, nil })
	})
	u := r.usage()
	u.bytes.most = 64 << 10
	r.send("GET", "/test").refused(429, "too-many-bytes")
	r.server.limits.Answer = 64 << 10
	r.send("GET", "/test").refused(413, "answer-too-large")
	out.Seq = 7
	r.send("GET", "/test").echoed(200)
	require.Zero(t, u.bytes.used.Load())

	v := &Visit{server: r.server, usage: u}
	v.chargeBytes(100 << 10)
	r.send("GET", "/test").refused(429, "too-many-bytes")
	v.giveBytes(100 << 10)
	r.send("GET", "/test").echoed(200)
}

// TestWhatIsReadForAnAnswerCountsOnce: it is taken when it is read, and no second
// time when it is encoded.
func TestWhatIsReadForAnAnswerCountsOnce(t *testing.T) {
	r := newRig(t, echo)
	u := r.usage()
	v := &Visit{server: r.server, usage: u}
	require.NoError(t, v.Ration().Spend(6<<10))
	b := &buffer{visit: v, most: 1 << 20}
	_, err := b.Write(make([]byte, firstPiece))
	require.NoError(t, err)
	require.EqualValues(t, 6<<10, u.bytes.used.Load())
	_, err = b.Write(make([]byte, 2*firstPiece))
	require.NoError(t, err)
	require.EqualValues(t, 3*firstPiece, b.size)
	require.Less(t, u.bytes.used.Load(), int64(6<<10+3*firstPiece))
	u.bytes.most = 10 << 10
	require.Equal(t, "too-many-bytes", ProblemOf(v.Ration().Spend(11<<10)).Type)
	r.server.limits.Answer = 1 << 10
	require.Equal(t, "answer-too-large", ProblemOf(v.Ration().Spend(2<<10)).Type)
	v.giveBytes(v.bytes)
	r.idle()
}

// TestTheOwnerTakesNothing: nothing of the owner is limited or counted.
func TestTheOwnerTakesNothing(t *testing.T) {
	r := newRig(t, echo)
	r.server.bytes.most, r.server.places = 0, newPlaces(0, 0)
	request := httptest.NewRequest("POST", "/test", strings.NewReader(`{"name":"`+strings.Repeat("x", largeBody)+`"}`))
	request.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	r.server.OwnerHandler().ServeHTTP(w, request)
	require.Equal(t, 201, w.Code, w.Body.String())
	require.Empty(t, w.Header().Values("RateLimit-Limit"))
	require.Empty(t, r.server.usages.byKey)
}
