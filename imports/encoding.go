package imports

import (
	"strings"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding/charmap"
)

// charsetNamed returns an encoding of one byte per character by its name, in any
// case and punctuation: "windows-1252", "ISO 8859-15", "cp1250". ISO 8859-1 is
// read as windows-1252, as browsers do, because programs often confuse the two.
func charsetNamed(name string) (*charmap.Charmap, bool) {
	name = plain(name)
	if digits, ok := strings.CutPrefix(name, "cp"); ok {
		name = "windows" + digits
	}
	switch name {
	case "iso88591", "latin1", "ansi":
		name = "windows1252"
	}
	for _, known := range charmap.All {
		if c, ok := known.(*charmap.Charmap); ok && plain(c.String()) == name {
			return c, true
		}
	}
	return nil, false
}

// probable returns the name of the encoding that the bytes are most likely in, ""
// if they do not tell. If windows-1252 and ISO 8859-1 are both possible, it is
// windows-1252.
func probable(text []byte) string {
	name := chardet.Detect(text).Encoding
	if c, known := charsetNamed(name); known && c == charmap.Windows1252 {
		return "windows-1252"
	}
	return name
}
