package contacts

import (
	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// writeConsents writes consents unless there are none: of each the number of its channel, its status,
// the moment in milliseconds, the source, who, and the proof.
func writeConsents(e *codec.Encoder, list []Consent) {
	if len(list) == 0 {
		return
	}
	e.Uvarint(contactConsentsNumber)
	e.Uvarint(uint64(len(list)))
	for _, c := range list {
		e.Uvarint(uint64(c.Channel))
		e.Uvarint(uint64(c.Status))
		e.Varint(c.At.UnixMilli())
		e.String(string(c.Source))
		e.String(c.Name)
		e.String(c.Proof)
	}
}

func readConsents(d *codec.Decoder) []Consent {
	list := make([]Consent, d.Count(6))
	for i := range list {
		list[i] = Consent{
			Channel: fields.Channel(d.Uvarint()), Status: ConsentStatus(d.Uvarint()), At: d.Time(),
			Source: ledger.Source(d.String()), Name: d.String(), Proof: d.String(),
		}
	}
	return list
}

// writeSuppressed writes suppressed addresses unless there are none: of each the number of its channel
// and the address.
func writeSuppressed(e *codec.Encoder, list []Suppressed) {
	if len(list) == 0 {
		return
	}
	e.Uvarint(contactSuppressedNumber)
	e.Uvarint(uint64(len(list)))
	for _, s := range list {
		e.Uvarint(uint64(s.Channel))
		e.String(s.Address)
	}
}

func readSuppressed(d *codec.Decoder) []Suppressed {
	list := make([]Suppressed, d.Count(2))
	for i := range list {
		list[i] = Suppressed{Channel: fields.Channel(d.Uvarint()), Address: d.String()}
	}
	return list
}
