package index

import (
	"slices"

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
