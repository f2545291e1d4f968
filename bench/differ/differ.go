// Package differ asks Kundi and PostgreSQL the same random filters about the same records, and
// demands the same answers. It holds the language against a program that nobody of Kundi wrote: its
// two-valued logic, complements, joins, counts, and the arithmetic of calendars and zones. How texts
// fold is Kundi's in both.
package differ

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/jackc/pgx/v5"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/ledger"
)

// Options say what is compared. All but First and Progress are required.
type Options struct {
	Contacts int
	Cases    int
	First    int // number of the first case: a case is the same in every run with the same seed and contacts
	Seed     uint64
	Progress io.Writer // nil for none
}

// Validate returns an error if the options are wrong.
func (o Options) Validate() error {
	if o.Contacts < 10 || o.Contacts > 1_000_000 || o.Cases < 1 || o.First < 0 {
		return fmt.Errorf("--contacts must be 10 to 1000000, --cases at least 1, and --first not negative")
	}
	return nil
}

// Comparison is a world in both systems. It is used by one goroutine at a time.
type Comparison struct {
	options  Options
	maker    *maker
	world    *world // of the maker
	changes  int    // of the world so far
	columns  *columns.Tables
	conn     *pgx.Conn
	segments map[string]*segment
	pairs    []asked
	present  time.Time
}

// segment is a saved segment. It is not changed when the world is.
type segment struct {
	filter           *group
	static           bool // whether nobody but those who are pinned are members
	pinned, excluded []uint32
}

// picks draws contacts that somebody picks for a segment.
func (d *drawer) picks() (list []uint32) {
	for range 100 {
		list = append(list, pick(d.random, d.Contacts).Ordinal)
	}
	return list
}

// epoch is the present when all cases are near it, so that a run is the same on every day.
var epoch = time.Date(2026, 11, 29, 10, 30, 0, 0, time.UTC)

// segmentCount is how many saved segments there are.
const segmentCount = 6

// New makes a world and loads it into both systems. The database must be empty.
func New(ctx context.Context, conn *pgx.Conn, o Options) (*Comparison, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	c := &Comparison{options: o, conn: conn, present: epoch, segments: map[string]*segment{}, maker: newWorld(o.Seed, o.Contacts, epoch)}
	c.world = c.maker.world
	c.fill()
	if err := load(ctx, conn, c.world); err != nil {
		return nil, err
	}
	c.pairs = everything(c.world.schema)
	d := &drawer{world: c.world, random: rand.New(rand.NewPCG(o.Seed, 2)), schema: c.world.schema}
	for n := range segmentCount {
		c.segments[segmentID(n)] = &segment{
			filter: d.group(fields.EntityContact, known(c.world.schema, fields.EntityContact), 2), static: n == 0, pinned: d.picks(), excluded: d.picks(),
		}
	}
	return c, nil
}

func segmentID(n int) string { return fmt.Sprintf("01935f6e-0000-7000-8000-%012d", n) }

// fill fills the columns of Kundi.
func (c *Comparison) fill() {
	w := c.world
	c.columns = columns.NewTables(w.kinds...)
	for i, records := range [][]ledger.Record{
		ledger.RecordsOf(w.Contacts), ledger.RecordsOf(w.Companies), ledger.RecordsOf(w.Conversations), ledger.RecordsOf(w.Notes),
		ledger.RecordsOf(w.Events),
	} {
		c.columns.Fill(w.kinds[i], records...)
	}
	c.columns.Advance(1)
	c.keepChanges()
}

// question is one case.
type question struct {
	number    int
	of        fields.Entity
	filter    *group
	facet     fields.FacetQuery // that is asked, too; without a field for none
	about     asked             // of a filter of one rule
	alone     bool              // whether it is one
	now       time.Time
	zone      string
	weekStart string
	segments  map[string]*segment
}

// question draws the case with a number. Every other one is a filter of one rule, so that each field
// meets each of its operators.
func (c *Comparison) question(number int) question {
	random := rand.New(rand.NewPCG(c.options.Seed, uint64(number)+3))
	q := question{
		number: number, alone: number%2 == 0, zone: pick(random, zones), weekStart: pick(random, weekStarts), segments: c.segments,
	}
	d := &drawer{world: c.world, random: random, schema: schemaOf(q.zone, q.weekStart)}
	for n := range segmentCount {
		d.segments = append(d.segments, segmentID(n))
	}
	q.now = c.now(d)
	if q.alone {
		q.about = c.pairs[number/2%len(c.pairs)]
		q.of, q.filter = q.about.Of, d.single(q.about)
	} else {
		q.of = pick(random, mostlyContacts)
		q.filter = d.group(q.of, known(d.schema, q.of), 3)
		q.facet = d.facet(q.of)
	}
	return q
}

// mostlyContacts are the entities that groups of rules are about.
var mostlyContacts = []fields.Entity{
	fields.EntityContact, fields.EntityContact, fields.EntityContact, fields.EntityContact, fields.EntityContact, fields.EntityContact,
	fields.EntityCompany, fields.EntityConversation,
}

// now draws the present: any in the years of the records, one of the unusual moments, or one that
// is a period away from it, so that values lie at the ends of what operators accept.
func (c *Comparison) now(d *drawer) time.Time {
	at := time.UnixMilli(pick(d.random, c.world.moments)).In(d.schema.Zone())
	switch d.random.IntN(4) {
	case 0:
		return c.present.Add(time.Duration(d.random.Int64N(int64(400*24*time.Hour)))*-1 + time.Duration(d.random.Int64N(int64(time.Hour))))
	case 1:
		return at.Add(time.Duration(d.random.IntN(3_000)) * time.Microsecond)
	case 2:
		return at.AddDate(0, 0, pick(d.random, []int{1, 7, 30, -1, -7, -30}))
	}
	return at.AddDate(pick(d.random, []int{0, 1, -1}), pick(d.random, []int{0, 1, -1, 6, -6}), 0)
}

// sql writes a question for PostgreSQL.
func (q question) sql() asSQL {
	return asSQL{now: q.now.Truncate(time.Millisecond), zone: q.zone, weekStart: q.weekStart, segments: q.segments}
}

// answer is how many pass, and a sum of who they are.
type answer struct {
	Count uint64
	Sum   int64
}

// decoded is the filter as Kundi reads it, and what it is asked with.
func (q question) decoded() (*filter.Filter, filter.Env, error) {
	schema := schemaOf(q.zone, q.weekStart)
	saved := func(id string) (filter.Saved, bool, error) {
		one, ok := q.segments[id]
		if !ok {
			return filter.Saved{}, false, nil
		}
		return filter.Saved{
			Name: id, Filter: one.filter.wire(), Static: one.static, Pinned: roaring.BitmapOf(one.pinned...), Excluded: roaring.BitmapOf(one.excluded...),
		}, true, nil
	}
	f, err := filter.Decoder{Schema: schema, Of: q.of, Segments: saved}.Decode(q.filter.wire(), "filter")
	if err != nil {
		return nil, filter.Env{}, fmt.Errorf("kundi refuses the filter: %w", err)
	}
	return f, filter.EnvOf(schema, q.now), nil
}

// kundi asks the columns: for a count alone, which they answer in ways of its own, and for members.
func (c *Comparison) kundi(ctx context.Context, q question) (answer, []uint32, error) {
	f, env, err := q.decoded()
	if err != nil {
		return answer{}, nil, err
	}
	counted, err := c.columns.Ask(ctx, columns.Question{Of: q.of, Filter: f, Env: env})
	if err != nil {
		return answer{}, nil, err
	}
	who, err := c.columns.Ask(ctx, columns.Question{Of: q.of, Filter: f, Env: env, Members: true})
	if err != nil {
		return answer{}, nil, err
	}
	members := who.Members.ToArray()
	if uint64(len(members)) != counted.Count {
		return answer{}, nil, fmt.Errorf("kundi counts %d and lists %d", counted.Count, len(members))
	}
	a := answer{Count: counted.Count}
	for _, ordinal := range members {
		a.Sum += int64(ordinal) * 7919 % 1_000_003
	}
	return a, members, nil
}

// postgres asks PostgreSQL.
func (c *Comparison) postgres(ctx context.Context, sql string) (a answer, err error) {
	err = c.conn.QueryRow(ctx, sql, pgx.QueryExecModeExec).Scan(&a.Count, &a.Sum)
	return a, err
}
