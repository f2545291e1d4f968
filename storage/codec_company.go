package storage

import "github.com/ndoto/kundi/contacts"

// The fields of a company. Numbers are never reused.
const (
	companyVersion    = 1
	companyID         = 2
	companyName       = 3
	companyCreated    = 4
	companyKept       = 5 // 1 for one that was made on purpose, absent for others
	companyTwin       = 6 // 1 for one whose name another claims, absent for others; from version 5
	companyDomains    = 7 // this and all below from version 6
	companyIdentifier = 8
	companyCountry    = 9
	companyCity       = 10
	companyLabels     = 11
	companyAttributes = 12
	companyUpdated    = 13
	companyAbsorbed   = 14
)

// codecCompanies is the first version in which companies say when they were changed.
const codecCompanies = 6

// encodeCompany returns the record of a company.
func encodeCompany(c *contacts.Company) []byte {
	e := newRecord(contacts.CompanyKind.Version, 96+len(c.Name)+32*len(c.Attributes))
	e.uintField(companyVersion, c.Version)
	e.uvarint(companyID)
	e.id(c.ID)
	e.textField(companyName, c.Name)
	e.timeField(companyCreated, c.CreatedAt)
	e.uintField(companyKept, boolBit(c.Kept))
	e.uintField(companyTwin, boolBit(c.Twin))
	e.listField(companyDomains, c.Domains)
	e.textField(companyIdentifier, c.Identifier)
	e.textField(companyCountry, c.Country)
	e.textField(companyCity, c.City)
	e.listField(companyLabels, c.Labels)
	e.attributesField(companyAttributes, c.Attributes)
	e.timeField(companyUpdated, c.UpdatedAt)
	e.absorbedField(companyAbsorbed, c.Absorbed)
	return e.b
}

// decodeCompany reads the record of the company with the ordinal.
func decodeCompany(ordinal uint32, record []byte) (*contacts.Company, error) {
	d, err := openRecord(record, contacts.CompanyKind.Version)
	if err != nil {
		return nil, err
	}
	c := &contacts.Company{Ordinal: ordinal}
	for {
		field, ok := d.next()
		if !ok {
			break
		}
		d.companyField(c, field)
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	if record[0] < codecCompanies {
		c.UpdatedAt = c.CreatedAt
	}
	return c, nil
}

// companyField reads one field into c.
func (d *decoder) companyField(c *contacts.Company, field uint64) {
	switch field {
	case companyVersion:
		c.Version = d.uvarint()
	case companyID:
		d.id(&c.ID)
	case companyName:
		c.Name = d.string()
	case companyCreated:
		c.CreatedAt = d.time()
	case companyKept:
		c.Kept = d.set()
	case companyTwin:
		c.Twin = d.set()
	case companyDomains:
		c.Domains = d.strings()
	case companyIdentifier:
		c.Identifier = d.string()
	case companyCountry:
		c.Country = d.string()
	case companyCity:
		c.City = d.string()
	case companyLabels:
		c.Labels = d.strings()
	case companyAttributes:
		c.Attributes = d.attributes()
	case companyUpdated:
		c.UpdatedAt = d.time()
	case companyAbsorbed:
		c.Absorbed = d.absorbed()
	default:
		d.fail()
	}
}

// set reads a flag, which is only written when it is set.
func (d *decoder) set() bool {
	if d.uvarint() != 1 {
		d.fail()
	}
	return true
}
