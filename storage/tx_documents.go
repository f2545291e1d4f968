package storage

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// Document implements ledger.Tx.
func (t *tx) Document(c ledger.Collection, key string) ([]byte, error) {
	if t.over {
		return nil, errOver
	}
	document, err := t.get(documentKey(c, key))
	return bytes.Clone(document), readFailure(err)
}

// PutDocument implements ledger.Tx.
func (t *tx) PutDocument(c ledger.Collection, key string, document []byte) error {
	return t.putDocument(c, key, document, func() (*fields.Schema, error) {
		return schemaAfter(t.schema, c, key, document)
	})
}

// PutDefinition implements ledger.Tx.
func (t *tx) PutDefinition(a *fields.AttributeDefinition, document []byte) error {
	return t.putDocument(ledger.AttributeDefinitions, a.Document(), document, func() (*fields.Schema, error) {
		return t.schema.WithAttribute(a), nil
	})
}

// putDocument writes a document; after returns the schema that it leads to,
// and is called when it is another than the present one.
func (t *tx) putDocument(c ledger.Collection, key string, document []byte, after func() (*fields.Schema, error)) error {
	if t.over {
		return errOver
	}
	k := documentKey(c, key)
	if key == "" || len(k) > engine.MaxKey {
		return internal(fmt.Sprintf("A document's key has at most %d bytes and at least one.", engine.MaxKey), nil)
	}
	if len(k)+len(document) > engine.MaxRecord {
		return tooLarge(nil)
	}
	present, err := t.get(k)
	if err != nil {
		return readFailure(err)
	}
	if present == nil || !bytes.Equal(present, document) {
		schema, err := after()
		if err != nil {
			return err
		}
		t.schema = schema
	}
	if slices.Contains(keptByHash, c) {
		t.blocks.note(key)
	}
	op := ledger.OpUpdate
	if present == nil {
		op = ledger.OpCreate
		t.totals = t.totals.withDocuments(c.Name, 1)
	}
	t.put(k, append(make([]byte, 0, len(document)), document...))
	t.logDocument(c, key, op)
	return nil
}

// DeleteDocument implements ledger.Tx. Deleting what is not there is no
// change.
func (t *tx) DeleteDocument(c ledger.Collection, key string) error {
	if t.over {
		return errOver
	}
	k := documentKey(c, key)
	present, err := t.get(k)
	if err != nil || present == nil {
		return readFailure(err)
	}
	schema, err := schemaAfter(t.schema, c, key, nil)
	if err != nil {
		return err
	}
	t.schema = schema
	t.delete(k)
	t.totals = t.totals.withDocuments(c.Name, -1)
	t.logDocument(c, key, ledger.OpDelete)
	return nil
}

func (t *tx) logDocument(c ledger.Collection, key string, op ledger.Op) {
	if !c.Unlogged {
		t.log(ledger.Change{Entity: fields.Entity(c.Name), Op: op, Key: key})
	}
}

// NextNumber implements ledger.Tx.
func (t *tx) NextNumber(counter string) (uint32, error) {
	if t.over {
		return 0, errOver
	}
	var last uint32
	found, err := t.get(counterKey(counter))
	if err == nil && found != nil {
		last, err = decodeNumber(found)
	}
	if err != nil {
		return 0, readFailure(err)
	}
	if last == math.MaxUint32 {
		return 0, internal("There are no numbers left in a counter.", nil)
	}
	t.put(counterKey(counter), encodeNumber(last+1))
	return last + 1, nil
}
