package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/ndoto/kundi/contacts"
)

// Media types of bodies.
const (
	jsonMedia       = "application/json"
	mergePatchMedia = "application/merge-patch+json"
)

// Limits of bodies.
const (
	maxBody      = 1 << 20  // bytes
	maxBatchBody = 16 << 20 // bytes, of a thousand items

	// bodyDeadline is how long a client may take to send a body of the usual
	// size, batchDeadline one of a batch.
	bodyDeadline  = 10 * time.Second
	batchDeadline = 60 * time.Second

	// A client that is refused while it still sends mostly sees a broken
	// connection instead of the answer. So the rest of a body that is too
	// large is thrown away first, within these bounds.
	maxDrained  = 256 << 20 // bytes
	drainWithin = 5 * time.Second
)

// readBody returns the body of a request as it was sent, if it is JSON of at
// most limit bytes that arrives in time. It never holds more than that.
func readBody(w http.ResponseWriter, r *http.Request, limit int64, within time.Duration) ([]byte, error) {
	if err := checkMedia(r); err != nil {
		return nil, err
	}
	control := http.NewResponseController(w)
	if r.ContentLength > limit {
		drain(control, r.Body)
		return nil, bodyTooLarge(limit)
	}
	// A server whose connections know no deadlines is one of a test.
	_ = control.SetReadDeadline(time.Now().Add(within))
	text, err := readAll(http.MaxBytesReader(w, r.Body, limit), r.ContentLength)
	if err == nil {
		// Otherwise it would fire later and look as if the client had gone.
		_ = control.SetReadDeadline(time.Time{})
		text = bytes.Trim(text, " \t\r\n") // what JSON allows around a value
		return text, checkJSON(text, "body")
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		drain(control, r.Body)
		return nil, bodyTooLarge(limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, newProblem(http.StatusRequestTimeout, "slow-body", "The body did not arrive in time.")
	default:
		return nil, &contacts.Error{Kind: contacts.KindMalformed, Type: "cut-off-body", Message: "The body was cut off.", Err: err}
	}
}

// drain throws away what a client still sends. Beyond its bounds the client may
// miss the answer.
func drain(control *http.ResponseController, body io.Reader) {
	_ = control.SetReadDeadline(time.Now().Add(drainWithin))
	_, _ = io.CopyN(io.Discard, body, maxDrained)
}

// readAll reads to the end, into a slice of the right size where it is known.
func readAll(r io.Reader, length int64) ([]byte, error) {
	if length < 0 {
		return io.ReadAll(r)
	}
	text := make([]byte, length)
	n, err := io.ReadFull(r, text)
	if errors.Is(err, io.EOF) && length == 0 {
		err = nil
	}
	return text[:n], err
}

// sizeOf writes a number of bytes for people.
func sizeOf(bytes int64) string {
	if bytes >= 1<<20 && bytes%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
	return fmt.Sprintf("%d bytes", bytes)
}

func bodyTooLarge(limit int64) error {
	return &contacts.Error{
		Kind: contacts.KindTooLarge, Type: "body-too-large", Message: "The body is too large.",
		Faults: []contacts.Fault{{Path: "body", Detail: "must have at most " + sizeOf(limit)}},
	}
}

func checkMedia(r *http.Request) error {
	if r.ContentLength == 0 {
		return malformed("body", "is empty; a JSON value is expected")
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	known := media == jsonMedia || media == mergePatchMedia && r.Method == http.MethodPatch
	charset := params["charset"]
	switch {
	case err != nil || !known:
		detail := "The body must be application/json; say so in the header Content-Type."
		return newProblem(http.StatusUnsupportedMediaType, "unsupported-media-type", detail)
	case charset != "" && !strings.EqualFold(charset, "utf-8"):
		return newProblem(http.StatusUnsupportedMediaType, "unsupported-media-type", "The body must be UTF-8.")
	case r.Header.Get("Content-Encoding") != "" && !strings.EqualFold(r.Header.Get("Content-Encoding"), "identity"):
		return newProblem(http.StatusUnsupportedMediaType, "unsupported-media-type", "The body must not be compressed.")
	}
	return nil
}
