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

// weight is about how many bytes a contact has in an answer: its texts, and some for each
// attribute, each text of a list, and each contact that it has absorbed.
func weight(c *contacts.Contact) int64 {
	const fixed, perAttribute, perAddress, perText, perBlock, perConsent = 290, 20, 50, 3, 130, 30
	n := fixed*(1+len(c.Absorbed)) + c.Size() + perAttribute*len(c.Attributes) + perText*len(c.Labels)
	n += perAddress * (2 + len(c.MoreEmails) + len(c.MorePhones) + len(c.Identities)) // 2 are primary ones
	n += perConsent * len(c.Consents)
	if c.Blocked {
		n += perBlock
	}
	n += len(c.BlockSource) + len(c.BlockActor)
	for i := range c.Attributes {
		n += perText * len(c.Attributes[i].Value.List)
	}
	return int64(n)
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
