package storage

import (
	"fmt"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage/engine"
)

// tx is the contacts.Tx of one closure.
type tx struct {
	*batch
	by     contacts.Author
	before int    // cost of the batch when the closure began
	queue  *queue // nil for one that only reads
	over   bool   // the closure has returned
}

// share is what a closure may cost while others wait: some 40 contacts.
const share = 300

// Crowded implements contacts.Tx.
func (t *tx) Crowded() bool { return t.cost()-t.before >= share && t.queue.othersWait(t.by) }

var errOver = internal("A transaction was used after its closure had returned.", nil)

// Schema implements contacts.Tx.
func (t *tx) Schema() *contacts.Schema { return t.schema }

// Seq implements contacts.Tx.
func (t *tx) Seq() uint64 { return t.state.Seq + 1 }

// Contact implements contacts.Tx.
func (t *tx) Contact(ordinal uint32) (*contacts.Contact, error) {
	c, err := t.contact(ordinal)
	if err == nil && c == nil {
		return nil, contacts.NotFound("contact")
	}
	return c, err
}

// contact returns nil for one that does not exist.
func (t *tx) contact(ordinal uint32) (*contacts.Contact, error) {
	if t.over {
		return nil, errOver
	}
	if c, ok := t.contacts.get(ordinal); ok {
		return c, nil
	}
	record, err := t.view.Get(contactKey(ordinal))
	if err != nil || record == nil {
		return nil, readFailure(err)
	}
	c, err := decodeContact(ordinal, record)
	if err != nil {
		return nil, readFailure(err)
	}
	t.contacts.set(ordinal, c)
	return c, nil
}

// ContactByID implements contacts.Tx.
func (t *tx) ContactByID(id contacts.ID) (*contacts.Contact, error) {
	ordinal, held, err := t.Holder(contacts.Claim{Kind: contacts.ClaimID, Value: id.String()})
	if err != nil {
		return nil, err
	}
	if !held {
		return nil, contacts.NotFound("contact")
	}
	return t.Contact(ordinal)
}

// maxOrdinal is the highest ordinal of a contact or company: the columns use
// the bit above it.
const maxOrdinal = 1<<31 - 1

// CreateContact implements contacts.Tx.
func (t *tx) CreateContact(c *contacts.Contact) error {
	if t.over {
		return errOver
	}
	if t.state.last(&contactShape) >= maxOrdinal {
		return internal("There are no ordinals left for contacts.", nil)
	}
	taken := c.Claims()
	if err := t.free(taken); err != nil {
		return err
	}
	c.Ordinal, c.Version = t.state.last(&contactShape)+1, t.Seq()
	if err := t.putContact(c); err != nil {
		return err
	}
	t.state.Last[contactShape.number] = c.Ordinal
	t.totals.Records[contactShape.number]++
	t.claim(taken, c.Ordinal)
	t.log(contacts.Change{Entity: contacts.EntityContact, Op: contacts.OpCreate, Ordinal: c.Ordinal, Contact: c})
	t.remember(&contactShape, c.Ordinal, contacts.HistoryEntry{Op: contacts.OpCreate, Author: t.by, At: t.changed(c)})
	return nil
}

// UpdateContact implements contacts.Tx.
func (t *tx) UpdateContact(before, after *contacts.Contact) error {
	present, err := t.present(before)
	if err != nil {
		return err
	}
	if after.Ordinal != present.Ordinal || after.ID != present.ID {
		return internal("An update may not change the ordinal or id of a contact.", nil)
	}
	changed, err := t.diff(present, after)
	if err != nil {
		return err
	}
	released, taken := movedClaims(present, after)
	if err := t.free(taken); err != nil {
		return err
	}
	after.Version = t.Seq()
	if err := t.putContact(after); err != nil {
		return err
	}
	t.unclaim(released)
	t.claim(taken, after.Ordinal)
	t.log(contacts.Change{
		Entity: contacts.EntityContact, Op: contacts.OpUpdate, Ordinal: after.Ordinal,
		Fields: fieldNames(changed), Contact: after,
	})
	t.remember(&contactShape, after.Ordinal, contacts.HistoryEntry{Op: opOf(changed), Author: t.by, At: t.changed(after), Changes: changed})
	return nil
}

// log appends a change in the name of the author.
func (t *tx) log(c contacts.Change) {
	c.Source, c.Actor = t.by.Source, t.by.Name
	t.batch.log(c)
}

// opOf is what history calls an update.
func opOf(changed []contacts.FieldChange) contacts.Op {
	switch {
	case len(changed) != 1 || changed[0].Field != "blocked":
		return contacts.OpUpdate
	case changed[0].New.Bool:
		return contacts.OpBlock
	}
	return contacts.OpUnblock
}

// DeleteContact implements contacts.Tx.
func (t *tx) DeleteContact(c *contacts.Contact) error {
	present, err := t.present(c)
	if err != nil {
		return err
	}
	if err := t.bury(&contactShape, c.Ordinal, present.ID); err != nil {
		return err
	}
	for i := range present.Absorbed {
		a := &present.Absorbed[i]
		if err := t.bury(&contactShape, a.Ordinal, a.ID); err != nil {
			return err
		}
		t.delete(contactShape.mergeKey(a.Ordinal))
	}
	t.unclaim(present.Claims())
	t.removeContact(c.Ordinal)
	t.log(contacts.Change{Entity: contacts.EntityContact, Op: contacts.OpDelete, Ordinal: c.Ordinal})
	return nil
}

// bury removes the history of a record and keeps its id.
func (t *tx) bury(k *shape, ordinal uint32, id contacts.ID) error {
	t.put(k.tombKey(ordinal), id[:])
	return t.deleteHistory(k, ordinal)
}

// present returns the stored state of a contact, which must be the one the
// caller has.
func (t *tx) present(c *contacts.Contact) (*contacts.Contact, error) {
	present, err := t.Contact(c.Ordinal)
	if err != nil {
		return nil, err
	}
	if present.Version != c.Version {
		return nil, internal("A change was made to a state of a contact that is not the present one.", nil)
	}
	return present, nil
}

func (t *tx) putContact(c *contacts.Contact) error {
	record := encodeContact(c)
	if n := len(record) + len(contactKey(0)); n > engine.MaxRecord {
		return &contacts.Error{
			Kind: contacts.KindTooLarge, Type: "contact-too-large",
			Message: fmt.Sprintf("A contact takes at most %d KiB.", engine.MaxRecord>>10),
		}
	}
	t.put(contactKey(c.Ordinal), record)
	t.contacts.set(c.Ordinal, c)
	return nil
}

func (t *tx) removeContact(ordinal uint32) {
	t.delete(contactKey(ordinal))
	t.contacts.set(ordinal, nil)
	t.totals.Records[contactShape.number]--
}

// deleteHistory removes the history that the view has of a record; what the
// batch itself has written is left out when the batch is built. A history of
// more than a page is marked, and the committer clears the rest when idle.
func (t *tx) deleteHistory(k *shape, ordinal uint32) error {
	page, err := t.view.Scan(engine.Range{Prefix: k.historyPrefix(ordinal)})
	if err != nil {
		return readFailure(err)
	}
	for _, p := range page.Pairs {
		t.delete(p.Key)
	}
	if page.Next != nil {
		t.put(k.sweepKey(ordinal), []byte{})
	}
	return nil
}

// Company implements contacts.Tx.
func (t *tx) Company(ordinal uint32) (*contacts.Company, error) {
	c, err := t.company(ordinal)
	if err == nil && c == nil {
		return nil, contacts.NotFound("company")
	}
	return c, err
}

// company returns nil for one that does not exist.
func (t *tx) company(ordinal uint32) (*contacts.Company, error) {
	if t.over {
		return nil, errOver
	}
	if ordinal == 0 {
		return nil, nil
	}
	if c, ok := t.companies.get(ordinal); ok {
		return c, nil
	}
	record, err := t.view.Get(companyKey(ordinal))
	if err != nil || record == nil {
		return nil, readFailure(err)
	}
	c, err := decodeCompany(ordinal, record)
	if err != nil {
		return nil, readFailure(err)
	}
	t.companies.set(ordinal, c)
	return c, nil
}

// CreateCompany implements contacts.Tx.
func (t *tx) CreateCompany(c *contacts.Company) error {
	if t.over {
		return errOver
	}
	if t.state.last(&companyShape) >= maxOrdinal {
		return internal("There are no ordinals left for companies.", nil)
	}
	claims := companyClaims(c)
	if err := t.free(claims); err != nil {
		return err
	}
	t.state.Last[companyShape.number]++
	t.totals.Records[companyShape.number]++
	c.Ordinal, c.Version = t.state.last(&companyShape), t.Seq()
	t.claim(claims, c.Ordinal)
	t.put(companyKey(c.Ordinal), encodeCompany(c))
	t.companies.set(c.Ordinal, c)
	t.log(contacts.Change{Entity: contacts.EntityCompany, Op: contacts.OpCreate, Ordinal: c.Ordinal, Company: c})
	return nil
}

// deleteCompany removes a company that no contact has.
func (t *tx) deleteCompany(c *contacts.Company) {
	t.totals.Records[companyShape.number]--
	t.unclaim(companyClaims(c))
	t.delete(companyKey(c.Ordinal))
	t.companies.set(c.Ordinal, nil)
	t.log(contacts.Change{Entity: contacts.EntityCompany, Op: contacts.OpDelete, Ordinal: c.Ordinal})
}
