package companies

import (
	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
)

// The fields of a company. Numbers are never reused.
const (
	companyVersionNumber    = 1
	companyIDNumber         = 2
	companyNameNumber       = 3
	companyCreatedNumber    = 4
	companyKeptNumber       = 5 // 1 for one that was made on purpose, absent for others
	companyTwinNumber       = 6 // 1 for one whose name another claims, absent for others; from version 5
	companyDomainsNumber    = 7 // this and all below from version 6
	companyIdentifierNumber = 8
	companyCountryNumber    = 9
	companyCityNumber       = 10
	companyLabelsNumber     = 11
	companyAttributesNumber = 12
	companyUpdatedNumber    = 13
	companyAbsorbedNumber   = 14
)

// companyRecord is the newest version of the records of companies, see contacts.contactRecord.
const companyRecord = 6

// companiesChange is the first version in which companies say when they were changed.
const companiesChange = 6

// encodeCompany returns the record of a company.
func encodeCompany(c *Company) []byte {
	e := codec.New(companyRecord, 96+len(c.Name)+32*len(c.Attributes))
	e.UintField(companyVersionNumber, c.Version)
	e.Uvarint(companyIDNumber)
	e.ID(c.ID)
	e.TextField(companyNameNumber, c.Name)
	e.TimeField(companyCreatedNumber, c.CreatedAt)
	e.FlagField(companyKeptNumber, c.Kept)
	e.FlagField(companyTwinNumber, c.Twin)
	e.ListField(companyDomainsNumber, c.Domains)
	e.TextField(companyIdentifierNumber, c.Identifier)
	e.TextField(companyCountryNumber, c.Country)
	e.TextField(companyCityNumber, c.City)
	e.ListField(companyLabelsNumber, c.Labels)
	e.AttributesField(companyAttributesNumber, c.Attributes)
	e.TimeField(companyUpdatedNumber, c.UpdatedAt)
	ledger.AbsorbedField(&e, companyAbsorbedNumber, c.Absorbed)
	return e.B
}

// decodeCompany reads the record of the company with a name.
func decodeCompany(r ledger.Ref, record []byte) (*Company, error) {
	d, err := codec.Open(record, companyRecord)
	if err != nil {
		return nil, err
	}
	c := &Company{Ordinal: r.Ordinal}
	for field, ok := d.Next(); ok; field, ok = d.Next() {
		readCompanyField(&d, c, field)
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	if d.Version() < companiesChange {
		c.UpdatedAt = c.CreatedAt
	}
	return c, nil
}

// readCompanyField reads one field into c.
func readCompanyField(d *codec.Decoder, c *Company, field uint64) {
	switch field {
	case companyVersionNumber:
		c.Version = d.Uvarint()
	case companyIDNumber:
		d.ID(&c.ID)
	case companyNameNumber:
		c.Name = d.String()
	case companyCreatedNumber:
		c.CreatedAt = d.Time()
	case companyKeptNumber:
		c.Kept = d.Flag()
	case companyTwinNumber:
		c.Twin = d.Flag()
	case companyDomainsNumber:
		c.Domains = d.Strings()
	case companyIdentifierNumber:
		c.Identifier = d.String()
	case companyCountryNumber:
		c.Country = d.String()
	case companyCityNumber:
		c.City = d.String()
	case companyLabelsNumber:
		c.Labels = d.Strings()
	case companyAttributesNumber:
		c.Attributes = d.Attributes()
	case companyUpdatedNumber:
		c.UpdatedAt = d.Time()
	case companyAbsorbedNumber:
		c.Absorbed = ledger.ReadAbsorbed(d)
	default:
		d.Fail()
	}
}
