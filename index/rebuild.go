package index

import (
	"context"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/columns"
)

// pageSize is how many records or log entries are read at once.
const pageSize = 1000

// rebuild fills a new table from the store. It notes the head first, reads
// page by page and replays what was written meanwhile.
func (x *Index) rebuild(ctx context.Context) error {
	table := columns.NewTable()
	head := x.source.Head()
	for from := uint32(0); ; {
		page, err := x.source.ScanCompanies(ctx, from, pageSize)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		table.Fill(page, nil)
		from = page[len(page)-1].Ordinal + 1
	}
	for from := uint32(0); ; {
		page, err := x.source.ScanContacts(ctx, from, pageSize)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		table.Fill(nil, page)
		from = page[len(page)-1].Ordinal + 1
	}
	table.Advance(head)
	x.table = table
	return x.replay(ctx)
}

// replay applies the log from where the table stands to its end. An entry has
// no after-image, so the present record stands for it; that later entries are
// applied again on top changes nothing.
func (x *Index) replay(ctx context.Context) error {
	for {
		changes, err := x.source.Changes(ctx, x.table.Seq(), pageSize)
		if err != nil || len(changes) == 0 {
			return err
		}
		if err := x.resolve(ctx, changes); err != nil {
			return err
		}
		x.attributes.follow(x.source.Schema(), changes, x.table.DropAttribute)
		x.table.Apply(changes)
	}
}

// resolve gives the entries of the log the present state of what they changed.
// What is no longer there was deleted since.
func (x *Index) resolve(ctx context.Context, changes []contacts.Change) error {
	people, err := x.source.Contacts(ctx, ordinals(changes, contacts.EntityContact))
	if err != nil {
		return err
	}
	companies, err := x.source.Companies(ctx, ordinals(changes, contacts.EntityCompany))
	if err != nil {
		return err
	}
	for i := range changes {
		c := &changes[i]
		switch c.Entity {
		case contacts.EntityContact:
			c.Contact, people = people[0], people[1:]
		case contacts.EntityCompany:
			c.Company, companies = companies[0], companies[1:]
		default:
			continue
		}
		if c.Contact == nil && c.Company == nil {
			c.Op = contacts.OpDelete
		}
	}
	return nil
}

// ordinals lists those of one entity's changes, in order.
func ordinals(changes []contacts.Change, entity contacts.Entity) []uint32 {
	var list []uint32
	for i := range changes {
		if changes[i].Entity == entity {
			list = append(list, changes[i].Ordinal)
		}
	}
	return list
}
