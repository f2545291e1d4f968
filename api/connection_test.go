package api

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

// pipes is a listener whose connections are pipes in memory: they buffer
// nothing, and their deadlines follow the clock of a synctest bubble.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accepted:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// overPipes serves the harness in a bubble, with the limits of the real server,
// and hands out connections to it. Nothing may be written to its store, whose
// goroutines are outside of the bubble.
func overPipes(t *testing.T, h *harness, test func(t *testing.T, dial func() net.Conn)) {
	synctest.Test(t, func(t *testing.T) {
		l := &pipes{accepted: make(chan net.Conn), closed: make(chan struct{})}
		server := wire.NewHTTPServer(h.server.Handler(), slog.New(slog.DiscardHandler))
		var serving sync.WaitGroup
		serving.Go(func() { server.Serve(l) }) //nolint:errcheck // it ends when the test does
		test(t, func() net.Conn {
			ours, theirs := net.Pipe()
			l.accepted <- theirs
			t.Cleanup(func() { ours.Close() })
			return ours
		})
		server.Close()
		serving.Wait()
		time.Sleep(time.Minute) // connections end
	})
	require.Zero(t, h.server.Load(), "nothing is under way any more")
}

func (h *harness) head(method, target, more string) string {
	return headAs("Bearer "+h.keys[access.ScopeAdmin], method, target, more)
}

func headAs(as, method, target, more string) string {
	return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + as +
		"\r\nContent-Type: application/json\r\n" + more + "\r\n"
}

// answered reads an answer and says how long it took.
func answered(t *testing.T, from net.Conn) (status int, body string, took time.Duration) {
	t.Helper()
	began := time.Now()
	answer, err := http.ReadResponse(bufio.NewReader(from), nil)
	require.NoError(t, err)
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(text), time.Since(began)
}

// TestBodiesThatDoNotComeAreGivenUp: a large body that was announced waits no
// longer than a small one, unless it arrives.
func TestBodiesThatDoNotComeAreGivenUp(t *testing.T) {
	h := newHarness(t)
	for _, target := range []string{"/v1/contacts/count", "/v1/contacts/batch"} {
		for _, begun := range []string{"", `{"contacts":[`} {
			overPipes(t, h, func(t *testing.T, dial func() net.Conn) {
				conn := dial()
				fmt.Fprint(conn, h.head("POST", target, "Content-Length: 1000000\r\n")+begun)
				status, body, took := answered(t, conn)
				require.Equal(t, 408, status)
				require.Contains(t, body, `"slow-body"`)
				require.Equal(t, 10*time.Second, took)
			})
		}
	}
}

// TestBodiesMustArriveSteadily: 32 KiB a second are enough, less is not, and a
// minute is the end.
func TestBodiesMustArriveSteadily(t *testing.T) {
	h := newHarness(t)
	for rate, want := range map[int]struct {
		status int
		least  time.Duration
	}{
		64 << 10: {400, 47 * time.Second}, // it is no JSON
		40 << 10: {408, 60 * time.Second},
		20 << 10: {408, 27 * time.Second},
	} {
		overPipes(t, h, func(t *testing.T, dial func() net.Conn) {
			conn := dial()
			const size = 3 << 20
			fmt.Fprint(conn, h.head("POST", "/v1/contacts/batch", fmt.Sprintf("Content-Length: %d\r\n", size)))
			began := time.Now()
			go func() {
				for sent := 0; sent < size; sent += rate {
					if _, err := io.WriteString(conn, strings.Repeat("x", min(rate, size-sent))); err != nil {
						return
					}
					time.Sleep(time.Second)
				}
			}()
			status, _, _ := answered(t, conn)
			require.Equal(t, want.status, status, rate)
			require.InDelta(t, want.least.Seconds(), time.Since(began).Seconds(), 3, rate)
		})
	}
}

// TestTheTimeOfABodyIsNotThatOfItsAnswer: a body that took long, and came in
// time, is worked on as long as any other.
func TestTheTimeOfABodyIsNotThatOfItsAnswer(t *testing.T) {
	h := newHarness(t)
	overPipes(t, h, func(t *testing.T, dial func() net.Conn) {
		conn := dial()
		fmt.Fprint(conn, h.head("POST", "/v1/contacts/count", "Content-Length: 1026002\r\n"))
		go func() {
			for range 38 {
				time.Sleep(time.Second)
				io.WriteString(conn, strings.Repeat(" ", 27_000)) //nolint:errcheck // the answer says it
			}
			io.WriteString(conn, "{}") //nolint:errcheck // the answer says it
		}()
		status, body, took := answered(t, conn)
		require.Equal(t, 200, status, body)
		require.Equal(t, 38*time.Second, took)
	})
}

// TestBodiesThatNobodyReadsAreGivenUp: net/http reads the rest of a body before
// it answers, also that of a request that is refused or takes none.
func TestBodiesThatNobodyReadsAreGivenUp(t *testing.T) {
	h := newHarness(t)
	for target, want := range map[string]int{"GET /healthz": 200, "GET /v1/nothing": 404, "DELETE /v1/keys": 405, "GET /v1/settings": 200, "POST /v1/contacts": 401} {
		overPipes(t, h, func(t *testing.T, dial func() net.Conn) {
			conn := dial()
			method, path, _ := strings.Cut(target, " ")
			head := h.head(method, path, "Content-Length: 1000\r\n")
			if want == 401 {
				head = strings.Replace(head, "Bearer", "Basic", 1)
			}
			fmt.Fprint(conn, head)
			status, _, took := answered(t, conn)
			require.Equal(t, want, status, target)
			require.LessOrEqual(t, took, 10*time.Second, target)
		})
	}
}

func TestSlowHeadersAndIdleConnectionsEnd(t *testing.T) {
	h := newHarness(t)
	for begun, most := range map[string]time.Duration{
		"":                              10 * time.Second,
		"GET /healthz HTTP/1.1\r\nHost": 10 * time.Second,
		"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n": 2 * time.Minute,
	} {
		overPipes(t, h, func(t *testing.T, dial func() net.Conn) {
			conn := dial()
			began := time.Now()
			fmt.Fprint(conn, begun)
			_, err := io.Copy(io.Discard, conn)
			require.NoError(t, err)
			require.LessOrEqual(t, time.Since(began), most+time.Second, begun)
		})
	}
}

// TestUnreadAnswersOfEveryKindEnd, problems too: the connection is closed.
func TestUnreadAnswersOfEveryKindEnd(t *testing.T) {
	h := newHarness(t)
	for _, target := range []string{"/v1/settings", "/v1/nothing", "/v1/contacts/x", "/metrics", "/openapi.json", "/healthz"} {
		overPipes(t, h, func(t *testing.T, dial func() net.Conn) {
			conn := dial()
			fmt.Fprint(conn, h.head("GET", target, ""))
			time.Sleep(30*time.Second + time.Second)
			_, err := conn.Read(make([]byte, 1))
			require.ErrorIs(t, err, io.EOF, target)
		})
	}
}

// members fills a segment with so many contacts that a stream of them is longer
// than any buffer.
func (h *harness) members(n int) (target string) {
	segment := h.segment("Nairobi", "Nairobi")
	for from := 0; from < n; from += 1_000 {
		var batch []object
		for i := range min(1_000, n-from) {
			batch = append(batch, object{"name": fmt.Sprint("Ada ", i), "first_name": strings.Repeat("x", 150), "city": "Nairobi"})
		}
		ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": batch}), 200)
	}
	return "/v1/segments/" + segment.ID + "/members"
}

// TestUnreadStreamsEnd: one who does not read, or a byte now and then, is given
// up, and gives back what was held for it.
func TestUnreadStreamsEnd(t *testing.T) {
	h := newHarness(t)
	target := h.members(2_000)
	for name, every := range map[string]time.Duration{"never": time.Hour, "a byte a second": time.Second} {
		overPipes(t, h, func(t *testing.T, dial func() net.Conn) {
			conn := dial()
			fmt.Fprint(conn, h.head("GET", target, "Accept: application/x-ndjson\r\n"))
			synctest.Wait()
			require.Equal(t, 1, h.loadOf(access.ScopeAdmin).Heavy, name)
			require.Zero(t, h.server.Load().Placed, "a stream that waits for its reader keeps nobody from working")
			began := time.Now()
			stop := time.AfterFunc(2*time.Minute, func() { conn.Close() })
			defer stop.Stop()
			go func() {
				for one := make([]byte, 1); ; time.Sleep(every) {
					if _, err := conn.Read(one); err != nil {
						return
					}
				}
			}()
			for h.loadOf(access.ScopeAdmin).Heavy > 0 {
				time.Sleep(time.Second)
			}
			require.Less(t, time.Since(began), 30*time.Second+2*time.Second, name)
			conn.Close()
			time.Sleep(time.Hour + time.Minute) // the reader ends
		})
	}
}

// TestSlowStreamsAreServed: whoever takes 4 KiB a second gets all of it.
func TestSlowStreamsAreServed(t *testing.T) {
	h := newHarness(t)
	target := h.members(2_000)
	for media, rows := range map[string]int{"application/x-ndjson": 2_000, "text/csv": 2_001} {
		overPipes(t, h, func(t *testing.T, dial func() net.Conn) {
			conn := dial()
			fmt.Fprint(conn, h.head("GET", target, "Accept: "+media+"\r\n"))
			began := time.Now()
			answer, err := http.ReadResponse(bufio.NewReader(throttled{conn}), nil)
			require.NoError(t, err)
			text, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			require.Equal(t, rows, strings.Count(string(text), "\n"))
			require.Greater(t, time.Since(began), time.Minute)
		})
	}
}

// throttled is a connection that is read at 4 KiB a second.
type throttled struct{ net.Conn }

func (c throttled) Read(b []byte) (int, error) {
	time.Sleep(time.Second)
	return c.Conn.Read(b[:min(len(b), 4<<10)])
}

// TestUnreadAnswersEnd: an answer in one piece is like a stream.
func TestUnreadAnswersEnd(t *testing.T) {
	h := newHarness(t)
	h.members(1_000)
	overPipes(t, h, func(t *testing.T, dial func() net.Conn) {
		fmt.Fprint(dial(), h.head("GET", "/v1/contacts?limit=1000", ""))
		synctest.Wait()
		require.Greater(t, h.loadOf(access.ScopeAdmin).Bytes, int64(100_000))
		require.Zero(t, h.server.Load().Placed, "nothing is worked on while it is sent")
		time.Sleep(30*time.Second + time.Second)
		require.Zero(t, h.loadOf(access.ScopeAdmin))
	})
}

// TestHalfSentBodiesTakeNoMemory: a body that is announced and never sent takes a
// connection and no memory. One key may have only some of the connections.
func TestHalfSentBodiesTakeNoMemory(t *testing.T) {
	h := newHarness(t)
	overPipes(t, h, func(t *testing.T, dial func() net.Conn) {
		before := taken()
		answers := make(chan int, 1_000)
		var clients sync.WaitGroup
		defer clients.Wait()
		for range 1_000 {
			conn := dial()
			clients.Go(func() {
				fmt.Fprint(conn, h.head("POST", "/v1/contacts/batch", "Content-Length: 16777216\r\n")+`{"contacts":[`)
				status, _, _ := answered(t, conn)
				answers <- status
			})
		}
		synctest.Wait()
		assert.Less(t, taken()-before, int64(64<<20))
		held := h.loadOf(access.ScopeAdmin).Bytes
		require.Equal(t, h.server.Load().Bytes, held)
		require.LessOrEqual(t, held, int64(256*(4<<10)), "256 requests at once, 4 KiB before anything is there")
		got := map[int]int{}
		for range 1_000 {
			got[<-answers]++
		}
		require.Equal(t, map[int]int{408: 64, 429: 936}, got, "a batch is a heavy question, of which there may be 64")
	})
}

// TestRefusedBodiesAreReadToTheirEnd: a client that sends all of a batch before
// it looks for an answer sees that it is refused, and goes on over the same
// connection.
func TestRefusedBodiesAreReadToTheirEnd(t *testing.T) {
	h := newHarness(t)
	for name, limits := range map[string]object{
		"heavy questions": {"heavy_questions": 1},
		"a second":        {"requests_per_second": 1}, // which keyWith has made
	} {
		as, _ := h.keyWith(limits)
		overPipes(t, h, func(t *testing.T, dial func() net.Conn) {
			if name == "heavy questions" {
				h.halfSent(dial(), as)
			}
			conn := dial()
			for range 2 {
				_, err := io.WriteString(conn, headAs(as, "POST", "/v1/contacts/batch", "Content-Length: 16777216\r\n")+strings.Repeat("x", 16<<20))
				require.NoError(t, err, name)
				status, _, took := answered(t, conn)
				require.Equal(t, 429, status, name)
				require.Zero(t, took, name)
			}
		})
	}
}

// TestRefusedBodiesAreNotAskedFor: a client that asks whether it may send its
// body is told at once that it may not.
func TestRefusedBodiesAreNotAskedFor(t *testing.T) {
	h := newHarness(t)
	as, _ := h.keyWith(object{"heavy_questions": 1})
	for target, want := range map[string]int{"/v1/contacts": 413, "/v1/contacts/batch": 429} {
		overPipes(t, h, func(t *testing.T, dial func() net.Conn) {
			h.halfSent(dial(), as)
			conn := dial()
			fmt.Fprint(conn, headAs(as, "POST", target, "Expect: 100-continue\r\nContent-Length: 2000000\r\n"))
			status, _, took := answered(t, conn)
			require.Equal(t, want, status)
			require.Zero(t, took)
		})
	}
}

// halfSent begins a batch, which is a heavy question, and sends nothing of it.
func (h *harness) halfSent(conn net.Conn, as string) {
	fmt.Fprint(conn, headAs(as, "POST", "/v1/contacts/batch", "Content-Length: 1000\r\n"))
	synctest.Wait()
	require.Equal(h.t, 1, h.server.Load().Heavy)
}

// taken is what the process has of the system and has not given back.
func taken() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys - m.HeapReleased)
}
