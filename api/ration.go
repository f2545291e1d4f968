package api

import (
	"context"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/segments"
)

// readPart is how many contacts are read at once: a thousand of the largest would
// be found too large only when they fill the memory.
const readPart = 100

// weightOf is what a list of contacts weighs. Those that do not exist are nil.
func weightOf(list []*contacts.Contact) (n int64) {
	for _, c := range list {
		if c != nil {
			n += weight(c)
		}
	}
	return n
}

// weight is about how many bytes a contact has in an answer: its texts, and
// some for each attribute.
func weight(c *contacts.Contact) int64 {
	const fixed, perAttribute, perAddress = 280, 20, 45
	n := fixed + len(c.Name) + len(c.FirstName) + len(c.LastName) + len(c.Email) + len(c.Phone) + len(c.Identifier) + len(c.City)
	for _, list := range [][]string{c.Labels, c.Channels} {
		n += sizeOfTexts(list)
	}
	for _, a := range c.Attributes {
		n += perAttribute + len(a.Value.Text) + sizeOfTexts(a.Value.List)
	}
	n += 2 * perAddress // the primary ones
	n += len(c.Email) + len(c.Phone)
	for _, list := range [][]contacts.Address{c.MoreEmails, c.MorePhones} {
		for _, a := range list {
			n += perAddress + len(a.Value)
		}
	}
	for _, i := range c.Identities {
		n += perAddress + len(i.SourceID)
	}
	for _, a := range c.Absorbed {
		n += fixed + len(a.Name) + len(a.Email) + len(a.Phone) + len(a.Identifier)
	}
	return int64(n)
}

func sizeOfTexts(list []string) (n int) {
	for _, text := range list {
		n += len(text) + 3
	}
	return n
}

// readContacts reads contacts for an answer, nil for those that do not exist.
func (s *server) readContacts(ctx context.Context, ordinals []uint32) ([]*contacts.Contact, error) {
	list := make([]*contacts.Contact, 0, len(ordinals))
	r := wire.VisitOf(ctx).Ration()
	for len(ordinals) > 0 {
		n := min(readPart, len(ordinals))
		part, err := contacts.Kind.List(ctx, s.records, ordinals[:n])
		if err != nil {
			return nil, err
		}
		if err := r.Spend(weightOf(part)); err != nil {
			return nil, err
		}
		list, ordinals = append(list, part...), ordinals[n:]
	}
	return list, nil
}

// readMembers reads a page of members for an answer.
func (s *server) readMembers(ctx context.Context, members *segments.Members, after uint32, limit int) (page []*contacts.Contact, more bool, err error) {
	r := wire.VisitOf(ctx).Ration()
	for more = true; more && len(page) < limit; {
		var part []*contacts.Contact
		if part, more, err = segments.Page(ctx, members, contacts.Kind, after, min(readPart, limit-len(page))); err != nil {
			return nil, false, err
		}
		if err := r.Spend(weightOf(part)); err != nil {
			return nil, false, err
		}
		if len(part) > 0 {
			after = part[len(part)-1].Ordinal
		}
		page = append(page, part...)
	}
	return page, more, nil
}
