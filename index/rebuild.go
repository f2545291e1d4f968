package index

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"

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
	x.table = table
	x.schema.Store(nil)
}

// rebuild fills a new table from the store, unless the store is damaged. It
// notes the head first, reads page by page and replays what was written
// meanwhile.
func (x *Index) rebuild(ctx context.Context) error {
	if err := x.source.Sound(); err != nil {
		return err
	}
	table := columns.NewTables(x.kinds...)
	x.use(table)
	head := x.source.Head()
	x.followSchema() // first: records keep the values of deleted attributes
	for _, k := range x.kinds {
		if err := x.eachPage(ctx, k, func(page []ledger.Record) { table.Fill(k, page...) }); err != nil {
			return err
		}
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
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			x.table.DropOrphans()
			return nil
		}
		if err := x.resolve(ctx, changes); err != nil {
			return err
		}
		x.followSchema()
		x.table.Replay(changes)
	}
}

// resolve gives the entries of the log the present state of what they changed. What is no
// longer there was removed since, by a later entry.
func (x *Index) resolve(ctx context.Context, changes []ledger.Change) error {
	for _, k := range x.kinds {
		records, err := x.present(ctx, k, refsOf(changes, k.Info().Entity))
		if err != nil {
			return err
		}
		for i := range changes {
			if c := &changes[i]; c.Entity == k.Info().Entity {
				c.Record = records[c.Ref()]
			}
		}
	}
	return nil
}

// present reads each record once, in the order in which they lie in the store
// and on all processors: a start waits for it.
func (x *Index) present(ctx context.Context, k ledger.AnyKind, refs []ledger.Ref) (map[ledger.Ref]ledger.Record, error) {
	slices.SortFunc(refs, ledger.Ref.Compare)
	refs = slices.Compact(refs)
	records := make([]ledger.Record, len(refs))
	pages := slices.Collect(slices.Chunk(refs, pageSize))
	errs := make([]error, len(pages))
	var next atomic.Int64
	workers.Together(runtime.GOMAXPROCS(0), func(int) {
		for i := int(next.Add(1)) - 1; i < len(pages); i = int(next.Add(1)) - 1 {
			errs[i] = read(ctx, x.source, k, pages[i], records[i*pageSize:])
		}
	})
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	found := make(map[ledger.Ref]ledger.Record, len(refs))
	for i, ref := range refs {
		if records[i] != nil {
			found[ref] = records[i]
		}
	}
	return found, nil
}

// read puts each record that there is in its place.
func read(ctx context.Context, source ledger.Records, k ledger.AnyKind, refs []ledger.Ref, records []ledger.Record) error {
	return source.Read(ctx, k.Info(), refs, func(i int, record []byte) (err error) {
		records[i], err = k.DecodeRecord(refs[i], record)
		return err
	})
}

// refsOf lists the records of one entity's changes.
func refsOf(changes []ledger.Change, entity fields.Entity) []ledger.Ref {
	var list []ledger.Ref
	for i := range changes {
		if changes[i].Entity == entity {
			list = append(list, changes[i].Ref())
		}
	}
	return list
}

// eachPage calls visit with all records of a kind in the store, in pages.
func (x *Index) eachPage(ctx context.Context, k ledger.AnyKind, visit func([]ledger.Record)) error {
	page := make([]ledger.Record, 0, pageSize)
	for from := (ledger.Ref{}); ; from.Ordinal++ {
		page = page[:0]
		err := x.source.Scan(ctx, k.Info(), from, pageSize, func(ref ledger.Ref, record []byte) error {
			r, err := k.DecodeRecord(ref, record)
			page, from = append(page, r), ref
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		visit(page)
	}
}
