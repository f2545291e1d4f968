package contacts

import (
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// renewTexts brings the texts of a contact that an older version stored into the
// form that they would get now: without what pasting brings along unseen, and of
// labels and options that are one now only the first. A text that shows nothing is
// missing. It reports whether it changed the contact, which must be nobody else's. k is
// Kind, which it may not name itself.
func renewTexts(k *ledger.Kind[Contact], c *Contact, options fields.RenewedOptions) (changed bool) {
	before := c.Clone()
	k.Renew(c)
	for i := range c.Absorbed {
		c.Absorbed[i].Name = words.CleanText(c.Absorbed[i].Name)
	}
	c.Attributes = slices.DeleteFunc(c.Attributes, func(a fields.Attribute) bool { return a.Renewed(options).IsMissing() })
	for i, a := range c.Attributes {
		c.Attributes[i].Value = a.Renewed(options)
	}
	return !k.Same(before, c) || !slices.Equal(before.Absorbed, c.Absorbed)
}
