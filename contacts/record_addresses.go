package contacts

import (
	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
)

// The flags of contactSharedNumber.
const (
	emailSharedFlag = 1
	phoneSharedFlag = 2
)

func sharedFlags(c *Contact) (flags uint64) {
	if c.EmailShared {
		flags |= emailSharedFlag
	}
	if c.PhoneShared {
		flags |= phoneSharedFlag
	}
	return flags
}

// addressesField writes addresses unless there are none: of each its value, 1 if it is shared and
// else 0, and with whom it came.
func addressesField(e *codec.Encoder, field uint64, list []Address) {
	if len(list) == 0 {
		return
	}
	e.Uvarint(field)
	e.Uvarint(uint64(len(list)))
	for _, a := range list {
		e.String(a.Value)
		if a.Shared {
			e.Uvarint(1)
		} else {
			e.Uvarint(0)
		}
		e.Uvarint(uint64(a.Of))
	}
}

func readAddresses(d *codec.Decoder) []Address {
	list := make([]Address, d.Count(3))
	for i := range list {
		list[i] = Address{Value: d.String(), Shared: d.Uvarint() == 1, Of: d.Uint32()}
	}
	return list
}

// writeIdentities writes identities unless there are none: of each the number of its channel, the
// source id, and with whom it came.
func writeIdentities(e *codec.Encoder, list []Identity) {
	if len(list) == 0 {
		return
	}
	e.Uvarint(contactIdentitiesNumber)
	e.Uvarint(uint64(len(list)))
	for _, i := range list {
		e.Uvarint(uint64(i.Channel))
		e.String(i.SourceID)
		e.Uvarint(uint64(i.Of))
	}
}

func readIdentities(d *codec.Decoder) []Identity {
	list := make([]Identity, d.Count(3))
	for i := range list {
		list[i] = Identity{Channel: fields.Channel(d.Uvarint()), SourceID: d.String(), Of: d.Uint32()}
	}
	return list
}
