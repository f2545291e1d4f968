package storage

import (
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// The fields of a contact. Numbers are never reused. The ordinal is in the
// key.
const (
	contactVersion    = 1
	contactID         = 2
	contactType       = 3
	contactName       = 4
	contactFirstName  = 5
	contactLastName   = 6
	contactEmail      = 7
	contactPhone      = 8
	contactIdentifier = 9
	contactCountry    = 10
	contactCompany    = 11
	contactLabels     = 12
	contactChannels   = 13
	contactAttributes = 14
	contactCreated    = 15
	contactUpdated    = 16
	contactLastSeen   = 17
	contactCity       = 18 // from version 2
	contactBlocked    = 19 // from version 3
	contactAbsorbed   = 20 // from version 3
)

// encodeContact returns the record of a contact.
func encodeContact(c *contacts.Contact) []byte {
	e := newRecord(contacts.ContactKind.Version, 512+32*len(c.Attributes))
	e.uintField(contactVersion, c.Version)
	e.uvarint(contactID)
	e.id(c.ID)
	e.textField(contactType, string(c.Type))
	e.textField(contactName, c.Name)
	e.textField(contactFirstName, c.FirstName)
	e.textField(contactLastName, c.LastName)
	e.textField(contactEmail, c.Email)
	e.textField(contactPhone, c.Phone)
	e.textField(contactIdentifier, c.Identifier)
	e.textField(contactCountry, c.Country)
	e.textField(contactCity, c.City)
	e.uintField(contactCompany, uint64(c.Company))
	e.listField(contactLabels, c.Labels)
	e.listField(contactChannels, c.Channels)
	e.attributesField(contactAttributes, c.Attributes)
	e.timeField(contactCreated, c.CreatedAt)
	e.timeField(contactUpdated, c.UpdatedAt)
	e.timeField(contactLastSeen, c.LastSeenAt)
	e.uintField(contactBlocked, boolBit(c.Blocked))
	e.absorbedField(contactAbsorbed, c.Absorbed)
	return e.b
}

// decodeContact reads the record of the contact with the ordinal.
func decodeContact(ordinal uint32, record []byte) (*contacts.Contact, error) {
	d, err := openRecord(record, contacts.ContactKind.Version)
	if err != nil {
		return nil, err
	}
	c := &contacts.Contact{Ordinal: ordinal}
	for {
		field, ok := d.next()
		if !ok {
			break
		}
		d.contactField(c, field)
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// contactField reads one field into c.
func (d *decoder) contactField(c *contacts.Contact, field uint64) {
	switch field {
	case contactVersion:
		c.Version = d.uvarint()
	case contactID:
		d.id(&c.ID)
	case contactType:
		c.Type = decodeType(d.bytes())
	case contactName:
		c.Name = d.string()
	case contactFirstName:
		c.FirstName = d.string()
	case contactLastName:
		c.LastName = d.string()
	case contactEmail:
		c.Email = d.string()
	case contactPhone:
		c.Phone = d.string()
	case contactIdentifier:
		c.Identifier = d.string()
	case contactCountry:
		c.Country = d.string()
	case contactCity:
		c.City = d.string()
	case contactCompany:
		c.Company = d.uint32()
	case contactLabels:
		c.Labels = d.strings()
	case contactChannels:
		c.Channels = d.channels()
	case contactAttributes:
		c.Attributes = d.attributes()
	case contactCreated:
		c.CreatedAt = d.time()
	case contactUpdated:
		c.UpdatedAt = d.time()
	case contactLastSeen:
		c.LastSeenAt = d.time()
	case contactBlocked:
		c.Blocked = d.uvarint() == 1
	case contactAbsorbed:
		c.Absorbed = d.absorbed()
	default:
		d.fail()
	}
}

// channels reads names of channels, of older records under their present names.
func (d *decoder) channels() []string {
	list := d.strings()
	if d.b[0] < codecChannels {
		contacts.PresentChannels(list)
	}
	return list
}

// decodeType avoids a copy of the types there are.
func decodeType(b []byte) contacts.Type {
	for _, t := range contacts.Types {
		if string(t) == string(b) {
			return t
		}
	}
	return contacts.Type(b)
}

// attributesField writes attributes unless there are none.
func (e *encoder) attributesField(field uint64, attributes fields.Attributes) {
	if len(attributes) == 0 {
		return
	}
	e.uvarint(field)
	e.uvarint(uint64(len(attributes)))
	for i := range attributes {
		e.uvarint(uint64(attributes[i].Number))
		e.value(attributes[i].Value)
	}
}

func (d *decoder) attributes() fields.Attributes {
	attributes := make(fields.Attributes, d.count(2))
	for i := range attributes {
		attributes[i].Number = d.uint32()
		d.value(&attributes[i].Value)
	}
	return attributes
}

// absorbedField writes the contacts that one has absorbed unless there are none.
func (e *encoder) absorbedField(field uint64, absorbed []contacts.Absorbed) {
	if len(absorbed) == 0 {
		return
	}
	e.uvarint(field)
	e.uvarint(uint64(len(absorbed)))
	for i := range absorbed {
		a := &absorbed[i]
		e.uvarint(uint64(a.Ordinal))
		e.id(a.ID)
		e.id(a.Merge)
		e.varint(a.MergedAt.UnixMilli())
		e.string(a.Name)
		e.string(a.Email)
		e.string(a.Phone)
		e.string(a.Identifier)
	}
}

// absorbedSize is the least that one takes in a record.
const absorbedSize = 1 + 16 + 16 + 1 + 4

func (d *decoder) absorbed() []contacts.Absorbed {
	absorbed := make([]contacts.Absorbed, d.count(absorbedSize))
	for i := range absorbed {
		a := &absorbed[i]
		a.Ordinal = d.uint32()
		d.id(&a.ID)
		d.id(&a.Merge)
		a.MergedAt = d.time()
		a.Name = d.string()
		a.Email = d.string()
		a.Phone = d.string()
		a.Identifier = d.string()
	}
	return absorbed
}
