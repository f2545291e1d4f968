// Package indextest has what the tests of the index and of its search share: a
// store in memory.
package indextest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Kinds are those of the records.
var Kinds = []ledger.AnyKind{contacts.Kind, companies.Kind}

// Records is a store in memory that tells a follower of its changes.
type Records struct {
	Mu     sync.Mutex // held while any of these changes, once somebody reads them
	People map[uint32]*contacts.Contact
	Firms  map[uint32]*companies.Company
	Log    []ledger.Change
	Kept   uint64                // the log before this was removed
	Follow func([]ledger.Change) // is told of each change

	schema *fields.Schema
}

// NewRecords returns a store without a record, with the usual settings.
func NewRecords() *Records {
	return &Records{
		schema: ledger.NewSchema(fields.DefaultSettings(), nil, Kinds...),
		People: map[uint32]*contacts.Contact{}, Firms: map[uint32]*companies.Company{},
		Follow: func([]ledger.Change) {},
	}
}

// Put writes a contact of a country and tells the follower.
func (r *Records) Put(ordinal uint32, country string, attributes ...fields.Attribute) {
	c := &contacts.Contact{
		Ordinal: ordinal, ID: uuid.New(), Type: contacts.TypeLead, Country: country,
		Email: fmt.Sprintf("person%d@example.com", ordinal), Attributes: attributes,
	}
	r.Mu.Lock()
	r.People[ordinal] = c
	r.Mu.Unlock()
	r.Tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: ordinal, Record: c})
}

// Remove deletes a contact and tells the follower.
func (r *Records) Remove(ordinal uint32) {
	r.Mu.Lock()
	delete(r.People, ordinal)
	r.Mu.Unlock()
	r.Tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpDelete, Ordinal: ordinal})
}

// Define makes the schema have these attributes.
func (r *Records) Define(op ledger.Op, key string, all ...*fields.AttributeDefinition) {
	r.Mu.Lock()
	r.schema = ledger.NewSchema(fields.DefaultSettings(), all, Kinds...)
	r.Mu.Unlock()
	r.Tell(ledger.Change{Entity: fields.Entity(ledger.AttributeDefinitions.Name), Op: op, Key: key})
}

// Tell writes a change to the log, without its record, and tells the follower.
func (r *Records) Tell(c ledger.Change) {
	r.Mu.Lock()
	c.Seq = uint64(len(r.Log) + 1)
	logged := c
	logged.Record = nil
	r.Log = append(r.Log, logged)
	r.Mu.Unlock()
	r.Follow([]ledger.Change{c})
}

// Schema is as of the newest change.
func (r *Records) Schema() *fields.Schema {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	return r.schema
}

// Head is the number of the newest change.
func (r *Records) Head() uint64 {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	return uint64(len(r.Log))
}

// Read gives records as their kinds encode them.
func (r *Records) Read(_ context.Context, of *ledger.Shape, refs []ledger.Ref, visit func(int, []byte) error) error {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	for i, ref := range refs {
		record := r.record(of, ref.Ordinal)
		if record == nil {
			continue
		}
		if err := visit(i, record); err != nil {
			return err
		}
	}
	return nil
}

// record is one as its kind encodes it, nil for none.
func (r *Records) record(of *ledger.Shape, ordinal uint32) []byte {
	if of.Entity == fields.EntityCompany {
		return encoded(companies.Kind, r.Firms[ordinal])
	}
	return encoded(contacts.Kind, r.People[ordinal])
}

func encoded[T any](k *ledger.Kind[T], r *T) []byte {
	if r == nil {
		return nil
	}
	return k.Encode(r)
}

// Redirects says that no record was merged.
func (r *Records) Redirects(_ context.Context, _ *ledger.Shape, ordinals []uint32) ([]ledger.Redirect, error) {
	return make([]ledger.Redirect, len(ordinals)), nil
}

// Sound is nil: no record is damaged.
func (r *Records) Sound() error { return nil }

// Scan gives records from an ordinal on, in order.
func (r *Records) Scan(_ context.Context, of *ledger.Shape, from ledger.Ref, limit int, visit func(ledger.Ref, []byte) error) error {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	ordinals := slices.Sorted(maps.Keys(r.People))
	if of.Entity == fields.EntityCompany {
		ordinals = slices.Sorted(maps.Keys(r.Firms))
	}
	start, _ := slices.BinarySearch(ordinals, from.Ordinal)
	for _, ordinal := range ordinals[start:min(start+limit, len(ordinals))] {
		if err := visit(ledger.Ref{Ordinal: ordinal}, r.record(of, ordinal)); err != nil {
			return err
		}
	}
	return nil
}

// Owned gives nothing: nothing belongs to a record.
func (r *Records) Owned(context.Context, *ledger.Shape, []uint32, ledger.Window, func(ledger.Record) error) error {
	return nil
}

// Changes returns changes of the log, or an error of KindGone before Kept.
func (r *Records) Changes(_ context.Context, after uint64, limit int) ([]ledger.Change, error) {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	if after >= uint64(len(r.Log)) {
		return nil, nil
	}
	if after < r.Kept {
		return nil, &fault.Error{Kind: fault.KindGone, Type: "log-gone", Message: "Gone."}
	}
	page := r.Log[after:]
	return slices.Clone(page[:min(limit, len(page))]), nil
}

// Subscribe returns a channel that is never readable: who follows is told by Follow.
func (r *Records) Subscribe() (<-chan struct{}, func()) { return nil, func() {} }

// WalkHistories shows nothing: the store keeps no history.
func (r *Records) WalkHistories(context.Context, *ledger.Shape, uint32, uint32, func(uint32, *ledger.HistoryEntry) (bool, error)) error {
	return nil
}
