package storage

import (
	"github.com/ndoto/kundi/contacts"
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
)

// encodeContact returns the record of a contact.
func encodeContact(c *contacts.Contact) []byte {
	e := newRecord(256 + 16*len(c.Attributes))
	e.uintField(contactVersion, c.Version)
	e.tag(contactID, formBytes)
	e.uvarint(uint64(len(c.ID)))
	e.b = append(e.b, c.ID[:]...)
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
	return e.b
}

// decodeContact reads the record of the contact with the ordinal.
func decodeContact(ordinal uint32, record []byte) (*contacts.Contact, error) {
	d, err := openRecord(record)
	if err != nil {
		return nil, err
	}
	c := &contacts.Contact{Ordinal: ordinal}
	for {
		field, form, ok := d.next()
		if !ok {
			break
		}
		d.contactField(c, field, form)
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// contactField reads one field into c.
func (d *decoder) contactField(c *contacts.Contact, field, form uint64) {
	if form != contactForm(field) {
		d.fail()
		return
	}
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
		c.Labels = d.nestedStrings()
	case contactChannels:
		c.Channels = d.nestedStrings()
	case contactAttributes:
		c.Attributes = d.nestedAttributes()
	case contactCreated:
		c.CreatedAt = d.time()
	case contactUpdated:
		c.UpdatedAt = d.time()
	case contactLastSeen:
		c.LastSeenAt = d.time()
	default:
		d.fail()
	}
}

// contactForm is the form a field is written in.
func contactForm(field uint64) uint64 {
	switch field {
	case contactVersion, contactCompany, contactCreated, contactUpdated, contactLastSeen:
		return formVarint
	}
	return formBytes
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

func (d *decoder) id(id *contacts.ID) {
	if copy(id[:], d.bytes()) != len(id) {
		d.fail()
	}
}

// nested writes a field of the form bytes whose content write appends.
func (e *encoder) nested(field uint64, write func(*encoder)) {
	e.tag(field, formBytes)
	inner := encoder{b: make([]byte, 0, 64)}
	write(&inner)
	e.uvarint(uint64(len(inner.b)))
	e.b = append(e.b, inner.b...)
}

func (e *encoder) listField(field uint64, list []string) {
	if len(list) == 0 {
		return
	}
	e.nested(field, func(e *encoder) {
		e.uvarint(uint64(len(list)))
		for _, s := range list {
			e.string(s)
		}
	})
}

func (e *encoder) attributesField(field uint64, attributes contacts.Attributes) {
	if len(attributes) == 0 {
		return
	}
	e.nested(field, func(e *encoder) {
		e.uvarint(uint64(len(attributes)))
		for i := range attributes {
			e.uvarint(uint64(attributes[i].Number))
			e.value(attributes[i].Value)
		}
	})
}

// inner runs read on the content of a nested field, all of which it must
// read.
func (d *decoder) inner(read func(*decoder)) {
	inner := decoder{b: d.bytes(), failed: d.failed}
	read(&inner)
	if inner.failed || len(inner.b) > 0 {
		d.fail()
	}
}

func (d *decoder) nestedStrings() (list []string) {
	d.inner(func(d *decoder) { list = d.strings() })
	return list
}

func (d *decoder) nestedAttributes() (attributes contacts.Attributes) {
	d.inner(func(d *decoder) {
		// An attribute takes 16 times as much in memory as the least on the wire;
		// a record is at most 1 MiB, so no input takes more than 40 MiB.
		n := d.count(2)
		attributes = make(contacts.Attributes, n)
		for i := range attributes {
			attributes[i] = contacts.Attribute{Number: d.uint32(), Value: d.value()}
		}
	})
	return attributes
}
