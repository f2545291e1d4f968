package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"time"
)

// client is one connection to a server, kept open. It takes less time than net/http's own client, which
// would be a part of what is measured.
type client struct {
	conn   net.Conn
	in     *bufio.Reader
	header string // of every request
	answer bytes.Buffer
}

// answerTime is how long an answer may take.
const answerTime = 2 * time.Minute

func dial(address, key string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	header := " HTTP/1.1\r\nHost: " + address + "\r\nAuthorization: Bearer " + key + "\r\n"
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 64<<10), header: header}, nil
}

// request returns the bytes of a request. An empty accept stands for JSON.
func (c *client) request(method, path, accept string, body []byte) []byte {
	out := []byte(method + " " + path + c.header)
	if accept != "" {
		out = fmt.Appendf(out, "Accept: %s\r\n", accept)
	}
	if body != nil {
		out = fmt.Appendf(out, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	return append(append(out, "\r\n"...), body...)
}

// do makes a request and returns the body of its answer, which stays until the next one. It fails
// unless the answer is a 2xx.
func (c *client) do(request []byte) ([]byte, error) {
	if err := c.conn.SetDeadline(time.Now().Add(answerTime)); err != nil {
		return nil, err
	}
	if _, err := c.conn.Write(request); err != nil {
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
		return nil, fmt.Errorf("the server answered %s: %s", response.Status, c.answer.Bytes())
	}
	return c.answer.Bytes(), nil
}

func (c *client) close() error { return c.conn.Close() }
