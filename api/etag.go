package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/contacts"
)

// etagOf is the entity tag of a version. It is strong: equal versions have
// equal bytes.
func etagOf(version uint64) string { return `"` + strconv.FormatUint(version, 10) + `"` }

// precondition is what the header If-Match demands of the present version.
type precondition struct {
	any      bool // absent or *: whatever it is
	versions []uint64
}

// parseIfMatch reads an If-Match header, "" for none. A tag that we never gave
// and a weak one match no version, which is not an error (RFC 9110, 13.1.1).
func parseIfMatch(header string) (precondition, error) {
	text := strings.TrimSpace(header)
	if text == "" || text == "*" {
		return precondition{any: true}, nil
	}
	var p precondition
	for tag := range strings.SplitSeq(text, ",") {
		tag = strings.TrimSpace(tag)
		opaque, weak := strings.CutPrefix(tag, "W/")
		if len(opaque) < 2 || opaque[0] != '"' || strings.IndexByte(opaque[1:], '"') != len(opaque)-2 {
			return precondition{}, contacts.Invalid("invalid-header", "A header is not valid.", []contacts.Fault{
				{Path: "If-Match", Detail: `must be * or entity tags like "42"`},
			})
		}
		version, err := strconv.ParseUint(opaque[1:len(opaque)-1], 10, 64)
		if err == nil && !weak && etagOf(version) == opaque {
			p.versions = append(p.versions, version)
		}
	}
	return p, nil
}

// noneMatch reports whether a version is among those the client has, by the
// header If-None-Match, so that it need not be sent again (weak comparison).
func noneMatch(header string, version uint64) bool {
	for tag := range strings.SplitSeq(header, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == etagOf(version) {
			return true
		}
	}
	return false
}

// notModified answers a conditional GET whose client has the newest version.
func notModified(w http.ResponseWriter, version uint64) {
	w.Header().Set("ETag", etagOf(version))
	w.WriteHeader(http.StatusNotModified)
}
