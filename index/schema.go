package index

import "github.com/ndoto/kundi/fields"

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

// Schema is the one that the columns follow. Who decoded a filter by another one cannot trust its answer:
// options and labels may have got other names in between.
func (x *Index) Schema() *fields.Schema { return x.schema.Load() }
