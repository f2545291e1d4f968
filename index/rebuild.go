package index

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/workers"
)

const (
	pageSize   = 1_000  // records that are read at once
	replaySize = 16_000 // entries of the log that are read at once
)

// use takes a table into use.
func (x *Index) use(table *columns.Tables) {
	table.Failed = func(err error) { x.log.Error("the order of a column could not be made", "error", err) }
	x.table, x.schema = table, nil
}

// rebuild fills a new table from the store, unless the store is damaged. It
// notes the head first, reads page by page and replays what was written
// meanwhile.
func (x *Index) rebuild(ctx context.Context) error {
	if err := x.source.Sound(); err != nil {
		return err
	}
	table := columns.NewTables()
	x.use(table)
	head := x.source.Head()
	x.followSchema() // first: records keep the values of deleted attributes
	err := x.eachCompanies(ctx, func(page []*companies.Company) { table.Fill(page, nil) })
	if err != nil {
		return err
	}
	if err := x.eachContacts(ctx, func(page []*contacts.Contact) { table.Fill(nil, page) }); err != nil {
		return err
	}
	table.Advance(head)
	return x.replay(ctx)
}

// replay applies the log from where the table stands to its end. An entry has
// no after-image, so the present record stands for it; that later entries are
// applied again on top changes nothing.
func (x *Index) replay(ctx context.Context) error {
	for {
		changes, err := x.source.Changes(ctx, x.table.Seq(), replaySize)
		if err != nil || len(changes) == 0 {
			return err
		}
		if err := x.resolve(ctx, changes); err != nil {
			return err
		}
		x.followSchema()
		x.table.Apply(changes)
	}
}

// resolve gives the entries of the log the present state of what they changed.
// What is no longer there was deleted since.
func (x *Index) resolve(ctx context.Context, changes []ledger.Change) error {
	people, err := present(ctx, ordinals(changes, fields.EntityContact), x.source, contacts.Kind)
	if err != nil {
		return err
	}
	companies, err := present(ctx, ordinals(changes, fields.EntityCompany), x.source, companies.Kind)
	if err != nil {
		return err
	}
	for i := range changes {
		c := &changes[i]
		switch c.Entity {
		case fields.EntityContact:
			give(c, people[c.Ordinal])
		case fields.EntityCompany:
			give(c, companies[c.Ordinal])
		}
	}
	return nil
}

// give gives an entry the present state of its record, nil for one that is gone.
func give[T any](c *ledger.Change, present *T) {
	if present == nil {
		c.Op = ledger.OpDelete
		return
	}
	c.Record = present
}

// present reads each record once, in the order in which they lie in the store
// and on all processors: a start waits for it.
func present[T any](
	ctx context.Context, ordinals []uint32, source ledger.Records, k *ledger.Kind[T],
) (map[uint32]*T, error) {
	slices.Sort(ordinals)
	ordinals = slices.Compact(ordinals)
	records := make([]*T, len(ordinals))
	pages := slices.Collect(slices.Chunk(ordinals, pageSize))
	errs := make([]error, len(pages))
	var next atomic.Int64
	workers.Together(runtime.GOMAXPROCS(0), func(int) {
		for i := int(next.Add(1)) - 1; i < len(pages); i = int(next.Add(1)) - 1 {
			some, err := k.List(ctx, source, pages[i])
			copy(records[i*pageSize:], some)
			errs[i] = err
		}
	})
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	found := make(map[uint32]*T, len(ordinals))
	for i, ordinal := range ordinals {
		found[ordinal] = records[i]
	}
	return found, nil
}

// ordinals lists those of one entity's changes.
func ordinals(changes []ledger.Change, entity fields.Entity) []uint32 {
	var list []uint32
	for i := range changes {
		if changes[i].Entity == entity {
			list = append(list, changes[i].Ordinal)
		}
	}
	return list
}

// eachCompanies calls visit with all companies of the store, in pages.
func (x *Index) eachCompanies(ctx context.Context, visit func([]*companies.Company)) error {
	return eachPage(ctx, x.source, companies.Kind, visit)
}

// eachContacts calls visit with all contacts of the store, in pages.
func (x *Index) eachContacts(ctx context.Context, visit func([]*contacts.Contact)) error {
	return eachPage(ctx, x.source, contacts.Kind, visit)
}

func eachPage[T any](ctx context.Context, source ledger.Records, k *ledger.Kind[T], visit func([]*T)) error {
	for from := (ledger.Ref{}); ; {
		page, err := k.Scan(ctx, source, from, pageSize)
		if err != nil || len(page) == 0 {
			return err
		}
		visit(page)
		from = k.Stamp(page[len(page)-1]).Ref()
		from.Ordinal++
	}
}
