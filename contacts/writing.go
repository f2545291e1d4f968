package contacts

import (
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// item is one draft, checked, with all that a use case decides before the
// store is asked, so that its closure can run twice.
type item struct {
	draft  fields.Draft
	schema *fields.Schema // the one the patch was checked against
	patch  *Patch
	faults []fault.Fault
	now    time.Time
	id     ledger.ID // of the contact, should one be made

	rules     *FileRules // of a row of a file, nil for a request
	rowID     ledger.ID  // of the contact that the row names
	rowIDText string
	leftOut   []fault.Fault
}

func (s *Service) prepare(d fields.Draft) item {
	i := s.newItem(d)
	i.check(s.store.Schema())
	return i
}

func (s *Service) newItem(d fields.Draft) item {
	return item{draft: d, now: s.instant(), id: s.newID()}
}

func (i *item) check(schema *fields.Schema) {
	i.schema = schema
	if i.rules != nil {
		i.checkRow(schema)
		return
	}
	i.patch, i.faults = NewPatch(schema, i.draft)
}

// instant is the present in the precision in which it is stored.
func (s *Service) instant() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

func (i item) err() error { return invalidContact(i.faults) }

func invalidContact(faults []fault.Fault) error {
	return fault.Invalid("invalid-contact", "The contact is not valid.", faults)
}

// writing is one item inside the closure of the store.
type writing struct {
	tx        ledger.Tx
	by        ledger.Author
	item      item
	newID     func() ledger.ID
	companies Companies

	result Result // of an item of a batch
}

// freshen checks the draft again when the schema changed since.
func (w *writing) freshen() error {
	if schema := w.tx.Schema(); schema != w.item.schema {
		w.item.check(schema)
	}
	if err := w.item.err(); err != nil {
		return err
	}
	return w.checkSource()
}

// change applies the draft to a contact.
func (w *writing) change(before *Contact) (Result, error) {
	if err := w.keepForms(before); err != nil {
		return Result{}, err
	}
	return w.update(before)
}

// create writes a new contact. One whose identities others have is a conflict.
func (w *writing) create() (Result, error) {
	c, faults := w.item.patch.Apply(nil)
	if len(faults) > 0 {
		return Result{}, invalidContact(faults)
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
	noteConsents(nil, c, w.by, w.item.now)
	if err := heedSuppressions(w.tx, nil, c); err != nil {
		return Result{}, err
	}
	if err := w.checkResubscribing(nil, c); err != nil {
		return Result{}, err
	}
	consents := c.Consents
	c.Consents = nil
	if err := Kind.Create(w.tx, c); err != nil {
		return Result{}, conflict(w.tx, err)
	}
	if err := share(w.tx, nil, c); err != nil {
		return Result{}, err
	}
	if c, err = heedBlocks(w.tx, nil, c, w.item.now); err != nil {
		return Result{}, err
	}
	if c, err = putConsents(w.tx, c, consents, w.item.now); err != nil {
		return Result{}, err
	}
	if c.Company == 0 && w.item.patch.company == (companyChange{}) {
		if c, company, err = w.linkByDomain(c); err != nil {
			return Result{}, err
		}
	}
	return Result{Status: ledger.StatusCreated, ID: c.ID, Contact: c, Company: company}, nil
}

// update applies the draft to a contact, writing nothing when it is already
// so. Identities in the draft that others have are a conflict.
func (w *writing) update(before *Contact) (Result, error) {
	after, faults := w.item.patch.Apply(before)
	if len(faults) > 0 {
		return Result{}, invalidContact(faults)
	}
	company, err := w.company(after)
	if err != nil {
		return Result{}, err
	}
	if Kind.Same(before, after) {
		return Result{Status: ledger.StatusUnchanged, ID: before.ID, Contact: before, Company: company}, nil
	}
	if company == nil {
		after.Company = 0 // it may have been deleted
	}
	if after, err = w.put(before, after); err != nil {
		return Result{}, err
	}
	return Result{Status: ledger.StatusUpdated, ID: after.ID, Contact: after, Company: company}, nil
}

// put replaces the state before of a contact by after, with all that follows of its addresses,
// and returns the state after it.
func (w *writing) put(before, after *Contact) (*Contact, error) {
	noteConsents(before, after, w.by, w.item.now)
	err := heedSuppressions(w.tx, before, after)
	if err == nil {
		err = w.checkResubscribing(before, after)
	}
	if err != nil {
		return nil, err
	}
	consents := after.Consents
	after.Consents = before.Consents
	if !Kind.Same(before, after) {
		if after, err = w.putRest(before, after); err != nil {
			return nil, err
		}
	} else {
		after = before
	}
	return putConsents(w.tx, after, consents, w.item.now)
}

// putRest is put of all but the consents.
func (w *writing) putRest(before, after *Contact) (*Contact, error) {
	after.UpdatedAt = w.item.now
	if err := keepGivenUp(w.tx, before, after, w.item.now); err != nil {
		return nil, err
	}
	if err := keepUnsubscribes(w.tx, before, after); err != nil {
		return nil, err
	}
	if err := Kind.Update(w.tx, before, after); err != nil {
		return nil, conflict(w.tx, err)
	}
	if err := share(w.tx, before, after); err != nil {
		return nil, err
	}
	return heedBlocks(w.tx, before, after, w.item.now)
}

// company settles which company c belongs to, making it when the draft names
// one that does not exist yet, and returns it, nil for none.
func (w *writing) company(c *Contact) (company *ledger.Link, err error) {
	switch change := w.item.patch.company; {
	case change.clear:
		c.Company = 0
		return nil, nil
	case change.id != (ledger.ID{}):
		company, err = w.companies.WithID(w.tx, change.id)
		if err == nil && company == nil {
			err = invalidContact([]fault.Fault{{Path: "company_id", Detail: notACompany}})
		}
	case change.name != "":
		company, err = w.companyNamed(c, change.name)
		if err == nil && company == nil {
			if w.item.rules != nil && w.item.rules.Lenient {
				w.leaveOut("company", notAName)
				return w.companies.At(w.tx, c.Company)
			}
			err = invalidContact([]fault.Fault{{Path: change.path, Detail: notAName}})
		}
	default:
		return w.companies.At(w.tx, c.Company)
	}
	if err != nil {
		return nil, err
	}
	return company, w.enter(c, company)
}

// enter puts c into a company. Who is in it stays as he is: he may have come to it by a
// merge of companies.
func (w *writing) enter(c *Contact, company *ledger.Link) error {
	present, err := w.companies.At(w.tx, c.Company)
	if err == nil && (present == nil || present.Ordinal != company.Ordinal) {
		c.Company = company.Ordinal
	}
	return err
}

// companyNamed returns the company with a name. Who is in a company of this name stays
// there: it may be a twin (Company.Twin).
func (w *writing) companyNamed(c *Contact, name string) (*ledger.Link, error) {
	present, err := w.companies.At(w.tx, c.Company)
	if err != nil || present != nil && words.Canonical(present.Name) == words.Canonical(name) {
		return present, err
	}
	return w.companies.Named(w.tx, name, w.item.now, w.newID)
}
