package filtertest

import (
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
)

// salts name draws. The blank one is the draw without a name.
var salts = []string{"", "spring", "Frühling", " "}

// draw draws the rest of a rule on random buckets: often one whose bound is at the bucket of a contact.
func (w *World) draw(t *rapid.T, rule map[string]any) {
	salt := rapid.SampledFrom(salts).Draw(t, "salt")
	if salt != "" {
		rule["salt"] = salt
	}
	bound := rapid.SampledFrom([]int{0, 1, 2500, 5000, 9999, fields.Buckets}).Draw(t, "bound")
	if len(w.Contacts) > 0 && rapid.Bool().Draw(t, "at a bucket") {
		if salt == " " {
			salt = ""
		}
		bound = fields.Bucket(pick(t, w.Contacts).ID, salt) + rapid.IntRange(0, 1).Draw(t, "behind")
	}
	rule["value"] = bound
}
