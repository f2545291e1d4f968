package imports

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/ndoto/kundi/fault"
)

// sampleSize is how many bytes of a file are read to find its encoding and its
// delimiter.
const sampleSize = 64 << 10

// source is a file with its encoding and its delimiter.
type source struct {
	file      io.ReadSeeker
	size      int64            // bytes
	utf16     bool             // by its byte order mark; else UTF-8
	charset   *charmap.Charmap // nil for UTF-8
	delimiter rune
	hint      string // the encoding it may be in when it is not UTF-8
	sepLine   bool   // the first line only names the delimiter
}

var (
	bomUTF8    = []byte{0xEF, 0xBB, 0xBF}
	bomUTF16LE = []byte{0xFF, 0xFE}
	bomUTF16BE = []byte{0xFE, 0xFF}
	zipMagic   = []byte{'P', 'K', 3, 4}
)

// openSource finds the encoding and the delimiter of a file from its first bytes.
func openSource(file io.ReadSeeker, o *Options) (*source, error) {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	s := &source{file: file, size: size, delimiter: o.Delimiter}
	if s.delimiter != 0 && !strings.ContainsRune(delimiters, s.delimiter) {
		return nil, errDelimiter
	}
	if o.Encoding != "" && plain(o.Encoding) != "utf8" {
		known := false
		if s.charset, known = charsetNamed(o.Encoding); !known {
			return nil, invalidFile("The encoding must be UTF-8 or one with a byte a character, like windows-1252.")
		}
	}
	head, err := s.head()
	if err != nil {
		return nil, err
	}
	if err := s.recognise(head); err != nil {
		return nil, err
	}
	text, err := s.sample()
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, invalidFile("The file is empty.")
	}
	if err := s.readSepLine(text); err != nil {
		return nil, err
	}
	if s.delimiter == 0 {
		s.delimiter = guessDelimiter(text)
	}
	return s, nil
}

// sepLine is the line that tells Excel the delimiter of a file.
var sepLine = regexp.MustCompile(`^"?[sS][eE][pP]=(.)"?[ \t]*(\r?\n|$)`)

func (s *source) readSepLine(text string) error {
	found := sepLine.FindStringSubmatch(text)
	if found == nil {
		return nil
	}
	if !strings.Contains(delimiters, found[1]) {
		return errDelimiter
	}
	s.sepLine = true
	if s.delimiter == 0 {
		s.delimiter = rune(found[1][0])
	}
	return nil
}

var errDelimiter = invalidFile("The delimiter must be a comma, a semicolon or a tab.")

// head returns the first bytes as they are.
func (s *source) head() ([]byte, error) {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(s.file, sampleSize))
}

// recognise finds the encoding. If the file is no CSV, the error says what it is.
func (s *source) recognise(head []byte) error {
	switch {
	case bytes.HasPrefix(head, bomUTF16LE), bytes.HasPrefix(head, bomUTF16BE):
		s.utf16, s.charset = true, nil
	case bytes.HasPrefix(head, bomUTF8):
		s.charset = nil
	case bytes.HasPrefix(head, zipMagic):
		return invalidFile("The file is a workbook or an archive: save it as CSV (UTF-8) first.")
	case bytes.IndexByte(head, 0) >= 0:
		return invalidFile("The file has NUL bytes: it is no text, or UTF-16 without a byte order mark. Save it as CSV in UTF-8.")
	case s.charset == nil && !validPrefix(head):
		s.hint = probable(head)
	}
	return nil
}

// validPrefix reports whether head is the start of a text in UTF-8. Its last
// character may be cut.
func validPrefix(head []byte) bool {
	for range utf8.UTFMax {
		if utf8.Valid(head) || len(head) == 0 {
			return true
		}
		head = head[:len(head)-1]
	}
	return false
}

// open returns the text of the file from its beginning, in UTF-8 without a byte
// order mark. Bytes that are not UTF-8 stay as they are. A line that names the
// delimiter becomes a blank line.
func (s *source) open() (io.Reader, error) {
	text, err := s.decoded()
	if err != nil || !s.sepLine {
		return text, err
	}
	r := bufio.NewReaderSize(text, sampleSize)
	if _, err := r.ReadString('\n'); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return io.MultiReader(strings.NewReader("\n"), r), nil
}

func (s *source) decoded() (io.Reader, error) {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if s.utf16 {
		decoder := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
		return transform.NewReader(s.file, decoder), nil
	}
	if s.charset != nil {
		return transform.NewReader(s.file, s.charset.NewDecoder()), nil
	}
	r := bufio.NewReaderSize(s.file, sampleSize)
	if bom, err := r.Peek(len(bomUTF8)); err == nil && bytes.Equal(bom, bomUTF8) {
		if _, err := r.Discard(len(bomUTF8)); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (s *source) sample() (string, error) {
	r, err := s.open()
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(io.LimitReader(r, sampleSize))
	return string(text), err
}

// faultOf says what is wrong with the characters of a cell, "" if nothing is.
func (s *source) faultOf(cell string) string {
	switch {
	case strings.IndexByte(cell, 0) >= 0:
		return "has a NUL byte"
	case !utf8.ValidString(cell) && s.hint != "":
		if _, known := charsetNamed(s.hint); known {
			return fmt.Sprintf("is not UTF-8; the file may be in %s: if it is, say --encoding %s, else convert it to UTF-8", s.hint, s.hint)
		}
		return fmt.Sprintf("is not UTF-8; the file may be in %s: convert it to UTF-8", s.hint)
	case !utf8.ValidString(cell):
		return "is not UTF-8: convert the file to UTF-8"
	case s.utf16 && strings.ContainsRune(cell, utf8.RuneError):
		return "is not valid UTF-16"
	case s.charset != nil && strings.ContainsRune(cell, utf8.RuneError):
		return "has a character that the encoding does not have: it is another one"
	}
	return ""
}

const delimiters = ",;\t"

// guessDelimiter returns the delimiter that is most frequent in the header, outside
// of quotes. It is the comma if there is none.
func guessDelimiter(text string) rune {
	counts := map[rune]int{}
	quoted := false
	for _, r := range strings.TrimLeft(text, "\r\n") {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '\n' || r == '\r':
			return most(counts)
		case strings.ContainsRune(delimiters, r):
			counts[r]++
		}
	}
	return most(counts)
}

func most(counts map[rune]int) rune {
	best := ','
	for _, r := range delimiters {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

func invalidFile(message string, faults ...fault.Fault) error {
	return &fault.Error{Kind: fault.KindInvalid, Type: "invalid-file", Message: message, Faults: faults}
}
