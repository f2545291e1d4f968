package contacts

import (
	"slices"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Suppressed is an address of a contact to which nothing is sent on a channel.
type Suppressed struct {
	Channel fields.Channel
	Address string // as Reach returns it
}

// String is the address as the history has it: channel:address.
func (s Suppressed) String() string { return s.Channel.String() + ":" + s.Address }

// suppressedTexts are the suppressed addresses of a contact as the history has them.
func suppressedTexts(c *Contact) []string {
	var list []string
	for _, s := range c.Suppressed {
		list = append(list, s.String())
	}
	return list
}

func setSuppressedTexts(c *Contact, texts []string) {
	c.Suppressed = nil
	for _, text := range texts {
		channel, address, _ := strings.Cut(text, ":")
		c.Suppressed = append(c.Suppressed, Suppressed{fields.ChannelNamed(channel), address})
	}
}

// suppressedField declares the field of the suppressed addresses. What a merge or its undo leaves of
// them is looked up anew.
func suppressedField() ledger.FieldOf[Contact] {
	same := func(a, b *Contact) bool { return slices.Equal(a.Suppressed, b.Suppressed) }
	refused := ledger.ReadOnly("cannot be sent; suppress addresses instead")
	get := func(c *Contact) fields.Value { return fields.ListValue(suppressedTexts(c)) }
	set := func(c *Contact, v fields.Value) { setSuppressedTexts(c, v.List) }
	return ledger.PartField("suppressed", fields.FieldMany, get, set, same, ledger.Unfiltered, refused).Merged(ledger.Own[Contact]())
}
