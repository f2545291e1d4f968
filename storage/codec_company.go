package storage

import "github.com/ndoto/kundi/contacts"

// The fields of a company. Numbers are never reused.
const (
	companyVersion = 1
	companyID      = 2
	companyName    = 3
	companyCreated = 4
)

// encodeCompany returns the record of a company.
func encodeCompany(c *contacts.Company) []byte {
	e := newRecord(64 + len(c.Name))
	e.uintField(companyVersion, c.Version)
	e.tag(companyID, formBytes)
	e.uvarint(uint64(len(c.ID)))
	e.b = append(e.b, c.ID[:]...)
	e.textField(companyName, c.Name)
	e.timeField(companyCreated, c.CreatedAt)
	return e.b
}

// decodeCompany reads the record of the company with the ordinal.
func decodeCompany(ordinal uint32, record []byte) (*contacts.Company, error) {
	d, err := openRecord(record)
	if err != nil {
		return nil, err
	}
	c := &contacts.Company{Ordinal: ordinal}
	for {
		field, form, ok := d.next()
		if !ok {
			break
		}
		switch {
		case field == companyVersion && form == formVarint:
			c.Version = d.uvarint()
		case field == companyID && form == formBytes:
			d.id(&c.ID)
		case field == companyName && form == formBytes:
			c.Name = d.string()
		case field == companyCreated && form == formVarint:
			c.CreatedAt = d.time()
		default:
			d.fail()
		}
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	return c, nil
}
