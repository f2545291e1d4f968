package columns

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
)

// companyTable holds the companies, a row each by their ordinal, and who
// belongs to them. A contact may name a company that is not known (yet): its
// company fields are missing then.
type companyTable struct {
	id, name *textColumn

	of      codes           // contact -> ordinal of its company
	members postings        // by company: contacts
	present *roaring.Bitmap // contacts with a company, known or not
}

func newCompanyTable(batch int) *companyTable {
	return &companyTable{
		id: newTextColumn(exact), name: newTextColumn(contacts.Canonical).indexed(batch),
		present: roaring.New(),
	}
}

// put writes a company; nil removes it.
func (c *companyTable) put(ordinal uint32, company *contacts.Company) {
	if company == nil {
		c.id.clear(ordinal)
		c.name.clear(ordinal)
		return
	}
	c.id.set(ordinal, contacts.TextValue(company.ID.String()))
	c.name.set(ordinal, contacts.TextValue(company.Name))
}

// assign makes a contact a member of a company, 0 for none.
func (c *companyTable) assign(row, company uint32) {
	old := c.of.get(row)
	if old == company {
		return
	}
	if old != 0 {
		c.members.remove(old, row)
	}
	c.of.set(row, company)
	if company == 0 {
		c.present.Remove(row)
		return
	}
	c.members.add(company, row)
	c.present.Add(row)
}

// contactsOf returns the members of any of the companies.
func (c *companyTable) contactsOf(w *work, companies *roaring.Bitmap) selection {
	return c.of.having(w, companies.ToArray(), &c.members)
}

// companiesOf returns the companies of some contacts.
func (c *companyTable) companiesOf(rows *roaring.Bitmap) *roaring.Bitmap {
	var companies []uint32
	for row := range each(rows) {
		if company := c.of.get(row); company != 0 {
			companies = append(companies, company)
		}
	}
	return fromRows(companies)
}
