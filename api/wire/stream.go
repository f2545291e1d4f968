package wire

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// Stream is an answer that is written piece by piece instead of a Body.
type Stream struct {
	Media  string
	Header map[string]string // of the answer; the operation announces them
	// Write writes all of it. An error after the first byte cuts the
	// connection, so that the client does not take a part for the whole.
	Write func(ctx context.Context, w io.Writer) error
}

// stream writes a streamed answer. Each piece has its own time to arrive.
func (s *Server) stream(c *gin.Context, v *Visit, status int, out *Stream) error {
	header := c.Writer.Header()
	header.Set("Content-Type", out.Media)
	if out.Media == CSVMedia {
		header.Set("Content-Type", CSVMedia+"; charset=utf-8; header=present")
	}
	for name, value := range out.Header {
		header.Set(name, value)
	}
	c.Writer.WriteHeader(status)
	if v.head {
		c.Writer.WriteHeaderNow()
		return nil
	}
	err := out.Write(v.ctx, &pieces{visit: v, to: c.Writer})
	if err != nil && c.Writer.Written() {
		s.logFailure(c, ProblemOf(err))
		panic(http.ErrAbortHandler)
	}
	if err != nil { // a problem is answered instead
		for name := range out.Header {
			header.Del(name)
		}
	}
	return err
}

// PieceSize is how much of an answer a client must take within writeDeadline,
// so that one who reads a byte now and then is given up, too.
const PieceSize = 64 << 10

// pieces gives every piece of what is written to a client its own deadline.
type pieces struct {
	visit *Visit
	to    gin.ResponseWriter
}

func (p *pieces) Write(b []byte) (written int, err error) {
	if p.visit.head {
		return len(b), nil
	}
	p.visit.answered = true
	for len(b) > 0 && err == nil {
		var n int
		p.visit.server.limitWriting(p.to)
		n, err = p.to.Write(b[:min(PieceSize, len(b))])
		written += n
		b = b[n:]
	}
	return written, err
}

func (s *Server) limitWriting(w http.ResponseWriter) {
	// A server whose connections know no deadlines is one of a test.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeDeadline))
}

// SendPieces sends a stream. next writes a piece of it into text and says whether
// there are more: one is held at a time, made in a place among the heavy
// questions and sent outside of it.
func SendPieces(ctx context.Context, w io.Writer, text *bytes.Buffer, next func(context.Context) (more bool, err error)) error {
	for more := true; more; {
		err := VisitOf(ctx).inPlace(ctx, writeDeadline, func() (err error) {
			more, err = next(ctx)
			return err
		})
		if err != nil {
			return err
		}
		if _, err := text.WriteTo(w); err != nil {
			return err
		}
	}
	return nil
}

// WithCursor returns the header of a stream with the cursor of the next page, "" for
// none. It leaves the header that it was given as it is.
func WithCursor(header map[string]string, cursor string) map[string]string {
	if cursor == "" {
		return header
	}
	header = maps.Clone(header)
	header[NextCursorHeader] = cursor
	return header
}
