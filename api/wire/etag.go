package wire

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// ETag is the entity tag of a version, with its quotes. It is strong: equal versions have
// equal bytes.
func ETag(version uint64) string {
	return `"` + strconv.FormatUint(ledger.ShownVersion(version), 10) + `"`
}

// ifMatchPattern is what ParseIfMatch takes.
const ifMatchPattern = `^(\*|(W/)?"[^"]*")?$`

// errIfMatch says what a header If-Match must be.
var errIfMatch = fault.Invalid("invalid-header", "A header is not valid.", []fault.Fault{
	{Path: "If-Match", Detail: `must be * or one entity tag like "42"`},
})

// checkIfMatch refuses a header If-Match that would be ignored, that of a write that demands no
// version. It is no error of a request that only reads. An empty one is none.
func checkIfMatch(header http.Header, writes, takes bool) error {
	if header.Get("If-Match") == "" || !writes || takes {
		return nil
	}
	return fault.Invalid("invalid-header", "A header is not valid.", []fault.Fault{
		{Path: "If-Match", Detail: "is not taken here: this request does not look at a version"},
	})
}

// ParseIfMatch returns the version that a header If-Match demands, "" for no
// header. A tag that we never gave and a weak one match no version, which is
// not an error of the header (RFC 9110, 13.1.1). A list of tags, which the
// standard allows and nobody sends, is refused.
func ParseIfMatch(header string) (version uint64, err error) {
	tag := strings.TrimSpace(header)
	if tag == "" || tag == "*" {
		return ledger.AnyVersion, nil
	}
	opaque, weak := strings.CutPrefix(tag, "W/")
	if len(opaque) < 2 || opaque[0] != '"' || strings.IndexByte(opaque[1:], '"') != len(opaque)-2 {
		return 0, errIfMatch
	}
	version, err = strconv.ParseUint(opaque[1:len(opaque)-1], 10, 64)
	if err != nil || weak || ETag(version) != opaque {
		return ledger.NoVersion, nil
	}
	if version == 0 {
		return ledger.NeverChanged, nil
	}
	return version, nil
}

// noneMatch reports whether a version is among those the client has, by the
// header If-None-Match, so that it need not be sent again (weak comparison).
func noneMatch(header string, version uint64) bool {
	for tag := range strings.SplitSeq(header, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == ETag(version) {
			return true
		}
	}
	return false
}
