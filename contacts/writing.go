package contacts

import "time"

// item is one draft, checked, with all that a use case decides before the
// store is asked, so that its closure can run twice.
type item struct {
	draft  Draft
	schema *Schema // the one the patch was checked against
	patch  *Patch
	faults []Fault
	now    time.Time
	id     ID // of the contact, should one be made
}

func (s *Service) prepare(d Draft) item {
	i := item{draft: d, schema: s.store.Schema(), now: s.instant(), id: s.newID()}
	i.patch, i.faults = i.schema.Patch(d)
	return i
}

// instant is the present in the precision in which it is stored.
func (s *Service) instant() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

func (i item) err() error { return invalidContact(i.faults) }

func invalidContact(faults []Fault) error {
	return Invalid("invalid-contact", "The contact is not valid.", faults)
}

// writing is one item inside the closure of the store.
type writing struct {
	tx    Tx
	item  item
	newID func() ID
}

// freshen checks the draft again when the schema changed since.
func (w *writing) freshen() error {
	if schema := w.tx.Schema(); schema != w.item.schema {
		w.item.schema = schema
		w.item.patch, w.item.faults = schema.Patch(w.item.draft)
	}
	return w.item.err()
}

// create writes a new contact.
func (w *writing) create() (Result, error) {
	c, faults := w.item.patch.Apply(nil)
	if len(faults) > 0 {
		return Result{}, invalidContact(faults)
	}
	if err := w.checkFree(c, nil); err != nil {
		return Result{}, err
	}
	company, err := w.company(c)
	if err != nil {
		return Result{}, err
	}
	c.ID = w.item.id
	c.UpdatedAt = w.item.now
	if c.CreatedAt.IsZero() {
		c.CreatedAt = w.item.now
	}
	if err := w.tx.CreateContact(c); err != nil {
		return Result{}, err
	}
	return Result{Status: StatusCreated, ID: c.ID, Contact: c, Company: company}, nil
}

// update applies the draft to a contact, writing nothing when it is already
// so.
func (w *writing) update(before *Contact) (Result, error) {
	after, faults := w.item.patch.Apply(before)
	if len(faults) > 0 {
		return Result{}, invalidContact(faults)
	}
	if err := w.checkFree(after, before); err != nil {
		return Result{}, err
	}
	company, err := w.company(after)
	if err != nil {
		return Result{}, err
	}
	if same(before, after) {
		return Result{Status: StatusUnchanged, ID: before.ID, Contact: before, Company: company}, nil
	}
	after.UpdatedAt = w.item.now
	if err := w.tx.UpdateContact(before, after); err != nil {
		return Result{}, err
	}
	return Result{Status: StatusUpdated, ID: after.ID, Contact: after, Company: company}, nil
}

// company settles which company c belongs to, making it when the draft names
// one that does not exist yet. It comes last, after every other check: a
// contact that fails must leave no company behind.
func (w *writing) company(c *Contact) (*Company, error) {
	change := w.item.patch.company
	switch {
	case change.clear:
		c.Company = 0
	case change.id != (ID{}):
		ordinal, held, err := w.tx.Holder(Claim{ClaimCompanyID, change.id.String()})
		if err != nil {
			return nil, err
		}
		if !held {
			return nil, invalidContact([]Fault{{Path: "company_id", Detail: "must be the id of a company"}})
		}
		c.Company = ordinal
	case change.name != "":
		return w.companyNamed(c, change.name)
	}
	if c.Company == 0 {
		return nil, nil
	}
	return w.tx.Company(c.Company)
}

func (w *writing) companyNamed(c *Contact, name string) (*Company, error) {
	ordinal, held, err := w.tx.Holder(Claim{ClaimCompanyName, Canonical(name)})
	if err != nil {
		return nil, err
	}
	if held {
		c.Company = ordinal
		return w.tx.Company(ordinal)
	}
	company := &Company{ID: w.newID(), Name: name, CreatedAt: w.item.now}
	if err := w.tx.CreateCompany(company); err != nil {
		return nil, err
	}
	c.Company = company.Ordinal
	return company, nil
}
