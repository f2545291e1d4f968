package imports

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/ndoto/kundi/fields"
)

// maxSamples is how many cells of an unknown column are examined.
const maxSamples = 200

// proposal says what to do about an unknown column. It depends on what the cells
// look like.
func (m *mapping) proposal(position int, samples []string) string {
	looks, field := looksLike(samples)
	if field == "" || !slices.Contains(severalColumns, field) && m.holds(field) {
		return fmt.Sprintf(
			"has no name that is known: give its field with --map %d=FIELD, leave it out with --skip %d or --skip-unknown, or define it as an attribute first",
			position, position)
	}
	return fmt.Sprintf("has no name that is known, but looks like %s: say --map %d=%s, or another field; or leave it out with --skip %d or --skip-unknown",
		looks, position, field, position)
}

func (m *mapping) holds(field string) bool {
	return slices.ContainsFunc(m.columns, func(c Column) bool { return c.Field == field })
}

var emailShape = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@.]+$`)

// looksLike returns what at least nine of ten cells look like, such as e-mail
// addresses, and the field for it.
func looksLike(samples []string) (what, field string) {
	for _, shape := range []struct {
		what, field string
		fits        func(string) bool
	}{
		{"e-mail addresses", "email", emailShape.MatchString},
		{"phone numbers", "phone", isPhoneShaped},
		{"countries", "country", func(text string) bool { _, ok := fields.CountryNamed(text); return ok }},
	} {
		fitting := 0
		for _, text := range samples {
			if shape.fits(text) {
				fitting++
			}
		}
		if fitting > 0 && fitting*10 >= len(samples)*9 {
			return shape.what, shape.field
		}
	}
	return "", ""
}

// isPhoneShaped reports whether a text has as many digits as a phone number and
// begins with + or 0. Other long numbers do not begin so.
func isPhoneShaped(text string) bool {
	digits := 0
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			digits++
		case !strings.ContainsRune("+-() ./\u00a0", r):
			return false
		}
	}
	return digits >= 7 && digits <= 15 && strings.ContainsAny(text[:1], "+0(")
}
