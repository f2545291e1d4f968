package perf

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// answerTime is how long an answer may take: longer than the server itself
// lets anything take.
const answerTime = time.Minute

// client is one connection to the server, kept open. It takes little of the
// processors, which it shares with what it measures: net/http's own client
// would take as much as a short answer.
type client struct {
	conn   net.Conn
	in     *bufio.Reader
	header string // of every request
	out    []byte
	answer bytes.Buffer
	seq    uint64    // Kundi-Seq of the last answer, 0 when it had none
	until  time.Time // when to wait no longer, sooner than answerTime says; zero for none
}

// request is one request: POST when it has a body, else GET, unless it says
// otherwise.
type request struct {
	method string
	path   string
	body   []byte
	accept string // the media type of the answer; that of JSON when empty
}

// refusal is an answer that is not a 2xx.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string {
	return fmt.Sprintf("the server answered %d %s: %s", r.status, http.StatusText(r.status), r.text)
}

func (v *server) dial() (*client, error) {
	conn, err := net.Dial("tcp", v.address)
	if err != nil {
		return nil, err
	}
	header := " HTTP/1.1\r\nHost: " + v.address + "\r\nAuthorization: Bearer " + v.key + "\r\n"
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 16<<10), header: header}, nil
}

func (c *client) close() { c.conn.Close() }

// do makes a request and returns the body of its answer, until the next one.
// It fails unless the answer is a 2xx; any other is a refusal.
func (c *client) do(r request) ([]byte, error) {
	deadline := time.Now().Add(answerTime)
	if !c.until.IsZero() && c.until.Before(deadline) {
		deadline = c.until
	}
	if err := c.conn.SetDeadline(deadline); err != nil {
		return nil, err
	}
	if err := c.send(r); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	c.answer.Reset()
	if _, err := c.answer.ReadFrom(response.Body); err != nil {
		return nil, err
	}
	if response.StatusCode/100 != 2 {
		return nil, &refusal{response.StatusCode, c.answer.String()}
	}
	c.seq, _ = strconv.ParseUint(response.Header.Get("Kundi-Seq"), 10, 64)
	return c.answer.Bytes(), nil
}

func (c *client) send(r request) error {
	method := r.method
	switch {
	case method != "":
	case r.body != nil:
		method = http.MethodPost
	default:
		method = http.MethodGet
	}
	c.out = append(append(c.out[:0], method...), ' ')
	c.out = append(c.out, r.path...)
	c.out = append(c.out, c.header...)
	if r.accept != "" {
		c.out = fmt.Appendf(c.out, "Accept: %s\r\n", r.accept)
	}
	if r.body != nil {
		c.out = fmt.Appendf(c.out, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(r.body))
	}
	c.out = append(c.out, "\r\n"...)
	c.out = append(c.out, r.body...)
	_, err := c.conn.Write(c.out)
	return err
}
