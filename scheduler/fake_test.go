package scheduler

import (
	"context"
	"errors"
	"sort"
	"strings"
	"sync"

	"github.com/ndoto/kundi/contacts"
)

// documents is a store of documents alone.
type documents struct {
	mu   sync.Mutex
	docs map[string][]byte
}

// transaction is the documents as a closure sees them.
type transaction struct {
	*documents
	rest
}

// rest is what is not used.
type rest struct{ contacts.Tx }

// Update hides the one of the documents.
func (transaction) Update(contacts.AnyKind, contacts.Record, contacts.Record) error {
	return errors.New("there are no records")
}

func newDocuments(segments ...contacts.ID) *documents {
	d := &documents{docs: make(map[string][]byte)}
	for _, id := range segments {
		d.define(id)
	}
	return d
}

func (d *documents) define(segment contacts.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.docs[string(contacts.Segments)+" "+segment.String()] = []byte("{}")
}

func (d *documents) drop(segment contacts.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.docs, string(contacts.Segments)+" "+segment.String())
}

func (d *documents) Update(_ context.Context, _ contacts.Author, closure func(contacts.Tx) error) (uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return 0, closure(transaction{documents: d})
}

func (d *documents) Document(c contacts.Collection, key string) ([]byte, error) {
	return d.docs[string(c)+" "+key], nil
}

func (d *documents) PutDocument(c contacts.Collection, key string, document []byte) error {
	d.docs[string(c)+" "+key] = document
	return nil
}

func (d *documents) DeleteDocument(c contacts.Collection, key string) error {
	delete(d.docs, string(c)+" "+key)
	return nil
}

func (d *documents) Documents(_ context.Context, c contacts.Collection, prefix, after string, limit int) ([]contacts.Document, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var found []contacts.Document
	for name, value := range d.docs {
		key, of := strings.CutPrefix(name, string(c)+" ")
		if of && strings.HasPrefix(key, prefix) && key > after {
			found = append(found, contacts.Document{Key: key, Value: value})
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Key < found[j].Key })
	return found[:min(limit, len(found))], nil
}
