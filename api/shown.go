package api

import (
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// shown is the value of a field of any noun in the form of answers: of a list of addresses or
// identities, objects.
func shown(f fields.Field, v fields.Value) any {
	if v.IsMissing() {
		return f.JSON(v)
	}
	switch f.Name {
	case "emails", "phones":
		list := make([]contacts.Address, len(v.List))
		for i, text := range v.List {
			list[i] = contacts.AddressOf(text)
		}
		return addresses(list)
	case "identities":
		list := make([]contacts.Identity, len(v.List))
		for i, text := range v.List {
			list[i] = contacts.IdentityOf(text)
		}
		return identities(list)
	}
	return f.JSON(v)
}
