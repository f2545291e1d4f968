package columns

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Tables hold every record in columns, those of each kind in a table. They are safe for
// concurrent use.
type Tables struct {
	// Failed is told of what goes wrong beside questions and changes, nil for
	// nobody. It is set before the tables are used.
	Failed func(error)

	// mu guards everything below. A View holds it for reading.
	mu sync.RWMutex

	seq          uint64   // newest change applied
	tables       []*table // people first
	people       *table
	first        *View // of people, see Tables.View
	person       personColumns
	companies    *table
	organisation organisationColumns
	employer     *relation // of people to companies

	limits limits // of questions; never change

	watches watches

	// For tests, nil otherwise: called in each pause, and after each answer.
	paused func()
	asked  func(*work)

	tending sync.Mutex // held while jobs are done, so that one is at a time
	writing sync.Mutex // held while a checkpoint is written, so that one is at a time
	sorts   sync.Mutex // held while an order of texts is made, so that one is at a time
}

// NewTables returns empty tables of some kinds at sequence number 0. Contacts and companies
// must be among them: searches rank by columns of theirs. Kinds must come after those that
// they belong to. What does not hold is a mistake in the program, so it panics. A kind that is
// not Kept has no table.
func NewTables(kinds ...ledger.AnyKind) *Tables {
	var layouts []layout
	for _, k := range Kept(kinds) {
		layouts = append(layouts, layoutOf(k))
	}
	return tablesOf(gramBatch, layouts...)
}

// Kept are those of some kinds whose records lie in tables: all that have a field which filters
// know. Messages have none.
func Kept(kinds []ledger.AnyKind) []ledger.AnyKind {
	return slices.DeleteFunc(slices.Clone(kinds), func(k ledger.AnyKind) bool { return len(k.StandardFields()) == 0 })
}

// tablesOf is NewTables of layouts and with another batch of trigrams.
func tablesOf(batch int, layouts ...layout) *Tables {
	t := &Tables{limits: defaultLimits}
	for _, l := range layouts {
		t.tables = append(t.tables, newTable(l, batch))
	}
	for _, from := range t.tables {
		for _, declared := range from.layout.relations {
			t.relate(from, declared)
		}
	}
	t.derive()
	t.people, t.companies = t.of(fields.EntityContact), t.of(fields.EntityCompany)
	t.first = &View{t, t.people}
	t.employer = t.people.relations[0]
	t.person = personColumnsOf(t.people, t.companies)
	t.organisation = organisationColumnsOf(t.companies)
	return t
}

// derive makes the columns that tables have of each other's rows.
func (t *Tables) derive() {
	for _, from := range t.tables {
		for _, r := range from.relations {
			r.derive()
		}
	}
	for _, from := range t.tables {
		for _, r := range from.relations {
			r.bind()
		}
	}
}

// relate makes a relation of a table to another.
func (t *Tables) relate(from *table, declared ledger.Relation) {
	to := t.of(declared.To)
	r := &relation{declared: declared, from: from, to: to, others: &View{t, to}, watches: &t.watches, present: roaring.New()}
	from.relations = append(from.relations, r)
	if declared.Owner {
		to.owns = append(to.owns, r)
	}
}

// of returns the table of an entity, nil for one that has none.
func (t *Tables) of(entity fields.Entity) *table {
	for _, one := range t.tables {
		if one.layout.entity == entity {
			return one
		}
	}
	return nil
}

// Seq is the newest change that the tables reflect.
func (t *Tables) Seq() uint64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.seq
}

// Apply brings the tables to the state after the changes, which are in order and have the
// records as of then. An update with Fields has changed no others that are told. Changes that
// the tables reflect already are skipped. The records are not kept.
func (t *Tables) Apply(changes []ledger.Change) {
	apply := func(of *table, c *ledger.Change) {
		switch {
		case c.Op.Removes():
			t.remove(of, c.Ordinal, c.Op == ledger.OpDelete)
		case c.Record != nil:
			t.write(of, c.Ordinal, c.Record, c.Fields)
			of.noteChange(c)
		}
	}
	if t.each(changes, apply) {
		t.tend()
	}
}

// Replay is Apply for changes that have the records of now, none for one that is gone. What
// belongs to records that were deleted stays until DropOrphans: whose it is now may be
// said by a change that comes later.
func (t *Tables) Replay(changes []ledger.Change) {
	replay := func(of *table, c *ledger.Change) {
		if c.Record == nil {
			t.erase(of, c.Ordinal)
		} else {
			t.write(of, c.Ordinal, c.Record, nil)
			of.mendChange(c.Ordinal)
		}
	}
	if t.each(changes, replay) {
		t.tend()
	}
}

// each calls f for the changes that the tables do not reflect yet, under the lock. It reports
// whether there are jobs to do.
func (t *Tables) each(changes []ledger.Change, f func(*table, *ledger.Change)) (jobs bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range changes {
		change := &changes[i]
		if change.Seq <= t.seq {
			continue
		}
		if of := t.of(change.Entity); of != nil {
			f(of, change)
		}
		t.seq = change.Seq
	}
	return t.jobsDue()
}

// Fill writes records of a kind as the store holds them, at whatever sequence number that is.
func (t *Tables) Fill(k ledger.AnyKind, records ...ledger.Record) {
	if t.fill(t.of(k.Info().Entity), records) {
		t.tend()
	}
}

func (t *Tables) fill(of *table, records []ledger.Record) (jobs bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range records {
		t.write(of, of.layout.ordinalOf(r), r, nil)
	}
	return t.jobsDue()
}

// Advance says that the tables reflect every change up to seq.
func (t *Tables) Advance(seq uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seq = max(t.seq, seq)
}

// KeepAttributes removes the columns of the attributes that are not known, and
// ignores their values from then on: records keep those of a deleted attribute.
// Until the first call every attribute is known. The tables keep known, and call
// it under their lock.
func (t *Tables) KeepAttributes(known func(number uint32) bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	drops := false
	for _, of := range t.tables {
		drops = of.keep(known) || drops
	}
	if drops {
		t.changesAll()
	}
}

// AttributeNumbers lists the attributes that have a column, in order.
func (t *Tables) AttributeNumbers() []uint32 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	var numbers []uint32
	for _, of := range t.tables {
		for _, a := range of.attributes {
			numbers = append(numbers, a.number)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// write replaces a record's row, see table.write.
func (t *Tables) write(of *table, row uint32, record any, changed []string) {
	t.changes(of, row)
	t.comesTo(of, row, record)
	of.writing = row
	comes := !of.live.Contains(row)
	if comes {
		changed = nil
	}
	for _, r := range of.relations {
		if r.stays = r.keeps(changed) && r.of.get(row) == r.declared.Of(record); !r.stays {
			r.stand(row, &r.was)
		}
	}
	of.write(row, record, changed)
	if of.redirects.to.get(row) != 0 {
		of.redirects.to.set(row, 0) // it came back
	}
	absorbed := of.absorbedRows(record)
	before := of.absorb(row, absorbed)
	for _, r := range of.members {
		switch {
		case len(absorbed)+len(before) > 0:
			r.regroup(row, absorbed, comes)
		case comes:
			r.comes(row)
		}
	}
	of.combine(row, changed)
	for _, r := range of.relations {
		if !r.stays {
			r.assign(row, r.declared.Of(record))
			r.follow(row, &r.was)
		}
	}
	of.writing = 0
}

// erase removes a record's row. Rows that name it go on to do so, but for those that
// belong to it: see remove.
func (t *Tables) erase(of *table, row uint32) {
	t.changes(of, row)
	of.writing = row
	for _, r := range of.relations {
		r.stand(row, &r.was)
	}
	of.erase(row)
	for _, r := range of.relations {
		r.assign(row, 0)
		r.follow(row, &r.was)
	}
	for _, r := range of.members {
		r.goes(row)
	}
	of.absorb(row, nil)
	of.writing = 0
}
