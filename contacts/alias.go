package contacts

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/ledger"
)

// TextAt returns a text of a list that a contact has, named as in highlights: "emails[1]",
// "identities[0].source_id", "absorbed[0].email". False when the name is none of a list.
func (c *Contact) TextAt(name string) (text string, ok bool) {
	list, place, ok := strings.Cut(name, "[")
	if !ok {
		return "", false
	}
	place, field, _ := strings.Cut(place, "]")
	i, err := strconv.Atoi(place)
	at := func(n int) bool { return err == nil && i >= 0 && i < n }
	switch all := c.addressesOf(list); {
	case all != nil && at(len(all)):
		return all[i].Value, true
	case list == "identities" && at(len(c.Identities)):
		return c.Identities[i].SourceID, true
	case list == ledger.FieldAbsorbed && at(len(c.Absorbed)):
		return absorbedText(&c.Absorbed[i], strings.TrimPrefix(field, ".")), true
	}
	return "", true
}

// addressesOf returns all addresses in a list, nil for another list.
func (c *Contact) addressesOf(list string) []Address {
	for _, k := range addressKinds {
		if k.all == list {
			return k.of(c)
		}
	}
	return nil
}

// absorbedText returns a field of a contact that was absorbed.
func absorbedText(a *ledger.Absorbed, field string) string {
	switch field {
	case "name":
		return a.Name
	case "email":
		return a.Email
	case "phone":
		return a.Phone
	case "identifier":
		return a.Identifier
	}
	return ""
}

// aliases are the values by which a contact is found beside its first ones and those of contacts
// that it has absorbed.
func (c *Contact) aliases() (list []ledger.Alias) {
	known := func(is func(a *ledger.Absorbed) bool) bool {
		for i := range c.Absorbed {
			if is(&c.Absorbed[i]) {
				return true
			}
		}
		return false
	}
	for i, a := range c.MoreEmails {
		if !known(func(b *ledger.Absorbed) bool { return emails.form(b.Email) == emails.form(a.Value) }) {
			list = append(list, ledger.Alias{Field: fmt.Sprintf("emails[%d]", i+1), Email: a.Value})
		}
	}
	for i, a := range c.MorePhones {
		if !known(func(b *ledger.Absorbed) bool { return b.Phone == a.Value }) {
			list = append(list, ledger.Alias{Field: fmt.Sprintf("phones[%d]", i+1), Phone: a.Value})
		}
	}
	for i, identity := range c.Identities {
		list = append(list, ledger.Alias{Field: fmt.Sprintf("identities[%d].source_id", i), Identifier: identity.SourceID})
	}
	return list
}
