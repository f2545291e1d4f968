package storage

import "github.com/ndoto/kundi/contacts"

// The fields of a company. Numbers are never reused.
const (
	companyVersion = 1
	companyID      = 2
	companyName    = 3
	companyCreated = 4
	companyKept    = 5 // 1 for one that was made on purpose, absent for others
	companyTwin    = 6 // 1 for one whose name another claims, absent for others; from version 5
)

// encodeCompany returns the record of a company.
func encodeCompany(c *contacts.Company) []byte {
	e := newRecord(contacts.CompanyKind.Version, 64+len(c.Name))
	e.uintField(companyVersion, c.Version)
	e.uvarint(companyID)
	e.id(c.ID)
	e.textField(companyName, c.Name)
	e.timeField(companyCreated, c.CreatedAt)
	e.uintField(companyKept, boolBit(c.Kept))
	e.uintField(companyTwin, boolBit(c.Twin))
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
			if c.Kept = d.uvarint() == 1; !c.Kept {
				d.fail()
			}
		case companyTwin:
			if c.Twin = d.uvarint() == 1; !c.Twin {
				d.fail()
			}
		default:
			d.fail()
		}
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	return c, nil
}
