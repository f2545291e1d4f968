package columns

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/filter/filtertest"
	"github.com/ndoto/kundi/ledger"
	_ "github.com/ndoto/kundi/repeatable"
)

// history is a table, the store that it mirrors, and what was written so far.
type history struct {
	t     *rapid.T
	world *filtertest.World // its contacts are those that exist
	table *Tables
	log   []ledger.Change // without after-images, from sequence number 1
	next  uint32          // ordinal

	// wide are the companies of a history in which they are contacts, too; nil for
	// those of the world.
	wide   map[uint32]*contacts.Contact
	merges []wideMerge // of them, that are not undone
	// asked is whom questions are about, "" for contacts.
	asked fields.Entity

	layouts []layout
	batch   int // of trigrams
	base    *Base
	file    chunks // of the base
}

func newHistory(t *rapid.T, size int) *history {
	h := emptyHistory(t, size)
	for _, c := range h.world.Companies {
		h.tell(ledger.Change{Entity: fields.EntityCompany, Op: ledger.OpCreate, Ordinal: c.Ordinal, Record: c})
	}
	h.tellPeople()
	h.world.DrawChanges(t)
	h.keep()
	return h
}

// keep has the table keep when fields changed, as the history of all contacts says it.
func (h *history) keep() {
	for _, f := range h.world.ChangedFields() {
		keepChanges(h.table, h.world, f)
	}
}

// emptyHistory is one that nobody has told of its world.
func emptyHistory(t *rapid.T, size int, layouts ...layout) *history {
	if len(layouts) == 0 {
		layouts = []layout{contactLayout(), companyLayout()}
	}
	// Small batches, so that small worlds have some segments.
	h := &history{
		t: t, batch: rapid.IntRange(2, 9).Draw(t, "batch"), world: filtertest.Draw(t, size), next: uint32(size + 1), layouts: layouts,
	}
	h.table = tablesOf(h.batch, layouts...)
	return h
}

func (h *history) tellPeople() {
	for _, c := range h.world.Contacts {
		h.tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: c.Ordinal, Record: c})
	}
}

// tell applies the changes of one commit and logs them.
func (h *history) tell(changes ...ledger.Change) {
	for i := range changes {
		changes[i].Seq = uint64(len(h.log) + 1 + i)
	}
	h.table.Apply(changes)
	for _, c := range changes {
		if who, ok := c.Record.(*contacts.Contact); ok && c.Entity == fields.EntityContact {
			if c.Op == ledger.OpCreate {
				h.world.Made(who)
			} else {
				h.world.Changed(who, c.Fields)
			}
		}
		c.Record = nil
		h.log = append(h.log, c)
	}
}

// write makes one random change of a contact or, where companies are wide, of one.
func (h *history) write() {
	if h.wide != nil && rapid.IntRange(0, 2).Draw(h.t, "whose") == 0 {
		h.changeWide()
		return
	}
	people := &h.world.Contacts
	switch op := rapid.IntRange(0, 3).Draw(h.t, "op"); {
	case op == 0 || len(*people) == 0:
		c := h.world.Contact(h.t, h.next)
		h.next++
		*people = append(*people, c)
		h.tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: c.Ordinal, Record: c})
	case op == 1:
		i := rapid.IntRange(0, len(*people)-1).Draw(h.t, "who")
		ordinal := (*people)[i].Ordinal
		*people = slices.Delete(*people, i, i+1)
		h.tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpDelete, Ordinal: ordinal})
	default:
		i := rapid.IntRange(0, len(*people)-1).Draw(h.t, "who")
		before := (*people)[i]
		c := h.world.Contact(h.t, before.Ordinal)
		if rapid.Bool().Draw(h.t, "few fields") {
			c = fewOf(h.t, before, c)
		}
		(*people)[i] = c
		h.tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: c.Ordinal, Record: c, Fields: h.changed(before, c)})
	}
}

// fewOf returns a contact with one or two fields of another.
func fewOf(t *rapid.T, before, other *contacts.Contact) *contacts.Contact {
	after := before.Clone()
	for range rapid.IntRange(1, 2).Draw(t, "fields") {
		i := rapid.IntRange(0, len(contacts.Kind.Fields)).Draw(t, "field")
		switch {
		case i == len(contacts.Kind.Fields):
			after.Attributes = other.Attributes
		case contacts.Kind.Fields[i].Ref != nil:
			after.Company = other.Company
		case contacts.Kind.Fields[i].Set != nil && contacts.Kind.Fields[i].Name != "id":
			contacts.Kind.Fields[i].Set(after, contacts.Kind.Fields[i].Get(other))
		}
	}
	return after
}

// changed are the fields of a change, as the store tells them.
func (h *history) changed(before, after *contacts.Contact) (names []string) {
	link := func(_ fields.Entity, ordinal uint32) (*ledger.Link, error) {
		return &ledger.Link{Ordinal: ordinal, ID: ledger.ID{byte(ordinal)}, Name: fmt.Sprint(ordinal)}, nil
	}
	list, err := contacts.Kind.Changed(h.world.Schema, before, after, link)
	require.NoError(h.t, err)
	for _, c := range list {
		names = append(names, c.Field)
	}
	return names
}

// reload takes a checkpoint, whole or as a delta, while changes go on between
// its pieces, and goes on with a table that was loaded from it and took up the
// log.
func (h *history) reload() {
	var file chunks
	w := writerFunc(func(b []byte) (int, error) {
		if rapid.IntRange(0, 9).Draw(h.t, "meanwhile") == 0 {
			h.write()
		}
		file = append(file, bytes.Clone(b))
		return len(b), nil
	})
	var delta *Delta
	var err error
	if h.base == nil || rapid.Bool().Draw(h.t, "whole") {
		h.base, err = h.table.WriteBase(w)
		h.file = file
	} else if _, err = h.table.WriteDelta(w, h.base); err == nil {
		delta, err = h.table.ReadDelta(file.reader())
	}
	require.NoError(h.t, err)
	h.table = tablesOf(h.batch, h.layouts...)
	h.base, err = h.table.LoadBase(h.file.reader(), delta)
	require.NoError(h.t, err)
	h.table.Replay(h.replay(h.table.Seq()))
	h.keep()
}

// replay returns the log after seq, each entry with the state of now.
func (h *history) replay(seq uint64) []ledger.Change {
	changes := slices.Clone(h.log[seq:])
	for i := range changes {
		c := &changes[i]
		if c.Entity == fields.EntityCompany && h.wide != nil {
			if company := h.wide[c.Ordinal]; company != nil {
				c.Record = company
			}
			continue
		}
		if c.Entity == fields.EntityCompany {
			c.Record = h.world.Companies[c.Ordinal-1]
			continue
		}
		at := slices.IndexFunc(h.world.Contacts, func(p *contacts.Contact) bool { return p.Ordinal == c.Ordinal })
		if at >= 0 {
			c.Record = h.world.Contacts[at]
		}
	}
	return changes
}

// chunks is what was written to a file, as it came: a buffer that grows would clear and copy more memory
// than the checkpoint itself takes.
type chunks [][]byte

func (c chunks) reader() io.Reader {
	readers := make([]io.Reader, len(c))
	for i, b := range c {
		readers[i] = bytes.NewReader(b)
	}
	return io.MultiReader(readers...)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// run makes a random history of some length.
func (h *history) run() {
	for range rapid.IntRange(0, 12).Draw(h.t, "events") {
		switch rapid.IntRange(0, 15).Draw(h.t, "event") {
		case 0, 3:
			h.reload()
		case 1:
			h.table.KeepAttributes(butFor(3)) // the number of a deleted definition
		case 2:
			h.table.sort(rapid.SampledFrom(slices.Collect(h.table.texts())).Draw(h.t, "sorted"))
		case 4:
			for _, f := range h.world.ChangedFields() { // others have pushed it out
				h.table.DropChanges(ChangeKeyOf(f))
			}
			h.keep()
		default:
			h.write()
		}
	}
}

// members evaluates a filter.
func (h *history) members(f *filter.Filter) []uint32 {
	ordinals := []uint32{}
	h.table.View(func(v *View) {
		ordinals = append(ordinals, v.Evaluate(f, h.world.Env).ToArray()...)
		require.EqualValues(h.t, len(ordinals), v.Count(f, h.world.Env))
	})
	return ordinals
}

func TestColumnsAcceptWhatMatchAccepts(t *testing.T) {
	coverage, changed := filtertest.NewCoverage(), map[string]int{} // filters of one rule that some pass and not all
	round := 0
	check := func(t *rapid.T) {
		for range round {
			rapid.Uint64().Draw(t, "what makes it another world")
		}
		h := newHistory(t, 30)
		h.run()
		for range 5 {
			f := h.world.Filter(t)
			require.Equal(t, h.world.Matching(f), h.members(f), "%+v", f.Root)
			coverage.Record(h.world, f)
		}
		for _, f := range h.world.EveryOperator(t) {
			require.Equal(t, h.world.Matching(f), h.members(f), "%+v", f.Root.Rules[0])
			coverage.Record(h.world, f)
			r := f.Root.Rules[0].(*filter.Rule)
			if n := len(h.members(f)); r.Field.Changed != nil && n > 0 && n < len(h.world.Contacts) {
				changed[r.Field.Name]++
			}
		}
	}
	rapid.Check(t, check)
	for round = 1; round < 8 && !testing.Short() && len(coverage.Gaps()) > 0; round++ { // what is rare takes more worlds
		rapid.Check(t, check)
	}
	if !testing.Short() { // which draws too little to meet everything
		require.Empty(t, coverage.Gaps())
		require.Greater(t, len(changed), 10, changed)
	}
}

// butFor knows every attribute but one, which was deleted.
func butFor(number uint32) func(uint32) bool {
	return func(n uint32) bool { return n != number }
}
