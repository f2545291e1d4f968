package columns

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// pledge is a record of a kind that only these tests have: it belongs to a contact.
type pledge struct {
	Ordinal, Owner uint32
	ID             ledger.ID
	Version        uint64
	Kind, Text     string
	Amount         float64
}

var pledgeKind = ledger.Declare(ledger.Kind[pledge]{
	Shape: ledger.Shape{Entity: "pledge", Plural: "pledges", Number: 9, Prefix: 'y', Version: 1, Owner: fields.EntityContact},
	Stamp: func(p *pledge) ledger.Stamp {
		return ledger.Stamp{Ordinal: &p.Ordinal, Owner: &p.Owner, ID: &p.ID, Version: &p.Version}
	},
	Fields: []ledger.FieldOf[pledge]{
		ledger.IDField(func(p *pledge) *ledger.ID { return &p.ID }),
		ledger.TextField("kind", func(p *pledge) *string { return &p.Kind }),
		ledger.LinesField("text", func(p *pledge) *string { return &p.Text }),
		{
			Field: fields.Field{Name: "amount", Type: fields.FieldNumber, Standard: &fields.Standard{}},
			Get:   func(p *pledge) fields.Value { return fields.NumberValue(p.Amount) },
		},
	},
})

// pledgeTexts are what is written of pledges. One folds to nothing.
var pledgeTexts = []string{"", "For José,\nwho asked", "for jose,\nwho asked", "\u0301", "Straße", "who ASKED for the street", "who"}

func newPledgeTables() *Tables {
	return tablesOf(gramBatch, contactLayout(), companyLayout(), layoutOf(pledgeKind))
}

// owners is a random history of contacts who are merged, parted and deleted, and of their
// pledges.
type owners struct {
	t       *rapid.T
	tables  *Tables
	people  map[uint32]*contacts.Contact
	pledges map[uint32]*pledge
	next    [2]uint32 // ordinals of both kinds
	log     []ledger.Change
}

func (o *owners) tell(changes ...ledger.Change) {
	for i := range changes {
		changes[i].Seq = uint64(len(o.log) + 1)
		o.log = append(o.log, changes[i])
		o.log[len(o.log)-1].Record = nil
	}
	o.tables.Apply(changes)
}

func (o *owners) write() {
	who := func() uint32 { return rapid.SampledFrom(sortedKeys(o.people)).Draw(o.t, "who") }
	switch op := rapid.IntRange(0, 9).Draw(o.t, "op"); {
	case op < 2 || len(o.people) == 0:
		o.next[0]++
		o.put(ledger.OpCreate, &contacts.Contact{Ordinal: o.next[0], ID: uuid.New()})
	case op < 6:
		o.next[1]++
		o.pledge(&pledge{Ordinal: o.next[1], Owner: o.ordinalOf(who()), ID: uuid.New()})
	case op == 6:
		if len(o.pledges) > 0 {
			o.pledge(o.pledges[rapid.SampledFrom(sortedKeys(o.pledges)).Draw(o.t, "pledge")])
		}
	case op == 7:
		o.delete(who())
	case op == 8:
		o.merge(who(), who())
	default:
		o.part(who())
	}
}

// ordinalOf is that of a contact or of one that it has absorbed.
func (o *owners) ordinalOf(who uint32) uint32 {
	list := []uint32{who}
	for _, a := range o.people[who].Absorbed {
		list = append(list, a.Ordinal)
	}
	return rapid.SampledFrom(list).Draw(o.t, "ordinal")
}

func (o *owners) put(op ledger.Op, c *contacts.Contact) {
	o.people[c.Ordinal] = c
	o.tell(ledger.Change{Entity: fields.EntityContact, Op: op, Ordinal: c.Ordinal, Record: c})
}

func (o *owners) pledge(p *pledge) {
	changed := *p
	changed.Kind = rapid.SampledFrom([]string{"once", "monthly"}).Draw(o.t, "kind")
	changed.Text = rapid.SampledFrom(pledgeTexts).Draw(o.t, "text")
	changed.Amount = float64(rapid.IntRange(0, 3).Draw(o.t, "amount"))
	o.pledges[p.Ordinal] = &changed
	o.tell(ledger.Change{Entity: "pledge", Op: ledger.OpUpdate, Ordinal: p.Ordinal, Owner: p.Owner, Record: &changed})
}

// delete deletes a contact with all that belongs to it. The log has the contact alone.
func (o *owners) delete(who uint32) {
	gone := map[uint32]bool{who: true}
	for _, a := range o.people[who].Absorbed {
		gone[a.Ordinal] = true
	}
	for ordinal, p := range o.pledges {
		if gone[p.Owner] {
			delete(o.pledges, ordinal)
		}
	}
	delete(o.people, who)
	o.tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpDelete, Ordinal: who})
}

func (o *owners) merge(survivor, absorbed uint32) {
	if survivor == absorbed {
		return
	}
	after := o.people[survivor].Clone()
	after.Absorbed = append(after.Absorbed, ledger.Absorbed{Ordinal: absorbed, ID: o.people[absorbed].ID})
	after.Absorbed = append(after.Absorbed, o.people[absorbed].Absorbed...)
	delete(o.people, absorbed)
	o.people[survivor] = after
	o.tell(
		ledger.Change{Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: survivor, Record: after},
		ledger.Change{Entity: fields.EntityContact, Op: ledger.OpMerge, Ordinal: absorbed},
	)
}

// part undoes a merge.
func (o *owners) part(who uint32) {
	c := o.people[who]
	if len(c.Absorbed) == 0 {
		return
	}
	i := rapid.IntRange(0, len(c.Absorbed)-1).Draw(o.t, "parted")
	back := &contacts.Contact{Ordinal: c.Absorbed[i].Ordinal, ID: c.Absorbed[i].ID}
	after := c.Clone()
	after.Absorbed = append(after.Absorbed[:i:i], after.Absorbed[i+1:]...)
	o.put(ledger.OpRestore, back)
	o.put(ledger.OpUpdate, after)
}

// reload goes on with tables from a checkpoint between whose pieces changes went on, and
// takes up the log with the records of now.
func (o *owners) reload() {
	var file bytes.Buffer
	w := writerFunc(func(b []byte) (int, error) {
		if rapid.IntRange(0, 9).Draw(o.t, "meanwhile") == 0 {
			o.write()
		}
		return file.Write(b)
	})
	_, err := o.tables.WriteBase(w)
	require.NoError(o.t, err)
	o.tables = newPledgeTables()
	_, err = o.tables.LoadBase(&file, nil)
	require.NoError(o.t, err)
	changes := append([]ledger.Change{}, o.log[o.tables.Seq():]...)
	for i := range changes {
		if c, there := o.people[changes[i].Ordinal]; there && changes[i].Entity == fields.EntityContact {
			changes[i].Record = c
		}
		if p, there := o.pledges[changes[i].Ordinal]; there && changes[i].Entity == "pledge" {
			changes[i].Record = p
		}
	}
	o.tables.Replay(changes)
	o.tables.DropOrphans()
}

// TestRowsGoWithTheirOwner: a deletion takes those of an owner and of whom it has absorbed,
// a merge and its undoing none, and a checkpoint of several moments comes to the same.
func TestRowsGoWithTheirOwner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := &owners{t: t, tables: newPledgeTables(), people: map[uint32]*contacts.Contact{}, pledges: map[uint32]*pledge{}}
		for range rapid.IntRange(0, 40).Draw(t, "events") {
			if rapid.IntRange(0, 9).Draw(t, "event") == 0 {
				o.reload()
			} else {
				o.write()
			}
		}
		o.tables.View(func(v *View) {
			of := v.Of("pledge")
			require.Equal(t, sortedKeys(o.pledges), of.Everyone().ToArray())
			for _, p := range o.pledges {
				require.Empty(t, of.Differs(p))
			}
		})
		o.requireAnswers()
	})
}

// requireAnswers asks for pledges by a field of theirs, and by their owner, whom they show
// under its id also when theirs was absorbed.
func (o *owners) requireAnswers() {
	monthly, byOwner := []uint32{}, map[ledger.ID][]uint32{}
	survivors := map[uint32]*contacts.Contact{}
	for _, c := range o.people {
		survivors[c.Ordinal] = c
		for _, a := range c.Absorbed {
			survivors[a.Ordinal] = c
		}
	}
	for _, ordinal := range sortedKeys(o.pledges) {
		p := o.pledges[ordinal]
		if p.Kind == "monthly" {
			monthly = append(monthly, ordinal)
		}
		owner := survivors[p.Owner].ID
		byOwner[owner] = append(byOwner[owner], ordinal)
	}
	require.Equal(o.t, monthly, o.ask("kind", fields.FieldText, "monthly"))
	for _, c := range o.people {
		require.Equal(o.t, append([]uint32{}, byOwner[c.ID]...), o.ask("contact_id", fields.FieldID, c.ID.String()))
	}
}

func (o *owners) ask(name string, of fields.FieldType, text string) []uint32 {
	rule := &filter.Rule{Field: fields.Field{Name: name, Type: of}, Operator: filter.Eq, Values: []fields.Value{fields.TextValue(text)}}
	f := &filter.Filter{Root: &filter.Group{Rules: []filter.Node{rule}}}
	a, err := o.tables.Ask(context.Background(), Question{Of: "pledge", Filter: f, Members: true, Limit: 1000})
	require.NoError(o.t, err)
	first := a
	head := first.Cut(3)
	refs := append(head.Refs(), first.Refs()...)
	require.Len(o.t, refs, int(a.Count))
	for i, ref := range refs {
		require.Equal(o.t, ledger.Ref{Owner: o.pledges[a.Ordinals[i]].Owner, Ordinal: a.Ordinals[i]}, ref)
	}
	return append([]uint32{}, a.Members.ToArray()...)
}

func sortedKeys[V any](m map[uint32]V) []uint32 {
	return append([]uint32{}, slices.Sorted(maps.Keys(m))...)
}

// remark is a record of a dated kind.
type remark struct {
	Ordinal, Owner uint32
	ID             ledger.ID
	Version        uint64
	At             time.Time
}

var remarkKind = ledger.Declare(ledger.Kind[remark]{
	Shape: ledger.Shape{Entity: "remark", Plural: "remarks", Number: 9, Prefix: 'y', Version: 1, Owner: fields.EntityContact, Dated: true},
	Stamp: func(r *remark) ledger.Stamp {
		return ledger.Stamp{Ordinal: &r.Ordinal, Owner: &r.Owner, At: &r.At, ID: &r.ID, Version: &r.Version}
	},
	Fields: []ledger.FieldOf[remark]{
		ledger.InstantField("created_at", func(r *remark) *time.Time { return &r.At }).Merged(ledger.Own[remark]()),
	},
})

// TestRefsOfADatedKindAreWhole: they have all that the key of a record has.
func TestRefsOfADatedKindAreWhole(t *testing.T) {
	tables := tablesOf(gramBatch, contactLayout(), companyLayout(), layoutOf(remarkKind))
	tables.Fill(contacts.Kind, &contacts.Contact{Ordinal: 3, ID: uuid.New()})
	var want []ledger.Ref
	for i := range uint32(4) {
		r := &remark{Ordinal: i + 1, Owner: 3, ID: uuid.New(), At: time.UnixMilli(int64(i)*1e12 - 1e12).UTC()}
		tables.Fill(remarkKind, r)
		want = append(want, remarkKind.Stamp(r).Ref())
	}
	a, err := tables.Ask(context.Background(), Question{Of: "remark", Limit: 10})
	require.NoError(t, err)
	require.Equal(t, want, a.Refs())
	first := a.Cut(3)
	require.Equal(t, want[:3], first.Refs())
	require.Equal(t, want[3:], a.Refs())
}

// TestSpansOfThoseWhoBelong: of some owners, with their moments.
func TestSpansOfThoseWhoBelong(t *testing.T) {
	tables := tablesOf(gramBatch, contactLayout(), companyLayout(), layoutOf(remarkKind))
	var want []Span
	for owner := uint32(1); owner <= 3; owner++ {
		tables.Fill(contacts.Kind, &contacts.Contact{Ordinal: owner, ID: uuid.New()})
	}
	for i := range uint32(200) {
		r := &remark{Ordinal: i + 1, Owner: 1 + i%3, ID: uuid.New(), At: time.UnixMilli(int64(i)).UTC()}
		tables.Fill(remarkKind, r)
		if r.Owner != 2 {
			want = append(want, Span{ledger.Ref{Owner: r.Owner, Ordinal: r.Ordinal}, int64(i), int64(i)})
		}
	}
	tables.View(func(v *View) {
		require.ElementsMatch(t, want, v.Of("remark").Spans([]uint32{3, 1}, "created_at", "created_at"))
		require.Empty(t, v.Of("remark").Spans([]uint32{7}, "created_at", "created_at"))
	})
}
