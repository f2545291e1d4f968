package index

import (
	"context"
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
)

// followSchema tells the columns which attributes there are, and which options and labels
// have another name. The schema is that of the newest change of the store. So when older
// changes are read from the log, it has attributes that they do not know yet, maybe under
// the key of one that they delete. Their numbers tell them apart. Only the caller of Apply
// calls it, before it applies the changes.
func (x *Index) followSchema() {
	schema := x.source.Schema()
	if schema == x.schema.Load() {
		return
	}
	x.table.KeepAttributes(func(number uint32) bool { return schema.DefinitionByNumber(number) != nil })
	x.table.Rename(schema.Renamings())
	x.schema.Store(schema)
}

// Follows reports whether rows have the names of options and labels that filters have which were decoded by
// a schema: whether the columns know of all that is being renamed.
func (x *Index) Follows(schema *fields.Schema) bool {
	known := x.schema.Load()
	if known == nil || known == schema {
		return known != nil
	}
	return !slices.ContainsFunc(schema.Renamings(), func(r *fields.Renaming) bool {
		return !slices.ContainsFunc(known.Renamings(), func(k *fields.Renaming) bool { return *k == *r })
	})
}

// How long Steady waits for the columns, and how often it asks.
const (
	columnsWait = time.Millisecond
	steadyTries = 1000
)

// Steady calls ask, which decodes filters by the schema that it is given, and then asks the index by them. It calls it
// again when the schema has changed before ask returned: an option or a label may have got another name in between, and
// nobody has the former one any more. It first waits until the columns follow the schema. So ask must be free to run
// several times. The error is that of the last call, or of ctx.
func (x *Index) Steady(ctx context.Context, ask func(schema *fields.Schema) error) error {
	for try := 1; ; try++ {
		schema := x.source.Schema()
		if !x.Follows(schema) && try < steadyTries {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(columnsWait):
			}
			continue
		}
		if err := ask(schema); x.source.Schema() == schema || try >= steadyTries {
			return err
		}
	}
}
