package columns

import (
	"cmp"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
)

// Table holds every contact in columns. It is safe for concurrent use.
type Table struct {
	// Failed is told of what goes wrong beside questions and changes, nil for
	// nobody. It is set before the table is used.
	Failed func(error)

	// mu guards everything below. A View holds it for reading.
	mu sync.RWMutex

	seq        uint64 // newest change applied
	live       *roaring.Bitmap
	standard   []standardColumn
	attributes []attributeColumn // in order of number, then kind
	dropped    map[uint32]bool   // numbers of deleted attributes
	companies  *companyTable
	redirects  redirects

	batch  int    // of trigrams; never changes
	limits limits // of questions; never change

	watches watches

	// For tests, nil otherwise: called in each pause, and after each answer.
	paused func()
	asked  func(*work)

	tending sync.Mutex // held while jobs are done, so that one is at a time
	sorts   sync.Mutex // held while an order of texts is made, so that one is at a time
}

// column is one field of every row.
type column interface {
	field
	stored
	// set gives a row its value; a missing one takes it away.
	set(row uint32, v contacts.Value)
}

// standardColumn is the column of a field that every contact has.
type standardColumn struct {
	name string
	of   func(*contacts.Contact) contacts.Value
	column
}

// attributeColumn is the column of a custom attribute. It is made when the
// first contact has a value, in the kind of that value.
type attributeColumn struct {
	number uint32
	kind   contacts.ValueKind
	column
}

// NewTable returns an empty table at sequence number 0.
func NewTable() *Table { return newTable(gramBatch) }

func newTable(batch int) *Table {
	return &Table{
		live:      roaring.New(),
		standard:  standardColumns(batch),
		dropped:   make(map[uint32]bool),
		companies: newCompanyTable(batch),
		batch:     batch,
		limits:    defaultLimits,
	}
}

// Seq is the newest change that the table reflects.
func (t *Table) Seq() uint64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.seq
}

// Apply brings the table to the state after the changes, which are in order.
// Those it reflects already are skipped. The contacts are not kept.
func (t *Table) Apply(changes []contacts.Change) {
	if t.apply(changes) {
		t.tend()
	}
}

// apply is Apply but for the jobs that it leaves, if there are any.
func (t *Table) apply(changes []contacts.Change) (jobs bool) {
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
func (t *Table) Fill(companies []*contacts.Company, people []*contacts.Contact) {
	if t.fill(companies, people) {
		t.tend()
	}
}

func (t *Table) fill(companies []*contacts.Company, people []*contacts.Contact) (jobs bool) {
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

// Advance says that the table reflects every change up to seq.
func (t *Table) Advance(seq uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seq = max(t.seq, seq)
}

// DropAttribute removes the column of a deleted attribute and ignores its
// values from then on.
func (t *Table) DropAttribute(number uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.changesAll()
	t.dropped[number] = true
	t.attributes = slices.DeleteFunc(t.attributes, func(a attributeColumn) bool { return a.number == number })
}

// AttributeNumbers lists the attributes that have a column, in order.
func (t *Table) AttributeNumbers() []uint32 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	var numbers []uint32
	for _, a := range t.attributes {
		numbers = append(numbers, a.number)
	}
	return slices.Compact(numbers)
}

// write replaces a contact's row.
func (t *Table) write(c *contacts.Contact) {
	row := c.Ordinal
	t.changes(row)
	t.live.Add(row)
	for i := range t.standard {
		s := &t.standard[i]
		s.set(row, s.of(c))
	}
	t.companies.assign(row, c.Company)
	for i := range c.Absorbed {
		t.redirects.to.set(c.Absorbed[i].Ordinal, row)
	}
	t.writeAttributes(row, c.Attributes)
}

// putCompany writes a company; nil removes it.
func (t *Table) putCompany(ordinal uint32, company *contacts.Company) {
	t.changesCompany(ordinal)
	t.companies.put(ordinal, company)
}

// writeAttributes replaces a contact's custom attributes: those it has not are
// taken away.
func (t *Table) writeAttributes(row uint32, values contacts.Attributes) {
	for _, a := range values {
		if _, found := t.attributeAt(a.Number, a.Value.Kind); !found && !t.dropped[a.Number] {
			t.addAttribute(a.Number, a.Value.Kind)
		}
	}
	next := 0
	for i := range t.attributes {
		a := &t.attributes[i]
		for next < len(values) && values[next].Number < a.number {
			next++
		}
		var v contacts.Value
		if next < len(values) && values[next].Number == a.number && values[next].Value.Kind == a.kind {
			v = values[next].Value
		}
		a.set(row, v)
	}
}

// attributeAt returns where in attributes a column is, or belongs.
func (t *Table) attributeAt(number uint32, kind contacts.ValueKind) (int, bool) {
	return slices.BinarySearchFunc(t.attributes, attributeColumn{number: number, kind: kind}, func(a, b attributeColumn) int {
		if a.number != b.number {
			return cmp.Compare(a.number, b.number)
		}
		return cmp.Compare(a.kind, b.kind)
	})
}

// addAttribute makes the column of an attribute.
func (t *Table) addAttribute(number uint32, kind contacts.ValueKind) {
	if c := newAttributeColumn(kind, t.batch); c != nil {
		i, _ := t.attributeAt(number, kind)
		t.attributes = slices.Insert(t.attributes, i, attributeColumn{number, kind, c})
	}
}

// newAttributeColumn returns an empty column for a kind of value, nil for a
// missing one. The batch is that of its trigrams.
func newAttributeColumn(kind contacts.ValueKind, batch int) column {
	switch kind {
	case contacts.KindText:
		return newTextColumn(contacts.Canonical).indexed(batch)
	case contacts.KindNumber:
		return &numberColumn{floats: true}
	case contacts.KindInt:
		return &numberColumn{}
	case contacts.KindBool:
		return newCheckboxColumn()
	case contacts.KindList:
		return newSetColumn(contacts.Canonical)
	}
	return nil
}

// erase removes a contact's row. After a checkpoint was loaded, what is not
// live may still have values.
func (t *Table) erase(row uint32) {
	t.changes(row)
	t.live.Remove(row)
	for i := range t.standard {
		t.standard[i].set(row, contacts.Value{})
	}
	for i := range t.attributes {
		t.attributes[i].set(row, contacts.Value{})
	}
	t.companies.assign(row, 0)
}
