package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/strictjson"
)

// Media types of bodies.
const (
	JSONMedia       = "application/json"
	MergePatchMedia = "application/merge-patch+json"
)

// Limits of bodies.
const (
	MaxBody      = 1 << 20  // bytes
	MaxBatchBody = 16 << 20 // bytes, of a thousand items

	// bodyDeadline is how long a client may take to send a body, and a second
	// more for every slowestRate bytes that have arrived.
	bodyDeadline = 10 * time.Second
	slowestRate  = 32 << 10 // bytes a second

	// firstPiece is what is held ready for a body before any of it is there.
	firstPiece = 4 << 10 // bytes

	// largeBody is from when on reading a body counts as work for which a place
	// is needed.
	largeBody = 16 << 10 // bytes

	// A client that is refused while it still sends mostly sees a broken
	// connection instead of the answer. So the rest of a body that is too
	// large is thrown away first, within these bounds.
	maxDrained  = 256 << 20 // bytes
	drainWithin = 5 * time.Second
)

// receiveBody returns the body of a request as it was sent, if it says that it
// is JSON, or of one of the media types of files, and has at most limit bytes, that arrive in time. What it holds grows
// with what has arrived, whatever was announced, and is taken from the visit.
func (v *Visit) receiveBody(w http.ResponseWriter, r *http.Request, files []string, limit int64, within time.Duration) (text []byte, err error) {
	if v.sent, err = checkMedia(r, files); err != nil {
		return nil, err
	}
	control := http.NewResponseController(w)
	if r.ContentLength > limit {
		drain(w, r, maxDrained)
		return nil, bodyTooLarge(limit)
	}
	a := arrival{visit: v, control: control, began: time.Now(), within: within, limit: limit, announced: r.ContentLength}
	text, err = a.read(http.MaxBytesReader(w, r.Body, limit))
	if err == nil {
		// Otherwise it would fire later and look as if the client had gone.
		_ = control.SetReadDeadline(time.Time{})
		return bytes.Trim(text, " \t\r\n"), nil // what JSON allows around a value
	}
	var tooLarge *http.MaxBytesError
	var refused *Problem
	switch {
	case errors.As(err, &tooLarge):
		drain(w, r, maxDrained)
		return nil, bodyTooLarge(limit)
	case errors.As(err, &refused):
		drain(w, r, maxDrained)
		return nil, refused
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, NewProblem(http.StatusRequestTimeout, "slow-body", "The body did not arrive in time.")
	default:
		return nil, &fault.Error{Kind: fault.KindMalformed, Type: "cut-off-body", Message: "The body was cut off.", Err: err}
	}
}

// arrival is a body that is being received.
type arrival struct {
	visit     *Visit
	control   *http.ResponseController
	began     time.Time
	within    time.Duration // in which all of it must be there
	given     time.Duration // in which the next piece must be
	limit     int64
	announced int64 // -1 when nothing was
	text      []byte
}

// read reads to the end.
func (a *arrival) read(body io.Reader) ([]byte, error) {
	for {
		if len(a.text) == cap(a.text) {
			if err := a.grow(); err != nil {
				return nil, err
			}
		}
		a.wait()
		n, err := body.Read(a.text[len(a.text):cap(a.text)])
		a.text = a.text[:len(a.text)+n]
		switch {
		case errors.Is(err, io.EOF):
			return a.text, nil
		case err != nil:
			return nil, err
		}
	}
}

// grow makes room for as much as is there already, so that it is copied a few
// times at most and never twice as large as it must be.
func (a *arrival) grow() error {
	size := max(firstPiece, 2*int64(cap(a.text)))
	if a.announced >= 0 {
		// One more, for the read that finds the end.
		size = min(size, max(a.announced, int64(cap(a.text)))+1)
	}
	size = min(size, a.limit+1)
	if err := a.visit.takeBytes(size - int64(cap(a.text))); err != nil {
		return err
	}
	a.text = append(make([]byte, 0, size), a.text...)
	return nil
}

// wait gives the next piece its time. A client that sends nothing is given up
// soon, one that sends steadily is not.
func (a *arrival) wait() {
	earned := time.Duration(len(a.text)/slowestRate) * time.Second
	if within := min(a.within, bodyDeadline+earned); within != a.given {
		a.given = within
		// A server whose connections know no deadlines is one of a test.
		_ = a.control.SetReadDeadline(a.began.Add(within))
	}
}

// drain throws away what a client still sends. Beyond its bounds the client may
// miss the answer.
func drain(w http.ResponseWriter, r *http.Request, most int64) {
	if r.Header.Get("Expect") != "" { // it sends nothing before it is asked to
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(drainWithin))
	_, _ = io.CopyN(io.Discard, r.Body, most)
}

// sizeOf writes a number of bytes for people.
func sizeOf(bytes int64) string {
	if bytes >= 1<<20 && bytes%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
	return fmt.Sprintf("%d bytes", bytes)
}

// MalformedFile is the error of a body of one of the media types of Operation.Files that cannot be
// read.
func MalformedFile(detail string) error {
	return &fault.Error{
		Kind: fault.KindMalformed, Type: "malformed-file", Message: "The file cannot be read.",
		Faults: []fault.Fault{{Path: "body", Detail: detail}},
	}
}

// fileText returns the text of a file without a byte order mark. It refuses one that has nothing else in it, or is
// not UTF-8.
func fileText(text []byte) ([]byte, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return nil, MalformedFile("is empty")
	case !utf8.Valid(text):
		return nil, MalformedFile("is not UTF-8")
	}
	return text, nil
}

func bodyTooLarge(limit int64) error {
	return &fault.Error{
		Kind: fault.KindTooLarge, Type: "body-too-large", Message: "The body is too large.",
		Faults: []fault.Fault{{Path: "body", Detail: "must have at most " + sizeOf(limit)}},
	}
}

// checkMedia returns the media type of a body, or an error if it is none that is taken.
func checkMedia(r *http.Request, files []string) (string, error) {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if media == "application/ndjson" || media == "application/jsonl" {
		media = NDJSONMedia
	}
	if r.ContentLength == 0 && !slices.Contains(files, media) {
		return "", strictjson.Malformed("body", "is empty; a JSON value is expected")
	}
	known := media == JSONMedia || media == MergePatchMedia && r.Method == http.MethodPatch || slices.Contains(files, media)
	charset := params["charset"]
	switch {
	case err != nil || !known:
		detail := "The body must be " + strings.Join(append([]string{JSONMedia}, files...), " or ") + "; say so in the header Content-Type."
		return "", NewProblem(http.StatusUnsupportedMediaType, "unsupported-media-type", detail)
	case charset != "" && !strings.EqualFold(charset, "utf-8"):
		return "", NewProblem(http.StatusUnsupportedMediaType, "unsupported-media-type", "The body must be UTF-8.")
	case r.Header.Get("Content-Encoding") != "" && !strings.EqualFold(r.Header.Get("Content-Encoding"), "identity"):
		return "", NewProblem(http.StatusUnsupportedMediaType, "unsupported-media-type", "The body must not be compressed.")
	}
	return media, nil
}
