package columns

import (
	"slices"
	"sync"

	"github.com/ndoto/kundi/contacts"
)

// Tables hold every contact and every company in columns. They are safe for
// concurrent use.
type Tables struct {
	// Failed is told of what goes wrong beside questions and changes, nil for
	// nobody. It is set before the tables are used.
	Failed func(error)

	// mu guards everything below. A View holds it for reading.
	mu sync.RWMutex

	seq       uint64 // newest change applied
	people    *table
	person    personColumns // of people
	companies *companyTable

	limits limits // of questions; never change

	watches watches

	// For tests, nil otherwise: called in each pause, and after each answer.
	paused func()
	asked  func(*work)

	tending sync.Mutex // held while jobs are done, so that one is at a time
	sorts   sync.Mutex // held while an order of texts is made, so that one is at a time
}

// NewTables returns empty tables at sequence number 0.
func NewTables() *Tables { return newTables(gramBatch) }

// newTables is NewTables with another batch of trigrams.
func newTables(batch int) *Tables {
	t := &Tables{people: newTable(contactLayout, batch), companies: newCompanyTable(batch), limits: defaultLimits}
	t.person = personColumnsOf(t.people)
	return t
}

// Seq is the newest change that the tables reflect.
func (t *Tables) Seq() uint64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.seq
}

// Apply brings the tables to the state after the changes, which are in order.
// Those they reflect already are skipped. The records are not kept.
func (t *Tables) Apply(changes []contacts.Change) {
	if t.apply(changes) {
		t.tend()
	}
}

// apply is Apply but for the jobs that it leaves, if there are any.
func (t *Tables) apply(changes []contacts.Change) (jobs bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range changes {
		change := &changes[i]
		if change.Seq <= t.seq {
			continue
		}
		switch {
		case change.Entity == contacts.EntityContact && change.Op.Removes():
			t.erase(change.Ordinal)
		case change.Entity == contacts.EntityContact && change.Contact != nil:
			t.write(change.Contact)
		case change.Entity == contacts.EntityCompany && change.Op == contacts.OpDelete:
			t.putCompany(change.Ordinal, nil)
		case change.Entity == contacts.EntityCompany && change.Company != nil:
			t.putCompany(change.Ordinal, change.Company)
		}
		t.seq = change.Seq
	}
	return t.jobsDue()
}

// Fill writes companies and contacts as the store holds them, at whatever
// sequence number that is.
func (t *Tables) Fill(companies []*contacts.Company, people []*contacts.Contact) {
	if t.fill(companies, people) {
		t.tend()
	}
}

func (t *Tables) fill(companies []*contacts.Company, people []*contacts.Contact) (jobs bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, company := range companies {
		t.putCompany(company.Ordinal, company)
	}
	for _, contact := range people {
		t.write(contact)
	}
	return t.jobsDue()
}

// Advance says that the tables reflect every change up to seq.
func (t *Tables) Advance(seq uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seq = max(t.seq, seq)
}

// DropAttribute removes the column of a deleted attribute and ignores its
// values from then on.
func (t *Tables) DropAttribute(number uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.changesAll()
	t.people.drop(number)
}

// AttributeNumbers lists the attributes that have a column, in order.
func (t *Tables) AttributeNumbers() []uint32 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	var numbers []uint32
	for _, a := range t.people.attributes {
		numbers = append(numbers, a.number)
	}
	return slices.Compact(numbers)
}

// write replaces a contact's row.
func (t *Tables) write(c *contacts.Contact) {
	t.changes(c.Ordinal)
	t.people.write(c.Ordinal, c)
	t.companies.assign(c.Ordinal, c.Company)
}

// erase removes a contact's row.
func (t *Tables) erase(row uint32) {
	t.changes(row)
	t.people.erase(row)
	t.companies.assign(row, 0)
}

// putCompany writes a company; nil removes it.
func (t *Tables) putCompany(ordinal uint32, company *contacts.Company) {
	t.changesCompany(ordinal)
	t.companies.put(ordinal, company)
}
