package filter

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/ndoto/kundi/fields"
)

// MaxSaltLength is how many characters the salt of a draw may have.
const MaxSaltLength = 100

// salt checks the salt of a rule, which only one on random buckets may have. A blank one is none.
func (c *checker) salt(rule map[string]any, f fields.Field, path string) string {
	sent := rule["salt"]
	if fields.Blank(sent) {
		delete(rule, "salt")
		return ""
	}
	if f.Type != fields.FieldBucket {
		c.faults.add(path, "must be absent: only rules on random_bucket have it")
		return ""
	}
	v, fault := c.loader.decoder.Schema.CoerceMember(fields.Field{Type: fields.FieldID}, sent)
	if fault == "" && utf8.RuneCountInString(v.Text) > MaxSaltLength {
		fault = fmt.Sprintf("must have at most %d characters", MaxSaltLength)
	}
	if fault != "" {
		c.faults.add(path, fault)
		return ""
	}
	return v.Text
}

// ofDraw names the draw of a rule on random buckets.
func (r *Rule) ofDraw() string {
	if r.Salt == "" {
		return ""
	}
	return " of the draw " + strconv.Quote(cut(r.Salt))
}
