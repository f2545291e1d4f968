package index

import (
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// attributeNumbers knows the number of every attribute by the key of its document, for the log
// says only the key of one that was deleted. Only the caller of Apply uses it.
type attributeNumbers map[string]uint32

// follow notes attributes that were made and drops those that were deleted.
func (n *attributeNumbers) follow(schema *fields.Schema, changes []contacts.Change, drop func(number uint32)) {
	for i := range changes {
		c := &changes[i]
		if c.Entity != fields.Entity(contacts.AttributeDefinitions) {
			continue
		}
		if number, known := (*n)[c.Key]; known && c.Op == contacts.OpDelete {
			drop(number)
		}
		n.learn(schema)
	}
}

// learn takes over the attributes of a schema.
func (n *attributeNumbers) learn(schema *fields.Schema) {
	all := schema.Definitions()
	fresh := make(attributeNumbers, len(all))
	for _, a := range all {
		fresh[a.Document()] = a.Number
	}
	*n = fresh
}

// dropDeleted removes the columns of attributes that the schema, which is at
// the head of the store, does not have.
func (x *Index) dropDeleted() {
	schema := x.source.Schema()
	x.attributes.learn(schema)
	x.followNames(schema)
	for _, number := range x.table.AttributeNumbers() {
		if schema.DefinitionByNumber(number) == nil {
			x.table.DropAttribute(number)
		}
	}
}

// followNames tells the columns which options and labels have another name as of a schema.
// Only the caller of Apply calls it.
func (x *Index) followNames(schema *fields.Schema) {
	if schema != x.named {
		x.table.Rename(schema.Renamings())
		x.named = schema
	}
}
